"""The page at the door, and the page that turns a phone into a device. Both hold no data of their own."""

from flask import Blueprint, render_template
from flask_babel import gettext as _

from eventsvc.accounts.access import public
from eventsvc.checkins import device_queries
from eventsvc.checkins.models import Outcome

bp = Blueprint("scanner", __name__)


@bp.get("/scan")
@public
def scan():
    return render_template("checkins/scan.html", words=_words(), lights=LIGHTS)


@bp.get("/scan/enrol/<token>")
@public
def enrol(token):
    """Shows which device it will be; the button enrols it. Opening the page changes nothing."""
    enrolment = device_queries.usable_enrolment(token)
    page = render_template("checkins/enrol.html", enrolment=enrolment, token=token)
    return page, 200 if enrolment else 410


# Colour and icon of every answer, beside its words: never colour alone.
LIGHTS = {
    Outcome.ADMITTED.value: ("green", "check"),
    Outcome.ADMITTED_REVOKED.value: ("green", "check"),
    Outcome.RESCAN.value: ("green", "check"),
    Outcome.REPEAT.value: ("amber", "history"),
    Outcome.CROSS_SITE.value: ("amber", "place"),
    Outcome.OTHER_SITE.value: ("amber", "place"),
    Outcome.NOT_YET.value: ("amber", "clock"),
    Outcome.REVOKED.value: ("red", "cross"),
    Outcome.CANCELLED.value: ("red", "cross"),
    Outcome.OTHER_EVENT.value: ("red", "cross"),
    Outcome.UNKNOWN.value: ("red", "cross"),
    Outcome.EXITED.value: ("blue", "signout"),
    Outcome.ANNULLED.value: ("blue", "history"),
    "idle": ("idle", "qr"),
    "asking": ("idle", "clock"),
    "unsent": ("amber", "offline"),
    "refused": ("red", "warn"),
    "unknown_device": ("red", "lock"),
    "unstored": ("red", "warn"),
}


def _words() -> dict[str, str]:
    """Every sentence of the scanner page; names in braces are filled in on the phone."""
    return {
        "admitted": _("Please enter"),
        "admitted_revoked": _("Please enter"),
        "rescan": _("Just recorded"),
        "repeat": _("In already"),
        "cross_site": _("In at another site"),
        "other_site": _("Another site"),
        "not_yet": _("Doors not open"),
        "revoked": _("Pass revoked"),
        "cancelled": _("Event cancelled"),
        "other_event": _("Pass of another event"),
        "unknown": _("Not valid"),
        "exited": _("Exit recorded"),
        "annulled": _("Undone"),
        "idle": _("Ready to scan"),
        "asking": _("Checking…"),
        "unsent": _("Not confirmed yet"),
        "refused": _("Not accepted"),
        "unknown_device": _("Device not recognised"),
        "unstored": _("Cannot record"),
        "idle_line": _("Hold a pass to the camera, use a hand scanner, or type the code."),
        "idle_typed_line": _("Use a hand scanner or type the code."),
        "repeat_line": _("In since {time}, {device}"),
        "cross_line": _("In at {site} since {time}"),
        "other_site_line": _("Expected at {site}"),
        "opens_line": _("The doors open at {time}"),
        "closed_line": _("The doors closed at {time}"),
        "revoked_line": _("This code has been replaced or withdrawn. Call the head of the door."),
        "other_event_line": _("This code belongs to another event."),
        "unknown_line": _("Nobody has this code. Check the letter or search by name."),
        "unsent_line": _("Write the name on paper. The scan is kept here and sent again by itself."),
        "refused_line": _("Write the name on paper and tell the organizer."),
        "unknown_device_line": _("Enrol this phone again. Until then, write names on paper."),
        "unstored_line": _("This phone cannot store the scan. Use paper."),
        "just_now": _("just now"),
        "desk": _("the desk"),
        "seat": _("Seat {seat}"),
        "attention": _("Attention"),
        "waiting": _("Not sent: {count}"),
        "all_sent": _("Everything is sent"),
        "counted": _("Scanned here: {count}"),
        "every_site": _("Every site"),
        "camera_denied": _("The camera is not allowed. Allow it in the settings of the browser."),
        "camera_missing": _("No camera was found. Type the code or use a hand scanner."),
        "camera": _("Camera {number}"),
        "torch_on": _("Light on"),
        "torch_off": _("Light off"),
        "forget_waiting": _("Some scans are not sent yet. Wait until everything is sent."),
        "enrol_failed": _("The phone could not be enrolled. Check the network and try again."),
    }
