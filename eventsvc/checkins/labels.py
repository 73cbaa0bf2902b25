"""The words of scans, devices and cases, for pages."""

from flask_babel import lazy_gettext as _l

from eventsvc.checkins.models import CaseKind, Flag, Outcome, Profile, ScanKind, ScanMode
from eventsvc.web import labels

labels.register(
    {
        Outcome.ADMITTED: _l("Admitted"),
        Outcome.RESCAN: _l("Just recorded"),
        Outcome.REPEAT: _l("In already"),
        Outcome.CROSS_SITE: _l("In at another site"),
        Outcome.OTHER_SITE: _l("Expected at another site"),
        Outcome.NOT_YET: _l("Doors not open"),
        Outcome.REVOKED: _l("Pass revoked"),
        Outcome.ADMITTED_REVOKED: _l("In with a revoked pass"),
        Outcome.CANCELLED: _l("Event cancelled"),
        Outcome.OTHER_EVENT: _l("Pass of another event"),
        Outcome.UNKNOWN: _l("Not valid"),
        Outcome.EXITED: _l("Left"),
        Outcome.ANNULLED: _l("Undone"),
    },
    {
        Outcome.ADMITTED: "ok",
        Outcome.RESCAN: "ok",
        Outcome.REPEAT: "warn",
        Outcome.CROSS_SITE: "warn",
        Outcome.OTHER_SITE: "warn",
        Outcome.NOT_YET: "warn",
        Outcome.REVOKED: "err",
        Outcome.ADMITTED_REVOKED: "warn",
        Outcome.CANCELLED: "err",
        Outcome.OTHER_EVENT: "err",
        Outcome.UNKNOWN: "err",
        Outcome.EXITED: "info",
        Outcome.ANNULLED: "info",
    },
)
labels.register(
    {
        Flag.CLOCK_SUSPECT: _l("clock doubtful"),
        Flag.ORDER_UNCERTAIN: _l("order uncertain"),
        Flag.SEQ_FORK: _l("number used twice"),
        Flag.ATTENTION: _l("attention"),
    }
)
labels.register(
    {
        Profile.SCAN: _l("Scans only"),
        Profile.SEARCH: _l("Scans and finds people by name"),
        Profile.SUPERVISOR: _l("Head of a door: also undoes entries"),
    }
)
labels.register({ScanKind.ENTRY: _l("Entry"), ScanKind.EXIT: _l("Exit"), ScanKind.ANNUL: _l("Undoing")})
labels.register(
    {ScanMode.ONLINE: _l("online"), ScanMode.OFFLINE: _l("offline"), ScanMode.MANUAL: _l("by hand")}
)
labels.register(
    {
        CaseKind.CROSS_SITE: _l("One person at two sites"),
        CaseKind.ADMITTED_REVOKED: _l("A revoked pass was let in without network"),
        CaseKind.SEQ_FORK: _l("Two copies of one device"),
        CaseKind.CLOCK_JUMP: _l("The clock of a device was set while scanning"),
    }
)
