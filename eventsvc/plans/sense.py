"""What no field of a plan file can tell alone: the order of dates, and that what is named exists."""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from flask_babel import gettext as _

from eventsvc import text
from eventsvc.plans.fields import Check
from eventsvc.plans.meanings import phrase_of
from eventsvc.plans.parsing import Problem
from eventsvc.tasks.deadlines import DATED, RELATIVE, UNDATED, WINDOWED, window_of
from eventsvc.tasks.models import DeadlineKind

Data = dict[str, Any]


def check_sense(data: Data, check: Check) -> None:
    _times(data, check)
    _agenda(data, check)
    _paper(data["document"], check)
    for path, row in deadlines(data):
        _deadline(path, row, check)
    _directives(data.get("directives") or [], check)
    for number, row in enumerate(data.get("key_dates") or [], start=1):
        if row.get("until") and (not row.get("date") or row["until"] < row["date"]):
            _blame(check, f"key_dates[{number}].until", _("The end stands before the start."))


def deadlines(data: Data) -> Iterator[tuple[str, Data]]:
    """Every line that may have a deadline, with its path."""
    for section in ("plan_items", "tasks", "directives"):
        for row in data.get(section) or []:
            path = f"{section}[{row['id']}]"
            yield path, row
            for number, step in enumerate(row.get("steps") or [], start=1):
                yield f"{path}.steps[{number}]", step


def printed_number(words: str) -> str:
    """The number in a line such as "Số: 04 /KH-BCĐ"."""
    return re.sub(r"\s+", "", re.sub(r"^\s*số\s*:?", "", words, flags=re.IGNORECASE))


def number_of(row: Any) -> str | None:
    """ "04/KH-BCĐ" of a number in its parts; "/TB-UBND" while nobody has given it a serial."""
    if not isinstance(row, dict):
        return row
    if not row.get("symbol"):
        return row.get("serial") or (row.get("text") and printed_number(row["text"])) or None
    return f"{row.get('serial') or ''}/{row['symbol']}"


def parts_of_line(words: str) -> dict[str, int | None]:
    """Year, month and day of "Quảng Ngãi, ngày … tháng 12 năm 2021"; None where a gap was left."""
    folded = text.fold(words)
    return {
        part: int(found[1]) if (found := re.search(rf"\b{name} (\d+)\b", folded)) else None
        for part, name in (("year", "nam"), ("month", "thang"), ("day", "ngay"))
    }


def _times(data: Data, check: Check) -> None:
    time = data["event"]["time"]
    for sitting in data["event"].get("further_sittings") or []:
        path = f"event.further_sittings[{sitting['order']}].exact_end"
        start, end = sitting.get("exact_start"), sitting.get("exact_end")
        if end and (not start or end <= start):
            _blame(check, path, _("The end stands before the start."))
    for first, last in (("window_start", "window_end"), ("exact_start", "exact_end")):
        start, end = time.get(first), time.get(last)
        if start and end and (end < start or (first == "exact_start" and end == start)):
            _blame(check, f"event.time.{last}", _("The end stands before the start."))
    if time.get("exact_end") and not time.get("exact_start"):
        _blame(check, "event.time.exact_end", _("An end needs a start."))


def _agenda(data: Data, check: Check) -> None:
    sittings = data["event"].get("further_sittings") or []
    rituals = {ritual["id"] for ritual in data.get("rituals") or []}
    performed: set[str | None] = set()
    strands, before = len(data["event"].get("strands") or []), (0, 0)
    for item in data.get("agenda") or []:
        here = (item.get("sitting") or 1, item.get("strand") or 0)
        if here[1] > strands:
            _blame(check, f"agenda[{item['order']}].strand", _("The event has no such strand."))
        elif here[0] == before[0] and here[1] < before[1] <= strands:
            message = _("The items on the stage come first, then those beside it, strand by strand.")
            _blame(check, f"agenda[{item['order']}].order", message)
        before = here
        if (item.get("sitting") or 1) > len(sittings) + 1:
            _blame(check, f"agenda[{item['order']}].sitting", _("The event has no such sitting."))
        path, key = f"agenda[{item['order']}].ritual", item.get("ritual")
        if key and key not in rituals:
            _blame(check, path, _("There is no ritual “%(key)s” among the rituals.", key=key))
        elif key and key in performed:
            _blame(check, path, _("Another item has the same value here."))
        performed.add(key)


