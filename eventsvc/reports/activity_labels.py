"""The words of what was done about activities, stalls, communication and the press, in the log."""

from flask_babel import lazy_gettext as _l

ACTIONS = {
    "accreditation.edited": _l("Journalist changed"),
    "accreditation.requested": _l("Press accreditation asked for"),
    "accreditation.withdrawn": _l("Press accreditation withdrawn"),
    "accreditations.decided": _l("Press accreditations decided"),
    "accreditations.exported": _l("List or badges of the press taken out"),
    "activity.added": _l("Activity added"),
    "activity.doors_opened": _l("Doors of an activity opened to everybody"),
    "activity.edited": _l("Activity changed"),
    "activity.made_a_task": _l("Task made of an activity"),
    "activity.moved": _l("Activity moved in its list"),
    "activity.removed": _l("Activity removed"),
    "activity.reported": _l("State or result of an activity entered"),
    "communication.added": _l("Communication work added"),
    "communication.edited": _l("Communication work changed"),
    "communication.removed": _l("Communication work removed"),
    "communication.reported": _l("Communication work reported as done"),
    "communication.taken_back": _l("Communication work to be done again"),
    "stall.added": _l("Stall added"),
    "stall.edited": _l("Stall changed"),
    "stall.removed": _l("Stall removed"),
    "stall.state_set": _l("State of a stall set"),
    "stalls.added": _l("Stalls added from a list"),
    "stalls.exported": _l("List of stalls exported"),
}
