"""The form of a delegation."""

from collections.abc import Sequence

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms.validators import DataRequired, Optional

from eventsvc.reception.models import Delegation
from eventsvc.sites.models import Site
from eventsvc.web.fields import LineField, MomentField, PhoneField, RowField, TextField, VersionField

LINES = ("name", "arrival_point", "vehicle", "plate", "greeter_name", "greeter_phone", "escort_name",
         "escort_phone", "room", "note")  # fmt: skip


class DelegationForm(FlaskForm):
    name = LineField(
        _l("Name of the delegation"), [DataRequired(_l("Give the delegation a name."))], most=300
    )
    site = RowField(_l("Goes to"))
    arrives_at = MomentField(_l("Arrives at"), [Optional()], format="%Y-%m-%dT%H:%M")
    arrival_point = LineField(_l("Where it arrives"), [Optional()], most=300)
    vehicle = LineField(_l("Vehicle"), [Optional()], most=200)
    plate = LineField(_l("Number plate"), [Optional()], most=40)
    greeter_name = LineField(_l("Greeter"), [Optional()], most=200)
    greeter_phone = PhoneField(_l("Telephone of the greeter"), [Optional()])
    escort_name = LineField(_l("Escort"), [Optional()], most=200)
    escort_phone = PhoneField(_l("Telephone of the escort"), [Optional()])
    room = LineField(_l("Waiting room"), [Optional()], most=200)
    note = TextField(_l("Note"), [Optional()], most=2000)
    version = VersionField()

    def __init__(self, sites: Sequence[Site], **kwargs: object) -> None:
        super().__init__(**kwargs)
        self.site.offer(sites, lambda site: site.name)

    def fill(self, delegation: Delegation) -> None:
        for name in LINES:
            self[name].data = getattr(delegation, name)
        self.site.data, self.arrives_at.data = str(delegation.site_id), delegation.arrives_at
        self.version.data = delegation.version

    @property
    def changes(self) -> dict[str, object]:
        lines = {name: self[name].data or None for name in LINES}
        return {**lines, "site_id": self.site.row.id, "arrives_at": self.arrives_at.data}
