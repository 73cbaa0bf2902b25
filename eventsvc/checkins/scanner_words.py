"""What the page at the door says and shows: every sentence by its key, colour and icon of every answer.

The page carries its words in every language, so that it can be switched at a door without network.
"""

from flask_babel import force_locale
from flask_babel import gettext as _

from eventsvc.checkins.models import Outcome

LANGUAGES = ("vi", "en")

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
    Outcome.ANNULLED.value: ("blue", "undo"),
    "idle": ("idle", "qr"),
    "idle_exit": ("leaving", "signout"),
    "asking": ("idle", "clock"),
    "unsent": ("amber", "offline"),
    "refused": ("red", "warn"),
    "unknown_device": ("red", "lock"),
    "device_revoked": ("red", "lock"),
    "unstored": ("red", "warn"),
    "mangled": ("amber", "warn"),
    "nowhere": ("amber", "place"),
}


def words() -> dict[str, dict[str, str]]:
    """Every sentence of the scanner page by language; what stands in braces is filled in on the phone."""
    spoken = {}
    for language in LANGUAGES:
        with force_locale(language):
            spoken[language] = _answers() | _lines() | _page() | _work() | _state() | _settings()
    return spoken


def _answers() -> dict[str, str]:
    """The one word of every answer, and the same answer to a guest who stands alone before a kiosk."""
    return {
        "admitted": _("Please enter"),
        "admitted_revoked": _("Please enter"),
        "rescan": _("Just recorded"),
        "repeat": _("In already"),
        "cross_site": _("In at another site"),
        "other_site": _("Another site"),
        "not_yet": _("Doors not open"),
        "closed": _("Doors closed"),
        "revoked": _("Pass revoked"),
        "cancelled": _("Event cancelled"),
        "other_event": _("Pass of another event"),
        "unknown": _("Not valid"),
        "exited": _("Exit recorded"),
        "annulled": _("Undone"),
        "idle": _("Ready to scan"),
        "idle_exit": _("Recording exits"),
        "asking": _("Checking…"),
        "unsent": _("Not confirmed yet"),
        "refused": _("Not accepted"),
        "unknown_device": _("Device not recognised"),
        "device_revoked": _("Device withdrawn"),
        "unstored": _("Cannot record"),
        "mangled": _("Scan again"),
        "nowhere": _("Which site?"),
    }


def _lines() -> dict[str, str]:
    """The sentence below the word."""
    return {
        "idle_line": _("Hold a pass to the camera, use a hand scanner, or type the code."),
        "idle_typed_line": _("Use a hand scanner or type the code."),
        "idle_exit_line": _("Scan the pass of whoever leaves. Press “Entry” to let people in again."),
        "kiosk_line": _("Hold the code of your invitation to the camera."),
        "kiosk_ask_line": _("Please speak to the reception staff."),
        "repeat_line": _("In since {time}, {device}"),
        "cross_line": _("In at {site} since {time}"),
        "other_site_line": _("Expected at {site}"),
        "elsewhere_line": _(
            "The pass is valid, but not for this site. The site is named when the network is back."
        ),
        "opens_line": _("The doors open at {time}"),
        "closed_line": _("The doors closed at {time}"),
        "revoked_line": _("This code has been replaced or withdrawn. Call the head of the door."),
        "goes_instead": _("Substitute: {name}"),
        "other_event_line": _("This code belongs to another event."),
        "unknown_line": _("Nobody has this code. Check the letter or search by name."),
        "unsent_line": _("Write the name on paper. The scan is kept here and sent again by itself."),
        "refused_line": _("Write the name on paper and tell the organizer."),
        "unknown_device_line": _("Enrol this phone again. Until then, write names on paper."),
        "device_revoked_line": _(
            "An organizer has withdrawn this phone. Scans are no longer accepted: use paper."
        ),
        "unstored_line": _("This phone cannot store the scan. Use paper."),
        "nowhere_line": _("Choose at the top where this phone stands, then scan again."),
        "mangled_line": _("A Vietnamese keyboard program changed the code. Switch it to English, then scan."),
        "annulled_line": _("The entry no longer counts."),
        "offline_note": _("Decided without network, checked again when it is back"),
        "clock_suspect": _("The clock of this phone is doubtful"),
        "order_uncertain": _("Two doors at almost the same moment"),
        "seq_fork": _("Another phone sends under the name of this one"),
        "just_now": _("just now"),
        "desk": _("the desk"),
        "seat": _("Seat {seat}"),
        "attention": _("Attention"),
    }


