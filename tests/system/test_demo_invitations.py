"""The demo's papers and organizations: a stranger finds letters issued, an organization that named one too many."""

from datetime import date, datetime, time

import pytest
import sqlalchemy as sa

from eventsvc import clock
from eventsvc.db import db
from eventsvc.deliveries.models import Delivery
from eventsvc.documents.models import Document, DocumentState
from eventsvc.events import operations as events
from eventsvc.events.models import LegalBasis
from eventsvc.events.queries import event_by_slug
from eventsvc.guests.models import GuestGroup, Rank
from eventsvc.nominations.models import Nomination, NominationState, WaitingReason
from eventsvc.plans import operations as plans
from eventsvc.system import demo_invitations as demo
from eventsvc.system.demo_operations import PLAN, SLUG, UNITS_AS_OF
from tests import factories

DAY = date(2030, 7, 18)


@pytest.fixture
def event(app):
    user = factories.organizer()
    plans.load_plan(PLAN.read_bytes(), as_of=UNITS_AS_OF, by=user)
    made = event_by_slug(SLUG)
    sitting = made.sittings[0]
    begins, ends = (clock.from_local(datetime.combine(DAY, hour)) for hour in (time(8), time(9, 30)))
    events.propose_time(sitting, starts_at=begins, ends_at=ends, by=user)
    events.approve_time(sitting, by=user)
    events.set_data_notice(
        made,
        purpose="Mời đại biểu.",
        legal_basis=LegalBasis.STATE_FUNCTION,
        controller="UBND tỉnh",
        kept_until=date(2030, 12, 31),
        by=user,
    )
    demo.rank_groups(made, by=user)
    demo.issue_letters(made, by=user)
    demo.ask_organizations(made, DAY, by=user)
    return made


def test_every_group_has_its_step_of_protocol_and_two_letters_are_issued(event):
    papers = db.session.scalars(
        sa.select(Document).where(Document.event_id == event.id).order_by(Document.id)
    )

    assert [(paper.state, paper.number) for paper in papers] == [
        (DocumentState.ISSUED, "01/GM-UBND"),
        (DocumentState.ISSUED, "02/GM-UBND"),
    ]
    assert db.session.scalars(sa.select(GuestGroup.id).where(GuestGroup.rank_id.is_(None))).all() == []
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Rank)) == 7


def test_organizations_are_asked_by_letter_and_one_has_named_too_many(event):
    asked = db.session.scalars(sa.select(Delivery).where(Delivery.kind == "organization_invitation")).all()
    named = db.session.execute(
        sa.select(Nomination.state, Nomination.waiting_for, sa.func.count()).group_by(
            Nomination.state, Nomination.waiting_for
        )
    ).all()

    assert len(asked) == len(demo.ASKED)
    assert {delivery.paper.name for delivery in asked} == {"giay-moi.pdf"}
    assert sorted(map(tuple, named), key=str) == [
        (NominationState.ACCEPTED, None, sum(demo.NAMED) - 1),
        (NominationState.WAITING, WaitingReason.OVER_QUOTA, 1),
    ]
