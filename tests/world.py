"""Two hosts with one event each and every noun in it, made once by operations; a test gets a copy of the database.

`World.a` is the event that the actors work on; `World.elsewhere` is another site of the same event, and
`World.b` the event of somebody else. A `Half` knows a value for every argument of every address.
"""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any
from uuid import uuid4

import sqlalchemy as sa
import yaml
from flask import Flask, current_app
from itsdangerous import URLSafeTimedSerializer
from PIL import Image

from eventsvc import clock, secrets
from eventsvc.accounts import operations as accounts
from eventsvc.accounts.permissions import Role
from eventsvc.accounts.queries import screen_tokens
from eventsvc.agenda import operations as agenda
from eventsvc.agenda import printing
from eventsvc.agenda.material_models import Material, MaterialKind
from eventsvc.agenda.models import AgendaTemplate, ItemKind
from eventsvc.agenda.operations import materials, templates
from eventsvc.announcements import operations as announcements
from eventsvc.announcements import queries as announced
from eventsvc.announcements.models import Audience as SitesTold
from eventsvc.budgets.models import BudgetSource
from eventsvc.checkins import closing_operations as closings
from eventsvc.checkins import closing_queries
from eventsvc.checkins import operations as checkins
from eventsvc.checkins import paper_operations as paper_sheets
from eventsvc.checkins.models import Device, Enrolment, Profile, ReviewCase, Scan
from eventsvc.coordinators import operations as coordinators
from eventsvc.db import atomic, db
from eventsvc.deliveries import operations as outbox
from eventsvc.deliveries.enclosures import Enclosed
from eventsvc.deliveries.models import Batch, Delivery, InboundMail
from eventsvc.deliveries.operations import receiving
from eventsvc.documents import (
    circulation_operations,
    paper_operations,
    signature_operations,
    signing_operations,
)
from eventsvc.documents.models import Document, DocumentKind, DocumentState
from eventsvc.events import operations as events
from eventsvc.events.models import Event, LegalBasis
from eventsvc.events.queries import event_by_slug
from eventsvc.feeds import operations as feeds
from eventsvc.feeds.models import FeedKind
from eventsvc.files import operations as files
from eventsvc.guests import import_operations as imports
from eventsvc.guests import operations as guests
from eventsvc.guests import queries as guest_lists
from eventsvc.guests import rank_operations as ranks
from eventsvc.guests.models import Guest, GuestImport, Rank, Slot
from eventsvc.halls import operations as halls
from eventsvc.halls import post_operations as posts
from eventsvc.halls.models import ServiceKind
from eventsvc.invitations import batch_operations, kinds, letter_operations
from eventsvc.invitations import operations as invitations
from eventsvc.invitations import reply_operations as replies
from eventsvc.invitations import substitution_operations as substitutions
from eventsvc.invitations import tokens as stops
from eventsvc.invitations import wording_operations as wordings
from eventsvc.invitations.letter_models import Audience, Letter
from eventsvc.invitations.message_models import ReminderKind, ReminderRule
from eventsvc.invitations.models import Answer, AnswerSource, Invitation, Pass
from eventsvc.invitations.substitution_models import Substitution, SubstitutionSource
from eventsvc.link_tests import operations as link_tests
from eventsvc.link_tests.models import LinkTestKind
from eventsvc.nominations import naming_operations as naming
from eventsvc.nominations import operations as nominations
from eventsvc.nominations.models import Nomination, OrganizationInvitation
from eventsvc.organizations import letterhead
from eventsvc.organizations import queries as organizations
from eventsvc.people import body_operations as bodies
from eventsvc.people.models import Body
from eventsvc.people.operations import Details
from eventsvc.plans import operations as plans
from eventsvc.reception import operations as reception
from eventsvc.reception.models import Delegation
from eventsvc.seating import operations as seating
from eventsvc.seating.models import SeatBlock, SeatingPlan
from eventsvc.seating.ordering import Seat
from eventsvc.sites import (
    call_operations,
    fault_operations,
    link_operations,
    link_queries,
    readiness_queries,
    report_operations,
    report_queries,
    reporter,
    step_operations,
)
from eventsvc.sites import file_operations as site_files
from eventsvc.sites import operations as sites
from eventsvc.sites import queries as sites_queries
from eventsvc.sites.call_models import CallOutcome
from eventsvc.sites.file_models import SiteSheet
from eventsvc.sites.models import Milestone, Site, SiteLevel
from eventsvc.sites.report_models import FaultKind
from eventsvc.spreadsheets.tables import Table
from eventsvc.stage import operations as stage
from eventsvc.stage import queries as stage_queries
from eventsvc.stage.presses import Press
from eventsvc.tasks.models import Task
from eventsvc.visitors import operations as visitors
from eventsvc.visitors import tally_operations as tallies
from eventsvc.visitors.operations import Registrant
from tests.campaign_parts import campaign_parts
from tests.charges import charge
from tests.entrants import entered_contest
from tests.exhibits import exhibits
from tests.halts import halts
from tests.honours import honours
from tests.judged import BRACKET, LIVESTREAM, judged

UNITS_AS_OF = date(2023, 7, 15)
PLAN = Path(__file__).parent.parent / "eventsvc/system/data/001_dx_movement_launch_quang_ngai_2023.yaml"
POISON = "<script>alert(1)</script>\"'><b>{{7*7}} ((rsvp_link)) %s %(name)s {0.__class__} [[secret:link]]"
PEOPLE_ROLES = tuple(role for role in Role if role is not Role.DOOR)
OF_A_SITE = {Role.COORDINATOR, Role.SUPERVISOR, Role.DOOR}
PAPER = b"%PDF-1.7\n1 0 obj << /Type /Catalog >> endobj\n%%EOF\n"
PASSWORD = "mat-khau-cua-nguoi-to-chuc-8153"


@dataclass
class Half:
    """One event seen from one of its sites, in plain values that outlive any database session."""

    slug: str
    values: dict[Any, Any] = field(default_factory=dict)
    """By the name of an argument; by endpoint and argument where one address needs another row."""
    tokens: dict[str, str] = field(default_factory=dict)
    names: list[str] = field(default_factory=list)
    """Names of guests at this site."""
    contacts: list[str] = field(default_factory=list)
    """Addresses and numbers at this site, of guests and of the site itself."""

    def value(self, endpoint: str, argument: str) -> Any:
        """What to put for an argument of an address; KeyError says what is missing here."""
        if argument == "token":
            return self.tokens[TOKEN_OF[endpoint]]
        own = FIXED.get((endpoint, argument)) or self.values.get((endpoint, argument))
        return own or self.values[argument]


