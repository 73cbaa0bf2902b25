"""A living demo: the plan of 2023 with its 187 sites, made by the operations that users use."""

import uuid
from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta
from pathlib import Path
from random import Random
from typing import Any

import sqlalchemy as sa

from eventsvc import clock, secrets, text
from eventsvc.accounts import operations as accounts
from eventsvc.accounts import queries as users
from eventsvc.accounts.models import User
from eventsvc.accounts.permissions import Role
from eventsvc.checkins import operations as checkins
from eventsvc.checkins.models import Profile
from eventsvc.db import atomic, db
from eventsvc.events import operations as events
from eventsvc.events.models import Event, LegalBasis, Sitting
from eventsvc.events.queries import event_by_slug
from eventsvc.events.workdays import day_off
from eventsvc.guests import operations as guests
from eventsvc.guests import queries as guest_lists
from eventsvc.guests.models import GuestGroup
from eventsvc.invitations import operations as invitations
from eventsvc.invitations.models import Answer, AnswerSource, Invitation, Pass
from eventsvc.people.operations import Details
from eventsvc.plans import operations as plans
from eventsvc.sites import queries as sites
from eventsvc.sites.models import Site, SiteLevel
from eventsvc.system.demo_agenda import write_agenda
from eventsvc.system.demo_invitations import ask_organizations, issue_letters, rank_groups, seat_hall
from eventsvc.system.demo_people import SEED, Post, people
from eventsvc.system.demo_sites import furnish_hall, name_coordinators, run_sites
from eventsvc.system.demo_tasks import load_plans

PLAN = Path(__file__).parent / "data" / "001_dx_movement_launch_quang_ngai_2023.yaml"
SLUG = "le-phat-dong-2023"
UNITS_AS_OF = date(2023, 7, 15)
ORGANIZER = "nguoitochuc@quangngai.example.vn"
COORDINATED = "535"  # the site whose coordinator's page is shown: Ba Tơ
FIRST_INVITED = 130  # sites, of 187: the others are still to be invited
FIRST_ARRIVED = 60

REASONS = ("Đi công tác tỉnh ngoài", "Trùng lịch họp Hội đồng nhân dân", "Nghỉ phép đã được duyệt")


def load(say: Callable[[str], None]) -> Event:
    """The demo event; made on the first call, the same one afterwards."""
    event = event_by_slug(SLUG)
    if event is not None:
        return event
    say("plan, agenda and sites")
    organizer = _organizer()
    event = _planned(organizer)
    name_coordinators(event, by=organizer)
    say("guests")
    _invite_people(event, organizer)
    say("protocol and papers")
    rank_groups(event, by=organizer)
    seat_hall(event, by=organizer)
    issue_letters(event, by=organizer)
    say("invitations")
    random = Random(SEED)
    _send(event, organizer)
    ask_organizations(event, clock.local(event.sittings[0].starts_at).date(), by=organizer)
    say("answers")
    _answer(event, random)
    say("arrivals")
    _arrive(event, organizer, random)
    say("bridge sites")
    run_sites(event, by=organizer)
    furnish_hall(event, clock.local(event.sittings[0].starts_at).date(), by=organizer)
    say("tasks")
    load_plans(event, by=organizer)
    return event


def next_working_thursday(today: date) -> date:
    """The first Thursday after today that people work on."""
    day = today + timedelta(days=(3 - today.weekday()) % 7 or 7)
    while day_off(day) is not None:
        day += timedelta(days=7)
    return day


def _planned(organizer: User) -> Event:
    """The plan's event at an approved time with its doors open, and its notice on personal data."""
    plans.load_plan(PLAN.read_bytes(), as_of=UNITS_AS_OF, by=organizer)
    event = event_by_slug(SLUG)
    assert event is not None
    day = next_working_thursday(clock.today())
    sitting = event.sittings[0]
    begins = clock.from_local(datetime.combine(day, time(8)))
    events.propose_time(sitting, starts_at=begins, ends_at=begins + timedelta(minutes=90), by=organizer)
    events.edit_sitting(
        sitting,
        {"doors_open_at": clock.now() - timedelta(minutes=1), "doors_close_at": begins + timedelta(hours=4)},
        by=organizer,
    )
    events.approve_time(sitting, by=organizer)
    write_agenda(event, day, by=organizer)
    events.set_data_notice(
        event,
        purpose="Mời, đón tiếp và điểm danh đại biểu dự Lễ phát động Phong trào chuyển đổi số.",
        legal_basis=LegalBasis.STATE_FUNCTION,
        controller="Ủy ban nhân dân tỉnh Quảng Ngãi",
        kept_until=day + timedelta(days=90),
        by=organizer,
    )
    return event


def _organizer() -> User:
    user = users.user_by_email(ORGANIZER) or accounts.create_user(ORGANIZER, name="Nguyễn Thị Hương Giang")
    host = plans.host_of(PLAN.read_bytes(), as_of=UNITS_AS_OF)
    accounts.grant(user, Role.ORGANIZER, organization_id=host.id)
    return user


@atomic()
def _invite_people(event: Event, organizer: User) -> None:
    groups: dict[SiteLevel, list[GuestGroup]] = {}
    for group in guest_lists.groups_of(event):
        groups.setdefault(group.level, []).append(group)
    random = Random(SEED)
    entries = []
    for site in db.session.scalars(sites.sites_of(event)):
        domain = "quangngai" if site.level is SiteLevel.MAIN else text.slugify(site.name).replace("-", "")
        for number, posts in enumerate(_posts(site)):
            for details in people(posts, domain=domain, random=random):
                group = groups[site.level][number]
                entries.append(guests.Entry(Details(**details), site, group))
    guests.add_guests(event, entries, by=organizer)


