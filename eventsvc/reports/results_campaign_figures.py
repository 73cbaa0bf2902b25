"""The figures of a campaign's results report, part by part, with the rows they count. Pure."""

from functools import partial

from flask_babel import lazy_gettext as _l

from eventsvc.reports.results_shapes import Figure, figure

CAMPAIGN_PARTS = {
    "stops": _l("Route and stops"),
    "parts": _l("Guests of its events"),
    "doors": _l("Visitors of open doors"),
    "activities": _l("Activities of the campaign"),
    "stalls": _l("Stalls of the exhibitions"),
    "communication": _l("Communication work of the campaign"),
    "press": _l("Journalists (report)"),
    "contests": _l("Contests of the campaign"),
    "commendations": _l("Commendations of the campaign"),
    "budget": _l("Money of the campaign"),
}
"""They stay away where there is nothing to count, but for those of `CAMPAIGN_EMPTY` in a campaign."""
CAMPAIGN_EMPTY = {
    "stops": _l("The route has no stops."),
    "activities": _l("No activity has been entered."),
}
CAMPAIGN_PAGES = {
    "clusters": "roadshow.index",
    "stops": "roadshow.index",
    "parts": "campaigns.show",
    "doors": "open_doors.index",
    "activities": "activities.index",
    "stalls": "stalls.index",
    "communication": "communications.index",
    "press": "accreditations.index",
    "contests": "contests.index",
    "awards": "contests.index",
    "commendations": "commendations.index",
    "decisions": "commendations.index",
    "budget": "budgets.index",
    "estimates": "estimates.index",
}

_figure = partial(figure, CAMPAIGN_PAGES)
_DECIDED = {"state": ("decided",)}
_TO_COME = {"state": ("planned", "ready", "running")}
_STANDING = {"state": ("planned", "ready", "running", "done")}
_HANDED_IN = {"is_handed_in": ("1",)}
_ALIVE = ("proposed", "returned", "checked")

CAMPAIGN_FIGURES: tuple[Figure, ...] = (
    _figure("clusters.all", _l("clusters on the route"), part="stops"),
    _figure("clusters.units", _l("units in its clusters"), "units", part="stops"),
    _figure("stops.all", _l("stops planned")),
    _figure("stops.held", _l("stops that were held"), where={"standing": ("held",)}),
    _figure("stops.open", _l("stops still to be held"), where={"standing": ("running", "planned", "no_event")}),
    _figure("stops.cancelled", _l("stops called off"), where={"standing": ("cancelled",)}),
    _figure("stops.moved", _l("stops held or moved to other days"), where={"is_moved": ("1",)}),
    _figure("parts.all", _l("events of the campaign")),
    _figure("parts.sites", _l("sites of its events"), "sites"),
    _figure("parts.invited", _l("guests expected"), "invited"),
    _figure("parts.registered", _l("guests registered"), "registered"),
    _figure("parts.present", _l("guests present"), "present"),
    _figure("parts.absent", _l("guests absent"), "absent"),
    _figure("parts.walk_ins", _l("others let in, counted apart"), "walk_ins"),
    _figure("doors.all", _l("fairs and exhibitions open to everybody")),
    _figure("doors.registered", _l("visitors registered"), "registered"),
    _figure("doors.waiting", _l("visitors on a waiting list"), "waiting"),
    _figure("doors.came", _l("came with their pass"), "came"),
    _figure("doors.counted", _l("people counted at the doors"), "counted"),
    _figure("activities.all", _l("activities planned"), where=_STANDING),
    _figure("activities.done", _l("activities carried out"), where={"state": ("done",)}, args={"state": "done"}),
    _figure("activities.open", _l("activities not finished"), where=_TO_COME),
    _figure(
        "activities.cancelled", _l("activities called off"), where={"state": ("cancelled",)},
        args={"state": "cancelled"},
    ),
    _figure("activities.visitors", _l("people came to the activities"), "visitors", where=_STANDING),
    _figure("stalls.all", _l("stalls, without those called off"), "stalls"),
    _figure("stalls.present", _l("stalls that were set up"), "present", args={"state": "present"}),
    _figure("stalls.cashless", _l("stalls that took cashless payment"), "cashless"),
    _figure("communication.all", _l("communication works planned")),
    _figure("communication.done", _l("communication works done"), given="done_on"),
    _figure("communication.proved", _l("communication works with proof"), where={"has_proof": ("1",)}),
    _figure("communication.pieces", _l("pieces published"), "pieces"),
    _figure("communication.reach", _l("people reached, as reported"), "reach"),
    _figure("press.outlets", _l("newspapers and stations")),
    _figure("press.asked", _l("journalists who asked"), "asked"),
    _figure("press.approved", _l("journalists accredited"), "approved", args={"state": "approved"}),
    _figure("contests.all", _l("contests held or announced")),
    _figure("contests.entries", _l("entries that stand"), "entries"),
    _figure("contests.persons", _l("entries of persons"), "persons"),
    _figure("contests.teams", _l("entries of teams"), "teams"),
    _figure("contests.entrants", _l("people who entered"), "entrants"),
    _figure("contests.accepted", _l("entries accepted"), "accepted"),
    _figure("contests.rounds", _l("rounds of contests"), "rounds"),
    _figure("contests.rounds_closed", _l("rounds closed"), "rounds_closed"),
    _figure("contests.votes", _l("votes of the public that count"), "votes"),
    _figure("contests.published", _l("contests with published results"), where={"is_published": ("1",)}),
    _figure("awards.all", _l("awards set"), part="contests"),
    _figure("awards.won", _l("awards won"), part="contests", where={"is_won": ("1",)}),
    _figure("awards.amount", _l("đồng for the awards won"), "amount", part="contests", where={"is_won": ("1",)}),
    _figure("commendations.all", _l("proposals for commendation"), "proposals"),
    _figure(
        "commendations.decided", _l("commended by a decision"), "proposals", where=_DECIDED,
        args={"state": "decided"},
    ),
    _figure("commendations.open", _l("proposals not decided yet"), "proposals", where={"state": _ALIVE}),
    _figure(
        "commendations.refused", _l("proposals refused"), "proposals", where={"state": ("refused",)},
        args={"state": "refused"},
    ),
    _figure("decisions.all", _l("decisions issued"), part="commendations"),
    _figure("budget.sources", _l("sources of money"), given="source"),
    _figure("budget.given", _l("đồng given to it"), "given"),
    _figure("budget.estimated", _l("đồng estimated"), "estimated"),
    _figure("budget.approved", _l("đồng approved"), "approved"),
    _figure("budget.spent", _l("đồng spent"), "spent"),
    _figure("budget.settled", _l("đồng settled"), "settled"),
    _figure("estimates.all", _l("estimates asked for"), part="budget"),
    _figure("estimates.handed_in", _l("estimates handed in"), part="budget", where=_HANDED_IN),
    _figure("estimates.settled", _l("estimates settled"), part="budget", given="settled_on"),
)  # fmt: skip
