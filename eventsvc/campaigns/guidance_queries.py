"""Look up what communes have returned about residents guided, and sum it up for districts and the province."""

from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import aliased, contains_eager, joinedload, selectinload

from eventsvc import clock
from eventsvc.campaigns import guidance_days, guidance_rollup, queries
from eventsvc.campaigns.guidance_days import Span
from eventsvc.campaigns.guidance_rollup import Line, Sums
from eventsvc.campaigns.models import Campaign, CampaignSkill
from eventsvc.campaigns.return_models import GuidanceCount, GuidanceReturn
from eventsvc.db import db
from eventsvc.errors import NotFound
from eventsvc.events.models import Event
from eventsvc.events.queries import keeps_data
from eventsvc.nominations.models import OrganizationInvitation
from eventsvc.organizations.models import Level, Organization
from eventsvc.tasks import deadline_queries
from eventsvc.tasks.returns import HANDED_IN, ReturnState
from eventsvc.text import sort_key

OWED = (ReturnState.MISSING, ReturnState.RETURNED)


class Figures(NamedTuple):
    """What the results report says of the residents guided. Rates are in a hundred, None when there is nothing to
    divide by."""

    expected: int = 0
    handed_in: int = 0
    late: int = 0
    approved: int = 0
    members: int = 0
    residents: int = 0
    rate: float | None = None
    reached: int = 0
    reached_rate: float | None = None


class District(NamedTuple):
    """The unit between. `asked_id` is how filters call it."""

    asked_id: int
    name: str
    code: str
    sums: Sums


class Charted(NamedTuple):
    """Residents of what was handed in, by day and by skill (None: not told apart)."""

    by_day: list[tuple[date, int]]
    by_skill: list[tuple[int | None, int]]


def required_campaign(event: Event) -> Campaign:
    """The movement of the event; NotFound when it has none."""
    campaign = queries.campaign_of(event)
    if campaign is None:
        raise NotFound(_("This event has no movement."))
    return campaign


def target_of(campaign: Campaign) -> Any:
    """How many residents each member is to guide; None when the plan does not say."""
    return campaign.targets[0].value if campaign.targets else None


def span_of(campaign: Campaign) -> Span | None:
    """The days of the movement: from its own first day, else from the ceremony, with which it moves."""
    first = campaign.start_date or deadline_queries.anchors(campaign.event).opening
    return guidance_days.span(first, campaign.duration_days, campaign.report_due)


def lines_of(campaign: Campaign) -> list[Line]:
    """Every return of the movement with its sum, in one query, in dictionary order of the districts and units."""
    asked, above = aliased(OrganizationInvitation), aliased(OrganizationInvitation)
    counted = (
        sa.select(GuidanceCount.return_id, sa.func.sum(GuidanceCount.residents).label("residents"))
        .join(GuidanceReturn, GuidanceReturn.id == GuidanceCount.return_id)
        .where(GuidanceReturn.campaign_id == campaign.id)
        .group_by(GuidanceCount.return_id)
        .subquery()
    )
    rows = db.session.execute(
        sa.select(
            GuidanceReturn.id,
            asked.name,
            Organization.code,
            Organization.level,
            GuidanceReturn.state,
            GuidanceReturn.submitted_at,
            GuidanceReturn.members,
            GuidanceReturn.members_who_reached,
            sa.func.coalesce(counted.c.residents, 0),
            GuidanceReturn.above_id,
            Organization.valid_to,
            GuidanceReturn.version,
            above.name,
            asked.id,
        )
        .join(asked, asked.id == GuidanceReturn.organization_invitation_id)
        .outerjoin(Organization, Organization.id == asked.organization_id)
        .outerjoin(above, above.id == GuidanceReturn.above_id)
        .outerjoin(counted, counted.c.return_id == GuidanceReturn.id)
        .where(GuidanceReturn.campaign_id == campaign.id)
    ).all()
    found = []
    for *values, above_name, asked_id in rows:
        line = Line(*values)
        if line.level is Level.DISTRICT:
            line, above_name = line._replace(above=asked_id), line.name
        line = line._replace(residents=int(line.residents))
        found.append(
            ((sort_key(above_name or ""), line.level is not Level.DISTRICT, sort_key(line.name)), line)
        )
    return [line for _place, line in sorted(found, key=lambda each: (each[0], each[1].id))]


def districts_of(campaign: Campaign, lines: Sequence[Line], today: date) -> list[District]:
    """The districts of the event's structure with the sums of their returns; one without communes has none of any
    kind. Nobody in two tiers."""
    sums = guidance_rollup.by_above(lines, campaign.report_due, today)
    rows = db.session.execute(
        sa.select(OrganizationInvitation.id, OrganizationInvitation.name, Organization.code)
        .join(Organization, Organization.id == OrganizationInvitation.organization_id)
        .where(
            OrganizationInvitation.event_id == campaign.event_id,
            Organization.level == Level.DISTRICT,
        )
    ).all()
    found = [District(*row, sums.get(row[0], Sums())) for row in rows]
    return sorted(found, key=lambda district: sort_key(district.name))


