"""The public page of a campaign: where it halts and when, what everybody may come to. Never a name of a person."""

from typing import Any

from flask import current_app, render_template, url_for

from eventsvc.agenda.public_pages import PAGES
from eventsvc.campaigns import accreditation_queries
from eventsvc.campaigns.communication_queries import public_livestreams
from eventsvc.campaigns.months import months
from eventsvc.events.models import Event, EventKind
from eventsvc.feeds import campaign_queries as queries
from eventsvc.feeds.links import links


def page(event: Event) -> Any:
    shown = queries.public(event)
    in_contests = {contest.activity_id for contest in shown.contests}
    address = f"{current_app.config['PUBLIC_URL']}{url_for('feeds.programme', slug=event.slug)}"
    return render_template(
        "campaigns/public.html",
        event=event,
        shown=shown,
        activities=[row for row in shown.activities if row.line.id not in in_contests],
        days_of=queries.public_days,
        is_known=queries.is_known,
        months=months(queries.happenings(shown)),
        links=links(address, event.short_title),
        livestreams=public_livestreams(event),
        takes_press=accreditation_queries.is_open(event),
        contests_url=url_for("contest_pages.index", slug=event.slug),
    )


PAGES[EventKind.CAMPAIGN] = page
