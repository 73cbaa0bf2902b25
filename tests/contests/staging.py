"""A contest with accepted entries, as rows: how people enter has tests of its own."""

from datetime import timedelta

from eventsvc import clock, secrets
from eventsvc.agenda.models import ItemKind
from eventsvc.contests import operations, round_operations
from eventsvc.contests.models import Contest, EntrantKind, Entry, EntryState, Round, RoundKind
from eventsvc.db import atomic, db
from eventsvc.events import operations as events
from eventsvc.events.models import EventKind
from tests import factories


def campaign():
    return factories.event(title="Ngày Chuyển đổi số", short_title="Ngày CĐS", kind=EventKind.CAMPAIGN)


def contest(event=None, *, name: str = "Livestream bán hàng OCOP", entries: int = 0, **columns) -> Contest:
    """A public contest whose accepted entries everybody sees, judged by two criteria of ten and thirty points."""
    made = operations.make_contest(event or campaign(), name=name, is_public=True, by=None, **columns)
    operations.set_criteria(made, [("Nội dung", 10), ("Hình thức", 30)], by=None)
    operations.show_entries(made, by=None)
    for _number in range(entries):
        entry(made)
    return made


def voting(entries: int = 2, **columns) -> Contest:
    """A contest whose public vote is open."""
    now = clock.now()
    hours = {"vote_opens_at": now - timedelta(hours=1), "vote_closes_at": now + timedelta(hours=1)}
    return contest(entries=entries, **{"vote_weight": 30, **hours, **columns})


@atomic()
def entry(contest: Contest, **columns) -> Entry:
    number = 1 + db.session.query(Entry).filter_by(contest_id=contest.id).count()
    token = secrets.new_token()
    values = {
        "title": f"Tác phẩm {number}",
        "name": f"Nguyễn Văn Thí Sinh {number}",
        "public_name": f"Đội {number}",
        "kind": EntrantKind.TEAM,
        "state": EntryState.ACCEPTED,
        "organization_name": f"Trường Mẫu {number}",
        **columns,
    }
    made = Entry(
        contest=contest,
        number=number,
        token_hash=secrets.digest(token),
        token_sealed=secrets.seal(token),
        **values,
    )
    db.session.add(made)
    db.session.flush()
    return made


@atomic()
def withdraw(entry: Entry) -> None:
    entry.state = EntryState.WITHDRAWN


def entries_of(contest: Contest) -> list[Entry]:
    return db.session.query(Entry).filter_by(contest_id=contest.id).order_by(Entry.number).all()


def round_(
    contest: Contest, kind: RoundKind = RoundKind.JURY, *, name: str = "Vòng loại", **columns
) -> Round:
    """One more round, with whoever belongs into it."""
    made = round_operations.add_round(contest, name=name, kind=kind, by=None, **columns)
    round_operations.take_entries(made, by=None)
    return made


@atomic()
def _part_of(event, whole) -> None:
    event.part_of_id = whole.id


def finale(campaign):
    """The last event of a campaign, with the item at which awards are handed over."""
    made = factories.event(title="Lễ tổng kết", short_title="Tổng kết", kind=EventKind.DX_DAY)
    _part_of(made, campaign)
    return made, factories.item(made, "Trao giải", 20, kind=ItemKind.AWARD)


def cancel(event) -> None:
    events.cancel_event(event, reason="Bão", by=factories.user())