def _posts(site: Site) -> Iterator[list[Post]]:
    """Who comes to a site, group by group in the order of the plan."""
    if site.level is SiteLevel.MAIN:
        yield [Post("Chủ tịch", "UBND tỉnh", 1), Post("Phó Chủ tịch", "UBND tỉnh", 3)]
        yield [Post("Ủy viên", "Ban Chỉ đạo chuyển đổi số tỉnh Quảng Ngãi", 14)]
        yield [Post(post, office, 1) for office in OFFICES for post in ("Giám đốc", "Phó Giám đốc")]
        yield [Post(post, union, 1) for union in UNIONS for post in ("Chủ tịch", "Phó Chủ tịch")]
        return
    unit = site.name[0].lower() + site.name[1:]
    if site.level is SiteLevel.DISTRICT:
        yield [Post("Chủ tịch", f"UBND {unit}", 1), Post("Phó Chủ tịch", f"UBND {unit}", 2)]
        culture = f"Phòng Văn hóa và Thông tin {unit}"
        yield [Post("Trưởng phòng", culture, 1), Post("Chánh Văn phòng", f"UBND {unit}", 1)]
        yield [Post("Bí thư", f"Đoàn TNCS Hồ Chí Minh {unit}", 1)]
        yield [Post("Thành viên", f"Tổ Công nghệ số cộng đồng {unit}", 14)]
    else:
        yield [Post("Chủ tịch", f"UBND {unit}", 1), Post("Phó Chủ tịch", f"UBND {unit}", 1)]
        yield [Post("Công chức", f"UBND {unit}", 3)]
        yield [Post("Thành viên", f"Tổ Công nghệ số cộng đồng {unit}", 5)]


OFFICES = (
    "Văn phòng UBND tỉnh", "Sở Thông tin và Truyền thông", "Sở Nội vụ", "Sở Tài chính",
    "Sở Kế hoạch và Đầu tư", "Sở Y tế", "Sở Giáo dục và Đào tạo", "Sở Công Thương", "Sở Xây dựng",
    "Sở Giao thông vận tải", "Sở Tư pháp", "Sở Khoa học và Công nghệ", "Sở Tài nguyên và Môi trường",
    "Sở Lao động - Thương binh và Xã hội", "Sở Văn hóa, Thể thao và Du lịch", "Sở Ngoại vụ", "Thanh tra tỉnh",
)  # fmt: skip
UNIONS = (
    "Tỉnh đoàn Quảng Ngãi",
    "Hội Liên hiệp Phụ nữ tỉnh",
    "Hội Nông dân tỉnh",
    "Liên hiệp các Hội Khoa học - Kỹ thuật tỉnh",
)


@atomic()
def _send(event: Event, organizer: User) -> None:
    for site in db.session.scalars(sites.sites_of(event).limit(FIRST_INVITED)).all():
        invitations.invite(event, site=site, by=organizer)


@atomic()
def _answer(event: Event, random: Random) -> None:
    asked = db.session.scalars(
        sa.select(Invitation).where(Invitation.event_id == event.id).order_by(Invitation.id)
    ).all()
    for invitation in asked:
        answer = random.choices(
            (None, Answer.ACCEPTED, Answer.DECLINED, Answer.TENTATIVE), weights=(38, 50, 8, 4)
        )[0]
        if answer is not None:
            reason = random.choice(REASONS) if answer is Answer.DECLINED else None
            invitations.answer(invitation, answer, reason=reason, source=AnswerSource.PAGE, by=invitation)


def _arrive(event: Event, organizer: User, random: Random) -> None:
    """One phone at each of the first sites has scanned some of the people expected there."""
    sitting = event.sittings[0]
    for site in db.session.scalars(sites.sites_of(event).limit(FIRST_ARRIVED)).all():
        _enrolment, token = checkins.create_enrolment(
            event, site=site, name=f"Cửa 1 – {site.name}", profile=Profile.SCAN, by=organizer
        )
        device, _key = checkins.enrol(token)
        checkins.record_scans(device, _scans(sitting, site, random), device_clock=clock.now())


def _scans(sitting: Sitting, site: Site, random: Random) -> list[dict[str, Any]]:
    """What the phone would send: ids, sequence and times of its own."""
    sealed = db.session.scalars(
        sa.select(Pass.code_sealed).join(Pass.guest).filter_by(site_id=site.id).order_by(Pass.id)
    ).all()
    boot, share = str(uuid.UUID(int=random.getrandbits(128), version=4)), random.uniform(0.3, 1.0)
    scans = []
    for code in sealed:
        if random.random() > share:
            continue
        seen = clock.now() - timedelta(seconds=random.randrange(1, 50))
        scans.append(
            {
                "scan_id": str(uuid.UUID(int=random.getrandbits(128), version=4)),
                "seq": len(scans) + 1,
                "boot_id": boot,
                "code": secrets.unseal(code),
                "sitting": sitting.number,
                "site": site.code,
                "kind": "entry",
                "mode": "online",
                "scanned_at": seen.isoformat(),
            }
        )
    return scans
