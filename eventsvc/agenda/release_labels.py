"""The words for how a release touches somebody, and a sentence for every change between two versions."""

from collections.abc import Callable
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from eventsvc.agenda.changes import Change, InRitual, Named, Place, What
from eventsvc.agenda.frozen import moment
from eventsvc.agenda.models import ItemKind, RitualRole
from eventsvc.agenda.release_models import Touch
from eventsvc.agenda.snapshot import Row
from eventsvc.text import short_date, time_of_day
from eventsvc.web import labels

labels.register(
    {
        Touch.ADDED: _l("new in the programme"),
        Touch.CANCELLED: _l("cancelled"),
        Touch.RETIMED: _l("at another time"),
        Touch.MOVED: _l("in another place of the programme"),
        Touch.RENAMED: _l("has another title"),
        Touch.NAMED: _l("named for it"),
        Touch.UNNAMED: _l("no longer named for it"),
        Touch.RITUAL: _l("other part in the ritual"),
        Touch.SITE: _l("spoken from another bridge"),
        Touch.SPEAKER: _l("somebody else speaks"),
        Touch.PROGRAMME: _l("the whole programme begins, ends or takes place otherwise"),
    }
)
labels.register(
    {
        What.CANCELLED: _l("Cancelled"),
        What.ADDED: _l("New"),
        What.MOVED: _l("Moved"),
        What.RETIMED: _l("Other time"),
        What.RENAMED: _l("Renamed"),
        What.PERSON: _l("Other person"),
        What.POSITION: _l("Other position"),
        What.SITE: _l("Other bridge"),
        What.DURATION: _l("Other duration"),
        What.PINNED: _l("Fixed time"),
        What.KIND: _l("Other kind"),
        What.PUBLIC: _l("Public or not"),
        What.RITUAL_ADDED: _l("Ritual added"),
        What.RITUAL_REMOVED: _l("Ritual removed"),
        What.JOINED: _l("Joins the ritual"),
        What.LEFT: _l("Leaves the ritual"),
        What.ROLE: _l("Other part in the ritual"),
        What.ORDER: _l("Other order in the ritual"),
        What.PART: _l("Details of a participant"),
        What.RITUAL: _l("Ritual"),
        What.CUE: _l("Cue number"),
        What.NOTES: _l("Notes"),
        What.SITTING_ADDED: _l("Sitting added"),
        What.SITTING_REMOVED: _l("Sitting taken out"),
        What.SITTING: _l("Sitting"),
        What.STRAND_ADDED: _l("Strand added"),
        What.STRAND_REMOVED: _l("Strand removed"),
        What.STRAND: _l("Strand"),
    },
    {
        What.CANCELLED: "err",
        What.ADDED: "ok",
        What.MOVED: "warn",
        What.RETIMED: "warn",
        What.RENAMED: "info",
        What.PERSON: "info",
        What.SITE: "info",
        What.SITTING_REMOVED: "err",
        What.SITTING_ADDED: "ok",
        What.SITTING: "warn",
    },
)

NOTES = {
    "mc_line": _l("MC line"),
    "sound_note": _l("Sound"),
    "light_note": _l("Light"),
    "screen_note": _l("Screen"),
    "line_note": _l("Line"),
    "reception_note": _l("Reception"),
    "note": _l("Internal note"),
    "printed_start": _l("Time printed in the plan"),
    "cite": _l("Place in the plan"),
}
RITUAL = {
    "title": _l("name"),
    "title_cite": _l("place of the name in the plan"),
    "subject": _l("what is signed or launched"),
    "subject_cite": _l("place of the subject in the plan"),
    "copies": _l("copies"),
    "setting": _l("what stands ready"),
    "expected_pressers": _l("people expected to press the button"),
    "expected_signatories": _l("people expected to sign"),
    "expected_witnesses": _l("witnesses expected"),
}
PART = {
    "text": _l("name"),
    "position": _l("position"),
    "organization_name": _l("organization"),
    "stands_at": _l("where to stand"),
    "cue": _l("cue"),
}
SITTING = {
    "title": _l("name"),
    "place": _l("place"),
    "starts_at": _l("start"),
    "ends_at": _l("end"),
}
LONGEST = 120


def sentence(change: Change) -> str:
    """What changed, without the title of the item under which it stands."""
    return _SENTENCES[change.what](change)


