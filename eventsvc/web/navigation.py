"""The tabs of an event: each is shown to those who may open it."""

from typing import Any, NamedTuple

from flask import Flask, current_app, g, request, url_for
from flask_babel import lazy_gettext as _l

from eventsvc.accounts.permissions import Access, Permission


class Tab(NamedTuple):
    label: Any
    url: str
    is_current: bool


class Step(NamedTuple):
    """Something to be done before the day, with the page where it is done."""

    label: str
    url: str
    is_done: bool


# endpoint, words, permission; in the order of the work. A feature adds its line here.
EVENT_TABS = (
    ("campaigns.show", _l("Campaign"), Permission.READ_TASKS),
    ("events.show", _l("Overview"), Permission.READ_EVENT),
    ("documents.index", _l("Papers"), Permission.READ_EVENT),
    ("agenda.index", _l("Agenda"), Permission.READ_EVENT),
    ("stage.index", _l("Stage"), Permission.READ_EVENT),
    ("sites.index", _l("Sites"), Permission.READ_SITES),
    ("guests.index", _l("Guests"), Permission.READ_GUESTS),
    ("invitations.index", _l("Invitations"), Permission.READ_GUESTS),
    ("deliveries.index", _l("Messages"), Permission.SEND_MAIL),
    ("reception.index", _l("Reception"), Permission.READ_RECEPTION),
    ("checkins.index", _l("Check-in"), Permission.CHECK_IN_BY_NAME),
    ("devices.index", _l("Devices"), Permission.MANAGE_DEVICES),
    ("reports.board", _l("Board"), Permission.READ_BOARD),
    ("tasks.index", _l("Tasks"), Permission.READ_TASKS),
    ("movements.show", _l("Movement"), Permission.READ_TASKS),
    ("roadshow.index", _l("Roadshow"), Permission.READ_TASKS),
    ("activities.index", _l("Activities"), Permission.READ_TASKS),
    ("contests.index", _l("Contests"), Permission.READ_TASKS),
    ("commendations.index", _l("Commendations"), Permission.READ_TASKS),
    ("budgets.index", _l("Money"), Permission.READ_TASKS),
    ("results.show", _l("Results report"), Permission.READ_TASKS),
    ("feeds.index", _l("Calendars"), Permission.EDIT_EVENT),
    ("reports.trail", _l("Log"), Permission.READ_AUDIT),
)

# The tabs of an event that people come to; a year's plan of work has none of them.
GATHERING = frozenset(
    {"agenda", "stage", "sites", "guests", "invitations", "reception", "checkins", "devices", "reports.board"}
)

# The tabs that only a campaign has.
OF_A_CAMPAIGN = frozenset({"campaigns", "roadshow", "activities", "contests", "commendations"})

# The pages of one tab, in the order of the work: they stand in a row of their own below the tabs.
SECTIONS = {
    "documents": (
        ("documents.index", _l("Plan"), Permission.READ_EVENT),
        ("plans.show", _l("Contents of the plan"), Permission.READ_TASKS),
        ("papers.index", _l("Official papers"), Permission.READ_EVENT),
        ("signatures.index", _l("Signatures and numbers"), Permission.EDIT_EVENT),
    ),
    "sites": (
        ("sites.index", _l("List of sites"), Permission.READ_SITES),
        ("site_board.index", _l("State of the sites"), Permission.READ_BOARD),
        ("readiness.index", _l("Readiness"), Permission.READ_SITES),
        ("site_calls.index", _l("Call list"), Permission.EDIT_SITES),
        ("link_tests.index", _l("Link tests"), Permission.READ_SITES),
        ("faults.index", _l("Faults"), Permission.READ_SITES),
        ("announcements.index", _l("Announcements"), Permission.READ_SITES),
        ("halls.index", _l("Halls"), Permission.READ_SITES),
        ("site_links.index", _l("Links"), Permission.EDIT_SITES),
    ),
    "guests": (
        ("guests.index", _l("Guest list"), Permission.READ_GUESTS),
        ("ranks.index", _l("Protocol order"), Permission.READ_GUESTS),
        ("seating.index", _l("Seating"), Permission.READ_GUESTS),
        ("badges.index", _l("Badges"), Permission.ISSUE_PASS),
    ),
    "invitations": (
        ("invitations.index", _l("Individuals"), Permission.READ_GUESTS),
        ("nominations.index", _l("Organizations"), Permission.EDIT_GUESTS),
        ("substitutions.index", _l("Substitutes"), Permission.READ_GUESTS),
        ("letters.index", _l("Letters"), Permission.READ_EVENT),
        ("wordings.index", _l("Wording and reminders"), Permission.SEND_MAIL),
        ("hand_deliveries.index", _l("By hand"), Permission.ANSWER_FOR),
    ),
    "reception": (
        ("reception.index", _l("Delegations"), Permission.READ_RECEPTION),
        ("arrivals.index", _l("Arrivals"), Permission.READ_RECEPTION),
    ),
    "checkins": (
        ("checkins.index", _l("Desk"), Permission.CHECK_IN_BY_NAME),
        ("review.index", _l("Cases to review"), Permission.CHECK_IN_BY_NAME),
        ("paper_sheets.index", _l("Paper lists"), Permission.CHECK_IN_BY_NAME),
        ("open_doors.index", _l("Open doors"), Permission.CHECK_IN_BY_NAME),
        ("closings.index", _l("Signed counts"), Permission.CHECK_IN_BY_NAME),
        ("attendance.index", _l("Attendance"), Permission.READ_BOARD),
    ),
    "devices": (
        ("devices.index", _l("List of devices"), Permission.MANAGE_DEVICES),
        ("door_readiness.index", _l("Readiness of the doors"), Permission.MANAGE_DEVICES),
    ),
    "tasks": (
        ("tasks.index", _l("List of tasks"), Permission.READ_TASKS),
        ("assignments.index", _l("By agency"), Permission.READ_TASKS),
        ("obstacles.index", _l("Obstacles"), Permission.READ_TASKS),
        ("duties.index", _l("Reports due"), Permission.READ_TASKS),
        ("meetings.index", _l("Meetings"), Permission.READ_TASKS),
    ),
    "movements": (
        ("movements.show", _l("Plan of the movement"), Permission.READ_TASKS),
        ("guidance.index", _l("Residents guided"), Permission.READ_TASKS),
        ("training_returns.index", _l("Training completed"), Permission.READ_TASKS),
        ("indicators.index", _l("Targets"), Permission.READ_TASKS),
        ("local_launches.index", _l("Local launches"), Permission.READ_TASKS),
    ),
    "roadshow": (
        ("roadshow.index", _l("Clusters and stops"), Permission.READ_TASKS),
        ("stop_templates.show", _l("What every stop has"), Permission.READ_TASKS),
        ("travel_times.index", _l("Travel times"), Permission.READ_TASKS),
    ),
    "activities": (
        ("activities.index", _l("List of activities"), Permission.READ_TASKS),
        ("stalls.index", _l("Stalls"), Permission.READ_TASKS),
        ("communications.index", _l("Communication"), Permission.READ_TASKS),
        ("accreditations.index", _l("Press"), Permission.READ_TASKS),
    ),
    "budgets": (
        ("budgets.index", _l("Sources and totals"), Permission.READ_TASKS),
        ("estimates.index", _l("Estimates of the agencies"), Permission.READ_TASKS),
    ),
    "deliveries": (
        ("deliveries.index", _l("Outbox"), Permission.SEND_MAIL),
        ("batches.index", _l("Batches"), Permission.SEND_MAIL),
        ("phone_list.index", _l("Phone them"), Permission.SEND_MAIL),
        ("replies.index", _l("Answers and bounces"), Permission.SEND_MAIL),
    ),
}

