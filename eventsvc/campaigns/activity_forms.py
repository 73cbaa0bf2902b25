"""What people type about activities, stalls, communication work and journalists."""

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from wtforms import BooleanField, ValidationError
from wtforms.validators import DataRequired, InputRequired, Optional

from eventsvc.campaigns import labels  # noqa: F401  (registers the words)
from eventsvc.campaigns.activity_models import (
    Activity,
    ActivityKind,
    ActivityRole,
    ActivityState,
    Stall,
    StallKind,
    StallState,
)
from eventsvc.campaigns.communication_models import Accreditation, Channel, Communication
from eventsvc.campaigns.communication_operations import MOST_PIECES, MOST_REACH
from eventsvc.campaigns.door_operations import MOST_PLACES
from eventsvc.campaigns.models import Stop
from eventsvc.events.models import Event
from eventsvc.web.fields import (
    ClockField,
    DayField,
    EmailField,
    LineField,
    LinkField,
    MomentField,
    NumberField,
    PhoneField,
    RowField,
    TextField,
    VersionField,
    WordField,
)

MOST_PEOPLE = 10_000_000
_MOMENT = "%Y-%m-%dT%H:%M"


class ActivityForm(FlaskForm):
    version = VersionField()
    name = TextField(
        _l("Name of the activity"), [DataRequired(_l("Enter the name of the activity."))], most=1000
    )
    kind = WordField(_l("Kind of activity"), ActivityKind)
    key = LineField(_l("Number in the plan"), most=40)
    parent = RowField(_l("Part of the space"), empty=_l("— by itself —"))
    leads = TextField(_l("In the lead (one agency a line)"), most=5000)
    coordinating = TextField(_l("Coordinating (one agency a line)"), most=10_000)
    stop = RowField(_l("Stop where it is held"), empty=_l("— at no stop —"))
    place = LineField(_l("Place of the activity"), most=300)
    starts_on = DayField(_l("First day of the activity"), [Optional()])
    ends_on = DayField(_l("Last day of the activity"), [Optional()])
    opens = ClockField(_l("Opens daily at"), [Optional()])
    closes = ClockField(_l("Closes daily at"), [Optional()])
    time_text = LineField(_l("Time in the words of the plan"), most=1000)
    contents = TextField(_l("Contents (one a line)"), most=20_000)
    participants = TextField(_l("Who takes part in it"), most=4000)
    product = TextField(_l("Products shown"), most=4000)
    text = TextField(_l("Description of the activity"), most=10_000)
    is_public = BooleanField(_l("Everybody may come; it stands on the public page"))
    note = TextField(_l("Note"), most=4000)

    PLAIN = (
        "name", "kind", "key", "place", "starts_on", "ends_on", "opens", "closes", "time_text", "participants",
        "product", "text", "is_public", "note",
    )  # fmt: skip

    def __init__(
        self,
        spaces: Sequence[Activity],
        stops: Sequence[Stop],
        activity: Activity | None = None,
        parent: Activity | None = None,
        **kwargs: Any,
    ) -> None:
        if activity is not None:
            kwargs["data"] = {
                name: getattr(activity, name) for name in (*self.PLAIN, "parent", "stop", "version")
            }
            for field, role in (("leads", ActivityRole.LEAD), ("coordinating", ActivityRole.COORDINATING)):
                kwargs["data"][field] = "\n".join(r.name for r in activity.organizations if r.role is role)
            kwargs["data"]["contents"] = "\n".join(row.text for row in activity.contents)
        elif parent is not None:
            kwargs["data"] = {"parent": parent, "kind": ActivityKind.EXHIBIT, "stop": parent.stop}
        super().__init__(**kwargs)
        self.parent.offer([one for one in spaces if one is not activity], lambda one: one.name[:120])
        self.stop.offer(stops, lambda one: one.name)

    def validate_ends_on(self, field: DayField) -> None:
        if field.data and self.starts_on.data and field.data < self.starts_on.data:
            raise ValidationError(_("The last day lies before the first."))

    @property
    def values(self) -> dict[str, Any]:
        found = {name: self[name].data for name in self.PLAIN}
        found |= {"parent": self.parent.row, "stop": self.stop.row}
        found["organizations"] = [(ActivityRole.LEAD, name) for name in self.leads.lines] + [
            (ActivityRole.COORDINATING, name) for name in self.coordinating.lines
        ]
        found["contents"] = self.contents.lines
        return {name: value if value != "" else None for name, value in found.items()}