# Which secret stands in the address of which route.
TOKEN_OF = {
    "accounts.use_link": "sign_in",
    "feeds.calendar": "feed",
    "visit.page": "visit",
    "visit.cancel": "visit",
    "visit.pass_svg": "visit",
    "visit.pass_png": "visit",
    "visit.calendar": "visit",
    **{
        f"entry_page.{page}": "entrant"
        for page in ("page", "edit", "add_files", "file", "remove_file", "withdraw")
    },
    **{f"guardian_page.{page}": "guardian" for page in ("ward", "ward_file", "agree", "pictures", "refuse")},
    "jury_page.home": "jury",
    "jury_page.entry": "jury",
    "jury_page.tie": "jury",
    "jury_page.file": "jury",
    "contest_vote.confirm": "vote",
    "press_badge.page": "press_badge",
    "press_badge.code": "press_badge",
    "personal_feeds.person": "invitation",
    "personal_feeds.make_person": "invitation",
    "personal_feeds.stop_person": "invitation",
    "own_guidance.page": "organization",
    "own_guidance.enter": "organization",
    "own_guidance.commune": "organization",
    "own_guidance.forward": "organization",
    "own_guidance.forward_all": "organization",
    "own_guidance.send_back": "organization",
    "own_guidance.stop": "organization",
    "own_training.page": "organization",
    "own_training.group": "organization",
    "own_training.enter": "organization",
    "own_estimate.page": "organization",
    "own_estimate.enter": "organization",
    "own_estimate.spent": "organization",
    "own_estimate.stop": "organization",
    "own_commendations.page": "organization",
    "own_commendations.propose": "organization",
    "own_commendations.several": "organization",
    "own_commendations.edit": "organization",
    "own_commendations.withdraw": "organization",
    "own_commendations.look": "home_affairs",
    "own_commendations.check": "home_affairs",
    "own_commendations.send_back": "home_affairs",
    "own_commendations.check_chosen": "home_affairs",
    "own_finance.page": "finance",
    "own_finance.look": "finance",
    "own_finance.approve": "finance",
    "own_finance.send_back": "finance",
    "own_finance.settle": "finance",
    "own_communications.index": "organization",
    "own_communications.report": "organization",
    "own_communications.proof": "organization",
    "own_launch.page": "organization",
    "own_launch.plan": "organization",
    "own_launch.report": "organization",
    "own_obstacles.index": "organization",
    "own_obstacles.new": "organization",
    "own_obstacles.withdraw": "organization",
    "organization_page.decline": "organization",
    "organization_page.edit": "organization",
    "organization_page.letter": "organization",
    "organization_page.name": "organization",
    "organization_page.name_list": "organization",
    "organization_page.page": "organization",
    "organization_page.receipt": "organization",
    "organization_page.stop": "organization",
    "organization_page.substitute": "organization",
    "organization_page.withdraw": "organization",
    "own_targets.index": "organization",
    "own_targets.report": "organization",
    "own_targets.stop": "organization",
    "own_tasks.answer": "organization",
    "own_tasks.index": "organization",
    "own_tasks.more_time": "organization",
    "own_tasks.paper": "organization",
    "own_tasks.receive": "organization",
    "own_tasks.show": "organization",
    "own_tasks.stop": "organization",
    "own_reports.file": "organization",
    "own_reports.index": "organization",
    "own_reports.report": "organization",
    "own_reports.stop": "organization",
    "own_reports.unchanged": "organization",
    "personal_feeds.organization": "organization",
    "personal_feeds.make_organization": "organization",
    "personal_feeds.stop_organization": "organization",
    "personal_feeds.site": "site",
    "personal_feeds.make_site": "site",
    "personal_feeds.stop_site": "site",
    "invitee.page": "invitation",
    "substitution_page.page": "invitation",
    "substitution_page.withdraw": "invitation",
    "invitee.calendar": "invitation",
    "invitee.pass_svg": "invitation",
    "invitee.pass_png": "invitation",
    "pass_pages.pass_pdf": "invitation",
    "invitee.stop": "stop",
    "letters_public.own_letter": "invitation",
    "public_papers.page": "paper",
    "public_papers.as_pdf": "paper",
    "reports.screen": "screen",
    "reports.screen_fragment": "screen",
    "site_board.screen": "screen",
    "site_board.screen_fragment": "screen",
    "scanner.enrol": "enrolment",
    "site_page.home": "site",
    "site_page.live": "site",
    "site_page.step": "site",
    "site_page.tick": "site",
    "site_page.head_count": "site",
    "site_page.raise_fault": "site",
    "site_page.fault": "site",
    "site_page.clear_fault": "site",
    "site_page.accept_test": "site",
    "site_page.pass_test": "site",
    "site_page.fail_test": "site",
    "site_page.read": "site",
    "site_page.programme": "site",
    "site_page.data": "site",
    "site_page.set_photo": "site",
    "site_page.photo": "site",
    "site_page.remove_photo": "site",
    "site_page.delegates": "site",
    "site_page.delegate": "site",
    "site_page.remove_delegate": "site",
    "site_page.hand_over": "site",
    "stage_screens.fragment": "stage",
    "stage_screens.mc": "stage",
    "stage_screens.screen": "stage",
    "stage_screens.technician": "stage",
}
FIXED = {
    ("static", "filename"): "css/base.css",
    ("agenda.move", "direction"): "up",
    ("activities.move", "direction"): "up",
    ("ranks.move", "direction"): "up",
    ("checklists.move_item", "direction"): "up",
    ("checklists.move_kind", "direction"): "up",
    ("stage.link_qr", "view"): "mc",
    ("stage_screens.fragment", "view"): "technician",
    ("running_order.paper", "view"): "master",
    ("meetings.make_task", "number"): 1,
    ("contest_rounds.draw", "round_number"): BRACKET,
    ("contest_rounds.undraw", "round_number"): BRACKET,
    ("contest_matches.show", "round_number"): BRACKET,
    ("contest_matches.plan", "round_number"): BRACKET,
    ("contest_matches.result", "round_number"): BRACKET,
    ("contest_matches.not_played", "round_number"): BRACKET,
    ("contest_matches.clear", "round_number"): BRACKET,
    ("contest_matches.slot", "round_number"): LIVESTREAM,
    ("contest_matches.sales", "round_number"): LIVESTREAM,
    ("contest_matches.remove_slot", "round_number"): LIVESTREAM,
}


