"""The words of what was done about rounds, juries, votes and awards of contests, in the log."""

from flask_babel import lazy_gettext as _l

ACTIONS = {
    "awards.given": _l("Winners of a contest decided"),
    "awards.listed": _l("Prizes of a contest changed"),
    "awards.put_into_agenda": _l("Awards of a contest put into an agenda"),
    "bracket.drawn": _l("Bracket of a round drawn"),
    "bracket.taken_back": _l("Bracket of a round taken back"),
    "contest.results_published": _l("Results of a contest published"),
    "contest.results_taken_back": _l("Results of a contest taken back"),
    "judge.added": _l("Member of a jury added"),
    "judge.edited": _l("Member of a jury changed"),
    "judge.link_made": _l("New link for a member of a jury"),
    "judge.revoked": _l("Member taken off a jury"),
    "judge.tie_declared": _l("Member of a jury declared a tie"),
    "judge.tie_taken_back": _l("Tie of a member of a jury taken back"),
    "match.cleared": _l("Result of a match cleared"),
    "match.decided": _l("Result of a match entered"),
    "match.not_played": _l("Entry went on without playing"),
    "match.planned": _l("Time or place of a match changed"),
    "round.added": _l("Round of a contest added"),
    "round.closed": _l("Round of a contest closed"),
    "round.edited": _l("Round of a contest changed"),
    "round.emptied": _l("Entries taken out of a round"),
    "round.entries_taken": _l("Entries taken into a round"),
    "round.removed": _l("Round of a contest removed"),
    "round.reopened": _l("Round of a contest opened again"),
    "score.given": _l("Points of a jury given"),
    "livestream_slot.removed": _l("Livestream slot removed"),
    "livestream_slot.sales_saved": _l("Figures of a livestream entered"),
    "livestream_slot.saved": _l("Livestream slot planned"),
    "votes.counts_hidden": _l("Counts of a public vote hidden"),
    "votes.counts_shown": _l("Counts of a public vote shown"),
    "votes.restored": _l("Votes that were struck out count again"),
    "votes.struck_out": _l("Votes of the public struck out"),
}
ACTORS = {"judge": _l("member of a jury")}
