"""The interface of the doors: people counted by taps. The path is described in `openapi.py`."""

from typing import Any

from flask import Blueprint, g, jsonify
from flask_babel import gettext as _

from eventsvc import clock
from eventsvc.checkins.access import BatchTooLarge, Unparsable, for_a_door, no_device, read_body
from eventsvc.checkins.operations import NoDevice
from eventsvc.extensions import csrf
from eventsvc.visitors import tally_operations

bp = Blueprint("visitors_api", __name__, url_prefix="/api/v1")
csrf.exempt(bp)
bp.register_error_handler(NoDevice, no_device)

MOST_TALLIES = 200


@bp.post("/tallies")
@for_a_door
def tallies() -> Any:
    """Take up to 200 tallies; one result for each."""
    body = read_body()
    batch = body.get("tallies")
    if not isinstance(batch, list):
        raise Unparsable(_("The upload needs a list of tallies."))
    if len(batch) > MOST_TALLIES:
        raise BatchTooLarge(_("An upload holds at most %(tallies)s tallies.", tallies=MOST_TALLIES))
    results = tally_operations.record_tallies(g.door, batch, device_clock=body.get("device_clock"))
    return jsonify(server_time=clock.now().isoformat(), store_epoch=g.door.store_epoch or "", results=results)
