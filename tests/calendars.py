"""Reads one calendar with four parsers and says what each of them saw, in words that can be compared."""

import atexit
import base64
import functools
import json
import shutil
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import icalendar
import vobject

from tests import programs

NODE_FOLDER = Path(__file__).parent / "node"
PARSERS = ("icalendar", "vobject", "ical.js", "node-ical")


def read(ics: bytes) -> dict[str, dict]:
    """What each parser sees, by its name: {"method", "events": [{"uid", "sequence", "start", …}]}."""
    seen = {"icalendar": _by_icalendar(ics), "vobject": _by_vobject(ics), **_by_node(ics)}
    return {name: seen[name] for name in PARSERS}


def agreed(ics: bytes) -> dict:
    """What all four see alike; fails when one of them sees anything else."""
    seen = read(ics)
    for name in PARSERS[1:]:
        assert seen[name] == seen[PARSERS[0]], f"{name} and {PARSERS[0]} read the calendar differently"
    return seen[PARSERS[0]]


def _by_icalendar(ics: bytes) -> dict:
    calendar = icalendar.Calendar.from_ical(ics)

    def event(found):
        text = lambda name: str(found.get(name, ""))  # noqa: E731
        return {
            "uid": text("UID"),
            "sequence": int(found.get("SEQUENCE", 0)),
            "status": text("STATUS"),
            "start": _moment(found["DTSTART"].dt),
            "end": _moment(found["DTEND"].dt),
            "changed": _moment(found["DTSTAMP"].dt),
            "summary": text("SUMMARY"),
            "location": text("LOCATION"),
            "description": text("DESCRIPTION"),
            "url": text("URL"),
            "transparency": text("TRANSP"),
            "organizer": _mailbox(text("ORGANIZER")),
            "attendees": [
                {
                    "email": _mailbox(str(person)),
                    "name": person.params.get("CN", ""),
                    "partstat": person.params.get("PARTSTAT", ""),
                    "role": person.params.get("ROLE", ""),
                    "cutype": person.params.get("CUTYPE", ""),
                    "rsvp": person.params.get("RSVP", ""),
                }
                for person in _listed(found.get("ATTENDEE"))
            ],
        }

    return {
        "method": str(calendar.get("METHOD", "")),
        "events": [event(found) for found in calendar.walk("VEVENT")],
    }


def _by_vobject(ics: bytes) -> dict:
    calendar = vobject.readOne(ics.decode(), validate=True)

    def event(found):
        text = lambda name: str(getattr(found, name).value) if hasattr(found, name) else ""  # noqa: E731
        return {
            "uid": text("uid"),
            "sequence": int(text("sequence") or 0),
            "status": text("status"),
            "start": _moment(found.dtstart.value),
            "end": _moment(found.dtend.value),
            "changed": _moment(found.dtstamp.value),
            "summary": text("summary"),
            "location": text("location"),
            "description": text("description"),
            "url": text("url"),
            "transparency": text("transp"),
            "organizer": _mailbox(text("organizer")),
            "attendees": [
                {
                    "email": _mailbox(person.value),
                    "name": _first(person, "CN"),
                    "partstat": _first(person, "PARTSTAT"),
                    "role": _first(person, "ROLE"),
                    "cutype": _first(person, "CUTYPE"),
                    "rsvp": _first(person, "RSVP"),
                }
                for person in getattr(found, "attendee_list", [])
            ],
        }

    method = str(calendar.method.value) if hasattr(calendar, "method") else ""
    return {"method": method, "events": [event(found) for found in getattr(calendar, "vevent_list", [])]}


def _by_node(ics: bytes) -> dict:
    reader = _node_reader()
    reader.stdin.write(base64.b64encode(ics) + b"\n")
    reader.stdin.flush()
    seen = json.loads(reader.stdout.readline())
    for facts in seen.values():
        for event in facts.get("events", []):
            for name in ("start", "end", "changed"):
                event[name] = event[name].replace(".000Z", "Z")
    return seen


@functools.cache
def _node_reader() -> subprocess.Popen:
    node, npm = shutil.which("node"), shutil.which("npm")
    if not (NODE_FOLDER / "node_modules").is_dir() and npm:
        subprocess.run([npm, "ci", "--silent"], cwd=NODE_FOLDER, check=False, timeout=120)
    if not node or not (NODE_FOLDER / "node_modules").is_dir():
        programs.missing(
            "the JavaScript calendar parsers are missing: install Node 18 or later, then npm ci in tests/node"
        )
    reader = subprocess.Popen(
        [node, "read.mjs"], cwd=NODE_FOLDER, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    atexit.register(reader.kill)
    return reader


def _moment(value) -> str:
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return value.isoformat()


def _mailbox(value: str) -> str:
    return value.removeprefix("mailto:")


def _listed(value) -> list:
    return [] if value is None else value if isinstance(value, list) else [value]


def _first(line, name: str) -> str:
    return str(line.params.get(name, [""])[0])
