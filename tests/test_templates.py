"""Every template: it compiles, some page shows it, its forms carry the CSRF field, it holds no code of its own."""

import re
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import abort

from eventsvc import clock
from eventsvc.accounts.models import User
from eventsvc.announcements import queries as announcements
from eventsvc.announcements import sending_operations as announcing
from eventsvc.budgets import estimate_operations
from eventsvc.campaigns import accreditation_operations as press
from eventsvc.campaigns import roadshow_operations as roadshow
from eventsvc.campaigns import roadshow_queries
from eventsvc.campaigns.communication_models import AccreditationState
from eventsvc.contests import queries as contests
from eventsvc.contests import vote_operations as voting
from eventsvc.db import atomic, db
from eventsvc.deliveries import operations as outbox
from eventsvc.deliveries import sign_in_operations
from eventsvc.deliveries.models import Delivery, DeliveryState
from eventsvc.documents import circulation_operations, paper_queries, signing_operations
from eventsvc.documents.models import DocumentState
from eventsvc.events import operations as events
from eventsvc.events.models import Event, EventForm, EventKind
from eventsvc.events.queries import event_by_slug
from eventsvc.invitations import kinds
from eventsvc.invitations import operations as invitations
from eventsvc.invitations import substitution_operations as substitutions
from eventsvc.invitations.substitution_models import Substitution, SubstitutionState
from eventsvc.link_tests import queries as link_tests
from eventsvc.link_tests import sending_operations as writing_to_sites
from eventsvc.movements import (
    guidance_queries,
    guidance_reminder_operations,
    target_operations,
    target_queries,
)
from eventsvc.movements.return_models import GuidanceReturn
from eventsvc.nominations import operations as asking_organizations
from eventsvc.nominations import sending_operations as writing_to_organizations
from eventsvc.nominations.models import OrganizationInvitation
from eventsvc.sites import readiness_operations, readiness_queries, reminder_operations
from eventsvc.sites.queries import site_by_code
from eventsvc.sites.readiness_models import Gate
from eventsvc.tasks import answer_operations, assignment_operations, extension_operations, nudge_operations
from eventsvc.tasks import queries as task_queries
from eventsvc.tasks import telling_operations as task_letters
from eventsvc.tasks.duty_models import PeriodReport
from eventsvc.tasks.models import Assignment
from eventsvc.tasks.returns import ReturnState
from eventsvc.visitors import operations as visitors
from eventsvc.visitors import telling_operations
from eventsvc.visitors.models import Visit, VisitState
from tests import walk
from tests.entrants import write_of_entries
from tests.walk import act, address, ask
from tests.world import PLAN, UNITS_AS_OF

FOLDER = Path(__file__).parent.parent / "templates"
# What is printed is set by another program (tests/test_pdf.py).
EVERY = sorted(
    name
    for path in FOLDER.rglob("*")
    if path.is_file() and not (name := str(path.relative_to(FOLDER))).startswith("print/")
)
PAGES = [name for name in EVERY if name.endswith(".html") and not name.startswith("email/")]

# Views that hand ready HTML to a page: each renders a template, which escapes.
READY_HTML = {"reports/overview_views.py"}


def _source(name: str) -> str:
    """The template without its comments."""
    return re.sub(r"\{#.*?#\}", "", (FOLDER / name).read_text("utf-8"), flags=re.DOTALL)


def test_every_template_compiles(world):
    for name in EVERY:
        world.app.jinja_env.get_template(name)


@pytest.mark.parametrize("name", PAGES)
def test_every_form_that_posts_carries_the_csrf_field(name):
    forms = re.findall(
        r"<form\b[^>]*method=\"post\".*?</form>", _source(name), flags=re.DOTALL | re.IGNORECASE
    )

    assert [form[:80] for form in forms if not re.search(r"csrf\(\)|csrf_token|hidden_tag\(\)", form)] == []


@pytest.mark.parametrize("name", PAGES)
def test_no_template_holds_code_or_styles_of_its_own(name):
    source = _source(name)

    assert not re.search(r"<style|\sstyle\s*=|javascript:|\son[a-z]+\s*=\s*[\"']", source, re.IGNORECASE)
    assert not re.search(r"<script(?![^>]*\bsrc=)", source, re.IGNORECASE)


@pytest.mark.parametrize("name", EVERY)
def test_nothing_is_shown_unescaped(name):
    assert not re.search(r"\|\s*safe\b|autoescape\s+false|Markup\(", _source(name))


def test_ready_html_is_handed_over_in_known_places_only():
    code = FOLDER.parent / "eventsvc"
    found = {
        str(path.relative_to(code))
        for path in code.rglob("*.py")
        if re.search(r"\bMarkup\(|render_template_string", path.read_text("utf-8"))
    }

    assert found <= READY_HTML


