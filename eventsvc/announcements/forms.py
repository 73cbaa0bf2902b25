"""What is announced, and to which sites."""

from collections.abc import Sequence
from hashlib import sha256
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, HiddenField, RadioField, SelectChoice, SelectField, SelectMultipleField
from wtforms.validators import DataRequired, StopValidation

from eventsvc.announcements import labels as _words  # noqa: F401  (registers the words)
from eventsvc.announcements import queries
from eventsvc.announcements.models import Audience
from eventsvc.events.models import Event
from eventsvc.sites.models import Site, SiteLevel
from eventsvc.web import labels
from eventsvc.web.arguments import whole
from eventsvc.web.fields import TextField

LONGEST = 2000
MOST_LISTED = 500
"""Of more sites than that single ones are chosen in the list of sites, not in a select."""
MOST_CHOSEN = 200_000
"""Characters: some thirty thousand sites."""


class _Chosen(HiddenField):
    """The ids of sites that were chosen in the list of sites: "12 14"."""

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = valuelist[0][:MOST_CHOSEN] if valuelist else ""

    @property
    def ids(self) -> set[int]:
        return {number for part in (self.data or "").split() if (number := whole(part)) is not None}


class AnnouncementForm(FlaskForm):
    """The words and whom they are for. `from_list` holds sites chosen elsewhere; then there is no other choice."""

    from_list = _Chosen()
    previewed = HiddenField()
    text = TextField(
        _l("What is announced"), [DataRequired(_l("Write what is to be announced."))], most=LONGEST
    )
    audience = RadioField(
        _l("Which sites are told"), choices=[], validate_choice=False, default=Audience.ALL.value
    )
    level = SelectField(_l("Level"), choices=[], validate_choice=False)
    district = SelectField(_l("District"), choices=[], validate_choice=False)
    cluster = SelectField(_l("Cluster"), choices=[], validate_choice=False)
    chosen = SelectMultipleField(_l("Chosen sites"), choices=[], validate_choice=False)
    is_urgent = BooleanField(_l("Urgent: stands first on the pages of the sites, until it is confirmed"))
    by_mail = BooleanField(_l("Send it by e-mail to the coordinators as well"))

    def __init__(self, event: Event, sites: Sequence[Site], *, may_mail: bool, **kwargs: Any) -> None:
        """`sites` are the bridge sites of the event, in the order of the list."""
        super().__init__(**kwargs)
        self._event, self.listed = event, sites
        if not may_mail:
            del self.by_mail
        levels = dict.fromkeys(site.level for site in sites)
        self.level.choices = [SelectChoice(level.value, labels.label(level)) for level in levels]
        communes = [site for site in sites if site.level is SiteLevel.COMMUNE]
        names = {site.parent_code: site.parent_name for site in communes if site.parent_code}
        names |= {site.code: site.name for site in sites if site.level is SiteLevel.DISTRICT}
        if len(names) < 2:  # where communes lie under the province itself there is nothing to choose
            names = {}
        self.district.choices = [SelectChoice(code, name or code) for code, name in sorted(names.items())]
        clusters = sorted({site.cluster for site in sites if site.cluster})
        self.cluster.choices = [SelectChoice(name, name) for name in clusters]
        if len(sites) <= MOST_LISTED:
            self.chosen.choices = [SelectChoice(str(site.id), _name(site)) for site in sites]
        self.audience.choices = [
            choice for choice in labels.choices(Audience) if self._offers(Audience(choice.value))
        ]

    def _offers(self, audience: Audience) -> bool:
        offered = {
            Audience.LEVEL: len(self.level.choices) > 1,
            Audience.DISTRICT: self.district.choices,
            Audience.CLUSTER: self.cluster.choices,
            Audience.CHOSEN: self.chosen.choices,
        }
        return bool(offered.get(audience, True))

    def validate_audience(self, field: Any) -> None:
        if not self.from_list.ids and field.data not in set(Audience):
            raise StopValidation(_("Choose one from the list."))

    @property
    def target(self) -> dict[str, Any]:
        """Whom it is for, as `operations.announce` takes it. A word that is none of the choices means nobody."""
        if self.from_list.ids:
            return {"audience": Audience.CHOSEN}
        audience = Audience(self.audience.data)
        named: dict[Audience, tuple[str, Any]] = {
            Audience.LEVEL: ("level", self._level),
            Audience.DISTRICT: ("district_code", self.district.data),
            Audience.CLUSTER: ("cluster", self.cluster.data),
        }
        return {"audience": audience} | dict([named[audience]] if audience in named else [])

    @property
    def sites(self) -> list[Site]:
        """The sites it would go to."""
        target = self.target
        if target["audience"] is not Audience.CHOSEN:
            return queries.sites_for(self._event, **target)
        ids = self.from_list.ids or {whole(typed) for typed in self.chosen.data or ()}
        return [site for site in self.listed if site.id in ids]

    @property
    def is_mailed(self) -> bool:
        return "by_mail" in self and bool(self.by_mail.data)

    def digest(self, sites: Sequence[Site]) -> str:
        """A mark of what was typed, and of the sites that it goes to."""
        said = (self.text.data, self.is_urgent.data, self.is_mailed, self.target, [site.id for site in sites])
        return sha256(repr(said).encode()).hexdigest()[:32]

    def take(self, sites: Sequence[Site]) -> None:
        """The sites chosen in the list of sites."""
        self.from_list.data = " ".join(str(site.id) for site in sites)

    @property
    def _level(self) -> SiteLevel | None:
        return SiteLevel(self.level.data) if self.level.data in set(SiteLevel) else None


def _name(site: Site) -> str:
    return f"{site.name} ({site.parent_name})" if site.parent_name else site.name
