"""The words of scans, devices and cases, for pages."""

from flask_babel import lazy_gettext as _l

from eventsvc.checkins.items import Fault
from eventsvc.checkins.models import CaseKind, Flag, Outcome, Profile, Resolution, ScanKind, ScanMode
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
labels.register(
    {Resolution.STANDS: _l("everything stands"), Resolution.ANNULLED: _l("an entry was undone")},
    {Resolution.STANDS: "ok", Resolution.ANNULLED: "info"},
)
labels.register(
    {
        Fault.NOT_AN_OBJECT: _l("What arrived is no scan at all."),
        Fault.BAD_FIELD: _l("A part of the scan could not be read."),
        Fault.NOBODY_NAMED: _l("The scan names neither a pass nor a person."),
        Fault.NO_SITE: _l("The device works for every site and did not say where it stood."),
        Fault.NOT_ALLOWED: _l("The device may not do this."),
        Fault.NO_REASON: _l("An entry was to be undone without a reason."),
        Fault.CONFLICT: _l("Another scan stands under the same number; the first one counts."),
        Fault.REVOKED_DEVICE: _l("The device had been revoked when this arrived."),
    }
)
