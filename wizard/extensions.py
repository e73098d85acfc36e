"""The Flask extensions, unbound: `create_app` binds them."""

from flask_babel import Babel
from flask_login import LoginManager
from flask_wtf import CSRFProtect

from wizard.smtp import Mail

babel = Babel()
csrf = CSRFProtect()
login_manager = LoginManager()
mail = Mail()
