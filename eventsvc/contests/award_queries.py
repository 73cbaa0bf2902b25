"""Awards of a contest, and where in an agenda they are handed over."""

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import joinedload

from eventsvc.agenda.models import AgendaItem, ItemKind
from eventsvc.campaigns.activity_models import Activity
from eventsvc.contests import award_script
from eventsvc.contests.award_script import Part, Winner
from eventsvc.contests.models import Award, AwardScript, Contest, Entry
from eventsvc.contests.queries import is_visible
from eventsvc.db import db
from eventsvc.errors import NotFound
from eventsvc.events.models import Event, EventStatus


def awards_of(contest: Contest) -> list[Award]:
    statement = (
        sa.select(Award)
        .where(Award.contest_id == contest.id)
        .options(
            joinedload(Award.entry).joinedload(Entry.organization),
            joinedload(Award.entry).selectinload(Entry.members),
            joinedload(Award.agenda_item),
        )
        .order_by(Award.number)
        .execution_options(populate_existing=True)
    )
    return list(db.session.scalars(statement))


def award_of(contest: Contest, award_id: int) -> Award:
    award = db.session.scalar(sa.select(Award).where(Award.contest_id == contest.id, Award.id == award_id))
    if award is None:
        raise NotFound(_("There is no such award."))
    return award


def items_for(event: Event) -> list[AgendaItem]:
    """Where awards can be handed over: the items of this kind in the events that are part of the campaign."""
    statement = (
        sa.select(AgendaItem)
        .join(AgendaItem.event)
        .where(
            sa.or_(Event.part_of_id == event.id, Event.id == event.id),
            Event.status != EventStatus.CANCELLED,
            AgendaItem.kind == ItemKind.AWARD,
        )
        .options(joinedload(AgendaItem.event))
        .order_by(Event.id, AgendaItem.sitting_id, AgendaItem.number)
    )
    return list(db.session.scalars(statement))


def items_with(entry: Entry) -> list[AgendaItem]:
    """Where in an agenda an award of this entry is handed over."""
    statement = sa.select(AgendaItem).join(Award, Award.agenda_item_id == AgendaItem.id)
    return list(db.session.scalars(statement.where(Award.entry_id == entry.id).distinct()))


def parts_at(item: AgendaItem) -> list[Part]:
    """The awards handed over at an item, contest by contest; whoever has withdrawn wins nothing."""
    rows = db.session.execute(
        sa.select(Award, Entry, Activity.name)
        .join(Award.contest)
        .join(Contest.activity)
        .join(Award.entry)
        .where(Award.agenda_item_id == item.id, is_visible())
        .order_by(Activity.number, Contest.id, Award.number)
    ).all()
    parts: dict[int, Part] = {}
    for award, entry, name in rows:
        part = parts.setdefault(award.contest_id, Part(name, []))
        part.winners.append(
            Winner(award.name, award.prize, award.amount, entry.public_name, entry.title, award.presenter)
        )
    return list(parts.values())


def written_into(item: AgendaItem) -> AwardScript | None:
    return db.session.scalar(sa.select(AwardScript).where(AwardScript.agenda_item_id == item.id))


def is_by_hand(item: AgendaItem) -> bool:
    """Whether what stands in the item was written by somebody, not by the awards."""
    written = written_into(item)
    ours = (written.mc_line, written.screen_note) if written is not None else (None, None)
    return (item.mc_line or None, item.screen_note or None) != ours


def script_for(item: AgendaItem) -> award_script.Script:
    """What the item would say now."""
    return award_script.script(parts_at(item))
