"""The demo's bridge sites some days before: coordinators, links, what they reached, what is wrong, what they heard."""

from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any

import sqlalchemy as sa

from eventsvc import clock
from eventsvc.announcements import operations as announcements
from eventsvc.announcements import queries as announced
from eventsvc.announcements.models import Audience
from eventsvc.db import atomic, db
from eventsvc.events.models import Event
from eventsvc.halls import operations as halls
from eventsvc.halls import post_operations as posts
from eventsvc.halls.models import Service, StaffKind
from eventsvc.halls.post_operations import Person
from eventsvc.halls.services import Deed
from eventsvc.link_tests import operations as link_tests
from eventsvc.link_tests.models import LinkTestKind
from eventsvc.sites import fault_operations as faults
from eventsvc.sites import link_operations as links
from eventsvc.sites import operations as sites
from eventsvc.sites import queries, report_operations, report_queries
from eventsvc.sites import step_operations as steps
from eventsvc.sites.models import MAIN, Milestone, Site
from eventsvc.sites.report_models import FaultKind
from eventsvc.sites.reporter import Reporter, of_site
from eventsvc.system.demo_people import SEED, Post, people
from eventsvc.text import slugify

REACHED = (
    (Milestone.CONFIRMED, 0.9),
    (Milestone.TESTED, 0.75),
    (Milestone.TECHNICIAN_PRESENT, 0.35),
    (Milestone.READY, 0.3),
    (Milestone.CONNECTED, 0.25),
)
"""How large a share of the sites has come how far: whoever has not reached one has not reached the next."""

WRONG = (
    ("535", FaultKind.NO_SOUND, "Nghe được điểm cầu chính nhưng hội trường nói không ai nghe."),
    ("21184", FaultKind.POOR_QUALITY, "Hình bị giật khi trời mưa, đang chuyển sang đường truyền dự phòng."),
    ("528", FaultKind.POWER, "Mất điện lưới từ 07 giờ 10, đang chạy máy nổ."),
)
SERVICES_CONFIRMED = 5
COUNTED = 150
TOLD = (
    "Đề nghị các điểm cầu treo phông, kiểm tra micro và camera trước giờ kết nối thử.",
    "Kết nối chính thức mở trước giờ khai mạc 30 phút. Các điểm cầu đặt tên hiển thị theo mẫu: tên đơn vị.",
)


@atomic()
def name_coordinators(event: Event, *, by: Any) -> None:
    """A hall, a coordinator and a technician for every bridge site, and its link; before anybody is invited there."""
    random = Random(SEED + 2)
    bridges = _bridges(event)
    for number, site in enumerate(bridges):
        sites.edit_site(site, _data(site, number, random), by=by)
    links.make_links(event, bridges, by=by)


@atomic()
def run_sites(event: Event, *, by: Any) -> None:
    """Everything that coordinators have reported so far, and two announcements that most of them have read."""
    random, bridges = Random(SEED + 3), _bridges(event)
    for text in TOLD:
        announcements.announce(event, text=text, audience=Audience.ALL, by=by)
    for number, site in enumerate(bridges):
        _report(site, random, counts=number < COUNTED)
    for site in bridges:
        for code, kind, words in WRONG:
            if site.code == code:
                fault = faults.raise_fault(site, kind, words, of_site(site))
                if kind is FaultKind.POWER:
                    faults.take_fault(fault, "Điện lực khu vực", Reporter(by, by.name))


@atomic()
def furnish_hall(event: Event, day: date, *, by: Any) -> None:
    """What the main hall needs, who stands where in it, and the rehearsal to which every site is asked."""
    hall = queries.site_by_code(event, MAIN)
    halls.use_usual(hall, by=by)
    services = sa.select(Service).where(Service.site_id == hall.id).order_by(Service.number)
    for service in db.session.scalars(services.limit(SERVICES_CONFIRMED)).all():
        halls.tell(service, Deed.CONFIRM, by=by)
    desk = posts.add_post(hall, name="Bàn đón tiếp đại biểu", needed=2, by=by)
    begins = clock.from_local(datetime.combine(day, time(7)))
    named = people([Post("Đoàn viên", "Tỉnh đoàn", 2)], domain="tinhdoan", random=Random(SEED + 4))
    helpers = [Person(each["full_name"], each["phones"][0], each["organization_name"]) for each in named]
    posts.add_shifts(
        desk, helpers, starts_at=begins, ends_at=begins + timedelta(hours=3), kind=StaffKind.VOLUNTEER, by=by
    )
    eve = clock.from_local(datetime.combine(day - timedelta(days=1), time(14)))
    starts_at = max(eve, clock.now() + timedelta(hours=2))
    link_tests.make_link_test(
        event,
        kind=LinkTestKind.REHEARSAL,
        title="Tổng duyệt chương trình với các điểm cầu",
        starts_at=starts_at,
        ends_at=starts_at + timedelta(minutes=90),
        contact="Tổ kỹ thuật, 0501 114 114",
        sites=_bridges(event),
        by=by,
    )


def _bridges(event: Event) -> list[Site]:
    return [site for site in db.session.scalars(queries.sites_of(event)).all() if site.code != MAIN]


def _data(site: Site, number: int, random: Random) -> dict[str, Any]:
    unit, mailbox = site.name[0].lower() + site.name[1:], slugify(site.name).replace("-", "")
    posts = [Post("Công chức Văn hóa", f"UBND {unit}", 2)]
    coordinator, technician = people(posts, domain=mailbox, random=random)
    return {
        "hall": f"Hội trường UBND {unit}",
        "contact_name": coordinator["full_name"],
        "contact_phone": f"+84502220{number:03}",
        "contact_email": f"diemcau@{mailbox}.example.vn",
        "technician_name": technician["full_name"],
        "technician_phone": f"+84503330{number:03}",
        "video_platform": "Hệ thống hội nghị truyền hình tỉnh",
        "meeting_id": f"CDS-{site.code}",
        "capacity": random.choice((40, 60, 80, 120)),
    }


def _report(site: Site, random: Random, *, counts: bool) -> None:
    own, luck = of_site(site), random.random()
    for milestone, share in REACHED:
        if luck < share:
            steps.reach(site, milestone, own)
    if site.tested_at is not None:
        for item in report_queries.check_items(site.event)[: random.randint(6, 10)]:
            report_operations.tick(site, item, own)
    if site.confirmed_at is not None:
        for receipt in announced.for_site(site)[random.choice((0, 0, 1)) :]:
            announcements.confirm_read(receipt, own)
    if counts and site.connected_at is not None:
        kinds = report_queries.count_groups(site.event)
        report_operations.report_head_count(
            site, site.event.sittings[0], [(kind, random.randint(2, 18)) for kind in kinds], own
        )