def test_every_template_is_shown_somewhere(world):
    """Whatever is in the folder was needed for a page of an event under way, cancelled or just made, or a letter."""
    world.app.jinja_env.cache.clear()  # what other tests were shown does not count
    _read_everything(world, world.a.slug)
    for kind in kinds.ALL:
        url = address(world.app, "wordings.edit", world.a, kind=kind)
        assert ask(world, world.browser("organizer"), "GET", url).status_code == 200
    _make_mistakes(world)
    world.restore()
    made = _new_event(world)
    _read_everything(world, made)
    plan_of_work = _new_event(world, EventKind.WORK_PLAN)
    assert ask(world, world.browser("organizer"), "GET", f"/events/{plan_of_work}").status_code == 200
    campaign = _new_event(world, EventKind.CAMPAIGN)
    assert ask(world, world.browser(None), "GET", f"/p/{campaign}").status_code == 200
    assert ask(world, world.browser("organizer"), "GET", f"/events/{campaign}/plan").status_code == 200
    url = address(world.app, "site_copies.index", world.a, slug=made)
    assert ask(world, world.browser("organizer"), "GET", f"{url}?from={world.a.slug}").status_code == 200
    _write_letters(world)
    _read_everything(world, world.a.slug)  # the event is cancelled by now
    _break_things(world)

    loaded = {name for _loader, name in world.app.jinja_env.cache.keys()}  # noqa: SIM118

    assert sorted(set(EVERY) - loaded) == []


def _read_everything(world, slug: str) -> None:
    for client in (world.browser("organizer"), world.browser("viewer"), world.app.test_client()):
        for endpoint, method in walk.steps(world.app, reading=True):
            names = walk.arguments(world.app, endpoint)
            if endpoint.startswith("system."):
                continue
            if slug == world.a.slug or names == {"slug"}:
                instead = {"slug": slug} if "slug" in names else {}
                answer = ask(world, client, method, address(world.app, endpoint, world.a, **instead))
                assert answer.status_code in {200, 302, 401, 404, 410}, endpoint


def _new_event(world, kind: EventKind = EventKind.CONFERENCE) -> str:
    """An event with nothing in it: every list is empty, every figure is nought."""
    host = event_by_slug(world.a.slug).host
    made = events.create_event(
        host=host, title="Hội nghị", short_title="Hội nghị", kind=kind,
        form=EventForm.IN_PERSON, units_as_of=UNITS_AS_OF, window_text=None, by=None,
    )  # fmt: skip
    return made.slug


def _make_mistakes(world) -> None:
    """Every form sent empty; a link that leads nowhere; a plan that is looked at before it is taken up."""
    client = world.browser("organizer")
    for endpoint, method in walk.steps(world.app, reading=False):
        if walk.arguments(world.app, endpoint) == {"slug"} and endpoint not in {
            "events.cancel",
            "deliveries.stop",
        }:
            act(world, client, method, address(world.app, endpoint, world.a))
    url = address(
        world.app, "agenda.line", world.a
    )  # as the page's script sends it: only what changed is answered
    act(world, client, "POST", url, headers={"HX-Request": "true"})
    ask(world, client, "GET", "/i/nothing")
    ask(world, client, "GET", "/o/nothing")
    ask(world, client, "GET", "/s/nothing")
    ask(world, client, "GET", "/visit/nothing")
    ask(world, client, "GET", "/vote/nothing")
    ask(world, client, "GET", "/j/nothing")
    ask(world, client, "GET", "/e/nothing")
    act(world, client, "POST", address(world.app, "site_calls.record", world.a))
    act(world, client, "POST", address(world.app, "site_page.hand_over", world.a), data={"name": "Bà Mới"})
    changed = PLAN.read_text("utf-8").replace("Tổ chức Lễ phát động", "Tổ chức trọng thể Lễ phát động")
    file = (BytesIO(changed.encode()), "ke-hoach.yaml")
    act(world, client, "POST", address(world.app, "plans.new", world.a), data={"file": file})


def _move_announced_stop(world, event: Event) -> None:
    """Whoever moves a stop whose event has been announced is asked first; a journalist is told the decision."""
    by = db.session.scalars(sa.select(User)).first()
    one = press.request_accreditation(event, outlet="Báo", name="Lê Báo", email="bao@example.vn", by=by)
    press.decide(event, {one.id: one.version}, AccreditationState.APPROVED, by=by)
    stop = roadshow_queries.stops_of(event)[0]
    part = roadshow.make_event(stop, by=None)
    events.approve_time(part.sittings[0], by=None)
    url = f"/events/{event.slug}/roadshow/stops/{stop.id}/moving?to={stop.starts_on}"
    assert ask(world, world.browser("organizer"), "GET", url).status_code == 200


