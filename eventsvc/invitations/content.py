"""What an invitation tells: occasions, programme, what is done with personal data. For letters and for the page."""

from dataclasses import dataclass

from eventsvc import text
from eventsvc.agenda.timing import Part
from eventsvc.events.models import Event, LegalBasis, Sitting
from eventsvc.invitations import rules, wording
from eventsvc.sites.models import Site


@dataclass(frozen=True)
class Occasion:
    """When and where one sitting is for one guest. `name` is empty when there is only one."""

    name: str
    when: str
    until: str
    where: str
    map: str
    arrive: str
    is_cancelled: bool


@dataclass(frozen=True)
class Line:
    time: str
    title: str
    speaker: str


@dataclass(frozen=True)
class Programme:
    name: str
    lines: list[Line]


@dataclass(frozen=True)
class Notice:
    """What personal data is for, on which basis, who answers for it, how long it is kept."""

    purpose: str
    basis: LegalBasis
    controller: str
    kept_until: str


def occasion(site: Site, sitting: Sitting, *, of: int) -> Occasion:
    """One of `of` sittings as this site's guests are told; its time must be known."""
    assert sitting.starts_at is not None
    return Occasion(
        name=wording.plain(rules.sitting_name(sitting)) if of > 1 or sitting.title else "",
        when=wording.moment(sitting.starts_at),
        until=wording.until(sitting) if sitting.ends_at else "",
        where=wording.plain(wording.where(site, sitting)),
        map=wording.plain(wording.map_link(sitting.event, site, sitting)),
        arrive=wording.arrival(sitting),
        is_cancelled=sitting.cancelled_at is not None,
    )


def programme(part: Part) -> Programme:
    """What everybody may know of one part of the agenda, with clock times as far as they are known. The only sitting
    of an event needs no name."""
    sitting = part.sitting
    names = [rules.sitting_name(sitting)] if sitting.title or len(sitting.event.sittings) > 1 else []
    if part.strand:
        names.append(part.strand.name)
    return Programme(
        wording.plain(", ".join(names)),
        [
            Line(
                text.time_of_day(slot.start) if slot.start else "",
                wording.plain(slot.item.title),
                wording.plain(slot.item.speaker or ""),
            )
            for slot in part.slots
        ],
    )


def notice(event: Event) -> Notice | None:
    """None until all four have been written down."""
    if not (
        event.data_purpose and event.data_legal_basis and event.data_controller and event.data_kept_until
    ):
        return None
    return Notice(
        wording.plain(event.data_purpose).rstrip("."),
        event.data_legal_basis,
        wording.plain(event.data_controller),
        wording.day(event.data_kept_until),
    )
