"""Which paper is whose letter of invitation, whether a message may go without it, and when it must go out. Pure."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta

from flask_babel import gettext as _

from eventsvc import clock, text
from eventsvc.documents import fields
from eventsvc.documents.models import Document, DocumentState
from eventsvc.events.models import Event, TimeState
from eventsvc.events.workdays import day_off
from eventsvc.guests.models import Guest, Rank
from eventsvc.invitations import wording
from eventsvc.people.models import Person

FILE_NAME = "giay-moi.pdf"
TEMPLATE = "letter.typ"
TO_BE_ADDRESSED = "Ông/Bà"


def in_force(paper: Document, successors: Mapping[int, Document]) -> Document:
    """The paper that stands in this one's place: a replacement takes it once issued, or once the old one is
    recalled."""
    seen = {paper.id}
    while (following := successors.get(paper.id)) is not None and following.id not in seen:
        if following.state is not DocumentState.ISSUED and paper.state is not DocumentState.RECALLED:
            break
        seen.add(following.id)
        paper = following
    return paper


def successors(papers: Iterable[Document]) -> dict[int, Document]:
    """The papers by the ids of those they replace; the latest where there are several."""
    ordered = sorted(papers, key=lambda paper: paper.id)
    return {paper.replaces_id: paper for paper in ordered if paper.replaces_id is not None}


def may_be_preceded(paper: Document) -> bool:
    """Whether messages may go out now: with the issued letter, or before it when the signer allows that."""
    if paper.state is DocumentState.ISSUED:
        return True
    return paper.mail_may_precede and paper.state is not DocumentState.RECALLED


def of_guest(guest: Guest) -> dict[str, str]:
    """The fields of a letter that are this guest's own. The language in force must be Vietnamese."""
    person = guest.person
    name = wording.addressee(person) if person.honorific else f"{TO_BE_ADDRESSED} {person.full_name}"
    return {
        "kính mời": ", ".join(filter(None, [name, wording.office(person)])),
        **_person(person),
        "điểm cầu": wording.site_name(guest.site),
        "chỗ ngồi": guest.seat or "",
        "số đại biểu": "",
        "hạn cử đại biểu": "",
        "địa điểm": places(guest),
    }


def _person(person: Person) -> dict[str, str]:
    return {
        "danh xưng": person.honorific or TO_BE_ADDRESSED,
        "họ tên": person.full_name,
        "chức vụ": person.position or "",
        "đơn vị": person.organization_name or "",
    }


def places(guest: Guest) -> str:
    """Where this guest is to go for each sitting; the guest's hall when no sitting has a time yet."""
    event: Event = guest.site.event
    dated = [s for s in event.standing_sittings if s.starts_at and s.time_state is TimeState.APPROVED]
    found = dict.fromkeys(wording.where(guest.site, sitting) for sitting in dated)
    return "; ".join(found) or wording.site_name(guest.site)


def of_organization(
    name: str,
    *,
    contact_name: str | None = None,
    contact_position: str | None = None,
    due_on: date | None = None,
    seats: int | None = None,
) -> dict[str, str]:
    """The fields of a letter to an organization that is to name people."""
    return {
        "kính mời": f"Đại diện {name}" if text.fold(name).split(" ")[0] not in _SAYS_SO else name,
        "danh xưng": "",
        "họ tên": contact_name or "",
        "chức vụ": contact_position or "",
        "đơn vị": name,
        "điểm cầu": "",
        "chỗ ngồi": "",
        "số đại biểu": f"{seats:02d} đại biểu" if seats else "",
        "hạn cử đại biểu": text.official_date(due_on) if due_on else "",
    }


_SAYS_SO = {"dai", "lanh", "thanh", "thuong", "chu"}
"""First words (folded) of names that say already who is meant: đại diện, lãnh đạo, thành viên, thường trực …"""


# --- Lead times and signers ---------------------------------------------------------------------------------

LEAD_WORKDAYS = 3
"""Working days before the event where a rank has no rule of its own (Decision 45/2018/QĐ-TTg)."""


def latest_day(event: Event, rank: Rank | None) -> date | None:
    """The last day on which letters to this rank may go out; None while the event has no day."""
    first = clock.local(event.starts_at).date() if event.starts_at else event.window_start
    if first is None:
        return None
    days = rank.lead_workdays if rank is not None and rank.lead_workdays is not None else LEAD_WORKDAYS
    day = first
    while days > 0:
        day -= timedelta(days=1)
        if day_off(day) is None:
            days -= 1
    return day


def warnings(
    event: Event,
    rank: Rank | None,
    paper: Document | None,
    *,
    today: date,
    signers: Mapping[int, str],
) -> list[str]:
    """What an organizer should look at, in sentences: too late, signed by somebody else, not issued. `signers` are
    the names of the signatures of the host by id."""
    found: list[str] = []
    if paper is not None and fields.is_overtaken(event, paper):
        found.append(
            _(
                "The event has changed since this letter was signed: revise it. Until then messages go without it."
            )
        )
    latest = latest_day(event, rank)
    if paper is not None and rank is not None and rank.signature_block_id not in (None, paper.block_id):
        name = signers.get(rank.signature_block_id or 0, "")
        found.append(_("Letters to this rank are to be signed by %(name)s.", name=name))
    if latest is None:
        return found
    day = text.short_date(latest)
    if paper is None or paper.issued_on is None:
        if today > latest:
            found.append(_("Too late: by the rule it had to go out by %(day)s.", day=day))
        elif paper is not None and (latest - today).days <= 3:
            found.append(_("Must be issued and sent by %(day)s.", day=day))
    elif paper.issued_on > latest:
        found.append(_("Issued too late: by the rule it had to go out by %(day)s.", day=day))
    return found