def charted(campaign: Campaign) -> Charted:
    """Residents by day and by skill of everything that was handed in, in one query."""
    rows = db.session.execute(
        sa.select(GuidanceCount.day, GuidanceCount.skill_id, sa.func.sum(GuidanceCount.residents))
        .join(GuidanceReturn, GuidanceReturn.id == GuidanceCount.return_id)
        .where(GuidanceReturn.campaign_id == campaign.id, GuidanceReturn.state.in_(HANDED_IN))
        .group_by(GuidanceCount.day, GuidanceCount.skill_id)
    ).all()
    days: dict[date, int] = {}
    skills: dict[int | None, int] = {skill.id: 0 for skill in campaign.skills}
    for day, skill_id, residents in rows:
        days[day] = days.get(day, 0) + int(residents)
        skills[skill_id] = skills.get(skill_id, 0) + int(residents)
    shown = guidance_days.days_to_show(span_of(campaign), days)
    return Charted([(day, days.get(day, 0)) for day in shown], list(skills.items()))


def figures(event: Event) -> Figures | None:
    """The returns on residents guided in figures; None when the event has no movement, or nobody is asked."""
    campaign = queries.campaign_of(event)
    lines = lines_of(campaign) if campaign else []
    if campaign is None or not lines:
        return None
    sums = guidance_rollup.total(lines, campaign.report_due, clock.today())
    return Figures(
        sums.expected,
        sums.handed_in,
        sums.late,
        sums.approved,
        sums.members,
        sums.residents,
        sums.rate(target_of(campaign)),
        sums.reached,
        sums.reached_rate,
    )


def return_of(event: Event, return_id: int) -> GuidanceReturn:
    """The return of this event; otherwise NotFound."""
    found = db.session.scalar(_whole().where(GuidanceReturn.id == return_id, Campaign.event_id == event.id))
    if found is None:
        raise NotFound(_("There is no such return."))
    return found


def own_return(asked: OrganizationInvitation) -> GuidanceReturn | None:
    """The return that this organization makes itself."""
    return db.session.scalar(_whole().where(GuidanceReturn.organization_invitation_id == asked.id))


def below(asked: OrganizationInvitation, return_id: int) -> GuidanceReturn | None:
    """The return of a unit that this one looks at."""
    return db.session.scalar(
        _whole().where(GuidanceReturn.id == return_id, GuidanceReturn.above_id == asked.id)
    )


def submitted_below(asked: OrganizationInvitation) -> list[GuidanceReturn]:
    """What the units below have handed in and waits to be passed on."""
    return list(
        db.session.scalars(
            _whole().where(GuidanceReturn.above_id == asked.id, GuidanceReturn.state == ReturnState.SUBMITTED)
        )
    )


def to_approve(campaign: Campaign, above: int | None) -> list[GuidanceReturn]:
    """What waits for the province: passed on by a district, or handed in where no unit lies between."""
    direct = sa.and_(GuidanceReturn.above_id.is_(None), GuidanceReturn.state == ReturnState.SUBMITTED)
    statement = _whole().where(
        GuidanceReturn.campaign_id == campaign.id,
        sa.or_(GuidanceReturn.state == ReturnState.FORWARDED, direct),
    )
    if above is not None:
        own = GuidanceReturn.organization_invitation_id == above
        statement = statement.where(sa.or_(GuidanceReturn.above_id == above, own))
    return list(db.session.scalars(statement.order_by(GuidanceReturn.id)))


def has_anything(asked: OrganizationInvitation) -> bool:
    """Whether the organization returns something, or looks at what others return."""
    mine = sa.or_(GuidanceReturn.organization_invitation_id == asked.id, GuidanceReturn.above_id == asked.id)
    return bool(db.session.scalar(sa.select(sa.exists().where(mine))))


def campaign_for(asked: OrganizationInvitation) -> Campaign | None:
    return queries.campaign_of(asked.event)


def to_remind(campaign_id: int) -> sa.Select[Any]:
    """The returns that are owed by organizations that can be written to, under links that still work."""
    return (
        sa.select(GuidanceReturn)
        .join(GuidanceReturn.asked)
        .join(OrganizationInvitation.event)
        .options(contains_eager(GuidanceReturn.asked))
        .where(
            GuidanceReturn.campaign_id == campaign_id,
            GuidanceReturn.state.in_(OWED),
            keeps_data(clock.today()),
            OrganizationInvitation.revoked_at.is_(None),
            OrganizationInvitation.reminders_stopped_at.is_(None),
        )
        .order_by(OrganizationInvitation.folded, GuidanceReturn.id)
    )


def skills_of(campaign: Campaign) -> list[CampaignSkill]:
    return list(campaign.skills)


def _whole() -> sa.Select[Any]:
    return (
        sa.select(GuidanceReturn)
        .join(GuidanceReturn.campaign)
        .options(
            contains_eager(GuidanceReturn.campaign),
            joinedload(GuidanceReturn.asked).joinedload(OrganizationInvitation.organization),
            joinedload(GuidanceReturn.above),
            selectinload(GuidanceReturn.counts),
        )
    )