def _page() -> dict[str, str]:
    """What stands on the page whether anybody scans or not."""
    return {
        "title": _("Scan passes"),
        "loading": _("Loading…"),
        "every_site": _("Every site"),
        "direction": _("Entry or exit"),
        "entry": _("Entry"),
        "exit": _("Exit"),
        "leaving_frame": _("Exits are being recorded"),
        "sitting": _("Sitting"),
        "sitting_open": _("The one whose doors are open"),
        "site": _("Site"),
        "site_needed": _("Choose the site"),
        "start_camera": _("Start the camera"),
        "camera": _("Camera"),
        "camera_number": _("Camera {number}"),
        "camera_denied": _("The camera is not allowed. Allow it in the settings of the browser."),
        "camera_missing": _("No camera was found. Type the code or use a hand scanner."),
        "insecure": _(
            "Browsers give the camera only to addresses that begin with https. Open this page by https to scan "
            "with the camera; until then, type the code or use a hand scanner."
        ),
        "insecure_list": _(
            "By this address the phone keeps no list either, so it cannot decide without network."
        ),
        "reason_here": _("Reason to let in here"),
        "let_in_here": _("Let in here"),
        "code": _("Code on the pass"),
        "check": _("Check"),
        "tools": _("More ways to record"),
        "by_name": _("Find by name"),
        "walk_in": _("Guest without a letter"),
        "prepare": _("Prepare for no network"),
        "settings": _("Settings"),
        "latest": _("Latest answers"),
        "none_yet": _("Nothing has been recorded on this phone yet."),
        "counted": _("Scanned here: {count}"),
        "waiting": _("Not sent: {count}"),
        "all_sent": _("Everything is sent"),
        "late_title": _("The server answered otherwise"),
        "late_line": _("{time} {name}: shown here “{shown}”, but it was “{outcome}”."),
        "understood": _("Understood"),
        "close": _("Close"),
        "not_enrolled": _("This phone is not enrolled yet"),
        "not_enrolled_line": _(
            "An organizer opens “Devices” and shows a code. Hold the camera of this phone to it and open the address."
        ),
        "not_enrolled_paper": _("Until then, write names on the paper list."),
        "enrol_failed": _("The phone could not be enrolled. Check the network and try again."),
    }


def _work() -> dict[str, str]:
    """Search, people without a letter, undoing, counting by hand."""
    return {
        "search_label": _("Name, without tone marks if you like"),
        "search_hint": _("At least two letters. Guests of this site come first."),
        "search_none": _("Nobody of this name is on the list."),
        "search_offline": _("Without network: only guests of this site are found."),
        "search_closed": _("This device is outside of its hours: no names are shown."),
        "search_failed": _("The list cannot be searched just now. Use paper."),
        "found": _("Found: {count}"),
        "is_in": _("In already"),
        "mark_in": _("Record entry"),
        "mark_out": _("Record exit"),
        "elsewhere": _("Expected at {site}"),
        "walk_in_name": _("Name"),
        "walk_in_agency": _("Agency"),
        "walk_in_host": _("Whose guest, or why"),
        "walk_in_line": _("The guest is put on the list of this site and counted as in."),
        "walk_in_record": _("Record the guest"),
        "name_needed": _("Type the name."),
        "host_needed": _("Say whose guest it is, or why the person comes."),
        "reason_needed": _("Give a reason."),
        "undo": _("Undo this one"),
        "undo_title": _("Undo the entry"),
        "undo_line": _("{name}, recorded at {time}. The entry stays in the record, but no longer counts."),
        "undo_reason": _("Reason to undo"),
        "tally": _("Count by tap"),
        "tally_add": _("Count one more person"),
        "tally_take": _("Take one back"),
        "tally_count": _("Counted by tap today: {count}"),
    }


