"""What people type at the desk and about devices."""

from collections.abc import Sequence

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import SelectField
from wtforms.validators import DataRequired

from eventsvc.checkins.models import Profile
from eventsvc.sites.models import Site
from eventsvc.web.fields import LineField, TextField, WordField

LONGEST_REASON = 500


class EnrolmentForm(FlaskForm):
    """`sites` are those the user may give a device to; `everywhere` allows one for every site."""

    name = LineField(
        _l("Name of the device"), [DataRequired(_l("Give the device a name, for instance the door it stands at."))],
        most=120,
    )  # fmt: skip
    site = SelectField(_l("Site"))
    profile = WordField(_l("May do"), Profile)

    def __init__(self, sites: Sequence[Site], *, everywhere: bool) -> None:
        super().__init__()
        self.site.choices = [(site.code, site.name) for site in sites]
        if everywhere:
            self.site.choices.append(("", _l("every site")))
        if not self.is_submitted():
            self.profile.data = self.profile.data or Profile.SCAN


class EntryForm(FlaskForm):
    """Letting somebody in at the desk."""

    site = SelectField(_l("At the site"))
    reason = LineField(_l("Reason"), most=LONGEST_REASON)

    def __init__(self, sites: Sequence[Site], expected: Site) -> None:
        super().__init__(data={"site": expected.code})
        self.site.choices = [(site.code, site.name) for site in sites]


class AnnulForm(FlaskForm):
    """Stands on the same page as EntryForm: its field needs an id of its own."""

    reason = LineField(
        _l("Reason"),
        [DataRequired(_l("Say why, so that the record explains itself."))],
        most=LONGEST_REASON,
        id="annul-reason",
    )


class SettleForm(FlaskForm):
    note = TextField(
        _l("What was found out"), [DataRequired(_l("Say what was found out."))], most=LONGEST_REASON
    )


class EnrolForm(FlaskForm):
    """Nothing but the CSRF field: opening the page must not use the code."""
