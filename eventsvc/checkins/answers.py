"""The answer to a scan as it goes to the door: who it is only when the door may know."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from flask_babel import gettext as _

from eventsvc.checkins import lookups, rules
from eventsvc.checkins.lookups import Door, KnownGuest
from eventsvc.checkins.models import Outcome
from eventsvc.checkins.uploads import Answer, Upload
from eventsvc.invitations import substitution_queries
from eventsvc.invitations.models import Answer as Reply
from eventsvc.invitations.substitution_queries import Deputy

NAMELESS = frozenset({Outcome.UNKNOWN, Outcome.OTHER_EVENT, Outcome.OTHER_SITE, Outcome.CANCELLED})
"""Outcomes that never carry a person."""


def wire(upload: Upload) -> list[dict[str, Any]]:
    """The answers as the contract words them. Who is in already was read with the names of the place and the device."""
    answers, door = upload.answers or [], upload.door
    firsts = [answer.first for answer in answers if answer.first and answer.outcome in rules.ALREADY_IN]
    sites, devices = upload.sites, upload.devices
    sites |= lookups.site_labels({one.site_id for one in firsts if one.site_id is not None} - sites.keys())
    devices |= lookups.device_names(
        {one.device_id for one in firsts if one.device_id is not None} - devices.keys()
    )
    results = [_result(answer, door, upload.arrival, sites, devices) for answer in answers]
    _add_substitutes(answers, results)
    return results


def _add_substitutes(answers: Sequence[Answer], results: list[dict[str, Any]]) -> None:
    """Who goes in the place of somebody whose invitation was taken back, if they are expected at this site and the
    door was told of the guest at all. One statement, in this rare case only."""
    replaced = [
        (answer.guest.id, answer.site_id, result)
        for answer, result in zip(answers, results, strict=True)
        if answer.outcome is Outcome.REVOKED
        and answer.guest
        and answer.guest.revoked_at
        and "guest" in result
    ]
    if not replaced:
        return
    goes = substitution_queries.going_for({guest_id for guest_id, _site_id, _result in replaced})
    for guest_id, site_id, result in replaced:
        deputy = goes.get(guest_id)
        if deputy is not None and deputy.site_id == site_id:
            result["substitute"] = _person(deputy)


def _person(deputy: Deputy) -> dict[str, Any]:
    return {"honorific": deputy.honorific, "name": deputy.name, "position": deputy.position}


def _result(
    answer: Answer, door: Door, arrival: datetime, sites: dict[int, tuple[str, str]], devices: dict[int, str]
) -> dict[str, Any]:
    result = {
        "scan_id": answer.scan_id,
        "status": answer.status,
        "outcome": answer.outcome.value if answer.outcome else None,
        "flags": [str(flag) for flag in answer.flags],
    }
    on_duty = door.is_open and door.hours.are_open(arrival)
    if answer.outcome is not None and on_duty and _acts_at(door, answer.site_id):
        result.update(_details(answer, sites, devices))
    return result


def _acts_at(door: Door, site_id: int | None) -> bool:
    return site_id is not None and door.site_id in (None, site_id)


def _details(answer: Answer, sites: dict[int, tuple[str, str]], devices: dict[int, str]) -> dict[str, Any]:
    details: dict[str, Any] = {}
    guest = answer.guest
    if guest is not None and _may_show(answer, guest):
        details["guest"] = {
            "honorific": guest.honorific,
            "name": guest.full_name,
            "position": guest.position,
            "organization": guest.organization,
            "seat": guest.seat,
            "note": note_of(guest.attention, guest.answer),
        }
    if guest is not None and answer.outcome is Outcome.OTHER_SITE:
        details["expected_site"] = {"code": guest.site_code, "name": guest.site_name}
    if answer.outcome is Outcome.NOT_YET:
        details["doors"] = {"opens": _iso(answer.doors.opens), "closes": _iso(answer.doors.closes)}
    if answer.first is not None and answer.outcome in rules.ALREADY_IN:
        code, name = sites.get(answer.first.site_id or 0, (None, None))
        details["first"] = {
            "at": _iso(answer.first.effective_at),
            "site": code,
            "site_name": name,
            "device": devices.get(answer.first.device_id or 0),
        }
    return details


def _may_show(answer: Answer, guest: KnownGuest) -> bool:
    """A site learns the names of its own guests and of those it lets in by hand, nobody else's."""
    if answer.outcome in NAMELESS:
        return False
    return guest.site_id == answer.site_id or answer.standing in rules.ADMITTING


def note_of(attention: str | None, reply: Reply | None) -> str | None:
    """What the door should know: the attention note, and that the guest had said no."""
    declined = _("had declined") if reply is Reply.DECLINED else None
    return "; ".join(note for note in (attention, declined) if note) or None


def _iso(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()
