"""The pass: one random code per guest and event, kept as a hash for the door and sealed for printing again."""

import re
import uuid
from typing import Any

from eventsvc import clock, secrets


def new_pass(event_id: int, guest_id: int) -> dict[str, Any]:
    """The row of a fresh pass; nobody has seen its code yet."""
    code = secrets.new_code()
    return {
        "event_id": event_id,
        "guest_id": guest_id,
        "code_hash": secrets.digest(code),
        "code_sealed": secrets.seal(code),
    }


def new_invitation(event_id: int, guest_id: int, revision: int) -> dict[str, Any]:
    """The row of a fresh invitation with its link and the stem of its calendar UIDs."""
    token, now = secrets.new_token(), clock.now()
    return {
        "event_id": event_id,
        "guest_id": guest_id,
        "uid": uuid.uuid4().hex,
        "token_hash": secrets.digest(token),
        "token_sealed": secrets.seal(token),
        "revision": revision,
        "created_at": now,
        "changed_at": now,
    }


def grouped(code: str) -> str:
    """The code as people read it aloud: fives, the last one longer; `secrets.normal_code` reads it back."""
    return re.sub(r"(.{5})(?=.{5})", r"\1-", code)