@dataclass
class World:
    a: Half
    elsewhere: Half
    b: Half
    keys: dict[str, str]
    """The session key of a browser for each role; "foreign" is the organizer of B."""
    bearers: dict[str, str]
    """An API token for each role of A; "foreign" is the organizer of B."""
    emails: dict[str, str]
    app: Flask = None  # type: ignore[assignment]
    restore: Any = None
    """Puts the database back as it was made."""

    def browser(self, role: str | None):
        """A client with the cookie of somebody in that role, who has read a page with a form before."""
        client = self.app.test_client()
        with client.session_transaction() as session:
            session["csrf_token"] = "0" * 40
            if role is not None:
                session["key"] = self.keys[role]
        return client

    def csrf(self) -> str:
        """The CSRF field that goes with every browser of this world."""
        return URLSafeTimedSerializer(self.app.config["SECRET_KEY"], salt="wtf-csrf-token").dumps("0" * 40)

    def bearer(self, role: str) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.bearers[role]}"}


# --- Making it ----------------------------------------------------------------------------------------------


def build(poison: str = "") -> World:
    """Everything, in the database of the current application; `poison` is added to every text."""
    keys, bearers, emails = {}, {}, {}
    a = _event("51", "tỉnh Quảng Ngãi", poison)
    b = _event("75", "tỉnh Đồng Nai", poison)
    here, there = _sites_of_people(a)
    for role in PEOPLE_ROLES:
        emails[role.value], keys[role.value] = _user(f"{role.value}@quangngai.example.vn", role, a, here)
    for role in Role:
        _row, bearers[role.value] = accounts.create_token(role, name=f"Mã {role}", **_scope(role, a, here))
    emails["foreign"], keys["foreign"] = _user("organizer@dongnai.example.vn", Role.ORGANIZER, b, None)
    _row, bearers["foreign"] = accounts.create_token(Role.ORGANIZER, organization_id=b.host_id)
    halves = [_half(a, here), _half(a, there), _half(b, _sites_of_people(b)[0])]
    halves[0].tokens |= {"sign_in": accounts.make_link(accounts.create_user(emails["viewer"]))}
    halves[2].tokens |= {"sign_in": accounts.make_link(accounts.create_user(emails["foreign"]))}
    outbox.drain(worker="test")
    name = sorted(Path(current_app.config["MAIL_FOLDER"]).glob("*.eml"))[0].stem
    for half in halves:
        half.values["name"] = name  # one folder for the whole machine
    return World(*halves, keys, bearers, emails)


def _user(email: str, role: Role, event: Event, site: Site | None) -> tuple[str, str]:
    """A user who may do this and is signed in: the address, and the key of the browser."""
    user = accounts.create_user(email, name=f"Người dùng {role}")
    accounts.grant(user, role, **_scope(role, event, site))
    return email, accounts.use_link(accounts.make_link(user))


def _scope(role: Role, event: Event, site: Site | None) -> dict[str, int]:
    if role is Role.ADMIN:
        return {}
    if role is Role.ORGANIZER:
        return {"organization_id": event.host_id}
    if role in OF_A_SITE and site is not None:
        return {"event_id": event.id, "site_id": site.id}
    return {"event_id": event.id}


def _plan(province: str, name: str, poison: str) -> bytes:
    """The plan of 2023 for another province, with fewer tasks and the main hall only."""
    data = yaml.safe_load(PLAN.read_text("utf-8").replace("tỉnh Quảng Ngãi", name))
    data["document"]["province_code"] = province
    data["event"]["short_name"] = f"Lễ phát động {name}"
    data["event"]["scale"] |= {"district_bridges": 0, "commune_bridges": 0}
    data["tasks"] = data["tasks"][:3]
    if poison:
        for part in ("agenda", "rituals", "tasks", "purposes", "requirements", "delegates", "follow_up"):
            _spoil(data[part], poison)
        for part in ("recipients", "legal_basis", "title"):
            _spoil(data["document"][part], poison)
        for part in ("venues", "budget", "implementing"):
            _spoil(data["event"][part], poison)
        data["campaign"]["name"] += poison
        data["campaign"]["skills"] = [skill + poison for skill in data["campaign"]["skills"]]
        _spoil(data["source_anomalies"], poison)
    return yaml.safe_dump(data, allow_unicode=True).encode()


def _spoil(node: Any, poison: str) -> None:
    if isinstance(node, dict):
        for key, value in node.items():
            if key in {"text", "note", "agency", "org", "speaker"} and isinstance(value, str):
                node[key] = value + poison
            else:
                _spoil(value, poison)
    elif isinstance(node, list):
        for value in node:
            _spoil(value, poison)


@atomic()
def _event(province: str, name: str, poison: str) -> Event:
    host = organizations.host_for(province, UNITS_AS_OF)
    outcome = plans.load_plan(_plan(province, name, poison), as_of=UNITS_AS_OF, by=None)
    event = event_by_slug(outcome.slugs[0])
    assert event is not None and event.host_id == host.id
    _schedule(event, poison)
    _await_materials(event, poison)
    _keep_templates(event, poison)
    agenda.add_strand(event, name=f"Không gian triển lãm{poison}", place=f"Sảnh tầng 1{poison}", by=None)
    _make_sites(event, poison)
    _invite_people(event, province, poison)
    _name_substitutes(event, poison)
    _seat_people(event, poison)
    _receive_people(event, poison)
    _open_doors(event, poison)
    _release(event, poison)
    _draft_a_batch(event, poison)
    _take_in_mail(event, poison)
    _run_show(event, poison)
    _write_papers(event, poison)
    return event


def _schedule(event: Event, poison: str) -> None:
    day = clock.local(clock.now() + timedelta(days=7)).replace(hour=8, minute=0, second=0, microsecond=0)
    starts_at = day.astimezone(UTC)
    for number in range(3 if event.province_code == "75" else 2):
        sitting = events.add_sitting(event, by=None) if number else event.sittings[0]
        begins = starts_at + timedelta(days=number)
        events.propose_time(sitting, starts_at=begins, ends_at=begins + timedelta(minutes=90), by=None)
        opened = {"doors_open_at": clock.now() - timedelta(minutes=5), "title": f"Phiên {number + 1}{poison}"}
        events.edit_sitting(sitting, {**opened, "place": f"Hội trường lớn{poison}"}, by=None)
        events.approve_time(sitting, by=None)
    words = {
        "venue": "Trung tâm IOC",
        "dress_code": "Lễ phục",
        "contact_name": "Chị Đào",
        "title": event.title,
    }
    spoilt = {name: word + poison for name, word in words.items()}
    events.edit_event(event, {**spoilt, "contact_phone": "+84501000001"}, by=None)
    for item in event.agenda_items:
        agenda.edit_item(
            item, {"duration_minutes": 10, "note": f"Mời cả hội trường đứng dậy{poison}"}, by=None
        )
    events.set_data_notice(
        event,
        purpose=f"Mời và đón tiếp đại biểu.{poison}",
        legal_basis=LegalBasis.STATE_FUNCTION,
        controller=f"UBND tỉnh{poison}",
        kept_until=date(2099, 12, 31),
        by=None,
    )