def _paper(paper: Data, check: Check) -> None:
    number, line = paper.get("number"), paper.get("issued_line")
    if isinstance(number, dict) and number_of(number) != printed_number(number["text"]):
        _blame(check, "document.number.text", _("The number is not made of the serial and symbol given."))
    if line:
        found = parts_of_line(line["text"])
        for part, value in found.items():
            if part in line and line[part] != value:
                _blame(check, f"document.issued_line.{part}", _("The printed line says otherwise."))


def _deadline(path: str, row: Data, check: Check) -> None:
    day, words, timing = row.get("deadline"), row.get("deadline_semantics"), row.get("timing")
    phrase = phrase_of(words)
    if phrase and not day:
        _blame(check, f"{path}.deadline_semantics", _("There is no deadline to speak of."))
    elif phrase and phrase.last_day:
        spared = timedelta(days=phrase.kind is DeadlineKind.EXCLUSIVE)
        if phrase.last_day != (date.fromisoformat(day) - spared).isoformat():  # type: ignore[arg-type]
            message = _("The last day does not follow from the deadline.")
            _blame(check, f"{path}.deadline_semantics", message)
    if timing and (day or row.get("response_rule")):
        _blame(check, f"{path}.timing", _("A line has one deadline: a day, or words with what they mean."))
    elif timing:
        _timing(f"{path}.timing", timing, check)


def _timing(path: str, timing: Data, check: Check) -> None:
    kind = DeadlineKind(timing["kind"]) if timing.get("kind") else None
    start, end = timing.get("window_start"), timing.get("window_end")
    if kind in WINDOWED:
        if not start or not end:
            _blame(check, f"{path}.window_start", _("This deadline needs its first and its last day."))
        elif end < start:
            _blame(check, f"{path}.window_end", _("The end stands before the start."))
        elif not _is_window(kind, date.fromisoformat(start), date.fromisoformat(end)):
            _blame(check, f"{path}.window_end", _("These days are not what this kind of deadline means."))
    elif start or end:
        _blame(check, f"{path}.window_start", _("This kind of deadline has no window of days."))
    if kind in DATED and not timing.get("deadline"):
        _blame(check, f"{path}.deadline", _("This deadline needs its day."))
    elif kind and kind not in DATED and timing.get("deadline"):
        _blame(check, f"{path}.deadline", _("This kind of deadline has no day."))
    if kind in RELATIVE and (timing.get("offset_days") is None or not timing.get("anchor")):
        _blame(
            check, f"{path}.offset_days", _("This deadline needs a number of days and what they count from.")
        )
    elif kind in UNDATED | WINDOWED | DATED and timing.get("offset_days") is not None:
        _blame(check, f"{path}.offset_days", _("This kind of deadline counts no days."))


def _is_window(kind: Any, start: date, end: date) -> bool:
    if start.year != end.year:
        return False
    try:
        return (start, end) == tuple(window_of(kind, start.year, start.month, end.month))
    except ValueError:
        return False


def _directives(rows: list[Data], check: Check) -> None:
    known = {row["id"] for row in rows}
    for row in rows:
        path = f"directives[{row['id']}]"
        for number, step in enumerate(row.get("steps") or [], start=1):
            day = f"{path}.steps[{number}].deadline"
            if not step.get("deadline") and not step.get("timing") and day not in check.lines:
                _blame(check, day, _("This step needs its day."))
        for number, needed in enumerate(row.get("depends_on") or [], start=1):
            if needed not in known or needed == row["id"]:
                message = _("There is no other directive “%(key)s”.", key=needed)
                _blame(check, f"{path}.depends_on[{number}]", message)
        turn = row.get("recurrence") or {}
        if turn.get("until") and turn["until"] < turn["dtstart"]:
            _blame(check, f"{path}.recurrence.until", _("The end stands before the start."))
        rule = row.get("response_rule")
        if rule and row.get("deadline"):
            message = _("A line has one deadline: a day, or words with what they mean.")
            _blame(check, f"{path}.response_rule", message)
        if rule and row.get("action"):
            _blame(check, f"{path}.action", _("What is to be done stands in the rule of the answer already."))


def _blame(check: Check, path: str, message: str) -> None:
    known = path
    while known and known not in check.lines:
        known = known.rpartition(".")[0] if "." in known else ""
    check.problems.append(Problem(check.lines.get(known), path, message))
