"""What the master of ceremonies reads and the screen shows when awards are handed over: plain words, in the language
in force. Pure.

From the last prize to the first, as a hall wants it. Every name is the public one: the hall hears it, the broadcast
shows it, and the name of a child stands on neither. Whoever may name a child on the stage writes it in by hand.
"""

from collections.abc import Iterable
from typing import NamedTuple

from flask_babel import gettext as _

from eventsvc.text import fold


class Winner(NamedTuple):
    """One award with a winner, as everybody may know it."""

    award: str
    prize: str | None
    amount: int | None
    who: str
    title: str
    presenter: str | None


class Part(NamedTuple):
    """The awards of one contest in their order, the first prize first."""

    contest: str
    winners: list[Winner]


class Script(NamedTuple):
    mc_line: str | None
    screen_note: str | None


def script(parts: Iterable[Part]) -> Script:
    """Nothing while nobody has won."""
    won = [part for part in parts if part.winners]
    if not won:
        return Script(None, None)
    return Script("\n".join(map(_aloud, won)), "\n".join(map(_shown, won)))


def award_name(name: str) -> str:
    """ "Giải Nhất" for "Nhất"; a name that says so itself is not said twice."""
    return name if fold(name).startswith("giai") else _("Prize %(name)s", name=name)


def amount_words(amount: int) -> str:
    return _("%(amount)s đồng", amount=f"{amount:,}".replace(",", "."))


def _aloud(part: Part) -> str:
    lines = [_("The awards of the contest “%(name)s”:", name=part.contest)]
    presenter = None
    for name, winners in _grouped(part.winners):
        if winners[0].presenter and winners[0].presenter != presenter:
            presenter = winners[0].presenter
            lines.append(
                _("%(presenter)s is respectfully invited to present the awards.", presenter=presenter)
            )
        who = "; ".join(
            _("%(who)s with the entry “%(title)s”", who=one.who, title=one.title) for one in winners
        )
        lines.append(f"{award_name(name)}: {who}.")
    return "\n".join(lines)


def _shown(part: Part) -> str:
    lines = [part.contest]
    for name, winners in _grouped(part.winners):
        worth = ", ".join(
            words
            for words in (
                winners[0].prize,
                amount_words(winners[0].amount) if winners[0].amount is not None else None,
            )
            if words
        )
        lines.append(award_name(name) + (f" ({worth})" if worth else ""))
        lines += [f"{one.who} – {one.title}" for one in winners]
    return "\n".join(lines)


def _grouped(winners: list[Winner]) -> list[tuple[str, list[Winner]]]:
    """From the last prize to the first; winners of one prize together, in their order."""
    groups: dict[str, list[Winner]] = {}
    for one in winners:
        groups.setdefault(one.award, []).append(one)
    return list(reversed(groups.items()))
