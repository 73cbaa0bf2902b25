"""Awards: which there are, who wins them, at which item of the finale they are handed over, when all may know.

What is handed over at an item of an agenda is written into it at once, for the master of ceremonies and the screen,
and again whenever it changes; but never over what somebody has written there by hand.
"""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy.orm.attributes import flag_modified

from eventsvc import clock
from eventsvc.agenda import operations as agenda
from eventsvc.agenda.models import AgendaItem
from eventsvc.audit.operations import record
from eventsvc.contests import award_queries, queries, vote_rules
from eventsvc.contests.models import Award, AwardScript, Contest, Entry
from eventsvc.contests.vote_rules import VoteState
from eventsvc.db import atomic, db
from eventsvc.errors import DomainError, Invalid
from eventsvc.rows import by_place, lock, lock_open

LOCALE = "vi"
MOST_AWARDS = 100
MOST_AMOUNT = 10**12


class AwardGiven(DomainError):
    """A prize that somebody has is not taken off the list unseen."""

    code = "award_given"


class NoWinner(DomainError):
    code = "no_winner"


class WrittenByHand(DomainError):
    """Somebody has written into the item; the awards do not write over it."""

    code = "written_by_hand"


class Line(NamedTuple):
    """One prize of the list; those of one name are worth the same."""

    name: str
    prize: str | None = None
    amount: int | None = None
    presenter: str | None = None


@atomic()
def set_awards(contest: Contest, lines: Sequence[Line], *, version: int | None = None, by: Any) -> None:
    """The list of prizes, the first first. One that has a winner cannot go; its words can change."""
    lock_open(contest.event)
    lock(contest, version)
    if len(lines) > MOST_AWARDS:
        raise Invalid(_("At most %(most)s awards, please.", most=MOST_AWARDS), field="lines")
    if any(line.amount is not None and not 0 <= line.amount <= MOST_AMOUNT for line in lines):
        raise Invalid(_("This amount cannot be."), field="lines")
    standing = award_queries.awards_of(contest)
    if any(award.entry_id is not None for award in standing[len(lines) :]):
        raise AwardGiven(
            _("A prize at the end of the list has a winner. Take it from them first."), field="lines"
        )
    if [(a.name, a.prize, a.amount, a.presenter) for a in standing] == [tuple(line) for line in lines]:
        return
    item = _item_of(standing)
    wanted = [{**line._asdict(), "contest": contest, "agenda_item": item} for line in lines]
    by_place(_Rows(standing), Award, wanted)
    _touched(contest, by, "awards.listed", count=len(lines))


@atomic()
def give_awards(
    contest: Contest, winners: Mapping[int, int | None], *, version: int | None = None, by: Any
) -> None:
    """Who wins each award, by their ids; nobody wins two. What the organizer has confirmed, not what was proposed."""
    lock_open(contest.event)
    lock(contest, version)
    standing = {award.id: award for award in award_queries.awards_of(contest)}
    entries = {entry.id: entry for entry in queries.accepted_entries(contest)}
    chosen = [entry_id for entry_id in winners.values() if entry_id is not None]
    if not winners.keys() <= standing.keys() or not set(chosen) <= entries.keys():
        raise Invalid(_("Choose an award and an entry of this contest."))
    if len(set(chosen)) != len(chosen):
        raise Invalid(_("The same entry was chosen for two awards."))
    changed = 0
    for award_id, entry_id in winners.items():
        if standing[award_id].entry_id != entry_id:
            standing[award_id].entry_id = entry_id
            changed += 1
    if changed:
        _touched(contest, by, "awards.given", count=len(chosen), changed=changed)


