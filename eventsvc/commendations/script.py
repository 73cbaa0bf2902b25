"""Those commended in the order in which they are read out, and the words for the master of ceremonies and the screen.
Pure."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from eventsvc.commendations.models import Commendation, NomineeKind
from eventsvc.text import name_key, official_date, sort_key

ORDER = (NomineeKind.COLLECTIVE, NomineeKind.CHANNEL, NomineeKind.INDIVIDUAL)
_HEADINGS = {
    NomineeKind.COLLECTIVE: "Các tập thể",
    NomineeKind.CHANNEL: "Các kênh truyền thông cộng đồng",
    NomineeKind.INDIVIDUAL: "Các cá nhân",
}


class Script(NamedTuple):
    mc_line: str | None
    screen_note: str | None


def in_order(rows: Iterable[Commendation]) -> list[Commendation]:
    """Collectives, then channels, then individuals; people by their given names."""
    return sorted(rows, key=lambda row: (ORDER.index(row.kind), _name_key(row), row.number))


def _name_key(row: Commendation) -> str:
    return name_key(row.name) if row.kind is NomineeKind.INDIVIDUAL else sort_key(row.name)


def who(row: Commendation) -> str:
    """ "Nguyễn Văn An, Phó Giám đốc, Sở Y tế"."""
    return ", ".join(part for part in (row.name, row.position, row.organization_name) if part)


def script(rows: Sequence[Commendation]) -> Script:
    """Nothing while nobody is commended. An agenda is written in Vietnamese, whoever puts the list there."""
    if not rows:
        return Script(None, None)
    aloud, shown = [f"Công bố {'; '.join(decisions(rows))} về khen thưởng."], []
    for kind in ORDER:
        group = in_order(row for row in rows if row.kind is kind)
        if not group:
            continue
        forms = {row.form for row in group}
        heading = f"{_HEADINGS[kind]} được tặng {group[0].form}" if len(forms) == 1 else _HEADINGS[kind]
        aloud.append(f"{heading}:")
        shown.append(f"{heading}:")
        for number, row in enumerate(group, start=1):
            honour = f" – {row.form}" if len(forms) > 1 else ""
            aloud.append(f"{number}. {who(row)}{honour}.")
            shown.append(f"{number}. {row.name}{honour}")
    return Script("\n".join(aloud), "\n".join(shown))


def decisions(rows: Sequence[Commendation]) -> list[str]:
    """The decisions by which these are commended, the oldest first."""
    found = {(row.decision_date, row.decision_number) for row in rows}
    return [
        f"Quyết định số {number}" + (f" {official_date(day)}" if day else "")
        for day, number in sorted(found, key=lambda pair: (str(pair[0]), str(pair[1])))
    ]
