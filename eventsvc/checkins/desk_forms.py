"""What people type at the desk."""

from collections.abc import Sequence

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import SelectChoice, SelectField
from wtforms.validators import DataRequired

from eventsvc.checkins.items import LONGEST_NAME, LONGEST_ORGANIZATION
from eventsvc.sites.models import Site
from eventsvc.web.fields import LineField

LONGEST_REASON = 500


class EntryForm(FlaskForm):
    """Letting somebody in at the desk."""

    site = SelectField(_l("At the site"))
    reason = LineField(_l("Reason"), most=LONGEST_REASON)

    def __init__(self, sites: Sequence[Site], expected: Site) -> None:
        super().__init__(data={"site": expected.code})
        self.site.choices = [SelectChoice(site.code, site.name) for site in sites]


class AnnulForm(FlaskForm):
    """Stands on the same page as EntryForm: its field needs an id of its own."""

    reason = LineField(
        _l("Reason"),
        [DataRequired(_l("Say why, so that the record explains itself."))],
        most=LONGEST_REASON,
        id="annul-reason",
    )


class AdmitForm(FlaskForm):
    """Letting somebody in where they are not expected."""

    reason = LineField(
        _l("Reason to let in here"),
        [DataRequired(_l("Say why, so that the record explains itself."))],
        most=LONGEST_REASON,
        id="admit-reason",
    )


class WalkInForm(FlaskForm):
    """Somebody without an invitation."""

    honorific = LineField(_l("Honorific"), most=40)
    name = LineField(_l("Full name"), [DataRequired(_l("Enter the full name."))], most=LONGEST_NAME)
    position = LineField(_l("Position"))
    organization = LineField(_l("Organization"), most=LONGEST_ORGANIZATION)
    host = LineField(_l("Whose guest"), most=LONGEST_REASON)
    site = SelectField(_l("At the site"))

    def __init__(self, sites: Sequence[Site], here: Site, name: str = "") -> None:
        super().__init__(data={"site": here.code, "name": name or None})
        self.site.choices = [SelectChoice(site.code, site.name) for site in sites]


class PressForm(FlaskForm):
    """Nothing but the CSRF field, for a button that needs no words."""
