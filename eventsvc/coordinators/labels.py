"""The words of a coordinator's page: what a step is called on its button, what is due, how far a link has come."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from eventsvc import clock
from eventsvc.coordinators.queries import LinkState, OnStage
from eventsvc.events.models import Sitting
from eventsvc.link_tests.models import LinkTestKind
from eventsvc.sites.asked import ASKED
from eventsvc.sites.models import Milestone
from eventsvc.sites.readiness import Due
from eventsvc.text import time_of_day
from eventsvc.web import labels
from eventsvc.web.filters import day_and_time

labels.register(
    {
        LinkState.MISSING: _l("Without a link"),
        LinkState.UNSENT: _l("Link not sent"),
        LinkState.UNOPENED: _l("Sent, not opened"),
        LinkState.OPENED: _l("Link opened"),
    },
    {
        LinkState.MISSING: "mute",
        LinkState.UNSENT: "warn",
        LinkState.UNOPENED: "info",
        LinkState.OPENED: "ok",
    },
)

BUTTONS = {
    Milestone.CONFIRMED: _l("We confirm this site"),
    Milestone.TESTED: _l("The link test has been passed"),
    Milestone.REHEARSED: _l("The rehearsal is done"),
    Milestone.TECHNICIAN_PRESENT: _l("Our technician is present"),
    Milestone.READY: _l("Everything is ready"),
    Milestone.CONNECTED: _l("We are connected"),
    Milestone.CLOSED: _l("The site has ended its work"),
}

TEST_KINDS = {
    LinkTestKind.LINK_TEST: _l("Test of the link"),
    LinkTestKind.REHEARSAL: _l("Rehearsal of the event"),
}


def button(milestone: Milestone) -> Any:
    return BUTTONS[milestone]


def due(one: Due) -> str:
    """ "Kết nối thử trước 17:00 ngày 11/7"."""
    at = clock.local(one.at)
    return _(
        "%(what)s before %(time)s on %(day)s",
        what=ASKED[one.rule.gate],
        time=time_of_day(one.at),
        day=f"{at.day:02d}/{at.month}",
    )


def sitting_words(sitting: Sitting) -> str:
    """ "Phiên buổi sáng, 08:00 15/07/2023": what tells a sitting from the others of its event."""
    name = sitting.title or _("Sitting %(number)s", number=sitting.number)
    return f"{name}, {day_and_time(sitting.starts_at)}" if sitting.starts_at else name


def test_kind(kind: LinkTestKind) -> Any:
    return TEST_KINDS[kind]


def on_stage(said: OnStage) -> str:
    """When the site is on, in a sentence."""
    if said.is_on:
        return _("Your site is on now.")
    if said.at is None:
        return _("Your site will be on; the time is not known yet.")
    if said.minutes is None:
        return _(
            "Your site is on at %(time)s on %(day)s.",
            time=time_of_day(said.at),
            day=clock.local(said.at).strftime("%d/%m"),
        )
    if said.minutes <= 0:
        return _("Your site is on in a moment.")
    return ngettext(
        "Your site is on in about %(num)s minute.", "Your site is on in about %(num)s minutes.", said.minutes
    )
