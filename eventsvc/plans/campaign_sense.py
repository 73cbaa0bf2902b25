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
    for section in ("contests", "timeline", "communication"):
        for number, row in enumerate(data.get(section) or [], start=1):
            path = f"{section}[{row.get('id') or number}]"
            if section == "contests":
                yield from _ordered(f"{path}.time.end", row.get("time") or {}, "start", "end")
            elif section == "timeline":
                yield from _ordered(f"{path}.window_end", row, "window_start", "window_end")
            else:
                yield from _ordered(f"{path}.end", row, "start", "end")
    yield from _ordered(
        "security_drill.time.end", (data.get("security_drill") or {}).get("time") or {}, "start", "end"
    )
    if data.get("finale") and not any(row["id"] == FINALE for row in data.get("clusters") or []):
        yield "finale", _("A finale needs its line “finale” among the clusters.")


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
        named = [("host", row["host"])] if row.get("host") else []
        named += [(f"participants[{unit['org'][:40]}]", unit) for unit in row.get("participants") or []]
        if row["id"] == FINALE and named:
            yield f"{path}.{named[0][0]}", _("The finale has no units of its own.")
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
