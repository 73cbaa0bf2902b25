"""What a campaign shows and says, for the world of the tests of all routes: a space with a stall, a communication work
of the organization asked with its proof, a journalist."""

from io import BytesIO
from typing import Any

from eventsvc import clock, secrets
from eventsvc.campaigns import accreditation_operations as press
from eventsvc.campaigns import activity_operations as activities
from eventsvc.campaigns import communication_operations as communications
from eventsvc.campaigns import stall_operations as stalls
from eventsvc.campaigns.activity_models import ActivityKind, ActivityRole, StallKind
from eventsvc.campaigns.communication_models import AccreditationState, Channel
from eventsvc.events.models import Event
from eventsvc.files import operations as files
from eventsvc.nominations.models import OrganizationInvitation


def exhibits(
    event: Event, asked: OrganizationInvitation, poison: str
) -> tuple[dict[str, Any], dict[str, str]]:
    """Rows of the event by the names that addresses use, and the secret of a press badge."""
    space = activities.add_activity(
        event,
        name=f"Không gian kinh tế số{poison}",
        kind=ActivityKind.EXHIBITION_SPACE,
        place=f"Sân vận động{poison}"[:300],
        text=f"Giới thiệu{poison}",
        note=f"Ghi chú{poison}",
        organizations=[(ActivityRole.LEAD, f"Sở Y tế{poison}"[:300])],
        contents=[f"Nội dung{poison}"],
        by=None,
    )
    stall = stalls.add_stall(
        space,
        code="A1",
        owner=f"Hộ kinh doanh{poison}"[:300],
        kind=StallKind.FOOD,
        goods=f"Bưởi{poison}",
        note=f"Ghi chú{poison}",
        contact_name=f"Người liên hệ{poison}"[:200],
        by=None,
    )
    work = communications.add_work(
        event, channel=Channel.PRESS, text=f"Đưa tin{poison}", owner=asked.name, activity=space, by=None
    )
    brought = files.take_in(
        BytesIO(b"%PDF-1.7\n1 0 obj << /Type /Catalog >> endobj\n%%EOF\n"), "minh-chung.pdf"
    )
    communications.report_done(work, done_on=clock.today(), pieces=2, brought=brought, by=asked)
    journalist = press.request_accreditation(
        event,
        outlet=f"Báo tỉnh{poison}"[:300],
        name=f"Phóng viên {asked.id}{poison}"[:200],
        position=f"Phóng viên{poison}"[:200],
        equipment=f"Máy quay{poison}",
        by=asked,
    )
    approved = press.request_accreditation(
        event, outlet=f"Đài{poison}"[:300], name=f"Quay phim {asked.id}{poison}"[:200], by=asked
    )
    press.decide(event, {approved.id: approved.version}, AccreditationState.APPROVED, by=None)
    ids = {
        "activity_id": space.id,
        "stall_id": stall.id,
        "work_id": work.id,
        "accreditation_id": journalist.id,
    }
    return ids, {"press_badge": secrets.unseal(approved.token_sealed or "")}
