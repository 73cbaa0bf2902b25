"""A campaign that is over, as the tests of its results report need it: stops with guests, visitors and tasks, and some
of everything that a campaign does."""

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from uuid import uuid4

import sqlalchemy as sa

from eventsvc import clock, secrets
from eventsvc.budgets import estimate_operations as estimates
from eventsvc.budgets import estimate_queries
from eventsvc.budgets import operations as sources
from eventsvc.budgets.amounts import Line
from eventsvc.campaigns import accreditation_operations as press
from eventsvc.campaigns import activity_operations as activities
from eventsvc.campaigns import communication_operations as communications
from eventsvc.campaigns import roadshow_operations as roadshow
from eventsvc.campaigns import stall_operations as stalls
from eventsvc.campaigns.activity_models import ActivityKind, ActivityState, StallKind, StallState
from eventsvc.campaigns.communication_models import Accreditation, AccreditationState, Channel
from eventsvc.campaigns.roadshow_operations import SittingDetails, TaskDetails, TemplateDetails
from eventsvc.checkins.models import Outcome, Scan, ScanKind, ScanMode
from eventsvc.commendations import operations as commendations
from eventsvc.commendations.models import NomineeKind
from eventsvc.commendations.pasting import Proposal
from eventsvc.contests.models import Award, Contest, EntrantKind, EntryMember
from eventsvc.db import atomic, db
from eventsvc.events import operations as events
from eventsvc.events.models import Event
from eventsvc.guests.models import Guest
from eventsvc.reports import results_operations
from eventsvc.sites.models import Site
from eventsvc.tasks import operations as tasks
from eventsvc.tasks.operations import Details
from eventsvc.visitors import operations as visitors
from eventsvc.visitors.models import OpenDoors, Tally, Visit, VisitState
from tests import factories
from tests.campaigns import roadshows
from tests.contests import staging

NOW = datetime(2024, 10, 20, 3, tzinfo=UTC)
BEGINS = date(2024, 9, 5)
CHILD, ADULT = "Bé Trần Mai Chi", "Lê Thị Bưởi"
HONOUR = "Bằng khen của Chủ tịch UBND tỉnh"


def told(stops: int = 3) -> Event:
    """Everything is over but the last stop, which has no event."""
    event = roadshows.campaign(theme="Chuyển đổi số – chuyển đổi xanh")
    clusters = roadshows.clusters(event)[:2]
    roadshow.set_template(
        event,
        TemplateDetails(
            title="((stop))",
            sittings=[SittingDetails(1, "Khai mạc", time(8), time(11))],
            tasks=[TaskDetails("Bố trí mặt bằng", "((host))", 10), TaskDetails("Mời đại biểu", "Sở Y tế", 5)],
        ),
        by=None,
    )
    for number in range(stops):
        made = roadshows.stop(
            clusters[number % 2], BEGINS + timedelta(days=number), days=1, name=f"Điểm dừng {number + 1}"
        )
        if number < stops - 1:
            _held(roadshow.make_event(made, by=None), number)
    tasks.add_task(event, Details(text="Tham mưu tổng kết", agency="Sở Y tế"), by=None)
    _done(event, stops)
    _competed(event)
    _honoured(event)
    _paid(event)
    return event


def parts_of(event: Event) -> list[Event]:
    return list(db.session.scalars(sa.select(Event).where(Event.part_of_id == event.id).order_by(Event.id)))


def _held(part: Event, number: int) -> None:
    """Three guests of whom one or two came; two visitors, one of whom came, and five people counted."""
    sitting = part.sittings[0]
    events.approve_time(sitting, by=None)
    site = db.session.scalars(sa.select(Site).where(Site.event_id == part.id)).one()
    expected = [factories.guest(site) for _guest in range(3)]
    for guest in expected[: 1 + number % 2]:
        _let_in(part, guest)
    factories.data_notice(part)
    doors = [
        visitors.make_open_doors(part, site=site, sitting=sitting, title=title, capacity=9, by=None)
        for title in ("Không gian số", "Hội chợ ẩm thực")
    ]
    came, _stayed = (_visitor(doors[0], factories.guest(site)) for _visitor_no in range(2))
    with atomic():
        db.session.add(_tally(part, site, sitting, 5))
    _let_in(part, came)
    results_operations.add_media(part, {"channel": "Báo tỉnh", "title": "Ngày hội", "pieces": 2}, by=None)


@atomic()
def _visitor(doors: OpenDoors, guest: Guest) -> Guest:
    """One who registered while that was open."""
    guest.is_walk_in, token = True, secrets.new_token()
    visit = Visit(
        open_doors=doors,
        guest=guest,
        state=VisitState.REGISTERED,
        full_name="Người Xem",
        folded="nguoi xem",
        token_hash=secrets.digest(token),
        token_sealed=secrets.seal(token),
    )
    db.session.add(visit)
    return guest


