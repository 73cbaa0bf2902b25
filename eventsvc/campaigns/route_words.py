"""What is wrong with a route, in a sentence for people. Pure."""

from collections.abc import Callable, Mapping
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext

from eventsvc.campaigns.route import Finding, Wrong
from eventsvc.text import short_date


def sentence(finding: Finding) -> str:
    """The finding in the language of the page."""
    values = dict(finding.values)
    if "day" in values:
        values["day"] = short_date(values["day"])
    return _SENTENCES[finding.wrong](values)


def _missing(values: Mapping[str, Any]) -> str:
    return ngettext(
        "%(num)s unit of %(all)s is in no cluster yet: %(units)s.",
        "%(num)s units of %(all)s are in no cluster yet: %(units)s.",
        values["count"],
        all=values["all"],
        units=values["units"],
    )


_SENTENCES: dict[Wrong, Callable[[dict[str, Any]], str]] = {
    Wrong.UNIT_TWICE: lambda v: _(
        "%(unit)s is in %(first)s and in %(second)s: a unit is in one cluster only.", **v
    ),
    Wrong.UNIT_FOREIGN: lambda v: _("%(unit)s is no unit of the province of this campaign.", **v),
    Wrong.UNIT_UNKNOWN: lambda v: _("Nobody knows which unit “%(unit)s” is: write its name in full.", **v),
    Wrong.UNIT_MISSING: _missing,
    Wrong.NO_HOST: lambda v: _("%(cluster)s has no hosting unit.", **v),
    Wrong.ON_TET: lambda v: _("“%(stop)s” falls on Tết: %(day)s, %(name)s.", **v),
    Wrong.OUTSIDE_WINDOW: lambda v: _("“%(stop)s” lies outside the time of the campaign: %(day)s.", **v),
    Wrong.OUTSIDE_CLUSTER: lambda v: _("“%(stop)s” lies outside the days of %(cluster)s.", **v),
    Wrong.CLUSTER_OUTSIDE_WINDOW: lambda v: _(
        "The days of %(cluster)s lie outside the time of the campaign.", **v
    ),
    Wrong.TEAM_TWICE: lambda v: _(
        "%(team)s is to be at “%(stop)s” and at “%(other)s” at the same time on %(day)s.", **v
    ),
    Wrong.TEAM_LATE: lambda v: _(
        "%(team)s cannot get from “%(stop)s” to “%(other)s” in time on %(day)s: there are %(minutes)s minutes, the "
        "drive takes %(drive)s.",
        **v,
    ),
    Wrong.TRAVEL_UNKNOWN: lambda v: _(
        "%(team)s goes from “%(stop)s” to “%(other)s” with %(minutes)s minutes in between on %(day)s; nobody has "
        "typed how long the drive takes.",
        **v,
    ),
    Wrong.NO_TEAMS: lambda v: _(
        "“%(stop)s” and “%(other)s” are on the same days; name their teams, so that nobody is in two places.",
        **v,
    ),
    Wrong.ON_HOLIDAY: lambda v: _("“%(stop)s” falls on a holiday: %(day)s, %(name)s.", **v),
    Wrong.ON_WEEKEND: lambda v: _("“%(stop)s” falls on a weekend: %(day)s.", **v),
    Wrong.NO_DAY: lambda v: _("“%(stop)s” has no day yet.", **v),
    Wrong.NO_STOP: lambda v: _("%(cluster)s has no stop yet.", **v),
}
