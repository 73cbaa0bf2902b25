"""Clashes of an agenda in sentences: what clashes, by how much, and with whom. Pure, but for the language."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from eventsvc.agenda.clashes import Clash, Code
from eventsvc.agenda.models import ItemKind, RitualRole
from eventsvc.text import time_of_day

SENTENCES = {
    Code.OVERLAP: _l("“%(second)s” begins at %(at)s, %(minutes)s before “%(first)s” ends."),
    Code.SAME_PERSON: _l(
        "%(who)s is needed in “%(first)s” and in “%(second)s” at once, %(start)s–%(end)s (%(minutes)s)."
    ),
    Code.SAME_SITE: _l(
        "The bridge %(who)s speaks in “%(first)s” and in “%(second)s” at once, %(start)s–%(end)s (%(minutes)s)."
    ),
    Code.SAME_PLACE: _l(
        "%(where)s is used by %(one)s and by %(other)s at once, %(start)s–%(end)s (%(minutes)s)."
    ),
    Code.TWICE_IN_RITUAL: _l("%(who)s has two places in the ritual “%(ritual)s”."),
    Code.SAME_NAME: _l(
        "“%(who)s” stands in “%(first)s” and in “%(second)s” at once, %(start)s–%(end)s (%(minutes)s): is it one "
        "person?"
    ),
    Code.NAME_TWICE_IN_RITUAL: _l("“%(who)s” stands twice in the ritual “%(ritual)s”: is it one person?"),
    Code.TOO_LONG: _l("%(one)s: the items take %(minutes)s longer than planned."),
    Code.TIME_NOT_APPROVED: _l("%(one)s: nobody has approved the exact time yet."),
    Code.EMPTY_STAGE: _l("%(one)s: nothing is planned on the stage."),
    Code.MATERIAL_NOT_APPROVED: _l("“%(first)s”: “%(material)s” has not been approved yet."),
    Code.GAP: _l("Nothing is planned in the %(minutes)s before “%(first)s”."),
    Code.BUFFER_USED: _l("%(one)s: %(minutes)s of the %(buffer)s to be kept free are used."),
    Code.NO_DURATION: _l("“%(first)s” has no duration: nobody can say when what follows begins."),
    Code.NOBODY_NAMED: _l("“%(first)s”: nobody is named yet."),
    Code.OUTSIDE_SITTING: _l("“%(first)s” is fixed to %(at)s, outside its sitting."),
}
NO_RITUAL = {
    ItemKind.BUTTON_CEREMONY: _l("“%(first)s”: nothing says yet who presses the button."),
    ItemKind.SIGNING: _l("“%(first)s”: nothing says yet who signs and who witnesses."),
}
COUNTS = {
    RitualRole.PRESSER: _l("“%(ritual)s”: %(named)s named of %(expected)s who press the button."),
    RitualRole.SIGNATORY: _l("“%(ritual)s”: %(named)s named of %(expected)s who sign."),
    RitualRole.WITNESS: _l("“%(ritual)s”: %(named)s named of %(expected)s witnesses."),
}


def sentence(clash: Clash) -> str:
    """What is wrong, naming items, minutes and people, for the people who can mend it."""
    values = clash.values
    if clash.code is Code.NO_RITUAL:
        words = NO_RITUAL[values["kind"]]
    elif clash.code is Code.RITUAL_COUNT:
        words = COUNTS[values["role"]]
    elif clash.code is Code.SITTING_CANCELLED:
        return ngettext(
            "%(one)s has been called off and still holds %(num)s item.",
            "%(one)s has been called off and still holds %(num)s items.",
            values["count"],
            one=_part(values["sitting"], values["strand"]),
        )
    elif clash.code is Code.GAP and "second" in values:
        words = _l("Between “%(first)s” and “%(second)s” nothing is planned for %(minutes)s.")
    else:
        words = SENTENCES[clash.code]
    return str(words) % _said(values)


def _said(values: dict[str, Any]) -> dict[str, Any]:
    said = dict(values)
    for name in ("first", "second", "material", "ritual", "who", "where"):
        if name in said:
            said[name] = _short(said[name])
    for name in ("start", "end", "at"):
        if said.get(name) is not None:
            said[name] = time_of_day(said[name])
    for name in ("minutes", "buffer"):
        if name in said:
            said[name] = ngettext("%(num)s minute", "%(num)s minutes", said[name])
    if "sitting" in values:
        said["one"] = _part(values["sitting"], values.get("strand"))
    if "other_sitting" in values:
        said["other"] = _part(values["other_sitting"], values["other_strand"])
    return said


def _part(sitting: Any, strand: Any) -> str:
    """The stage of a sitting, or what goes on beside it, by its name."""
    if strand is not None:
        return f"“{_short(strand.name)}”"
    return sitting.title or _("Sitting %(number)s", number=sitting.number)


def _short(words: str) -> str:
    return words if len(words) <= 80 else f"{words[:79]}…"
