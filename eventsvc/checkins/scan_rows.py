"""The row that a decided scan becomes."""

from collections.abc import Sequence
from typing import Any

from eventsvc.checkins.items import Item
from eventsvc.checkins.models import Flag, Outcome, ScanKind
from eventsvc.checkins.uploads import Place, Upload


def row(
    upload: Upload, item: Item, place: Place, standing: Outcome, outcome: Outcome, flags: Sequence[Flag],
    pass_id: int | None, guest_id: int | None,
) -> dict[str, Any]:  # fmt: skip
    door = upload.door
    return {
        "scan_id": item.scan_id,
        "event_id": door.event_id,
        "device_id": door.device_id,
        "seq": item.seq,
        "boot_id": item.boot_id,
        "mono_ms": item.mono_ms,
        "code_hash": item.code,
        "pass_id": pass_id,
        "guest_id": guest_id,
        "sitting_id": place.sitting.id if place.sitting else None,
        "site_id": place.site_id,
        "kind": item.kind,
        "annuls": item.annuls if item.kind is ScanKind.ANNUL else None,
        "mode": item.mode,
        "scanned_at": item.scanned_text,
        "received_at": upload.arrival,
        "effective_at": place.effective.at,
        "clock_offset_ms": upload.offset_ms,
        "bundle": item.bundle,
        "decision": item.decision,
        "standing": standing,
        "outcome": outcome,
        "flags": [flag.value for flag in flags],
        "reason": item.reason,
        "actor_kind": door.actor_kind,
        "actor_id": door.actor_id,
        "body_hash": item.body_hash,
    }
