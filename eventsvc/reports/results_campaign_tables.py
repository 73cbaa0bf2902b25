"""The tables of a campaign's results report: its route, its events, what was done, told, won and spent. Pure.

No row names a guest, a journalist, an entrant of a contest or whoever is commended, but for adults whose awards have
been published: they stand as everybody reads them. Of children there are numbers only.
"""

from flask_babel import lazy_gettext as _l

from eventsvc.campaigns.activity_models import ActivityKind, ActivityState, StallKind
from eventsvc.campaigns.communication_models import Channel
from eventsvc.commendations.models import CommendationState, NomineeKind
from eventsvc.reports.results_shapes import RETURNS, YES_NO, Column, Table, number

STOPS = {
    "held": _l("was held"),
    "running": _l("is being held"),
    "planned": _l("planned for later"),
    "no_event": _l("no event was made of it"),
    "cancelled": _l("Cancelled"),
}
KINDS = {
    "exhibition_space": _l("Exhibition space"),
    "exhibit": _l("Part of the exhibition"),
    "drill": _l("Drill"),
    "contest": _l("Contest"),
    "performance": _l("Performance on stage"),
    "seminar": _l("Seminar"),
    "communication": _l("Communication work"),
    "other": _l("Other activity"),
}
STATES = {
    "planned": _l("Planned (activity)"),
    "ready": _l("Ready (activity)"),
    "running": _l("Under way"),
    "done": _l("Finished (activity)"),
    "cancelled": _l("Called off"),
}
STALLS = {
    "ocop": _l("OCOP products"),
    "food": _l("Local food"),
    "bank": _l("Bank, cashless payment"),
    "books": _l("Books"),
    "technology": _l("Technology, telecommunications"),
    "service": _l("Public services"),
    "other": _l("Other stall"),
}
CHANNELS = {
    "press": _l("Press"),
    "television": _l("Television"),
    "radio": _l("Radio, loudspeakers"),
    "social": _l("Social networks"),
    "portal": _l("Web portal"),
    "led_screen": _l("LED screens"),
    "banner": _l("Banners, panels"),
    "livestream": _l("Livestream"),
    "other": _l("Other channel"),
}
NOMINEES = {
    "collective": _l("Collective"),
    "individual": _l("Individual"),
    "channel": _l("Community media channel"),
}
HONOURS = {
    "proposed": _l("Proposed (commendation)"),
    "returned": _l("Sent back for correction"),
    "checked": _l("Checked by the Department of Home Affairs"),
    "decided": _l("Decided (commendation)"),
    "refused": _l("Not commended"),
    "withdrawn": _l("Withdrawn (commendation)"),
}
for _words, _enum in (
    (KINDS, ActivityKind),
    (STATES, ActivityState),
    (STALLS, StallKind),
    (CHANNELS, Channel),
    (NOMINEES, NomineeKind),
    (HONOURS, CommendationState),
):
    assert set(_words) == set(_enum)  # type: ignore[call-overload]

_CLUSTER = Column("cluster", _l("Cluster"), width=1.6)
_KIND = Column("kind", _l("Kind of activity"), "word", 2, KINDS)
_CHANNEL = Column("channel", _l("Channel of communication"), "word", 1.6, CHANNELS)
_CONTEST = Column("contest", _l("Contest"), width=4)
_FORM = Column("form", _l("Form of commendation"), width=3)
_MONEY = (
    number("estimated", _l("Estimated (đồng)"), 1.6),
    number("approved", _l("Approved (đồng)"), 1.6),
    number("spent", _l("Spent (đồng)"), 1.6),
    number("settled", _l("Settled (đồng)"), 1.6),
)

