"""What the sites and the services of the halls must reach by when, and how many have."""

from datetime import datetime
from typing import NamedTuple

from flask import Blueprint, g, render_template
from flask_babel import format_datetime

from eventsvc import clock
from eventsvc.accounts.access import requires
from eventsvc.accounts.permissions import Permission
from eventsvc.coordinators import readiness_queries as of_services
from eventsvc.events.permissions import event_or_404
from eventsvc.sites import copy_queries, readiness, readiness_queries
from eventsvc.sites.readiness_models import ReadinessRule
from eventsvc.sites.readiness_queries import Figures
from eventsvc.text import short_date, time_of_day

bp = Blueprint("readiness", __name__)


class Line(NamedTuple):
    """A rule with the moment it means now (None while the event has no time) and how many have passed it."""

    rule: ReadinessRule
    at: datetime | None
    figures: Figures

    @property
    def moment(self) -> str:
        """ "Thứ Ba, 11/7/2023, 17:00"."""
        return (
            f"{format_datetime(self.at, 'EEEE')}, {short_date(self.at)}, {time_of_day(self.at)}"
            if self.at
            else ""
        )

    @property
    def is_of_sites(self) -> bool:
        return self.rule.gate in readiness.AT_SITES


@bp.get("/events/<slug>/readiness")
@requires(Permission.READ_SITES)
def index(slug):
    event = event_or_404(slug, g.access)
    reach = g.access.site_ids(event)
    rules = readiness_queries.rules_of(event)
    figures = readiness_queries.figures(event, rules, reach) | of_services.service_figures(
        event, rules, reach
    )
    dues = readiness.dues(rules, event.starts_at)
    moments = {due.rule.id: due.at for due in dues}
    edit = g.access.to(Permission.EDIT_SITES)
    edits = edit.covers(event) and edit.site_ids(event) is None and not event.is_cancelled
    return render_template(
        "readiness/index.html",
        event=event,
        lines=[
            Line(rule, moments.get(rule.id), figures[rule.id])
            for rule in ([due.rule for due in dues] or readiness.in_order(rules))
        ],
        now=clock.now(),
        edits=edits,
        calls=edit.covers(event),
        sources=[source for source, _number in copy_queries.sources(event, edit)] if edits else [],
    )