class OutcomeForm(FlaskForm):
    """How it stands, and afterwards what came of it."""

    version = VersionField(id="outcome-version")
    state = WordField(_l("How the activity stands"), ActivityState)
    visitors = NumberField(_l("People who came"), [Optional()], least=0, most=MOST_PEOPLE)
    result = TextField(_l("What came of it"), most=10_000)

    def fill(self, activity: Activity) -> None:
        for name in ("version", "state", "visitors", "result"):
            self[name].data = getattr(activity, name)


class DoorsForm(FlaskForm):
    """Opening the doors of an activity to everybody: at one event of the campaign, or at all of its stops."""

    part = RowField(_l("At which event"), empty=_l("— at every stop —"))
    capacity = NumberField(_l("Number of places"), [Optional()], most=MOST_PLACES)

    def __init__(self, parts: Sequence[Event], activity: Activity, **kwargs: Any) -> None:
        stop = activity.stop
        super().__init__(data={"part": stop.part if stop is not None else None}, **kwargs)
        self.part.offer(parts, lambda one: one.short_title)


class StallForm(FlaskForm):
    version = VersionField()
    activity = RowField(_l("Space of the stall"))
    code = LineField(
        _l("Code on the sign"), [DataRequired(_l("Give the stall a code: it stands on its sign."))], most=20
    )
    kind = WordField(_l("Kind of stall"), StallKind)
    state = WordField(_l("State of the stall"), StallState)
    owner = LineField(_l("Owner of the stall"), [DataRequired(_l("Say whose stall it is."))], most=300)
    goods = TextField(_l("Goods"), most=2000)
    ocop_stars = NumberField(_l("OCOP stars"), [Optional()], least=3, most=5)
    contact_name = LineField(_l("Contact person of the stall"), most=200)
    contact_phone = PhoneField(_l("Telephone of the stall"), [Optional()])
    contact_email = EmailField(_l("E-mail of the stall"), [Optional()])
    is_cashless = BooleanField(_l("Takes cashless payment"))
    bank = RowField(_l("Bank that serves it"), empty=_l("— none named —"))
    note = TextField(_l("Note"), most=2000)

    PLAIN = (
        "code", "kind", "state", "owner", "goods", "ocop_stars", "contact_name", "contact_phone", "contact_email",
        "is_cashless", "note",
    )  # fmt: skip

    def __init__(
        self, spaces: Sequence[Activity], banks: Sequence[Stall], stall: Stall | None = None, **kwargs: Any
    ) -> None:
        if stall is not None:
            kwargs["data"] = {
                name: getattr(stall, name) for name in (*self.PLAIN, "activity", "bank", "version")
            }
        super().__init__(**kwargs)
        self.activity.offer(spaces, space_words)
        self.bank.offer(
            [bank for bank in banks if bank is not stall], lambda one: f"{one.owner} ({one.code})"
        )

    @property
    def values(self) -> dict[str, Any]:
        found = {name: self[name].data for name in self.PLAIN}
        found |= {"activity": self.activity.row, "bank": self.bank.row}
        return {name: value if value != "" else None for name, value in found.items()}