def _release(event: Event, poison: str) -> None:
    """As many releases as sittings: the second without an item of the first."""
    item = event.agenda_items[1]
    extra = agenda.add_item(event, kind=item.kind, title=f"Mục sẽ bỏ{poison}", duration_minutes=5, by=None)
    for number in range(1, len(event.sittings) + 1):
        agenda.edit_item(item, {"mc_line": f"Kính thưa quý vị, lần {number}{poison}"}, by=None)
        agenda.release(event, note=f"Ghi chú {number}{poison}", confirmed=True, by=None)
        if number == 1:
            agenda.remove_item(extra, by=None)
    agenda.edit_item(item, {"sound_note": f"Micro không dây{poison}"}, by=None)


def _await_materials(event: Event, poison: str) -> None:
    """A speech with links and a file, as many as there will be sittings; an agreement that is overdue."""
    item, last = event.agenda_items[1], event.agenda_items[-1]
    words = {"owner": f"Sở Nội vụ{poison}"[:300], "note": f"In 02 bản{poison}"}
    speech = {"kind": MaterialKind.SPEECH, "title": f"Bài phát biểu{poison}"[:300], **words}
    made = materials.add_material(item, {**speech, "due_on": date(2099, 7, 1)}, by=None)
    link = f"https://luu-tru.example.vn/{poison}".replace(" ", "")
    for number in range(1, 3 if event.province_code == "75" else 2):
        materials.add_version(event, made, link=link, note=f"Bản {number}{poison}"[:300], by=None)
    brought = files.take_in(BytesIO(PAPER), f"phát biểu{poison}.pdf")
    materials.add_version(event, made, brought=brought, by=None)
    agreement = {"kind": MaterialKind.AGREEMENT, "title": "Biên bản thỏa thuận", "due_on": date(2023, 7, 1)}
    materials.add_material(last, agreement, by=None)


def _keep_templates(event: Event, poison: str) -> None:
    """The agenda with a strand beside the stage kept as a template, and one that cannot be read."""
    strand = agenda.add_strand(event, name=f"Trưng bày{poison}"[:200], place=f"Sảnh{poison}", by=None)
    item = agenda.add_item(
        event, kind=ItemKind.DEMO, title=f"Xem trưng bày{poison}", strand=strand, duration_minutes=5, by=None
    )
    kept = templates.save_template(event, f"Mẫu lễ phát động{poison}"[:200], by=None)
    agenda.remove_item(item, by=None)
    agenda.remove_strand(strand, by=None)
    with atomic():
        db.session.add(AgendaTemplate(host_id=kept.host_id, name=f"Mẫu hỏng{poison}"[:200], content={}))


def _make_sites(event: Event, poison: str) -> None:
    """The main hall, two districts and two communes; and a school, which no list of units knows."""
    for level in (SiteLevel.DISTRICT, SiteLevel.COMMUNE):
        for site in sites.add_sites(event, level, by=None)[2:]:
            sites.remove_site(site, by=None)
    sites.add_site(event, name=f"Trường Đại học Phạm Văn Đồng{poison}"[:200], by=None)
    for number, site in enumerate(db.session.scalars(sites_queries.sites_of(event)).all()):
        changes = {
            "name": f"{site.name}{poison}"[:200],
            "hall": f"Hội trường UBND{poison}",
            "address": f"01 Hùng Vương{poison}",
            "note": f"Có máy phát điện{poison}",
            "contact_name": f"Anh Bách {number}{poison}"[:200],
            "contact_phone": f"+84502{event.province_code}000{number}",
            "contact_email": f"diem.cau{number}@tinh{event.province_code}.example.vn",
        }
        sites.edit_site(site, changes, by=None)


def _sites_of_people(event: Event) -> list[Site]:
    """The two communes."""
    return list(db.session.scalars(sites_queries.sites_of(event, level=SiteLevel.COMMUNE)))


def _invite_people(event: Event, province: str, poison: str) -> None:
    by_level = {group.level: group for group in guest_lists.groups_of(event)}
    names = ("Quýnh", "Tróng", "Khưởng", "Diễu", "Nghiễm", "Thuỵnh")
    hall = sites_queries.site_by_code(event, "main")
    for number, site in enumerate([hall, *_sites_of_people(event)]):
        group = by_level[site.level]
        if poison:
            words = {"name": group.name + poison, "note": poison}
            guests.edit_group(group, **words, phrasing=group.phrasing, seats=None, by=None)
        guest = guests.add_guest(
            group,
            site,
            full_name=f"Lê Thị {names[number]} {province}{poison}"[:200],
            honorific=f"Bà{poison}"[:40],
            position=f"Chủ tịch{poison}",
            organization_name=f"UBND xã{poison}",
            emails=[f"moi{number}@nha{province}.example.vn"],
            phones=[f"+84501{province}000{number}"],
            note=f"Cần xe lăn{poison}",
            by=None,
        )
        guests.edit_guest(
            guest, details=guests.Details(
                full_name=guest.person.full_name, honorific=guest.person.honorific,
                position=guest.person.position, organization_name=guest.person.organization_name,
                emails=guest.person.emails, phones=guest.person.phones,
            ),
            site=site, group=group, seat=f"A{number}{poison}"[:40], note=guest.note,
            attention=f"Dùng lối riêng{poison}", by=None,
        )  # fmt: skip
        guests.add_guest(
            group,
            site,
            full_name=f"Trần Văn {names[number + 3]} {province}{poison}"[:200],
            honorific="Ông",
            by=None,
        )
        label = f"Hội Nông dân{poison}"
        guests.add_slot(site, label=label, group=group, organization_name=label, seats=2, note=label, by=None)
    bare = poison.replace(",", "").replace('"', "")
    listed = f"STT,Họ và tên,Chức vụ,Email\n1,Võ Thị Mới{bare},Trưởng phòng,moi@moi.example.vn\n"
    parsed = imports.read(event, f"danh-sach{poison.replace('/', '')}.csv", listed.encode())
    imports.start_import(event, parsed, site=hall, group=by_level[hall.level], by=None)
    headings = ["Mã điểm cầu", "Điểm cầu", "Hội trường", f"Cột lạ{poison}", "SĐT"]
    rows = [
        ["main", "", f"Hội trường mới{poison}", "1", f"không có{poison}"],
        ["", f"Trạm lạ{poison}"[:200], "A"],
    ]
    site_files.keep(event, f"ds{poison}.csv", [Table(f"DS{poison}", [headings, *rows])], by=None)
    _word_messages(event, poison)
    invitations.invite(event, by=None)
    for invitation in db.session.scalars(sa.select(Invitation).where(Invitation.event_id == event.id)).all():
        invitations.answer(
            invitation,
            Answer.DECLINED,
            reason=f"Đi công tác{poison}"[:500],
            source=AnswerSource.PAGE,
            by=invitation,
        )


