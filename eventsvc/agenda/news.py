"""What everybody may read of the changes between two versions of an agenda. Pure."""

from eventsvc.agenda import diff
from eventsvc.agenda.changes import NOTES, Change, What, between
from eventsvc.agenda.frozen import SITTINGS, Version
from eventsvc.agenda.snapshot import ITEMS, RITUALS, Row
from eventsvc.sites.models import MAIN

INTERNAL = (*NOTES, "cue", "person_id", "organization_id")
PUBLIC = frozenset(
    {
        What.CANCELLED, What.ADDED, What.MOVED, What.RETIMED, What.RENAMED, What.PERSON, What.POSITION, What.SITE,
        What.STRAND, What.SITTING_ADDED, What.SITTING_REMOVED,
    }
)  # fmt: skip


def public(old: Version, new: Version) -> list[Change]:
    """The changes that everybody may read: of public items, without anything that only those behind the stage
    need to know, and times only where they are approved."""
    open_days = {
        number for number, row in new.get(SITTINGS, {}).items() if row.get("time_state") != "approved"
    }
    return [
        change
        for change in between(public_face(old), public_face(new))
        if change.what in PUBLIC
        and not (
            change.what is What.RETIMED
            and (change.follows or str(new[ITEMS][change.key]["sitting"]) in open_days)
        )
    ]


def public_face(version: Version) -> Version:
    """The version without what is not public; items are counted among those that remain."""
    shown: dict[str, Row] = {}
    items = version.get(ITEMS, {})
    for keys in diff.in_order(version).values():
        for number, key in enumerate((key for key in keys if items[key].get("is_public", True)), 1):
            bridge = items[key].get("site")
            shown[key] = {
                **items[key],
                **dict.fromkeys(INTERNAL),
                "number": number,
                "site": None if bridge == MAIN else bridge,
            }
    return {**version, ITEMS: shown, RITUALS: {}}