def place(at: Place) -> str:
    """Where an item stands, in words: the sitting only where there are several."""
    if at.strand:
        words = _("no. %(number)s of “%(strand)s”", number=at.number, strand=_short(at.strand))
    else:
        words = _("no. %(number)s on the stage", number=at.number)
    if at.of < 2:
        return words
    sitting = at.sitting_title or _("Sitting %(number)s", number=at.sitting)
    return _("%(place)s, %(sitting)s", place=words, sitting=sitting)


def _cancelled(change: Change) -> str:
    if change.now:
        return _("Cancelled; was %(place)s, at %(time)s.", place=place(change.was), time=_clock(change.now))
    return _("Cancelled; was %(place)s.", place=place(change.was))


def _added(change: Change) -> str:
    if change.now:
        return _("New: %(place)s, at %(time)s.", place=place(change.was), time=_clock(change.now))
    return _("New: %(place)s.", place=place(change.was))


def _moved(change: Change) -> str:
    return _("Moved from %(was)s to %(now)s.", was=place(change.was), now=place(change.now))


def _retimed(change: Change) -> str:
    was, now = _two_clocks(change.was, change.now)
    if not now:
        return _("Nobody knows any more when it begins (was %(was)s).", was=was)
    if not was:
        return _("Begins at %(now)s.", now=now)
    if change.follows == "sitting":
        return _("Begins at %(now)s instead of %(was)s, along with its sitting.", was=was, now=now)
    if change.follows:
        return _("Begins at %(now)s instead of %(was)s, along with what stands before it.", was=was, now=now)
    return _("Begins at %(now)s instead of %(was)s.", was=was, now=now)


def _renamed(change: Change) -> str:
    return _("Was called “%(was)s”.", was=_short(change.was))


def _person(change: Change) -> str:
    was, now = change.was, change.now
    if not now.who:
        return _("Nobody is named any more (was %(was)s).", was=_who(was))
    if not was.who:
        return _("Now named: %(now)s.", now=_who(now))
    if was.who == now.who:
        return _("“%(who)s” now stands for another person known to the house, or for none.", who=now.who)
    return _("%(now)s instead of %(was)s.", was=_who(was), now=_who(now))


def _position(change: Change) -> str:
    if change.was.position == change.now.position:
        return _("The organization behind “%(who)s” is another.", who=change.now.who or "—")
    return _two(_("Position"), change.was.position, change.now.position)


def _site(change: Change) -> str:
    hall = _("the main hall")
    return _("Spoken from %(now)s instead of %(was)s.", was=change.was or hall, now=change.now or hall)


def _duration(change: Change) -> str:
    if change.now is None:
        return _("No duration any more (was %(was)s).", was=_minutes(change.was))
    if change.was is None:
        return _("Takes %(now)s.", now=_minutes(change.now))
    return _("Takes %(now)s instead of %(was)s.", was=_minutes(change.was), now=_minutes(change.now))


def _pinned(change: Change) -> str:
    if not change.now:
        return _("No longer fixed to %(was)s.", was=change.was)
    if not change.was:
        return _("Fixed to %(now)s.", now=change.now)
    return _("Fixed to %(now)s instead of %(was)s.", was=change.was, now=change.now)


def _kind(change: Change) -> str:
    was, now = (str(labels.label(ItemKind(word))) for word in (change.was, change.now))
    return _two(_("Kind"), was, now)


def _public(change: Change) -> str:
    return _("Now in the public programme.") if change.now else _("No longer in the public programme.")


def _ritual_added(change: Change) -> str:
    return _("With the ritual “%(ritual)s”.", ritual=_short(change.now))


def _ritual_removed(change: Change) -> str:
    return _("No longer with the ritual “%(ritual)s”.", ritual=_short(change.now))


def _joined(change: Change) -> str:
    return _("%(who)s joins: %(part)s.", who=_name(change.now), part=_part(change.now))


def _left(change: Change) -> str:
    return _("%(who)s no longer takes part (was: %(part)s).", who=_name(change.was), part=_part(change.was))


def _role(change: Change) -> str:
    return _(
        "%(who)s: %(now)s; was: %(was)s.",
        who=_name(change.now),
        now=_part(change.now),
        was=_part(change.was),
    )


def _details(change: Change) -> str:
    was, now = change.was.row, change.now.row
    said = [
        _two(str(words), was.get(name), now.get(name))
        for name, words in PART.items()
        if _differs(was, now, name)
    ]
    if not said:
        said = [_("known to the house as somebody else")]
    return _("%(who)s – %(details)s", who=_name(change.now), details=" ".join(said))