# Pages that are reached from the page of a tab, by their blueprints.
WITHIN = {
    "materials": "agenda",
    "releases": "agenda",
    "running_order": "agenda",
    "bodies": "invitations",
    "seating_papers": "guests",
    "link_test_results": "sites",
    "site_reports": "sites",
    "pass_pages": "invitations",
    "desk": "checkins",
    "site_bulk": "sites",
    "charging": "tasks",
    "extensions": "tasks",
    "targets": "movements",
    "site_copies": "sites",
    "contest_awards": "contests",
    "contest_entries": "contests",
    "contest_judges": "contests",
    "contest_matches": "contests",
    "contest_rounds": "contests",
    "contest_votes": "contests",
    "site_files": "sites",
    "readiness_rules": "sites",
    "checklists": "sites",
} | {endpoint.partition(".")[0]: tab for tab, pages in SECTIONS.items() for endpoint, _words, _right in pages}


def init_app(app: Flask) -> None:
    app.jinja_env.globals.update(
        event_navigation=event_navigation,
        section_navigation=section_navigation,
        navigation=navigation,
        user_links=user_links,
    )
    app.context_processor(lambda: {"may": may})


def may(permission: str, event: Any = None) -> bool:
    """Whether the signed-in actor holds the permission, in the event when one is given."""
    if g.get("actor") is None:
        return False
    access = Access(g.actor, Permission(permission))
    return not access.is_empty if event is None else access.covers(event)


def navigation() -> list[Tab]:
    """The links at the top of every organizer's page."""
    here = (request.endpoint or "").partition(".")[0]
    links = (
        ("events.index", _l("Events"), Permission.READ_EVENT),
        ("organizations.index", _l("Organizations"), Permission.READ_EVENT),
        ("calendar_days.index", _l("Working calendar"), Permission.CREATE_EVENT),
    )
    return [
        Tab(words, url_for(endpoint), endpoint.partition(".")[0] == here)
        for endpoint, words, permission in links
        if endpoint in current_app.view_functions and may(permission)
    ]


def user_links() -> list[tuple[Any, str]]:
    return [(_l("My account"), url_for("accounts.account"))]


def event_navigation(event: Any) -> list[Tab]:
    """The tabs of the event that the signed-in actor may open; the current one by its blueprint."""
    here = (request.endpoint or "").partition(".")[0]
    tabs = []
    for endpoint, words, permission in EVENT_TABS:
        blueprint = endpoint.partition(".")[0]
        has_it = (event.kind.is_gathering or not {endpoint, blueprint} & GATHERING) and (
            event.kind == "campaign" or blueprint not in OF_A_CAMPAIGN
        )
        if has_it and endpoint in current_app.view_functions and may(permission, event):
            same = endpoint == request.endpoint
            tabs.append((endpoint, Tab(words, url_for(endpoint, slug=event.slug), same)))
    if not any(tab.is_current for _endpoint, tab in tabs):
        here = WITHIN.get(here, here)
        tabs = [(e, t._replace(is_current=e.partition(".")[0] == here)) for e, t in tabs]
    return [tab for _endpoint, tab in tabs]


def section_navigation(event: Any) -> list[Tab]:
    """The pages of the current tab that the signed-in actor may open; none when there is only one."""
    here = (request.endpoint or "").partition(".")[0]
    pages = [
        Tab(words, url_for(endpoint, slug=event.slug), endpoint.partition(".")[0] == here)
        for endpoint, words, permission in SECTIONS.get(WITHIN.get(here, here), ())
        if endpoint in current_app.view_functions and may(permission, event)
    ]
    return pages if len(pages) > 1 else []
