"""Forms of the guest list. Text becomes clean values here; nothing is written."""

from collections.abc import Sequence

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from wtforms import IntegerField, SelectChoice, SelectField
from wtforms.validators import DataRequired, InputRequired, NumberRange, Optional

from eventsvc.guests.models import BadgeRole, Guest, GuestGroup, Phrasing, Rank, Slot
from eventsvc.guests.operations import Standing
from eventsvc.people.operations import Details
from eventsvc.sites.models import Site, SiteLevel
from eventsvc.web import labels
from eventsvc.web.fields import LineField, NumberField, RowField, TextField, VersionField
from eventsvc.web.person_fields import LONG, PersonFields


class SiteAndGroup(FlaskForm):
    """The part of a form that says where someone sits and in which group."""

    site = SelectField(_l("Site"), coerce=int, validators=[InputRequired(_l("Choose a site."))])
    group = SelectField(_l("Guest group"), coerce=int, default=0)
    version = VersionField()

    def __init__(self, sites: Sequence[Site], groups: Sequence[GuestGroup], **kwargs: object) -> None:
        super().__init__(**kwargs)
        self._sites = {site.id: site for site in sites}
        self._groups = {group.id: group for group in groups}
        self.site.choices = [SelectChoice(site.id, site.name) for site in sites]
        self.group.choices = [
            SelectChoice(0, _("— no group —")),
            *(SelectChoice(group.id, group.name) for group in groups),
        ]

    @property
    def chosen_site(self) -> Site:
        return self._sites[self.site.data]

    @property
    def chosen_group(self) -> GuestGroup | None:
        return self._groups.get(self.group.data)


class GuestForm(PersonFields, SiteAndGroup):
    organization_name = LineField(_l("Organization"), [Optional()], most=LONG)
    seat = LineField(_l("Seat"), [Optional()], most=40)
    note = LineField(_l("Note"), [Optional()], most=LONG)
    attention = LineField(_l("For the attention of door staff"), [Optional()], most=LONG)
    rank = RowField(_l("Own rank"), empty=_l("— the rank of the group —"))
    protocol_number = NumberField(_l("Number within the rank"), [Optional()], least=1, most=9999)
    badge_role = SelectField(_l("Role on the badge"), default="")

    def __init__(
        self,
        sites: Sequence[Site],
        groups: Sequence[GuestGroup],
        ranks: Sequence[Rank] | None = None,
        **kwargs: object,
    ) -> None:
        """Without `ranks` the form does not ask where protocol puts the guest."""
        super().__init__(sites, groups, **kwargs)
        if ranks is None:
            del self.rank, self.protocol_number, self.badge_role
        else:
            self.rank.offer(ranks, rank_words)
            self.badge_role.choices = [
                SelectChoice("", _("— that of the group —")),
                *labels.choices(BadgeRole),
            ]

    def fill(self, guest: Guest) -> None:
        """Show what is known of a guest."""
        self.show(guest.person)
        self.organization_name.data = guest.person.organization_name
        self.site.data, self.group.data = guest.site_id, guest.group_id or 0
        self.seat.data, self.note.data, self.attention.data = guest.seat, guest.note, guest.attention
        self.version.data = guest.version
        if self.rank is not None:
            self.rank.data, self.protocol_number.data = str(guest.rank_id or ""), guest.protocol_number
            self.badge_role.data = guest.badge_role.value if guest.badge_role else ""

    @property
    def standing(self) -> Standing | None:
        """None when the form did not ask."""
        if self.rank is None:
            return None
        return Standing(self.rank.row, self.protocol_number.data, _badge_role(self.badge_role.data))

    @property
    def details(self) -> Details:
        return Details(**self.said, organization_name=self.organization_name.data)