def _ritual(change: Change) -> str:
    ritual, name, was = change.was
    return _(
        "“%(ritual)s” – %(details)s",
        ritual=_short(ritual),
        details=_two(str(RITUAL[name]), was, change.now[2]),
    )


def _cue(change: Change) -> str:
    return _two(_("Cue number"), change.was, change.now)


def _notes(change: Change) -> str:
    name, was = change.was
    return _two(str(NOTES[name]), was, change.now[1])


def _sitting_added(change: Change) -> str:
    return _("The sitting is new.")


def _sitting_removed(change: Change) -> str:
    return _("The sitting does not take place.")


def _sitting(change: Change) -> str:
    was, now = change.was, change.now
    return " ".join(
        _two(str(words), _value(name, was), _value(name, now))
        for name, words in SITTING.items()
        if _differs(was, now, name)
    )


def _strand_added(change: Change) -> str:
    return _("A new strand beside the stage.")


def _strand_removed(change: Change) -> str:
    return _("There is no such strand beside the stage any more.")


def _strand(change: Change) -> str:
    was, now = change.was, change.now
    names = {"name": _("name"), "place": _("place")}
    return " ".join(
        _two(words, was.get(name), now.get(name)) for name, words in names.items() if _differs(was, now, name)
    )


_SENTENCES: dict[What, Callable[[Change], str]] = {
    What.CANCELLED: _cancelled,
    What.ADDED: _added,
    What.MOVED: _moved,
    What.RETIMED: _retimed,
    What.RENAMED: _renamed,
    What.PERSON: _person,
    What.POSITION: _position,
    What.SITE: _site,
    What.DURATION: _duration,
    What.PINNED: _pinned,
    What.KIND: _kind,
    What.PUBLIC: _public,
    What.RITUAL_ADDED: _ritual_added,
    What.RITUAL_REMOVED: _ritual_removed,
    What.JOINED: _joined,
    What.LEFT: _left,
    What.ROLE: _role,
    What.ORDER: _role,
    What.PART: _details,
    What.RITUAL: _ritual,
    What.CUE: _cue,
    What.NOTES: _notes,
    What.SITTING_ADDED: _sitting_added,
    What.SITTING_REMOVED: _sitting_removed,
    What.SITTING: _sitting,
    What.STRAND_ADDED: _strand_added,
    What.STRAND_REMOVED: _strand_removed,
    What.STRAND: _strand,
}


def _two(what: str, was: Any, now: Any) -> str:
    """A value that is another now; long ones are cut, the page beside shows them whole."""
    what = what[:1].upper() + what[1:]
    if now in (None, ""):
        return _("%(what)s: taken out (was “%(was)s”).", what=what, was=_short(str(was)))
    if was in (None, ""):
        return _("%(what)s: “%(now)s”.", what=what, now=_short(str(now)))
    return _(
        "%(what)s: “%(now)s” instead of “%(was)s”.", what=what, now=_short(str(now)), was=_short(str(was))
    )


def _differs(was: Row, now: Row, name: str) -> bool:
    return was.get(name) != now.get(name)


def _value(name: str, sitting: Row) -> str | None:
    value = sitting.get(name)
    return _day_and_clock(value) if value and name.endswith("_at") else value


def _minutes(count: int) -> str:
    return ngettext("%(num)s minute", "%(num)s minutes", count)


def _who(named: Named) -> str:
    return f"{named.who} ({named.position})" if named.position else named.who or "—"


def _name(one: InRitual) -> str:
    return str(one.row["text"])


def _part(one: InRitual) -> str:
    role = str(labels.label(RitualRole(one.role)))
    return _("%(role)s, no. %(number)s", role=role[:1].lower() + role[1:], number=one.number)


def _short(words: str) -> str:
    return words if len(words) <= LONGEST else f"{words[: LONGEST - 1]}…"


def _clock(at: str) -> str:
    known = moment(at)
    return time_of_day(known) if known else "—"


def _day_and_clock(at: str) -> str:
    known = moment(at)
    return f"{time_of_day(known)} {short_date(known)}" if known else "—"


def _two_clocks(was: str | None, now: str | None) -> tuple[str, str]:
    """Two times, with their days where these differ."""
    before, after = moment(was), moment(now)
    with_day = before is not None and after is not None and short_date(before) != short_date(after)
    shown = _day_and_clock if with_day else _clock
    return (shown(was) if was else "", shown(now) if now else "")
