"""The live board as the API answers it: figures, no names of people or devices."""

from typing import Any

from eventsvc.reports.board import Board, Tile


def board(slug: str, shown: Board) -> dict[str, Any]:
    return {
        "event": slug,
        "sitting": shown.sitting.number if shown.sitting else None,
        "as_of": shown.as_of,
        "totals": _totals(shown),
        "alarms": [
            {
                "kind": alarm.kind.value,
                "site": alarm.code,
                "sites": alarm.places if alarm.code or alarm.places > 1 else 0,
                "number": alarm.number,
                "since": alarm.since,
            }
            for alarm in shown.alarms
        ],
        "arrivals": [{"at": bar.at, "people": bar.people} for bar in shown.curve.bars] if shown.curve else [],
        "sites": [_site(tile) for tile in shown.tiles],
    }


def _totals(shown: Board) -> dict[str, Any]:
    return {
        "sites": len(shown.tiles),
        "expected": shown.expected,
        "present": shown.present,
        "came": shown.came,
        "others": shown.others,
        "reported": shown.all.reported,
        "people": shown.all.people,
        "inside": shown.inside,
        "tallied": shown.tallied,
        "sites_with_guests_in": shown.started,
        "silent_sites": len(shown.stale),
        "silent_since": shown.stale_since,
        "silent_people": shown.stale_people,
        "cases": shown.cases,
        "waiting": shown.waiting,
        "on_stage": shown.followed,
        "missing_on_stage": len(shown.missing),
    }


def _site(tile: Tile) -> dict[str, Any]:
    line = tile.line
    return {
        "code": tile.code,
        "name": tile.name,
        "level": tile.level.value,
        "district": tile.district,
        "status": tile.status.value,
        "attention": tile.attention.value,
        "expected": tile.expected,
        "present": tile.present,
        "came": tile.came,
        "others": tile.others,
        "reported": line.reported.people if line.reported else None,
        "reported_at": line.reported.at if line.reported else None,
        "people": line.people,
        "source": line.source.value,
        "inside": tile.inside,
        "tallied": tile.tallied,
        "signed": tile.signed,
        "cases": tile.cases,
        "waiting": tile.waiting,
        "last_scan_at": tile.last_scan_at,
        "as_of": tile.as_of,
        "silent_since": tile.post.silent_since,
    }
