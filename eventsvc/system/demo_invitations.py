"""The demo's protocol, papers and seats: what an event needs before its invitations may leave, and what they bring."""

from datetime import date, timedelta
from random import Random
from typing import Any

from eventsvc import clock, text
from eventsvc.db import atomic
from eventsvc.documents import paper_operations as papers
from eventsvc.documents import signature_operations as signatures
from eventsvc.documents import signing_operations as signing
from eventsvc.documents.models import DocumentKind, SignatureBlock
from eventsvc.events.models import Event
from eventsvc.guests import queries as guest_lists
from eventsvc.guests import rank_operations as ranks
from eventsvc.invitations import letter_operations as letters
from eventsvc.invitations.letter_models import Audience
from eventsvc.nominations import naming_operations as naming
from eventsvc.nominations import operations as nominations
from eventsvc.nominations import sending_operations as asking
from eventsvc.nominations.operations import Contact, Request
from eventsvc.people.operations import Details
from eventsvc.seating import operations as seating
from eventsvc.sites import queries as sites
from eventsvc.sites.models import MAIN, SiteLevel
from eventsvc.system.demo_people import SEED, Post, people

LINES = {
    "Chủ tịch": ("TM. ỦY BAN NHÂN DÂN", "CHỦ TỊCH"),
    "Phó Chủ tịch": ("TM. ỦY BAN NHÂN DÂN", "KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH"),
    "Chánh Văn phòng": ("TL. CHỦ TỊCH", "CHÁNH VĂN PHÒNG"),
}
SIGNERS = ("Đặng Quốc Minh", "Võ Thanh Sơn", "Lê Thị Hồng Vân")
ASKED = (
    "Hội Cựu chiến binh tỉnh", "Liên đoàn Lao động tỉnh", "Hiệp hội Doanh nghiệp tỉnh",
    "Trường Đại học Phạm Văn Đồng", "Ngân hàng Nhà nước chi nhánh tỉnh", "Hội Nhà báo tỉnh",
)  # fmt: skip
SEATS_ASKED = 3
NAMED = (3, 2, 4, 1, 0, 0)
"""How many each of them has named so far: one more than it was asked for waits."""


@atomic()
def rank_groups(event: Event, *, by: Any) -> None:
    """The usual steps of protocol; the first group of the main hall is of the province, the others follow."""
    usual = ranks.use_usual_ranks(event, by=by)
    steps = {SiteLevel.MAIN: (1, 2, 2, 4), SiteLevel.DISTRICT: (3, 4), SiteLevel.COMMUNE: (3, 4)}
    wanted, seen = {}, dict.fromkeys(steps, 0)
    for group in guest_lists.groups_of(event):
        of_level = steps.get(group.level, (4,))
        place = seen.get(group.level, 0)
        wanted[group.id] = usual[of_level[min(place, len(of_level) - 1)]].id
        seen[group.level] = place + 1
    ranks.give_ranks(event, wanted, by=by)


def issue_letters(event: Event, *, by: Any) -> None:
    """One letter for people and one for organizations, each on its way from a draft to a number and a date."""
    blocks = [
        signatures.add_block(event.host, name=name, lines=lines, signer=signer, by=by)
        for (name, lines), signer in zip(LINES.items(), SIGNERS, strict=True)
    ]
    issued = [_issue(event, block, by=by) for block in blocks[1:]]
    letters.assign_letters(
        event, {(Audience.PEOPLE, None): issued[0], (Audience.ORGANIZATIONS, None): issued[1]}, by=by
    )


def _issue(event: Event, block: SignatureBlock, *, by: Any) -> Any:
    changes = {
        "block_id": block.id,
        "drafting_unit": "KGVX",
        "symbol": "GM-UBND",
        "title": f"Dự {event.short_title}",
    }
    paper = papers.add_paper(event, DocumentKind.INVITATION_LETTER, changes, by=by)
    signing.submit(paper, version=None, by=by)
    signing.sign(paper, version=None, by=by)
    return signing.issue(paper, version=None, by=by)


@atomic()
def ask_organizations(event: Event, day: date, *, by: Any) -> None:
    """Organizations of the province that name people for the main hall: some have, one too many, some are silent."""
    hall, random = sites.site_by_code(event, MAIN), Random(SEED + 1)
    group = [group for group in guest_lists.groups_of(event) if group.level is SiteLevel.MAIN][-1]
    due_on = max(clock.today(), day - timedelta(days=2))
    for number, (name, count) in enumerate(zip(ASKED, NAMED, strict=True), start=1):
        contact = Contact(
            name="Văn thư cơ quan",
            phone=f"+8450111000{number}",
            email=f"vanthu@{text.slugify(name).replace('-', '')}.example.vn",
        )
        request = Request(hall, label=f"Đại diện {name}", group=group, seats=SEATS_ASKED)
        asked = nominations.ask_organization(
            event, name=name, request=request, contact=contact, due_on=due_on, by=by
        )
        asking.ask(event, asked_ids=[asked.id], by=by)
        if count:
            posts = [Post("Đại diện", name, count)]
            named = [Details(**each) for each in people(posts, domain="daidien", random=random)]
            naming.acknowledge(asked, by_name="Văn thư cơ quan")
            naming.name_people(asked, named)


def seat_hall(event: Event, *, by: Any) -> None:
    """The main hall with its presidium, and everybody seated by protocol."""
    layout = seating.Layout(rows=8, centre=8, left=4, right=4, presidium=5)
    plan = seating.add_plan(sites.site_by_code(event, MAIN), name="Hội trường chính", layout=layout, by=by)
    seating.seat_everybody(plan, by=by)