def _word_messages(event: Event, poison: str) -> None:
    """Own words for two kinds of messages, and a day on which a reminder goes out. Unknown fields are refused."""
    words = poison.replace("((rsvp_link))", "")
    for kind in ("invitation", "thanks"):
        wordings.set_wording(event, kind, opening=f"Kính gửi ((họ tên)){words}", by=None)
    wordings.add_rule(event, kind=ReminderKind.REMINDER, days=3, at_hour=time(8), by=None)


def _name_substitutes(event: Event, poison: str) -> None:
    """Every group has a rank whose substitutes need approval; the last guest of each site has named somebody."""
    ranks.use_usual_ranks(event, by=None)
    agreed = ranks.RankRules(lead_workdays=3, substitutes_need_approval=True, announces_arrival=True)
    rank = ranks.add_rank(event, name=f"Lãnh đạo tỉnh{poison}"[:200], rules=agreed, by=None)
    ranks.give_ranks(event, {group.id: rank.id for group in guest_lists.groups_of(event)}, by=None)
    asked = sa.select(Invitation).join(Invitation.guest).where(Invitation.event_id == event.id)
    last = {each.guest.site_id: each for each in db.session.scalars(asked.order_by(Invitation.id))}
    for number, invitation in enumerate(last.values()):
        substitutions.request_substitution(
            invitation,
            details=guests.Details(
                full_name=f"Phan Thị Đỡ {number}{poison}"[:200], position=f"Phó Chủ tịch{poison}",
                organization_name=f"UBND xã{poison}", emails=[f"do{number}@nha{event.province_code}.example.vn"],
            ),
            reason=f"Bận họp{poison}", authority=f"Giấy ủy quyền{poison}", source=SubstitutionSource.INVITEE,
        )  # fmt: skip


def _seat_people(event: Event, poison: str) -> None:
    """A plan of each hall: somebody sits, somebody else is to be settled, a chair is closed."""
    for site in [sites_queries.site_by_code(event, "main"), *_sites_of_people(event)]:
        layout = seating.Layout(rows=2, centre=3, presidium=2)
        plan = seating.add_plan(
            site, name=f"Hội trường{poison}"[:200], note=f"Lối đi giữa{poison}", layout=layout, by=None
        )
        seating.edit_block(plan.blocks[1], {"closed": ["2-3"]}, by=None)
        first, second = db.session.scalars(
            sa.select(Guest).where(Guest.site_id == site.id).order_by(Guest.id).limit(2)
        )
        seating.give(plan, Seat(plan.blocks[1].id, 1, 2), first, by=None)
        seating.give(plan, Seat(plan.blocks[1].id, 1, 1), second, by=None)
        second.seat_needs_review = True


def _draft_a_batch(event: Event, poison: str) -> None:
    """A batch to be looked at, with a paper enclosed; and a message that did not arrive."""
    batch = outbox.start_batch(
        event,
        kind=kinds.REMINDER,
        name=f"Tất cả{poison}",
        scope={},
        total=2,
        job=batch_operations.JOB,
        by=None,
    )
    invited = sa.select(Invitation).where(Invitation.event_id == event.id).order_by(Invitation.id)
    head = letterhead.letterhead(f"UBND tỉnh{poison}", None)
    values = printing.programme(event, [], head=head, form="Trực tiếp", release=None)
    for number, invitation in enumerate(db.session.scalars(invited.limit(3)).all()):
        outbox.queue(
            intent=f"draft:{invitation.id}", kind=kinds.REMINDER, event_id=event.id,
            subject_kind="invitation", subject_id=invitation.id,
            recipient=f"moi{number}@nha{event.province_code}.example.vn" if number < 2 else "không phải thư",
            recipient_name=invitation.guest.person.full_name, subject=f"Nhắc trả lời {number}",
            text_body=f"Kính nhắc{poison}", html_body="<p>Kính nhắc</p>", secrets={"link": "lien-ket"},
            batch_id=batch.id if number < 2 else None, is_draft=number < 2,
            enclosed=Enclosed("giay-moi.pdf", "programme.typ", values),
        )  # fmt: skip
    outbox.count_composed(batch, is_done=True)


def _take_in_mail(event: Event, poison: str) -> None:
    """Another time proposed, a report that nobody signed, an automatic reply, a letter."""
    invitation = db.session.scalars(
        sa.select(Invitation).where(Invitation.event_id == event.id).order_by(Invitation.id)
    ).first()
    ours = db.session.scalars(sa.select(Delivery).where(Delivery.event_id == event.id)).first()
    sender = invitation.guest.person.email
    says = f"From: {sender}\nSubject: Thư số {event.id}{poison}\nIn-Reply-To: {ours.message_id}\n"
    calendar = (
        f"BEGIN:VCALENDAR\nMETHOD:COUNTER\nBEGIN:VEVENT\nUID:{invitation.uid}-1@eventsvc\n"
        f"ATTENDEE;PARTSTAT=TENTATIVE:mailto:{sender}\nCOMMENT:Xin lùi một giờ{poison}\n"
        "DTSTAMP:20230701T000000Z\nDTSTART:20230715T020000Z\nDTEND:20230715T030000Z\nEND:VEVENT\nEND:VCALENDAR\n"
    )
    report = (
        "--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example.vn\n\n"
        f"Final-Recipient: rfc822; {ours.recipient}\nAction: failed\nStatus: 5.1.1\n"
        f"Diagnostic-Code: smtp; 550 5.1.1 unknown{poison}\n\n--b--\n"
    )
    for headers, body in (
        ("Content-Type: text/calendar; method=COUNTER\n\n", calendar),
        ("Content-Type: multipart/report; report-type=delivery-status; boundary=b\n\n", report),
        ("Auto-Submitted: auto-replied\n\n", "Tôi đi vắng.\n"),
        ("\n", f"Tôi xin phép vắng mặt.{poison}\n"),
    ):
        receiving.receive(f"{says}{headers}{body}".encode())
    replies.read_new()


