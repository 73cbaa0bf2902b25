"""What people type to come in."""

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import PasswordField
from wtforms.validators import DataRequired, InputRequired, Length

from eventsvc.accounts.passwords import LONGEST, SHORTEST
from eventsvc.web.fields import EmailField


class SignInForm(FlaskForm):
    email = EmailField(_l("E-mail"), [DataRequired(_l("Enter your e-mail address."))])
    password = PasswordField(
        _l("Password"),
        [
            InputRequired(_l("Enter your password.")),
            Length(max=LONGEST, message=_l("That is too long for a password.")),
        ],
    )


class LinkRequestForm(FlaskForm):
    email = EmailField(_l("E-mail"), [DataRequired(_l("Enter your e-mail address."))], id="link-email")


class UseLinkForm(FlaskForm):
    """Nothing but the CSRF field: opening the page must not spend the link."""


class ConfirmForm(FlaskForm):
    password = PasswordField(
        _l("Password"),
        [
            InputRequired(_l("Enter your password.")),
            Length(max=LONGEST, message=_l("That is too long for a password.")),
        ],
    )


class PasswordForm(FlaskForm):
    password = PasswordField(
        _l("New password"),
        [
            InputRequired(_l("Enter a password.")),
            Length(SHORTEST, LONGEST, _l("A password has %(min)d to %(max)d characters.")),
        ],
    )