class StallLinesForm(FlaskForm):
    activity = RowField(_l("Space of the stall"), id="lines-activity")
    kind = WordField(_l("Kind of stall"), StallKind, id="lines-kind")
    lines = TextField(
        _l("Stalls, one a line"), [DataRequired(_l("There is no stall in these lines."))], most=200_000
    )

    def __init__(self, spaces: Sequence[Activity], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.activity.offer(spaces, space_words)


class WorkForm(FlaskForm):
    version = VersionField()
    channel = WordField(_l("Communication channel"), Channel)
    text = TextField(_l("What is to be done"), [DataRequired(_l("Say what is to be done."))], most=4000)
    owner = LineField(_l("Agency that does it"), most=300)
    activity = RowField(_l("For the activity"), empty=_l("— the campaign as a whole —"))
    starts_on = DayField(_l("From (day)"), [Optional()])
    ends_on = DayField(_l("Until (day)"), [Optional()])
    url = LinkField(_l("Address where people watch"))
    starts_at = MomentField(_l("The livestream begins"), [Optional()], format=_MOMENT)
    is_public = BooleanField(_l("Show the livestream on the public page"))

    PLAIN = ("channel", "text", "owner", "starts_on", "ends_on", "url", "starts_at", "is_public")

    def __init__(
        self, activities: Sequence[Activity], work: Communication | None = None, **kwargs: Any
    ) -> None:
        if work is not None:
            kwargs["data"] = {name: getattr(work, name) for name in (*self.PLAIN, "activity", "version")}
        super().__init__(**kwargs)
        self.activity.offer(activities, space_words)

    def validate_ends_on(self, field: DayField) -> None:
        if field.data and self.starts_on.data and field.data < self.starts_on.data:
            raise ValidationError(_("The last day lies before the first."))

    @property
    def values(self) -> dict[str, Any]:
        found = {name: self[name].data for name in self.PLAIN} | {"activity": self.activity.row}
        return {name: value if value != "" else None for name, value in found.items()}


class DoneForm(FlaskForm):
    version = VersionField(id="done-version")
    done_on = DayField(_l("Done on"), [InputRequired(_l("Enter the day."))])
    pieces = NumberField(_l("Pieces (articles, clips, panels)"), [Optional()], least=0, most=MOST_PIECES)
    reach = NumberField(_l("People reached"), [Optional()], least=0, most=MOST_REACH)
    proof_url = LinkField(_l("Link that shows it"))
    file = FileField(_l("File that shows it"))

    FIGURES = ("done_on", "pieces", "reach", "proof_url", "version")

    def __init__(self, work: Communication, **kwargs: Any) -> None:
        super().__init__(data={name: getattr(work, name) for name in self.FIGURES}, **kwargs)

    @property
    def values(self) -> dict[str, Any]:
        return {name: self[name].data for name in self.FIGURES}


class PressForm(FlaskForm):
    version = VersionField()
    outlet = LineField(
        _l("Press agency, outlet"), [DataRequired(_l("Enter the name and the outlet."))], most=300
    )
    name = LineField(_l("Full name of the journalist"), [DataRequired(_l("Enter your name."))], most=200)
    position = LineField(_l("Position (reporter, cameraman)"), most=200)
    press_card = LineField(_l("Number of the press card"), most=60)
    phone = PhoneField(_l("Telephone"), [Optional()])
    email = EmailField(_l("E-mail"), [Optional()])
    equipment = TextField(_l("Equipment brought along"), most=2000)

    NAMES = ("outlet", "name", "position", "press_card", "phone", "email", "equipment")

    def __init__(self, accreditation: Accreditation | None = None, **kwargs: Any) -> None:
        if accreditation is not None:
            kwargs["data"] = {name: getattr(accreditation, name) for name in (*self.NAMES, "version")}
        super().__init__(**kwargs)

    @property
    def values(self) -> dict[str, Any]:
        return {name: self[name].data or None for name in self.NAMES}


class PressRequestForm(PressForm):
    """What a journalist says on the public page."""

    phone = PhoneField(
        _l("Telephone"), [DataRequired(_l("Enter a telephone number: you may have to be reached."))]
    )
    email = EmailField(_l("E-mail"), [DataRequired(_l("Enter your e-mail: the decision is sent there."))])
    agrees = BooleanField(
        _l("I agree that my data is used as said here."),
        [DataRequired(_l("We can take a request only from those who agree."))],
    )


class DecisionForm(FlaskForm):
    """What is decided about the journalists who are ticked."""

    remark = LineField(_l("Remark, told to the journalist"), description=_l("needed to refuse"), most=2000)


def space_words(activity: Activity) -> str:
    """The space, or the part with its space before it."""
    parent = activity.parent
    return f"{parent.name[:60]} › {activity.name[:80]}" if parent is not None else activity.name[:120]