def _write_papers(event: Event, poison: str) -> None:
    """A letter that is issued, sent and everybody's, and an official letter that is still a draft."""
    block = signature_operations.add_block(
        event.host, name=f"PCT ký thay{poison}"[:200], lines=["TM. ỦY BAN NHÂN DÂN", f"KT. CHỦ TỊCH{poison}"[:120]],
        signer=f"Nguyễn Văn Ký{poison}"[:200], by=None,
    )  # fmt: skip
    for kind, symbol in (
        (DocumentKind.INVITATION_LETTER, "GM-UBND"),
        (DocumentKind.OFFICIAL_LETTER, "UBND-VX"),
    ):
        changes = {
            "block_id": block.id,
            "symbol": symbol,
            "notes": f"Trình gấp{poison}",
            "drafting_unit": "KGVX",
        }
        paper = paper_operations.add_paper(event, kind, changes, by=None)
        paper_operations.add_recipient(
            paper,
            text=f"Sở Nội vụ{poison}",
            purpose="để biết",
            email=f"vt@so{event.province_code}.example.vn",
            by=None,
        )
        if kind is DocumentKind.INVITATION_LETTER:
            for step in (signing_operations.submit, signing_operations.sign, signing_operations.issue):
                step(paper, version=None, by=None)
            circulation_operations.send(paper, by=None)
            everybody = {(Audience.PEOPLE, None): paper, (Audience.ORGANIZATIONS, None): paper}
            letter_operations.assign_letters(event, everybody, by=None)


def _receive_people(event: Event, poison: str) -> None:
    """A delegation to each hall, led by somebody; one greeter for all."""
    for site in [sites_queries.site_by_code(event, "main"), *_sites_of_people(event)]:
        words = {"arrival_point": "Sân bay Chu Lai", "vehicle": "Xe 16 chỗ", "plate": "51A-000.01",
                 "greeter_name": "Chị Thuý", "escort_name": "Anh Toàn", "room": "Phòng khách số 1",
                 "note": "Tặng hoa"}  # fmt: skip
        phones = {"greeter_phone": "+84503000001", "escort_phone": "+84503000002"}
        limits = {"plate": 40, "arrival_point": 300}
        spoilt = {name: f"{word}{poison}"[: limits.get(name, 200)] for name, word in words.items()}
        delegation = reception.add_delegation(
            event, {"name": f"Đoàn {site.code}{poison}"[:300], "site_id": site.id, "arrives_at": event.starts_at,
                    **spoilt, **phones}, by=None,
        )  # fmt: skip
        first = db.session.scalars(
            sa.select(Guest).where(Guest.site_id == site.id).order_by(Guest.id)
        ).first()
        reception.add_member(delegation, first, by=None)


def _open_doors(event: Event, poison: str) -> None:
    """A phone at each commune; somebody is in at one and scanned again at the other, which opens a case."""
    here, there = _sites_of_people(event)
    doors = []
    for site in (here, there):
        _enrolment, token = checkins.create_enrolment(
            event, site=site, name=f"Cửa số 1 {site.name}{poison}"[:120], profile=Profile.SUPERVISOR, by=None
        )
        doors.append(checkins.enrol(token))
        checkins.create_enrolment(event, site=site, name=f"Cửa số 2{poison}", by=None)
    wanderer = db.session.scalars(sa.select(Guest).where(Guest.site_id == here.id).order_by(Guest.id)).first()
    for (device, _secret), site in zip(doors, (here, there), strict=True):
        checkins.record_scans(device, [_scan(_code_of(wanderer), site)], device_clock=clock.now())
    stranger = db.session.scalars(
        sa.select(Guest).where(Guest.site_id == there.id).order_by(Guest.id)
    ).first()
    checkins.record_scans(doors[1][0], [_scan(_code_of(stranger), there, seq=2)], device_clock=clock.now())
    own = ((here, wanderer), (there, stranger))
    for (device, _secret), (site, guest) in zip(doors, own, strict=True):  # another scan under a known id
        first = _scan(_code_of(guest), site, seq=3)
        other = {**first, "code": "KHONG-PHAI-MA", "reason": f"Ghi chú{poison}"}
        checkins.record_scans(device, [first, other], device_clock=clock.now())
    accounts.create_token(Role.VIEWER, name=f"Màn hình{poison}"[:200], event_id=event.id, shown_again=True)


def _run_show(event: Event, poison: str) -> None:
    """The first item is on, one is skipped, the stage has been told something; a link shows it."""
    sitting = event.sittings[0]
    stage.press(sitting, Press.START, revision=0, by=None)
    last = stage_queries.slots_on_stage(sitting)[-1].item
    stage.press(sitting, Press.SKIP, revision=1, key=last.key, by=None)
    stage.say(sitting, f"Mời đại biểu ổn định chỗ ngồi{poison}"[:200], by=None)
    stage.make_link(event, name=f"Cánh gà{poison}"[:100], by=None)


def _scan(code: str, site: Site, seq: int = 1) -> dict[str, Any]:
    moment = datetime.now(UTC).isoformat()
    words = {"scan_id": str(uuid4()), "seq": seq, "code": code, "site": site.code, "scanned_at": moment}
    return {**words, "sitting": 1, "kind": "entry", "mode": "online"}


def _code_of(guest: Guest) -> str:
    sealed = db.session.scalar(
        sa.select(Pass.code_sealed).where(Pass.guest_id == guest.id, Pass.revoked_at.is_(None))
    )
    return secrets.unseal(sealed)


def _ask_organization(site: Site, poison: str) -> OrganizationInvitation:
    """An organization with two places at the site: one person it named is invited, one can be corrected, one waits."""
    event, place = site.event, f"{site.event.province_code}{site.id}"
    request = nominations.Request(site, label=f"Đại diện Hội Khuyến học {site.name}"[:200], seats=2)
    contact = nominations.Contact(
        f"Bà Đào Thị Nghĩa{poison}"[:200], f"Chánh Văn phòng{poison}"[:200], "+84501000009",
        f"van.phong{place}@khuyen-hoc.example.vn",
    )  # fmt: skip
    asked = nominations.ask_organization(
        event, name=f"Hội Khuyến học {site.name}"[:200], request=request, contact=contact,
        due_on=date(2099, 12, 1), note=f"Mặc lễ phục{poison}", by=None,
    )  # fmt: skip
    named = [
        Details(
            full_name=f"Hồ Thị {name} {place}{poison}"[:200], honorific="Bà", position=f"Phó Chủ tịch{poison}"[:500],
            phones=[f"+8450{site.id:04d}{number:03d}"], emails=[f"{number}.ho{place}@khuyen-hoc.example.vn"],
        )
        for number, name in enumerate(("Khuynh", "Thoảng", "Vượng"))
    ]  # fmt: skip
    naming.name_people(asked, named[:1])
    invitations.invite(event, site=site, by=None)
    naming.name_people(asked, named[1:])
    return asked


