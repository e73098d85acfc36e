"""The Flask extensions, unbound: `create_app` binds them."""

from flask_login import LoginManager
from flask_wtf import CSRFProtect

from wizard.smtp import Mail

csrf = CSRFProtect()
login_manager = LoginManager()
mail = Mail()
