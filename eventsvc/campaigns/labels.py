"""The words of clusters, activities, stalls, channels and the press."""

from flask_babel import lazy_gettext as _l

from eventsvc.campaigns.activity_models import (
    ActivityKind,
    ActivityRole,
    ActivityState,
    StallKind,
    StallState,
)
from eventsvc.campaigns.communication_models import AccreditationState, Channel
from eventsvc.campaigns.communication_queries import Progress
from eventsvc.campaigns.models import ClusterKind
from eventsvc.web import labels

labels.register(
    {
        ClusterKind.CLUSTER: _l("Cluster"),
        ClusterKind.FINALE: _l("Finale"),
    }
)

labels.register(
    {
        ActivityKind.EXHIBITION_SPACE: _l("Exhibition space"),
        ActivityKind.EXHIBIT: _l("Part of the exhibition"),
        ActivityKind.DRILL: _l("Drill"),
        ActivityKind.CONTEST: _l("Contest"),
        ActivityKind.PERFORMANCE: _l("Performance on stage"),
        ActivityKind.SEMINAR: _l("Seminar"),
        ActivityKind.COMMUNICATION: _l("Communication work"),
        ActivityKind.OTHER: _l("Other activity"),
    }
)

labels.register(
    {
        ActivityState.PLANNED: _l("Planned (activity)"),
        ActivityState.READY: _l("Ready (activity)"),
        ActivityState.RUNNING: _l("Under way"),
        ActivityState.DONE: _l("Finished (activity)"),
        ActivityState.CANCELLED: _l("Called off"),
    },
    {
        ActivityState.READY: "info",
        ActivityState.RUNNING: "warn",
        ActivityState.DONE: "ok",
        ActivityState.CANCELLED: "mute",
    },
)

labels.register(
    {
        ActivityRole.LEAD: _l("In the lead"),
        ActivityRole.COORDINATING: _l("Coordinating"),
    }
)

labels.register(
    {
        StallKind.OCOP: _l("OCOP products"),
        StallKind.FOOD: _l("Local food"),
        StallKind.BANK: _l("Bank, cashless payment"),
        StallKind.BOOKS: _l("Books"),
        StallKind.TECHNOLOGY: _l("Technology, telecommunications"),
        StallKind.SERVICE: _l("Public services"),
        StallKind.OTHER: _l("Other stall"),
    }
)

labels.register(
    {
        StallState.REQUESTED: _l("Asked for"),
        StallState.CONFIRMED: _l("Confirmed (stall)"),
        StallState.PRESENT: _l("Set up (stall)"),
        StallState.CANCELLED: _l("Called off"),
    },
    {
        StallState.REQUESTED: "warn",
        StallState.CONFIRMED: "info",
        StallState.PRESENT: "ok",
        StallState.CANCELLED: "mute",
    },
)

labels.register(
    {
        Channel.PRESS: _l("Press"),
        Channel.TELEVISION: _l("Television"),
        Channel.RADIO: _l("Radio, loudspeakers"),
        Channel.SOCIAL: _l("Social networks"),
        Channel.PORTAL: _l("Web portal"),
        Channel.LED_SCREEN: _l("LED screens"),
        Channel.BANNER: _l("Banners, panels"),
        Channel.LIVESTREAM: _l("Livestream"),
        Channel.OTHER: _l("Other channel"),
    }
)

labels.register(
    {
        AccreditationState.REQUESTED: _l("Waiting for a decision"),
        AccreditationState.APPROVED: _l("Accredited"),
        AccreditationState.REFUSED: _l("Not accredited"),
        AccreditationState.WITHDRAWN: _l("Withdrawn (press)"),
    },
    {
        AccreditationState.REQUESTED: "warn",
        AccreditationState.APPROVED: "ok",
        AccreditationState.REFUSED: "err",
        AccreditationState.WITHDRAWN: "mute",
    },
)

labels.register(
    {
        Progress.TO_DO: _l("To be done (communication)"),
        Progress.LATE: _l("Past its last day"),
        Progress.DONE: _l("Done (communication)"),
    },
    {Progress.TO_DO: "info", Progress.LATE: "err", Progress.DONE: "ok"},
)
