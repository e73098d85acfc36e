"""What a page of its own sends, outside the steps."""

from flask_wtf import FlaskForm


class PageForm(FlaskForm):  # type: ignore[misc]
    """A form that the session authorises: it carries the session's token."""

    class Meta(FlaskForm.Meta):  # type: ignore[misc]
        locales = ("fr",)
