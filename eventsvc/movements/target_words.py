"""How the period of a figure is called, on a page and in an address."""

from flask_babel import gettext as _

from eventsvc.movements.target_periods import ONCE, Turn
from eventsvc.text import short_date


def turn_words(turn: Turn | None) -> str:
    """ "01/07/2026 – 31/07/2026"; nothing for a figure that is returned once."""
    if turn is None or turn.key == ONCE or turn.starts_on is None or turn.due_on is None:
        return ""
    return str(_("%(first)s – %(last)s", first=short_date(turn.starts_on), last=short_date(turn.due_on)))


def period_of(turn: Turn | None) -> str | None:
    """How an address names the period; None where there is only one."""
    return None if turn is None or turn.key == ONCE else turn.key.isoformat()