def _write_letters(world) -> None:
    """An invitation, the news of a change, a cancellation, a way in; a draft in other words, a no to a substitute."""
    event: Event = event_by_slug(world.a.slug)
    draft = db.session.scalars(sa.select(Delivery).where(Delivery.state == DeliveryState.DRAFT)).first()
    outbox.edit_draft(draft, subject="Nhắc trả lời", text="Kính mong trả lời.", version=None, by=None)
    waiting = sa.select(Substitution).where(Substitution.state == SubstitutionState.WAITING)
    asked = db.session.scalars(waiting).first()
    with atomic():
        asked.requested_by_id = db.session.scalar(
            sa.select(User.id).where(User.email == world.emails["owner"])
        )
    substitutions.refuse(asked, remark="Đề nghị cử lãnh đạo.", by=None)
    _move_announced_stop(world, event)
    sitting = event.sittings[0]
    silent = asking_organizations.ask_organization(
        event, name="Hội Cựu chiến binh", by=None,
        request=asking_organizations.Request(site_by_code(event, "main"), seats=1),
        contact=asking_organizations.Contact(email="van.phong@hoi.example.vn"),
    )  # fmt: skip
    writing_to_organizations.ask(event, by=None)
    writing_to_organizations.chase(event, asked_ids={silent.id}, by=None)
    events.edit_sitting(sitting, {"place": "Nhà Văn hóa Lao động"}, by=None)
    invitations.send_updates(event, by=None)
    writing_to_organizations.send_updates(event, by=None)
    act(world, world.browser(None), "POST", "/sign-in/link", data={"email": world.emails["owner"]})
    assert sign_in_operations.queue_links() == 1
    (paper,) = (each for each in paper_queries.papers_of(event) if each.state is DocumentState.ISSUED)
    circulation_operations.send_again(paper, seen=1, by=None)
    signing_operations.recall(paper, "Sai ngày.", by=None)
    tests = link_tests.link_tests_of(event)
    for test in tests:
        writing_to_sites.tell(test, by=None)
    for announcement in db.session.scalars(announcements.announcements_of(event)).all():
        assert announcing.mail(announcement, by=None) > 0
    (target,) = target_queries.indicators_of(event)[0].targets
    target_operations.expect_figures(target, ["Hội Cựu chiến binh"], by=None)
    assert target_operations.remind(target, by=None).messages == 1
    movement = guidance_queries.required_movement(event)
    with atomic():
        db.session.add(GuidanceReturn(movement=movement, asked=silent))
    assert guidance_reminder_operations.remind(movement, by=None).messages == 1
    _write_of_estimates(event, silent)
    _write_of_tasks(event)
    rule = next(rule for rule in readiness_queries.rules_of(event) if rule.gate is Gate.TESTED)
    columns = {name: getattr(rule, name) for name in readiness_operations.COLUMNS} | {"remind_hours": 168}
    readiness_operations.edit_rule(rule, columns, by=None)
    assert reminder_operations.remind_by_rule() > 0
    contest = contests.public_contest(world.a.values["contest_slug"])
    voting.ask(
        contest, contests.accepted_entries(contest)[0], email="nguoi.xem@example.vn", address="192.0.2.1"
    )
    write_of_entries(contest)
    visit = db.session.scalars(sa.select(Visit).where(Visit.state == VisitState.REGISTERED)).first()
    visitors.cancel(visit, reason="Trùng đăng ký.", by=None)
    events.cancel_event(event, by=None)
    invitations.send_updates(event, by=None)
    assert telling_operations.tell_of_changes() > 0
    for test in tests:
        writing_to_sites.tell(test, by=None)


def _write_of_estimates(event: Event, asked: OrganizationInvitation) -> None:
    estimate_operations.ask_estimates(event, [asked.name], by=None)
    assert estimate_operations.remind(event, by=None).messages >= 1


def _write_of_tasks(event: Event) -> None:
    """An agency is charged, its report sent back, its time prolonged; and it is reminded."""
    line = task_queries.tasks_of(event)[-1].assignees[0]
    assignment_operations.charge_by_name(line.task, line, ["Hội Cựu chiến binh"], by=None)
    assert task_letters.tell(event, by=None).messages == 1
    row = db.session.scalars(sa.select(Assignment).order_by(Assignment.id.desc())).first()
    answer_operations.report_done(row, "Đã xong.", by=row.asked)
    answer_operations.send_back(row, "Thiếu số liệu.", by=None)
    week = clock.today() + timedelta(days=7)
    extension_operations.extend(row.task, week, "Chờ số liệu", assignment=row, by=None)
    with atomic():
        row.told_at = clock.now() - timedelta(days=2)
    assert task_letters.remind(event, clock.now()) == 1
    owed = db.session.scalars(
        sa.select(PeriodReport)
        .join(PeriodReport.asked)
        .where(
            PeriodReport.state == ReturnState.MISSING,
            OrganizationInvitation.event_id == event.id,
            OrganizationInvitation.email.is_not(None),
        )
    ).first()
    assert nudge_operations.nudge_period(owed.period, by=None).messages > 0


def _break_things(world) -> None:
    """The pages of what goes wrong, those of our own making too."""
    client = world.browser("organizer")
    for status in (400, 403, 404, 413, 429):
        _route(world, f"/broken-{status}", lambda status=status: abort(status))
        assert ask(world, client, "GET", f"/broken-{status}").status_code == status
    _route(world, "/broken-500", lambda: 1 / 0)
    assert client.get("/broken-500").status_code == 500
    act(world, client, "POST", address(world.app, "sites.remove", world.a))


def _route(world, path: str, view) -> None:
    view.is_public = True
    world.app._got_first_request = False  # a test may add what an application may not
    world.app.add_url_rule(path, path.strip("/"), view)