def _tally(part: Event, site: Site, sitting, people: int) -> Tally:
    return Tally(
        tally_id=str(uuid4()),
        event_id=part.id,
        site_id=site.id,
        sitting_id=sitting.id,
        people=people,
        counted_at=clock.now(),
        actor_kind="user",
    )


@atomic()
def _let_in(part: Event, guest: Guest) -> None:
    row = {
        "scan_id": str(uuid4()), "event_id": part.id, "guest_id": guest.id, "site_id": guest.site_id,
        "sitting_id": part.sittings[0].id, "kind": ScanKind.ENTRY, "mode": ScanMode.ONLINE, "flags": [],
        "received_at": clock.now(), "effective_at": clock.now(), "standing": Outcome.ADMITTED,
        "outcome": Outcome.ADMITTED, "body_hash": "0" * 64,
    }  # fmt: skip
    db.session.execute(sa.insert(Scan), [row])


def _done(event: Event, count: int) -> None:
    space = activities.add_activity(
        event, name="Không gian kinh tế số", kind=ActivityKind.EXHIBITION_SPACE, is_public=True, by=None
    )
    for number in range(count):
        made = activities.add_activity(event, name=f"Diễn tập {number}", kind=ActivityKind.DRILL, by=None)
        with atomic():
            made.state = (ActivityState.DONE, ActivityState.CANCELLED, ActivityState.PLANNED)[number % 3]
            made.visitors = 40 + number
    for code, owner in (("A1", "Hợp tác xã Bưởi"), ("A2", "Hợp tác xã Bưởi"), ("A3", "Hộ Năm Lúa")):
        stall = stalls.add_stall(space, code=code, owner=owner, kind=StallKind.FOOD, by=None)
        with atomic():
            stall.state = StallState.CANCELLED if code == "A3" else StallState.PRESENT
            stall.is_cashless = code == "A1"
    for number in range(count):
        work = communications.add_work(event, channel=Channel.PRESS, text=f"Đưa tin {number}", by=None)
        if number:
            with atomic():
                work.done_on, work.pieces, work.reach = clock.today(), 2, 1000
                work.proof_url = "https://bao.example.vn/1" if number == 1 else None
    by = factories.user()
    for number in range(2):
        press.request_accreditation(event, outlet="Báo tỉnh", name=f"Phóng viên {number}", by=by)
    with atomic():
        db.session.scalars(sa.select(Accreditation)).first().state = AccreditationState.APPROVED


def _competed(event: Event) -> Contest:
    """An adult and a child win; the team of two children enters, one entry is withdrawn."""
    contest = staging.contest(event, name="Vẽ tranh bằng AI")
    person = {"kind": EntrantKind.PERSON}
    adult = staging.entry(contest, name=ADULT, public_name=ADULT, **person)
    child = staging.entry(
        contest, name=CHILD, public_name=CHILD, is_child=True, guardian_agreed_at=clock.now(), **person
    )
    team = staging.entry(contest)
    staging.withdraw(staging.entry(contest))
    with atomic():
        team.members = [EntryMember(number=n, name=f"Em {n}") for n in (1, 2)]
        for number, (name, entry) in enumerate((("Nhất", adult), ("Nhì", child), ("Ba", None)), start=1):
            award = Award(contest_id=contest.id, number=number, name=name, amount=1_000_000, entry=entry)
            db.session.add(award)
        contest.results_published_at = clock.now()
    return contest


def _honoured(event: Event) -> None:
    rows = [
        commendations.propose(event, Proposal(kind, name, "Thành tích xuất sắc", HONOUR), by=None)
        for kind, name in (
            (NomineeKind.COLLECTIVE, "Sở Y tế"),
            (NomineeKind.COLLECTIVE, "Sở Công Thương"),
            (NomineeKind.CHANNEL, "Kênh Đồng Nai xanh"),
        )
    ]
    seen = [(row.id, None) for row in rows[:2]]
    commendations.check_several(event, seen, checked_by="Sở Nội vụ", by=None)
    commendations.decide_several(event, seen, number="12/QĐ-UBND", day=clock.today(), by=None)


def _paid(event: Event) -> None:
    source = sources.add_source(event, {"text": "Ngân sách tỉnh", "amount": 100_000_000}, by=None)
    estimates.ask_estimates(event, ["Sở Y tế", "Sở Công Thương", "Công an tỉnh"], by=None)
    asked = db.session.scalars(estimate_queries.estimates_of(event, clock.today())).all()
    for number, row in enumerate(asked[:2]):
        line = Line("Thuê sân khấu", None, Decimal(1), 10_000_000 * (number + 1), source.id)
        estimates.save_lines(row, [line], is_final=True, by=None)
    by = factories.user()
    estimates.approve_estimate(asked[0], [(8_000_000, source.id)], by=by)
    estimates.record_spending(asked[0], [7_000_000], by=by)
    estimates.settle(asked[0], day=clock.today(), paper="05/BB", by=by)
