"""The event of a plan that has no section for it: a year of work, or a meeting and its conclusions. Pure."""

import re
from datetime import date
from typing import Any

from eventsvc import text
from eventsvc.events.models import EventForm, EventKind

Data = dict[str, Any]

MAIN_VENUE = "main"
_LONGEST = 60
_YEAR = re.compile(r"\bnăm (?P<year>20\d\d)\b")
_COMMITTEE = "UBND tỉnh"


def event_of(data: Data) -> Data:
    """What the plan is about, in the fields of an event: when, what it is called, whose it is."""
    paper, meeting = data["document"], data.get("meeting")
    if data.get("campaign_event"):
        return _campaign(data)
    issuer = paper.get("issuer") or {}
    host = {"text": issuer.get("org") or issuer.get("text") or _COMMITTEE, "cite": issuer.get("cite")}
    occasion = occasion_of(paper["title"]["text"])
    title = _meeting_title(meeting) or occasion if meeting else occasion
    return {
        "kind": (EventKind.MEETING if meeting else EventKind.WORK_PLAN).value,
        "short_name": short_name(title),
        "title": None if title == occasion else title,
        "time": _day_of(meeting) if meeting else _year_of(paper),
        "form": {"value": EventForm.IN_PERSON.value},
        "venues": _venues(meeting) if meeting else [],
        "host": host,
    }


def occasion_of(title: str) -> str:
    """What one is invited to: a plan is titled "Tổ chức Lễ …" (holding the ceremony), the event is "Lễ …"."""
    rest = title.removeprefix("Tổ chức ")
    return rest[:1].upper() + rest[1:]


def short_name(title: str) -> str:
    """The title without its year and the province's name, cut between words."""
    words = _YEAR.sub("", text.clean(title)).split()
    kept: list[str] = []
    in_name = False
    for word, following in zip(words, [*words[1:], ""], strict=True):
        starts_name = word == "tỉnh" and following[:1].isupper()
        in_name = starts_name or (in_name and word[:1].isupper())
        if not in_name:
            kept.append(word)
    name = " ".join(kept)
    return (name if len(name) <= _LONGEST else _cut(kept))[:200].rstrip(" ,;:–-")


def _cut(words: list[str]) -> str:
    """As many of the words as fit, without what is begun at the end and goes on behind it ("… và Ngày")."""
    while len(" ".join(words)) > _LONGEST and len(words) > 1:
        words = words[:-1]
    name = " ".join(words)
    before = name.rpartition(" và ")[0]
    return before if len(before) > _LONGEST // 2 else name


def is_of(data: Data) -> bool:
    """Whether the event says nothing but what follows from the rest of the plan."""
    if not data.get("meeting") and not data.get("plan_items"):
        return False
    return _said({**data["event"], "budget": None}) == _said(event_of(data))


def _campaign(data: Data) -> Data:
    said = data["campaign_event"]
    title = said.get("title") or occasion_of(data["document"]["title"]["text"])
    time, theme, place = said["time"], said.get("theme") or {}, said.get("place") or {}
    organiser, others = said.get("organiser") or {}, said.get("coordinating") or {}
    venues = [{"role": "route", **place, "note": place.get("status")}] if place else []
    return {
        "kind": EventKind.CAMPAIGN.value,
        "short_name": said.get("short_name") or short_name(title),
        "title": title,
        "theme": theme.get("text"),
        "theme_cite": theme.get("cite"),
        "time": {
            "text": time["text"],
            "cite": time.get("cite"),
            "window_start": time.get("window_start"),
            "window_end": time.get("window_end"),
            "note": time.get("status"),
        },
        "form": {"value": EventForm.IN_PERSON.value},
        "venue": said.get("venue"),
        "venues": venues,
        "host": said["host"],
        "implementing": {
            "text": organiser.get("text"),
            "cite": organiser.get("cite"),
            "lead": organiser.get("orgs") or [],
            "coordinating": others.get("orgs") or [],
        },
        "coordinating": {"text": others.get("text"), "cite": others.get("cite")},
    }


def _said(value: Any) -> Any:
    """Without what says nothing."""
    if isinstance(value, dict):
        kept = {key: _said(child) for key, child in value.items()}
        return {key: child for key, child in kept.items() if child not in (None, [], {}, "")}
    return [_said(child) for child in value] if isinstance(value, list) else value


def _meeting_title(meeting: Data) -> str | None:
    subject = (meeting.get("subject") or {}).get("text")
    if not subject:
        return None
    subject = text.clean(subject).rstrip(" .")
    return subject if text.fold(subject).startswith(("cuoc hop", "hop ")) else f"Cuộc họp {subject}"


def _day_of(meeting: Data) -> Data:
    day = date.fromisoformat(meeting["date"])
    return {"text": text.official_date(day), "window_start": meeting["date"], "window_end": meeting["date"]}


def _year_of(paper: Data) -> Data:
    """The year that the title speaks of, else the year of the paper."""
    named = _YEAR.findall(paper["title"]["text"])
    printed = (paper.get("issued_line") or {}).get("text") or ""
    issued = paper.get("issued_date") or (_YEAR.findall(printed) or [None])[-1]
    year = named[-1] if named else issued and issued[:4]
    if year is None:
        return {"text": "Chưa ấn định thời gian", "window_start": None, "window_end": None}
    return {"text": f"Năm {year}", "window_start": f"{year}-01-01", "window_end": f"{year}-12-31"}


def _venues(meeting: Data) -> list[Data]:
    place = meeting.get("place") or {}
    if not place.get("text"):
        return []
    words = re.sub(r"^tại\s+", "", text.clean(place["text"]), flags=re.IGNORECASE)
    words = words[:1].upper() + words[1:]
    return [{"role": MAIN_VENUE, "text": words, "cite": place.get("cite")}]