def _look_after(site: Site, poison: str) -> tuple[dict[str, int], str]:
    """A site whose coordinator has reported one of everything: the ids of it, and the secret of the page."""
    event, own = site.event, reporter.of_site(site)
    link_operations.make_links(event, [site], by=None)
    changes = {
        "technician_name": f"Anh Kỹ{poison}"[:200], "technician_phone": f"+84503{site.id:06d}",
        "host_name": f"Bà Chủ{poison}"[:200], "host_position": f"Chủ tịch{poison}"[:200],
        "backup_line": f"4G{poison}"[:300], "meeting_id": f"88{poison}"[:120],
    }  # fmt: skip
    report_operations.tell_data(site, changes, own)
    for milestone in (Milestone.CONFIRMED, Milestone.TECHNICIAN_PRESENT):
        step_operations.reach(site, milestone, own, note=f"Ghi chú{poison}")
    step_operations.undo(site, Milestone.TECHNICIAN_PRESENT, own)
    report_operations.tick(site, report_queries.check_items(event)[0], own)
    province = reporter.Reporter(None, f"Chị Gọi{poison}"[:200], f"Anh Nghe{poison}"[:200])
    call_operations.record_call(site, CallOutcome.WILL_CALL_BACK, province, note=f"Đang họp{poison}")
    for number in (10, 12):
        people = [(group, number) for group in report_queries.count_groups(event)]
        report_operations.report_head_count(site, event.sittings[0], people, own)
    fault = fault_operations.raise_fault(site, FaultKind.NO_SOUND, f"Mất tiếng{poison}", own)
    fault_operations.take_fault(fault, f"Tổ kỹ thuật{poison}"[:200], own)
    picture = BytesIO()
    Image.new("RGB", (40, 30), (120, 20, 20)).save(picture, "JPEG")
    report_operations.set_photo(site, files.take_in(picture, "hoi-truong.jpg"), own)
    named = coordinators.Named(
        f"Võ Thị Diệp {site.code}{poison}"[:200], "Bà", f"Trưởng thôn{poison}", f"Thôn 1{poison}"
    )
    delegate = coordinators.add_delegate(site, named, own)
    in_reach = timedelta(minutes=20)  # near enough to take results
    begins = clock.now().replace(second=0, microsecond=0) + in_reach
    midnight = clock.from_local(datetime.combine(clock.local(begins).date() + timedelta(days=1), time.min))
    ends = min(begins + timedelta(hours=1), midnight)
    test = link_tests.make_link_test(
        event, kind=LinkTestKind.LINK_TEST, title=f"Kết nối thử{poison}"[:200], starts_at=begins,
        ends_at=ends, video_link="https://hop.example.vn/1", contact=f"Anh Trực{poison}"[:300],
        note=f"Có mặt trước 10 phút{poison}", sites=[site], by=None,
    )  # fmt: skip
    for is_urgent in (True, False):
        announcements.announce(
            event, text=f"Mở máy trước 7 giờ{poison}", audience=SitesTold.CHOSEN, sites=[site],
            is_urgent=is_urgent, by=None,
        )  # fmt: skip
    link_operations.mark_opened(site)
    announcements.mark_shown(site, up_to=max(each.id for each in announced.for_site(site)))
    ids = _look_after_hall(site, poison) | {
        "fault_id": fault.id,
        "invited_site_id": test.invited[0].id,
        "link_test_id": test.id,
        "invited_id": test.invited[0].id,
        "receipt_id": announced.for_site(site)[0].id,
        "announcement_id": announced.for_site(site)[0].announcement_id,
        "delegate_id": delegate.id,
        "readiness_rule_id": readiness_queries.rules_of(event)[0].id,
        "check_item_id": report_queries.check_items(event)[0].id,
        "count_group_id": report_queries.count_groups(event)[0].id,
    }
    return ids, (link_queries.link_of(site) or "").rpartition("/")[2]


def _look_after_hall(site: Site, poison: str) -> dict[str, int]:
    """A service with a problem, a door with one person too few."""
    service = halls.add_service(
        site, ServiceKind.MEDICAL, detail=f"01 xe cứu thương{poison}"[:300], agency_name=f"Sở Y tế{poison}"[:300],
        on_duty_name=f"Bác sĩ Trực{poison}"[:200], on_duty_phone="+84503000003", note=f"Đỗ ở cổng phụ{poison}", by=None,
    )  # fmt: skip
    halls.report_problem(service, f"Xe chưa đến{poison}", by=None)
    post = posts.add_post(
        site, name=f"Cửa số 1{poison}"[:200], is_door=False, needed=2, note=f"Phát thẻ{poison}", by=None
    )
    person = posts.Person(f"Tạ Văn Gác{poison}"[:200], "+84503000004", f"Tỉnh đoàn{poison}"[:300])
    starts_at = site.event.starts_at - timedelta(hours=1)
    shift = posts.add_shifts(
        post, [person], starts_at=starts_at, ends_at=starts_at + timedelta(hours=3), by=None
    )[0]
    return {"service_id": service.id, "post_id": post.id, "shift_id": shift.id}


def _welcome_visitors(site: Site, poison: str) -> tuple[dict[str, int], str]:
    """A fair of one place with somebody in it and somebody waiting, people counted by taps, a list on paper."""
    event, sitting = site.event, site.event.sittings[0]
    fair = visitors.make_open_doors(
        event, site=site, sitting=sitting, title=f"Triển lãm{poison}"[:200], text=f"Mời tham quan{poison}",
        capacity=1, by=None,
    )  # fmt: skip
    visit, _waiting = (
        visitors.register(
            fair,
            Registrant(
                f"Mai Văn Xem {number}{site.code}{poison}"[:200], f"Trường THPT{poison}"[:300],
                f"+84503{number}{site.id:05d}", f"xem{number}.{site.id}@tham-quan.example.vn",
            ),
        )
        for number in (1, 2)
    )  # fmt: skip
    device = db.session.scalars(sa.select(Device).where(Device.site_id == site.id)).first()
    tallies.record_tallies(checkins.door_of(device), [{"tally_id": str(uuid4()), "people": 5}])
    [sheet] = paper_sheets.print_sheets(event, sitting, [site], blank_lines=2, by=None)
    count = closing_queries.count_of(site, sitting)
    signed = closings.Signature(
        f"Trần Văn Ký{poison}"[:200], f"Chủ tịch{poison}"[:300], f"Đã đếm hai lần{poison}"
    )
    closing = closings.close(
        site, sitting, named=count.named, people=count.people + 1, signed=signed, by=None
    )
    ids = {
        "doors_number": fair.number,
        "visit_id": visit.id,
        "sheet_number": sheet.number,
        "closing_id": closing.id,
    }
    return ids, secrets.unseal(visit.token_sealed)


