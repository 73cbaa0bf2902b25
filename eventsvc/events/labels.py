"""The words of an event's kinds and states, for pages.

One call for each enum: members of two enums with the same word would be one key of a dictionary.
"""

from flask_babel import lazy_gettext as _l

from eventsvc.events.models import (
    EventForm,
    EventKind,
    EventRole,
    EventStatus,
    LegalBasis,
    StatementKind,
    TimeState,
)
from eventsvc.web import labels

labels.register(
    {
        EventKind.LAUNCH_CEREMONY: _l("Launch ceremony"),
        EventKind.LAUNCH_CEREMONY_WITH_SIGNING: _l("Launch ceremony with signing"),
        EventKind.MOVEMENT_LAUNCH_CEREMONY: _l("Launch of a movement"),
        EventKind.DX_DAY: _l("Digital Transformation Day"),
        EventKind.CONFERENCE: _l("Conference"),
        EventKind.MEETING: _l("Meeting"),
        EventKind.ROADSHOW_STOP: _l("Stop of a tour"),
        EventKind.WORK_PLAN: _l("Plan of work"),
        EventKind.CAMPAIGN: _l("Campaign of several events"),
        EventKind.OTHER: _l("Other event"),
    }
)
labels.register(
    {
        EventForm.IN_PERSON: _l("In person"),
        EventForm.ONLINE: _l("Online"),
        EventForm.HYBRID: _l("In person and online"),
    }
)
labels.register(
    {
        EventRole.HOST: _l("Host"),
        EventRole.IMPLEMENTING: _l("Implementing unit"),
        EventRole.COORDINATING: _l("Coordinating unit"),
    }
)
labels.register(
    {
        LegalBasis.STATE_FUNCTION: _l("Task of a state body (no consent needed)"),
        LegalBasis.CONSENT: _l("Consent of the person"),
    }
)
labels.register(
    {
        StatementKind.PURPOSE: _l("Purpose"),
        StatementKind.REQUIREMENT: _l("Requirement"),
        StatementKind.FINDING: _l("Finding"),
        StatementKind.SCOPE: _l("Where the activities are held"),
    }
)
labels.register(
    {
        EventStatus.OPEN: _l("In preparation"),
        EventStatus.CANCELLED: _l("Cancelled"),
        EventStatus.ARCHIVED: _l("Archived"),
    },
    {
        EventStatus.OPEN: "info",
        EventStatus.CANCELLED: "err",
        EventStatus.ARCHIVED: "mute",
    },
)
labels.register(
    {
        TimeState.OPEN: _l("Time open"),
        TimeState.PROPOSED: _l("Time proposed"),
        TimeState.APPROVED: _l("Time approved"),
    },
    {
        TimeState.OPEN: "mute",
        TimeState.PROPOSED: "warn",
        TimeState.APPROVED: "ok",
    },
)
