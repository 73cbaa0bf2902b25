"""The words of what was done about contests and their entries, in the log."""

from flask_babel import lazy_gettext as _l

ACTIONS = {
    "contest.made": _l("Contest made"),
    "contest.edited": _l("Contest changed"),
    "contest.removed": _l("Contest removed"),
    "contest.criteria_set": _l("Criteria of a contest changed"),
    "contest.entries_shown": _l("Entries of a contest shown to everybody"),
    "contest.entries_hidden": _l("Entries of a contest hidden again"),
    "entries.exported": _l("Entries of a contest exported"),
    "entry.submitted": _l("Entry handed in"),
    "entry.edited": _l("Entry changed"),
    "entry.files_added": _l("Files put to an entry"),
    "entry.file_removed": _l("File of an entry removed"),
    "entry.withdrawn": _l("Entry withdrawn"),
    "entry.accepted": _l("Entry accepted"),
    "entry.refused": _l("Entry refused"),
    "entry.consent_given": _l("Guardian agreed to an entry"),
    "entry.consent_refused": _l("Guardian refused an entry"),
    "entry.pictures_allowed": _l("Guardian allowed the pictures of an entry"),
    "entry.pictures_hidden": _l("Guardian no longer allows the pictures of an entry"),
    "entry.consent_withdrawn": _l("Guardian took a consent back"),
    "entry.guardian_asked_again": _l("Guardian asked again"),
}
ACTORS = {"entry": _l("entrant of a contest")}