def _keep_body(event: Event, poison: str) -> Body:
    """A committee of the host with one member."""
    name = f"Ban Chỉ đạo {event.province_code}{poison}"[:300]
    known = db.session.scalar(sa.select(Body).where(Body.host_id == event.host_id))
    if known is not None:
        return known
    body = bodies.add_body(event.host_id, name=name, note=f"Quyết định số 15{poison}", by=None)
    member = Details(
        full_name=f"Đinh Văn Thạnh {event.province_code}{poison}"[:200], position=f"Giám đốc{poison}"[:500]
    )
    bodies.add_member(body, member, bodies.Seat(f"Ủy viên{poison}"[:200], date(2020, 1, 1)), by=None)
    return body


def _substitution_at(site: Site) -> Substitution:
    found = db.session.scalar(
        sa.select(Substitution)
        .join(Substitution.invitation)
        .join(Invitation.guest)
        .where(Guest.site_id == site.id)
        .order_by(Substitution.id)
    )
    assert found is not None
    return found


def _half(event: Event, site: Site) -> Half:
    """The event with whatever belongs to that site, where there is a choice."""

    def first(model: Any, *conditions: Any) -> Any:
        row = db.session.scalars(sa.select(model).where(*conditions).order_by(model.id)).first()
        assert row is not None, f"the world has no {model.__name__}"
        return row

    of_event = lambda model: first(model, model.event_id == event.id)  # noqa: E731
    of_site = lambda model: first(model, model.site_id == site.id)  # noqa: E731
    guest, screen = of_site(Guest), screen_tokens(event.id)[0]
    plan = of_site(SeatingPlan)
    link = screen_tokens(event.id, Role.STAGE)[0]
    invitation = first(Invitation, Invitation.guest_id == guest.id)
    feed, feed_token = feeds.create_feed(event, kind=FeedKind.RUNNING_ORDER, name=site.name, by=None)
    poison = event.dress_code.removeprefix("Lễ phục")
    asked, body = _ask_organization(site, poison), _keep_body(event, poison)
    named = list(
        db.session.scalars(
            sa.select(Nomination.id)
            .where(Nomination.organization_invitation_id == asked.id)
            .order_by(Nomination.id)
        )
    )
    reported, site_token = _look_after(site, poison)
    welcomed, visit_token = _welcome_visitors(site, poison)
    reported |= welcomed | charge(event, asked, poison)
    reported |= halts(event, poison)
    exhibited, exhibit_tokens = exhibits(event, asked, poison)
    reported |= exhibited
    reported |= campaign_parts(event, poison)
    contested, contest_tokens = judged(event, poison)
    reported |= contested
    entered, entry_tokens = entered_contest(event, contested["contest_id"], poison)
    reported |= entered
    honoured, honour_tokens = honours(event, asked, poison)
    reported |= honoured
    enrolment = first(Enrolment, Enrolment.site_id == site.id, Enrolment.used_at.is_(None))
    draft = first(Document, Document.event_id == event.id, Document.state == DocumentState.DRAFT)
    letter = first(Document, Document.event_id == event.id, Document.state == DocumentState.ISSUED)
    template = first(AgendaTemplate, AgendaTemplate.host_id == event.host_id)
    values = {
        "slug": event.slug,
        "code": site.code,
        "number": len(event.sittings),
        "item_id": event.agenda_items[1].id,
        "ritual_id": event.rituals[0].id,
        "strand_id": event.strands[0].id,
        "template": template.id,
        "material_id": first(Material, Material.event_id == event.id).id,
        "guest_id": guest.id,
        "group_id": guest_lists.groups_of(event)[-1].id,
        "slot_id": first(Slot, Slot.site_id == site.id).id,
        "plan_id": plan.id,
        "delegation_id": of_site(Delegation).id,
        "seat_block_id": first(SeatBlock, SeatBlock.plan_id == plan.id).id,
        "import_id": of_event(GuestImport).id,
        "sheet_id": of_event(SiteSheet).id,
        "rank_id": of_event(Rank).id,
        "rule_id": of_event(ReminderRule).id,
        "kind": "invitation",
        "substitution_id": _substitution_at(site).id,
        "token_id": screen.id,
        "link_id": link.id,
        "invitation_id": invitation.id,
        "delivery_id": first(
            Delivery, Delivery.event_id == event.id, Delivery.subject_id == invitation.id
        ).id,
        "inbound_id": of_event(InboundMail).id,
        "device_id": of_site(Device).id,
        "enrolment_id": enrolment.id,
        "scan_id": of_site(Scan).id,
        "case_id": first(ReviewCase, ReviewCase.event_id == event.id).id,
        "task_id": of_event(Task).id,
        "source_id": of_event(BudgetSource).id,
        "feed_id": feed.id,
        "asked_id": asked.id,
        "invited_id": named[0],
        "nomination_id": named[1],
        "body_id": body.id,
        "member_id": body.members[0].id,
        "recipient_id": event.document.recipients[0].id,
        "paper_id": draft.id,
        "paper_recipient_id": draft.recipients[0].id,
        "block_id": draft.block_id,
        "series_id": draft.series_id,
        "letter_id": of_event(Letter).id,
        "batch_id": of_event(Batch).id,
        "draft_id": first(Delivery, Delivery.batch_id == of_event(Batch).id).id,
        "enclosing_id": first(Delivery, Delivery.batch_id == of_event(Batch).id).id,
    } | reported
    tokens = (
        {
            "invitation": secrets.unseal(invitation.token_sealed),
            "stop": stops.stop_token(invitation),
            "screen": secrets.unseal(screen.token_sealed),
            "stage": secrets.unseal(link.token_sealed),
            "feed": feed_token,
            "organization": secrets.unseal(asked.token_sealed),
            "enrolment": secrets.unseal(enrolment.token_sealed),
            "pass": _code_of(guest),
            "site": site_token,
            "visit": visit_token,
            "paper": secrets.unseal(letter.recipients[-1].token_sealed),
        }
        | contest_tokens
        | exhibit_tokens
        | entry_tokens
        | honour_tokens
    )
    people = [each.person for each in db.session.scalars(sa.select(Guest).where(Guest.site_id == site.id))]
    contacts = [contact.value for person in people for contact in person.contacts]
    contacts += [site.contact_phone, site.contact_email]
    return Half(event.slug, values, tokens, [person.full_name for person in people], contacts)