class SlotForm(SiteAndGroup):
    label = LineField(
        _l("Who is asked for"),
        [DataRequired(_l("Say who is asked for: “Đại diện Thường trực Tỉnh ủy”."))],
        most=LONG,
    )
    organization_name = LineField(_l("Organization"), [Optional()], most=LONG)
    seats = IntegerField(
        _l("Seats"), [Optional(), NumberRange(1, 10000, _l("Between %(min)s and %(max)s seats."))]
    )
    note = LineField(_l("Note"), [Optional()], most=LONG)

    def fill(self, slot: Slot) -> None:
        self.site.data, self.group.data = slot.site_id, slot.group_id or 0
        self.label.data, self.organization_name.data = slot.label, slot.organization_name
        self.seats.data, self.note.data, self.version.data = slot.seats, slot.note, slot.version


def rank_words(rank: Rank) -> str:
    return f"{rank.number}. {rank.name}"


def _badge_role(word: str | None) -> BadgeRole | None:
    return BadgeRole(word) if word else None


class GroupForm(FlaskForm):
    version = VersionField()
    level = SelectField(_l("Level of site"), validators=[InputRequired()])
    name = TextField(
        _l("Who is invited"),
        [DataRequired(_l("Say who is invited: “Lãnh đạo UBND các xã, phường, thị trấn”."))],
        most=LONG,
    )
    phrasing = SelectField(_l("How they are asked"))
    seats = IntegerField(
        _l("Seats at each site"),
        [Optional(), NumberRange(1, 10000, _l("Between %(min)s and %(max)s seats."))],
    )
    note = LineField(_l("Note"), [Optional()], most=LONG)
    rank = RowField(_l("Rank"), empty=_l("— no rank —"))
    badge_role = SelectField(_l("Role on the badge"), default="")

    def __init__(self, ranks: Sequence[Rank] = (), **kwargs: object) -> None:
        super().__init__(**kwargs)
        self.rank.offer(ranks, rank_words)
        self.badge_role.choices = [SelectChoice("", _("— not said —")), *labels.choices(BadgeRole)]
        self.level.choices = labels.choices(SiteLevel)
        self.phrasing.choices = [SelectChoice("", _("— not said —")), *labels.choices(Phrasing)]

    def fill(self, group: GuestGroup) -> None:
        self.level.data, self.name.data, self.note.data = group.level.value, group.name, group.note
        self.phrasing.data = group.phrasing.value if group.phrasing else ""
        self.seats.data, self.version.data = group.seats, group.version
        self.rank.data = str(group.rank_id or "")
        self.badge_role.data = group.badge_role.value if group.badge_role else ""

    @property
    def standing(self) -> Standing:
        return Standing(rank=self.rank.row, badge_role=_badge_role(self.badge_role.data))

    @property
    def chosen_phrasing(self) -> Phrasing | None:
        return Phrasing(self.phrasing.data) if self.phrasing.data else None


class ImportForm(FlaskForm):
    BY_UNIT = 0

    file = FileField(_l("Spreadsheet"), [FileRequired(_l("Choose a file: .xlsx, .xls, .ods or .csv."))])
    site = SelectField(_l("These guests sit at"), coerce=int)
    group = SelectField(_l("Guest group"), coerce=int, default=0)

    def __init__(self, sites: Sequence[Site], groups: Sequence[GuestGroup], **kwargs: object) -> None:
        super().__init__(**kwargs)
        self._sites = {site.id: site for site in sites}
        self._groups = {group.id: group for group in groups}
        self.site.choices = [
            *(SelectChoice(site.id, site.name) for site in sites),
            SelectChoice(self.BY_UNIT, _("the site of each person's own unit")),
        ]
        self.group.choices = [
            SelectChoice(0, _("as the file says")),
            *(SelectChoice(group.id, group.name) for group in groups),
        ]

    @property
    def chosen_site(self) -> Site | None:
        return self._sites.get(self.site.data)

    @property
    def chosen_group(self) -> GuestGroup | None:
        return self._groups.get(self.group.data)