CAMPAIGN_TABLES: tuple[Table, ...] = (
    Table(
        "clusters",
        _l("Clusters of the route"),
        (
            _CLUSTER,
            Column("host", _l("Unit that hosts it"), width=2.4),
            Column("participants", _l("Units that took part"), width=5),
            number("units", _l("Number of units")),
            Column("planned_on", _l("Planned from"), "day", 1.3),
            number("planned_days", _l("Planned days")),
            Column("first_on", _l("Held from"), "day", 1.3),
            Column("last_on", _l("Held until"), "day", 1.3),
            number("stops", _l("Stops planned")),
            number("held", _l("Stops held")),
        ),
        annex=True,
    ),
    Table(
        "stops",
        _l("Stops, planned and held"),
        (
            _CLUSTER,
            Column("name", _l("Stop of the route"), width=3.5),
            Column("place", _l("Place of the stop"), width=3),
            Column("planned_on", _l("Planned from"), "day", 1.3),
            number("planned_days", _l("Planned days")),
            Column("held_on", _l("Held from"), "day", 1.3),
            number("held_days", _l("Days held")),
            number("moves", _l("Times its days were moved")),
            Column("standing", _l("State"), "word", 1.6, STOPS),
            Column("is_moved", _l("Was it moved?"), "word", 1, YES_NO),
        ),
        annex=True,
    ),
    Table(
        "parts",
        _l("Guests of the events of the campaign"),
        (
            Column("event", _l("Event"), width=4),
            Column("begins_on", _l("First day (event)"), "day", 1.3),
            number("sites", _l("Places of the event (number)")),
            number("invited", _l("Invited (people)")),
            number("registered", _l("Registered")),
            number("present", _l("Present in person")),
            number("absent", _l("Absent (people)")),
            number("walk_ins", _l("Others let in (walk-ins, visitors)"), 1.3),
        ),
        annex=True,
    ),
    Table(
        "doors",
        _l("Visitors of open doors"),
        (
            Column("event", _l("Event"), width=3),
            Column("title", _l("Open doors (title)"), width=3),
            Column("starts_at", _l("Begins at"), "moment", 1.5),
            number("capacity", _l("Places")),
            number("registered", _l("Visitors registered")),
            number("waiting", _l("On the waiting list")),
            number("came", _l("Came with their pass")),
            number("counted", _l("Counted at the door")),
        ),
        annex=True,
    ),
    Table(
        "kinds",
        _l("Activities by kind"),
        (
            _KIND,
            number("planned", _l("Planned (number)")),
            number("done", _l("Carried out (number)")),
            number("cancelled", _l("Called off (number)")),
            number("visitors", _l("People who came")),
        ),
    ),
    Table(
        "activities",
        _l("Activities, planned and done"),
        (
            Column("code", _l("No."), width=0.8),
            Column("name", _l("Activity"), width=4),
            _KIND,
            Column("agency", _l("Agency in charge"), width=2.5),
            Column("starts_on", _l("From (day)"), "day", 1.3),
            Column("ends_on", _l("Until (day)"), "day", 1.3),
            Column("state", _l("State"), "word", 1.6, STATES),
            number("visitors", _l("People who came")),
            Column("result", _l("Result noted"), width=3),
        ),
        annex=True,
    ),
    Table(
        "stalls",
        _l("Stalls by kind and owner"),
        (
            Column("kind", _l("Kind of stall"), "word", 2.4, STALLS),
            Column("owner", _l("Owner of the stalls"), width=4),
            number("stalls", _l("Number of stalls")),
            number("present", _l("Stalls set up")),
            number("cashless", _l("Stalls with cashless payment"), 1.3),
        ),
        annex=True,
    ),
    Table(
        "channels",
        _l("Communication by channel"),
        (
            _CHANNEL,
            number("works", _l("Works planned")),
            number("done", _l("Works done")),
            number("proved", _l("Works with proof")),
            number("pieces", _l("Pieces")),
            number("reach", _l("People reached")),
        ),
    ),
    Table(
        "communication",
        _l("Communication work, planned and done"),
        (
            _CHANNEL,
            Column("text", _l("Communication work"), width=4),
            Column("owner", _l("Carried out by"), width=2.5),
            Column("until", _l("Last day"), "day", 1.3),
            Column("done_on", _l("Done on"), "day", 1.3),
            Column("has_proof", _l("Proof"), "word", 1, YES_NO),
            number("pieces", _l("Pieces")),
            number("reach", _l("People reached")),
        ),
        annex=True,
    ),
    Table(
        "press",
        _l("Press accreditations by outlet"),
        (
            Column("outlet", _l("Newspaper or station"), width=4),
            number("asked", _l("Accreditations asked for")),
            number("approved", _l("Journalists accredited")),
            number("refused", _l("Journalists refused")),
        ),
        annex=True,
    ),
    Table(
        "contests",
        _l("Contests with entries, rounds and votes"),
        (
            _CONTEST,
            Column("starts_on", _l("From (day)"), "day", 1.3),
            Column("ends_on", _l("Until (day)"), "day", 1.3),
            number("entries", _l("Entries of contests (number)")),
            number("persons", _l("Entries of persons")),
            number("teams", _l("Entries of teams")),
            number("entrants", _l("People who entered")),
            number("accepted", _l("Entries accepted")),
            number("rounds", _l("Rounds")),
            number("rounds_closed", _l("Rounds closed")),
            number("votes", _l("Votes counted")),
            number("awards", _l("Awards set")),
            number("awarded", _l("Awards won")),
            Column("is_published", _l("Results published"), "word", 1, YES_NO),
        ),
        annex=True,
    ),
    Table(
        "awards",
        _l("Awards of the contests"),
        (
            _CONTEST,
            Column("name", _l("Award"), width=2),
            Column("prize", _l("Prize of the award"), width=2),
            number("amount", _l("Worth (đồng)"), 1.4),
            Column("winner", _l("Won by"), width=3),
            Column("is_won", _l("Is it won?"), "word", 1, YES_NO),
        ),
        annex=True,
    ),
    Table(
        "commendations",
        _l("Commendations by form and state"),
        (
            _FORM,
            Column("kind", _l("Who is commended"), "word", 2, NOMINEES),
            Column("state", _l("State"), "word", 2.4, HONOURS),
            number("proposals", _l("Number of proposals")),
        ),
        annex=True,
    ),
    Table(
        "decisions",
        _l("Decisions on commendations"),
        (
            Column("decision", _l("Decision number"), width=2),
            Column("decided_on", _l("Date of the decision"), "day", 1.4),
            _FORM,
            number("collectives", _l("Collectives commended")),
            number("individuals", _l("Individuals commended")),
            number("channels", _l("Channels commended")),
        ),
        annex=True,
    ),
    Table(
        "budget",
        _l("Money by source"),
        (
            Column("source", _l("Source of the money"), width=4),
            Column("decision", _l("Decision number"), width=1.8),
            Column("decided_on", _l("Date of the decision"), "day", 1.4),
            number("given", _l("Given (đồng)"), 1.6),
            *_MONEY,
        ),
        annex=True,
    ),
    Table(
        "estimates",
        _l("Estimates by agency"),
        (
            Column("name", _l("Agency"), width=4),
            Column("due", _l("Last day"), "day", 1.3),
            Column("state", _l("Estimate of an agency"), "word", 1.4, RETURNS),
            *_MONEY,
            Column("settled_on", _l("Settled on"), "day", 1.3),
            Column("is_handed_in", _l("Counted"), "word", 1, YES_NO),
        ),
        annex=True,
    ),
)
