"""The words of an event's kinds and states, for pages."""

from flask_babel import lazy_gettext as _l

from eventsvc.events.models import (
    EventForm,
    EventKind,
    EventRole,
    EventStatus,
    ItemKind,
    LegalBasis,
    RitualRole,
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
        EventKind.OTHER: _l("Other event"),
        EventForm.IN_PERSON: _l("In person"),
        EventForm.ONLINE: _l("Online"),
        EventForm.HYBRID: _l("In person and online"),
        EventRole.HOST: _l("Host"),
        EventRole.IMPLEMENTING: _l("Implementing unit"),
        EventRole.COORDINATING: _l("Coordinating unit"),
        ItemKind.OPENING: _l("Opening"),
        ItemKind.SPEECH: _l("Speech"),
        ItemKind.CLIP: _l("Video clip"),
        ItemKind.DEMO: _l("Demonstration"),
        ItemKind.BUTTON_CEREMONY: _l("Button press"),
        ItemKind.SIGNING: _l("Signing"),
        ItemKind.PERFORMANCE: _l("Performance"),
        ItemKind.AWARD: _l("Award presentation"),
        ItemKind.RECOGNITION: _l("Public recognition"),
        ItemKind.ADOPTION: _l("Adoption of the programme"),
        ItemKind.BREAK: _l("Break"),
        ItemKind.CLOSING: _l("Closing"),
        ItemKind.OTHER: _l("Other item"),
        LegalBasis.STATE_FUNCTION: _l("Task of a state body (no consent needed)"),
        LegalBasis.CONSENT: _l("Consent of the person"),
        RitualRole.PRESSER: _l("Presses the button"),
        RitualRole.SIGNATORY: _l("Signs"),
        RitualRole.WITNESS: _l("Witnesses"),
        StatementKind.PURPOSE: _l("Purpose"),
        StatementKind.REQUIREMENT: _l("Requirement"),
    }
)
labels.register(
    {
        EventStatus.OPEN: _l("In preparation"),
        EventStatus.CANCELLED: _l("Cancelled"),
        EventStatus.ARCHIVED: _l("Archived"),
        TimeState.OPEN: _l("Time open"),
        TimeState.PROPOSED: _l("Time proposed"),
        TimeState.APPROVED: _l("Time approved"),
    },
    {
        EventStatus.OPEN: "info",
        EventStatus.CANCELLED: "err",
        EventStatus.ARCHIVED: "mute",
        TimeState.OPEN: "mute",
        TimeState.PROPOSED: "warn",
        TimeState.APPROVED: "ok",
    },
)
