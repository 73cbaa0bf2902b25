"""Every change to the communication of a campaign: what is done on which channel by whom; that it was done."""

from datetime import date
from typing import Any
from urllib.parse import urlsplit

import sqlalchemy as sa
from flask_babel import gettext as _

from eventsvc import clock, text
from eventsvc.audit.operations import record
from eventsvc.campaigns.communication_models import Channel, Communication
from eventsvc.db import atomic, db
from eventsvc.errors import Invalid
from eventsvc.events.models import Event
from eventsvc.files import operations as files
from eventsvc.files.operations import Brought
from eventsvc.nominations.operations import charge_organizations
from eventsvc.rows import assign, lock, lock_open
from eventsvc.tasks.expansion_queries import Known

COLUMNS = frozenset(
    {"activity", "channel", "text", "owner", "starts_on", "ends_on", "starts_at", "url", "is_public"}
)
MOST_PIECES, MOST_REACH = 1_000_000, 999_999_999


class NotAnAddress(Invalid):
    code = "not_an_address"


class NoProof(Invalid):
    code = "no_proof"


class NothingToWatch(Invalid):
    code = "nothing_to_watch"


@atomic()
def add_work(event: Event, *, by: Any, **columns: Any) -> Communication:
    """A work at the end of the list. An owner who is one organization gets a page of its own to report on."""
    lock_open(event)
    last = db.session.scalar(
        sa.select(sa.func.max(Communication.number)).where(Communication.event_id == event.id)
    )
    work = Communication(event=event, number=(last or 0) + 1, channel=Channel.OTHER, is_public=False)
    with db.session.no_autoflush:
        assign(work, columns, COLUMNS)
        _require_sense(work)
        _find_owner(work, by)
    db.session.add(work)
    db.session.flush()
    record(by, "communication.added", work, event=event, channel=work.channel.value)
    return work


@atomic()
def edit_work(work: Communication, *, version: int | None = None, by: Any, **columns: Any) -> None:
    """StaleEdit when `version` is no longer the work's."""
    lock_open(work.event)
    lock(work, version)
    with db.session.no_autoflush:
        changed = assign(work, columns, COLUMNS)
        if not changed:
            return
        _require_sense(work)
        if "owner" in changed:
            _find_owner(work, by)
    db.session.flush()
    record(by, "communication.edited", work, event=work.event, changed=changed)


@atomic()
def report_done(
    work: Communication,
    *,
    done_on: date,
    pieces: int | None = None,
    reach: int | None = None,
    proof_url: str | None = None,
    brought: Brought | None = None,
    version: int | None = None,
    by: Any,
) -> None:
    """It was done: on which day, with a link or a file that shows it, how many pieces, how many people reached.

    A file that was brought before stays while no other one is. NoProof when there is neither."""
    lock_open(work.event)
    lock(work, version)
    if done_on > clock.today():
        raise Invalid(_("This day has not come yet."), field="done_on")
    for name, figure, most in (("pieces", pieces, MOST_PIECES), ("reach", reach, MOST_REACH)):
        if figure is not None and not 0 <= figure <= most:
            raise Invalid(_("There cannot be fewer than none."), field=name)
    _require_address(proof_url, "proof_url")
    if not proof_url and brought is None and work.proof_file_id is None:
        raise NoProof(_("Give a link or a file that shows it."), field="proof_url")
    former = work.proof_file_id if brought is not None else None
    if brought is not None:
        work.proof_file = files.keep(brought, event=work.event, by=by)
    values = {"done_on": done_on, "pieces": pieces, "reach": reach, "proof_url": proof_url or None}
    assign(work, values)
    db.session.flush()
    if former is not None:
        files.discard(former)
    record(by, "communication.reported", work, event=work.event, with_file=brought is not None)


@atomic()
def take_back(work: Communication, *, version: int | None = None, by: Any) -> None:
    """It is to be done after all; the proof goes, what was planned stays. Safe to repeat."""
    lock_open(work.event)
    lock(work, version)
    if work.done_on is None:
        return
    _let_go(work, {"done_on": None, "pieces": None, "reach": None, "proof_url": None, "proof_file": None})
    record(by, "communication.taken_back", work, event=work.event)


@atomic()
def remove_work(work: Communication, *, version: int | None = None, by: Any) -> None:
    """Take it off the list with its proof."""
    event = work.event
    lock_open(event)
    lock(work, version)
    record(by, "communication.removed", work, event=event)
    file_id = work.proof_file_id
    db.session.delete(work)
    db.session.flush()
    if file_id is not None:
        files.discard(file_id)


# --- What the operations above are made of -----------------------------------------------------------------


def _require_sense(work: Communication) -> None:
    if not text.same_words(work.text or ""):
        raise Invalid(_("Say what is to be done."), field="text")
    if work.starts_on and work.ends_on and work.ends_on < work.starts_on:
        raise Invalid(_("The last day lies before the first."), field="ends_on")
    if work.activity is not None and work.activity.event_id != work.event.id:
        raise Invalid(_("This activity belongs to another campaign."), field="activity")
    _require_address(work.url, "url")
    if work.is_public and (work.channel is not Channel.LIVESTREAM or not work.url):
        raise NothingToWatch(
            _("Only a livestream with its address stands on the public page."), field="is_public"
        )


def _require_address(address: str | None, field: str) -> None:
    """Only what a browser opens as a page: nothing that would run in ours."""
    if not address:
        return
    try:
        parts = urlsplit(address)
        is_page = parts.scheme in {"http", "https"} and bool(parts.hostname) and " " not in address
    except ValueError:
        is_page = False
    if not is_page:
        raise NotAnAddress(_("Give the whole address of a web page, beginning with https://."), field=field)


def _find_owner(work: Communication, by: Any) -> None:
    """One organization gets a link of its own; of many, or of nobody in particular, the organizer reports."""
    work.organization = None
    meant = Known(work.event).meant(work.owner) if work.owner else []
    if len(meant) == 1:
        work.organization = meant[0].organization
        charge_organizations(work.event, [(meant[0].name, meant[0].organization)], by=by)


def _let_go(work: Communication, values: dict[str, Any]) -> None:
    file_id = work.proof_file_id
    assign(work, values)
    db.session.flush()
    if file_id is not None:
        files.discard(file_id)
