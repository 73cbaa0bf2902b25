"""What no field of a campaign's plan can tell alone: a unit in one cluster only, days in their order."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from flask_babel import gettext as _

from eventsvc.plans.campaign_schema import FINALE
from eventsvc.text import same_words

Data = dict[str, Any]
Wrong = Iterator[tuple[str, str]]


def campaign_problems(data: Data) -> Wrong:
    """The path and the sentence of everything that makes no sense."""
    yield from _ordered(
        "campaign_event.time.window_end", data["campaign_event"]["time"], "window_start", "window_end"
    )
    yield from _clusters(data.get("clusters") or [])
    for path, time in _times(data):
        yield from _ordered(f"{path}.end", time, "start", "end")
        yield from _hours(f"{path}.closes", time)
    for number, row in enumerate(data.get("timeline") or [], start=1):
        yield from _ordered(f"timeline[{number}].window_end", row, "window_start", "window_end")
    for number, row in enumerate(data.get("communication") or [], start=1):
        yield from _ordered(f"communication[{number}].end", row, "start", "end")
    if data.get("finale") and not any(row["id"] == FINALE for row in data.get("clusters") or []):
        yield "finale", _("A finale needs its line “finale” among the clusters.")


def _times(data: Data) -> Iterator[tuple[str, Data]]:
    """When each activity is, with its path."""
    if (data.get("security_drill") or {}).get("time"):
        yield "security_drill.time", data["security_drill"]["time"]
    for section in ("exhibition_spaces", "contests", "activities"):
        for row in data.get(section) or []:
            path = f"{section}[{row['id'][:40]}]"
            if row.get("time"):
                yield f"{path}.time", row["time"]
            for number, part in enumerate(row.get("activities") or [], start=1):
                if part.get("time"):
                    yield f"{path}.activities[{number}].time", part["time"]


def _hours(path: str, row: Data) -> Wrong:
    opens, closes = row.get("opens"), row.get("closes")
    if opens and closes and closes <= opens:
        yield path, _("The end stands before the start.")


def _ordered(path: str, row: Data, first: str, last: str) -> Wrong:
    start, end = row.get(first), row.get(last)
    if start and end and end < start:
        yield path, _("The end stands before the start.")


def _clusters(rows: list[Data]) -> Wrong:
    seen: dict[str, str] = {}
    for row in rows:
        path = f"clusters[{row['id']}]"
        start, end = row.get("start_date"), row.get("end_date")
        if end and end != _last_day(start, row.get("days")):
            yield (
                f"{path}.end_date",
                _("The last day does not follow from the first day and the number of days."),
            )
        for number, stop in enumerate(row.get("stops") or [], start=1):
            yield from _hours(f"{path}.stops[{number}].closes", stop)
        named = [("host", row["host"])] if row.get("host") else []
        named += [(f"participants[{unit['org'][:40]}]", unit) for unit in row.get("participants") or []]
        if row["id"] == FINALE and named:
            yield f"{path}.{named[0][0]}", _("The finale has no units of its own.")
        if row["id"] == FINALE and row.get("stops"):
            yield f"{path}.stops", _("The stop of the finale is said in the section “finale”.")
        for place, unit in named:
            keys = [key for key in (unit.get("district_code"), same_words(unit["org"])) if key]
            other = next((seen[key] for key in keys if key in seen), None)
            if other is not None:
                yield (
                    f"{path}.{place}.org",
                    _(
                        "%(unit)s is in “%(cluster)s” already: a unit is in one cluster.",
                        unit=unit["org"],
                        cluster=other,
                    ),
                )
            seen |= dict.fromkeys(keys, row["name"])


def _last_day(start: str | None, days: int | None) -> str | None:
    if not start:
        return None
    return (date.fromisoformat(start) + timedelta(days=(days or 1) - 1)).isoformat()