def _state() -> dict[str, str]:
    """The line at the top, what waits, and the steps before the doors open."""
    return {
        "online": _("Online"),
        "online_waiting": _("Online – sending {count}"),
        "offline": _("No network"),
        "offline_waiting": _("No network – {count} waiting to be sent"),
        "revoked_state": _("This phone has been withdrawn"),
        "unstored_state": _("This phone cannot store anything – use paper"),
        "list_of": _("List of {time}, guests: {count}"),
        "list_missing": _("No list on this phone yet: without network it cannot decide"),
        "list_erased": _("Erased, because the phone was withdrawn"),
        "clock_late": _("The clock of this phone is {minutes} min slow"),
        "clock_early": _("The clock of this phone is {minutes} min fast"),
        "details": _("Details"),
        "state_title": _("State of this phone"),
        "network": _("Network of this phone"),
        "names_here": _("List on this phone"),
        "clock": _("Clock of this phone"),
        "clock_right": _("The clock is right"),
        "queue_title": _("Waiting to be sent"),
        "queue_none": _("Nothing waits. Everything has reached the server."),
        "queue_private": _("No names are kept here: only when, and what was shown."),
        "queue_line": _("{time} – shown: {shown}"),
        "send_now": _("Send again now"),
        "prepare_title": _("Ready without network"),
        "prepare_line": _("Do this while there is network, before the doors open."),
        "prepare_again": _("Check again"),
        "prepare_done": _("Everything is ready. This phone works without network."),
        "prepare_open": _("Not ready yet: see what has no tick."),
        "step_done": _("done"),
        "step_open": _("not done"),
        "step_device": _("This phone is enrolled"),
        "step_page": _("The page is kept on this phone"),
        "step_reader": _("The code reader is kept on this phone"),
        "step_list": _("The list of guests is on this phone"),
        "step_storage": _("The phone keeps what it stores"),
        "step_clock": _("The clock is right"),
        "note_device": "{note}",
        "note_list": _("Guests: {note}"),
        "note_clock": _("{note} seconds from the server"),
        "note_queue": _("{note} waiting"),
        "note_storage": _("protected by the browser"),
        "step_queue": _("Nothing waits to be sent"),
        "step_camera": _("The camera works"),
        "install": _("Put on the home screen"),
        "installed": _("This page runs as an app of this phone."),
        "install_iphone": _("iPhone: press Share, then “Add to Home Screen”, and open the page from there."),
        "install_other": _("Open the menu of the browser and choose “Install” or “Add to Home screen”."),
    }


def _settings() -> dict[str, str]:
    """What each phone sets for itself, and the tablet that stands alone."""
    return {
        "torch_on": _("Light on"),
        "torch_off": _("Light off"),
        "sound": _("Sound"),
        "vibration": _("Vibration"),
        "tally_shown": _("Count people by tap (open doors)"),
        "full_screen": _("Full screen"),
        "screen_awake": _("The screen stays on while this page is open."),
        "screen_sleeps": _("This browser lets the screen go dark. Set the phone to stay on."),
        "kiosk": _("Tablet that guests use alone"),
        "kiosk_about": _("Large type, front camera, no settings. Only the PIN you choose now leads back."),
        "pin": _("PIN, 4–8 digits"),
        "pin_again": _("PIN"),
        "pin_needed": _("The PIN has 4 to 8 digits."),
        "pin_wrong": _("That is not the PIN."),
        "kiosk_start": _("Start the kiosk"),
        "kiosk_leave": _("For staff"),
        "kiosk_leave_title": _("Leave the kiosk"),
        "leave": _("Leave the kiosk"),
        "forget": _("Stop using this phone"),
        "forget_line": _(
            "The list and the rights are erased from this phone. Only a new code enrols it again."
        ),
        "forget_sure": _("Stop and erase"),
        "forget_waiting": _("{count} scans are not sent yet. Wait until everything is sent."),
    }
