"""The words of the state of the sites."""

from datetime import datetime

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from eventsvc import clock
from eventsvc.reports.site_board import Division, Evidence, Line, Source, Standing, Tally
from eventsvc.sites.models import SiteLevel
from eventsvc.sites.readiness_models import Gate
from eventsvc.web import labels
from eventsvc.web.filters import figure

labels.register(
    {
        Standing.FAULT: _l("Fault"),
        Standing.LATE: _l("Late with a rule"),
        Standing.UNCONFIRMED: _l("Not confirmed"),
        Standing.CONFIRMED: _l("Confirmed"),
        Standing.TESTED: _l("Checked and tested"),
        Standing.READY: _l("Ready"),
        Standing.CONNECTED: _l("On line"),
        Standing.CLOSED: _l("Ended"),
    },
    {
        Standing.FAULT: "err",
        Standing.LATE: "warn",
        Standing.UNCONFIRMED: "mute",
        Standing.CONFIRMED: "info",
        Standing.TESTED: "info",
        Standing.READY: "ok",
        Standing.CONNECTED: "ok",
        Standing.CLOSED: "mute",
    },
)
labels.register(
    {
        Source.REPORTED: _l("reported by the site"),
        Source.ON_BEHALF: _l("entered by the province after a call"),
        Source.SCANNED: _l("by names scanned"),
        Source.NONE: _l("no number yet"),
    }
)
labels.register(
    {
        Division.ALL: _l("All sites"),
        Division.LEVEL: _l("Level"),
        Division.MAIN: _l("Main site"),
        Division.DISTRICT: _l("District"),
        Division.PROVINCE: _l("Communes directly under the province"),
        Division.OTHER: _l("Other sites"),
        Division.CLUSTER: _l("Cluster of sites"),
        Division.NO_CLUSTER: _l("In no cluster"),
    }
)

_NOT_YET = {
    Gate.CONFIRMED: _l("Not confirmed"),
    Gate.TESTED: _l("Link test not passed"),
    Gate.REHEARSED: _l("Not rehearsed"),
    Gate.TECHNICIAN_PRESENT: _l("Technician not present"),
    Gate.READY: _l("Not ready"),
    Gate.CONNECTED: _l("Not on line"),
    Gate.COUNTED: _l("No head-count"),
    Gate.SERVICE_CONFIRMED: _l("Service not confirmed"),
    Gate.SERVICE_PRESENT: _l("Service not on the spot"),
}


def missed_words(gate: Gate) -> str:
    """What it means not to have passed the gate."""
    return str(_NOT_YET[gate])


def moment(value: datetime) -> str:
    """The hour of something today, the day and hour of anything else: "08:12", "17:00 11/07"."""
    local = clock.local(value)
    return f"{local:%H:%M}" if local.date() == clock.today() else f"{local:%H:%M %d/%m}"


def short_moment(value: datetime) -> str:
    """The hour of something today, the day of anything else, for who reads it at ten metres."""
    local = clock.local(value)
    return f"{local:%H:%M}" if local.date() == clock.today() else f"{local:%d/%m}"


def others_words(counted: Line | Tally) -> str:
    """How many came beside those expected: "+2", or nothing."""
    return f"+{figure(counted.others)}" if counted.others else ""


def people_words(tally: Tally) -> str:
    """How many people are where, and what the number rests on, in one sentence that can be defended."""
    known = tally.evidence
    if not known.places:
        return _("No site has reported how many people are there, and nobody has been scanned in yet.")
    people = ngettext(
        "%(people)s delegate", "%(people)s delegates", known.people, people=figure(known.people)
    )
    places = ngettext("%(places)s site", "%(places)s sites", known.places, places=figure(known.places))
    sentence = _(
        "%(people)s at %(places)s (%(sources)s).", people=people, places=places, sources=_sources(known)
    )
    return " ".join([sentence, *_rest(known)])


def _sources(known: Evidence) -> str:
    said = []
    if told := known.reported + known.on_behalf:
        words = ngettext("%(places)s site by its head-count", "%(places)s sites by their head-counts", told,
                         places=figure(told))  # fmt: skip
        if known.on_behalf:
            words += _(
                ", %(number)s of them entered by the province after a call", number=figure(known.on_behalf)
            )
        said.append(words + _(", the newest at %(time)s", time=moment(known.reported_at)))
    if known.scanned:
        words = ngettext("%(places)s site by names scanned", "%(places)s sites by names scanned", known.scanned,
                         places=figure(known.scanned))  # fmt: skip
        said.append(words + _(", the last at %(time)s", time=moment(known.scanned_at)))
    return "; ".join(said)


def _rest(known: Evidence) -> list[str]:
    """What was left out of the sentence: sites that are empty, and sites that are silent."""
    said = []
    if known.nobody:
        said.append(ngettext("%(places)s site has reported that nobody is there.",
                             "%(places)s sites have reported that nobody is there.", known.nobody,
                             places=figure(known.nobody)))  # fmt: skip
    if known.silent:
        said.append(ngettext("%(places)s site has given no number yet.", "%(places)s sites have given no number yet.",
                             known.silent, places=figure(known.silent)))  # fmt: skip
    return said


def tally_name(tally: Tally) -> str:
    """What the lines of a sum are called together."""
    if tally.division is Division.LEVEL:
        return str(labels.label(SiteLevel(tally.code)))
    return tally.name or str(labels.label(tally.division))


def line_words(line: Line) -> str:
    """Where a site stands, in one line: for the tooltip of its tile, and for who hears the page."""
    said = [str(labels.label(line.standing))]
    if line.standing is Standing.FAULT:
        said += [str(labels.label(fault.kind)) for fault in line.faults[:1]]
    elif line.missed:
        said += [missed_words(line.missed[0].gate)]
    words = f"{line.name}: {', '.join(said)}"
    if line.people:
        words += f"; {ngettext('%(people)s delegate', '%(people)s delegates', line.people, people=figure(line.people))}"
    return words