@atomic()
def hand_over_at(
    contest: Contest, item: AgendaItem | None, *, overwrite: bool = False, version: int | None = None, by: Any
) -> None:
    """The item of the finale at which the awards are handed over; the list flows into it. WrittenByHand when somebody
    has written there, unless `overwrite`. None takes the list out of the agenda."""
    lock_open(contest.event)
    lock(contest, version)
    if item is not None and item.id not in {one.id for one in award_queries.items_for(contest.event)}:
        raise Invalid(_("Choose an item of the kind award in an event of this campaign."), field="item")
    standing = award_queries.awards_of(contest)
    if not standing:
        raise NoWinner(_("Enter the awards first."))
    before = {award.agenda_item for award in standing if award.agenda_item is not None} - {item}
    for award in standing:
        award.agenda_item = item
    db.session.flush()
    for left in before:
        write_script(left, by=by)
    if item is not None and not write_script(item, overwrite=overwrite, by=by):
        raise WrittenByHand(
            _("Somebody has written into this item of the agenda by hand. Look at it; then write over it.")
        )
    flag_modified(contest, "slug")
    db.session.flush()
    record(
        by, "awards.put_into_agenda", contest, event=contest.event, agenda_item_id=item.id if item else None
    )


@atomic()
def write_script(item: AgendaItem, *, overwrite: bool = False, by: Any) -> bool:
    """Bring what the item says up to date; False when somebody has written there by hand and it was left as it is.
    Safe to repeat."""
    lock_open(item.event)
    lock(item)
    if not overwrite and award_queries.is_by_hand(item):
        return False
    with force_locale(LOCALE):
        wanted = award_queries.script_for(item)
    agenda.edit_item(item, wanted._asdict(), by=by)
    written = award_queries.written_into(item)
    if written is None:
        written = AwardScript(agenda_item=item)
        db.session.add(written)
    written.mc_line, written.screen_note = wanted
    db.session.flush()
    return True


@atomic()
def forget_winner(entry: Entry, *, by: Any) -> None:
    """Take an entry that no longer takes part out of what the agenda says, unless that was written by hand or its event
    is called off. Safe to repeat."""
    for item in award_queries.items_with(entry):
        if not item.event.is_cancelled:
            write_script(item, by=by)


@atomic()
def publish_results(contest: Contest, *, version: int | None = None, by: Any) -> None:
    """From now on everybody reads who has won. The rounds are closed, and whoever wins
    takes part. Safe to repeat."""
    lock_open(contest.event)
    lock(contest, version)
    if contest.results_published_at is not None:
        return
    if not contest.activity.is_public:
        raise NoWinner(_("The contest has no public page yet: say first that everybody may read about it."))
    standing = award_queries.awards_of(contest)
    winners = {entry.id for entry in queries.accepted_entries(contest)}
    given = [award for award in standing if award.entry_id is not None]
    if not given:
        raise NoWinner(_("No award has a winner yet."))
    if any(round_.closed_at is None for round_ in contest.rounds):
        raise NoWinner(_("A round is still open. Close it before the results are published."))
    vote = vote_rules.vote_state(contest, clock.now())
    if contest.vote_weight and vote in {VoteState.NOT_YET, VoteState.OPEN}:
        raise NoWinner(_("The public vote counts in the ranking and is not over yet."))
    if any(award.entry_id not in winners for award in given):
        raise NoWinner(_("A winner has withdrawn in the meantime. Look at the awards again."))
    contest.results_published_at = clock.now()
    db.session.flush()
    record(by, "contest.results_published", contest, event=contest.event, count=len(given))


@atomic()
def take_results_back(contest: Contest, *, version: int | None = None, by: Any) -> None:
    """The results are no longer public; safe to repeat."""
    lock(contest, version)
    if contest.results_published_at is not None:
        contest.results_published_at = None
        db.session.flush()
        record(by, "contest.results_taken_back", contest, event=contest.event)


class _Rows(list[Award]):
    """The awards as `by_place` wants them: what is added goes to the session, what is removed leaves it."""

    def append(self, award: Award) -> None:
        db.session.add(award)

    def remove(self, award: Award) -> None:
        db.session.delete(award)


def _item_of(standing: Sequence[Award]) -> AgendaItem | None:
    return next((award.agenda_item for award in standing if award.agenda_item is not None), None)


def _touched(contest: Contest, by: Any, action: str, **details: Any) -> None:
    """After every change: the next edit knows of it, and so does the agenda, unless it was written by hand."""
    flag_modified(contest, "slug")  # raises the version: the awards belong to it
    db.session.flush()
    record(by, action, contest, event=contest.event, **details)
    for item in {award.agenda_item for award in award_queries.awards_of(contest)} - {None}:
        if item is not None:
            write_script(item, by=by)
