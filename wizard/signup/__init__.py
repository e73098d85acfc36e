"""The sign-up: welcome, the steps, confirmation."""

from wizard.signup import confirmation, filling_in, resume
from wizard.signup.blueprint import blueprint

__all__ = ["blueprint", "confirmation", "filling_in", "resume"]
