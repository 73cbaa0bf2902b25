"""The words of services, their states and what is said of them, and of staff."""

from flask_babel import lazy_gettext as _l

from eventsvc.halls.models import ServiceKind, ServiceState, StaffKind
from eventsvc.halls.services import Deed
from eventsvc.web import labels

labels.register(
    {
        ServiceKind.POWER: _l("Mains power"),
        ServiceKind.BACKUP_POWER: _l("Back-up power"),
        ServiceKind.MEDICAL: _l("Medical team"),
        ServiceKind.POLICE: _l("Public order and traffic"),
        ServiceKind.FIRE: _l("Fire safety"),
        ServiceKind.WIFI: _l("Wi-Fi and lines"),
        ServiceKind.SCREEN: _l("LED screen"),
        ServiceKind.SOUND: _l("Sound and light"),
        ServiceKind.VENDOR: _l("Event vendor"),
        ServiceKind.OTHER: _l("Another service"),
    }
)
labels.register(
    {
        ServiceState.PLANNED: _l("Service awaits confirmation"),
        ServiceState.CONFIRMED: _l("Service is confirmed"),
        ServiceState.PRESENT: _l("Service is on the spot"),
        ServiceState.PROBLEM: _l("Service has a problem"),
        ServiceState.DONE: _l("Service is done"),
    },
    {
        ServiceState.PLANNED: "mute",
        ServiceState.CONFIRMED: "info",
        ServiceState.PRESENT: "ok",
        ServiceState.PROBLEM: "err",
        ServiceState.DONE: "ok",
    },
)
labels.register(
    {
        Deed.CONFIRM: _l("Agency confirms"),
        Deed.ARRIVE: _l("They are on the spot"),
        Deed.SOLVE: _l("Problem solved"),
        Deed.FINISH: _l("Service over"),
        Deed.BACK: _l("One step back"),
    }
)
labels.register({StaffKind.STAFF: _l("Official on duty"), StaffKind.VOLUNTEER: _l("Volunteer")})
