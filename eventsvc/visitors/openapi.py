"""The path of this feature in OpenAPI 3.1, to be merged into the description of the whole interface."""

from typing import Any

from eventsvc.visitors.rules import MOST_PEOPLE, Refusal

_TEXT = {"type": "string"}
_MOMENT = {"type": "string", "format": "date-time"}


def _json(name: str) -> dict[str, Any]:
    return {"application/json": {"schema": {"$ref": f"#/components/schemas/{name}"}}}


def _error(description: str) -> dict[str, Any]:
    return {"description": description, "content": _json("Error")}


SCHEMAS: dict[str, Any] = {
    "Tally": {
        "type": "object",
        "required": ["tally_id", "people"],
        "properties": {
            "tally_id": {
                "type": "string",
                "format": "uuid",
                "description": "made on the device, once for each tap",
            },
            "people": {
                "type": "integer",
                "minimum": -MOST_PEOPLE,
                "maximum": MOST_PEOPLE,
                "description": "never 0; below 0 takes a slip back",
            },
            "sitting": {
                "type": "integer",
                "description": "its number in the event; else the one whose doors are open",
            },
            "site": {**_TEXT, "description": "the code of the site; else the device's own"},
            "counted_at": _MOMENT,
        },
    },
    "TallyUpload": {
        "type": "object",
        "required": ["tallies"],
        "properties": {
            "device_clock": _MOMENT,
            "tallies": {"type": "array", "maxItems": 200, "items": {"$ref": "#/components/schemas/Tally"}},
        },
    },
    "TallyResult": {
        "type": "object",
        "required": ["tally_id", "status"],
        "properties": {
            "tally_id": {"type": ["string", "null"]},
            "status": {"type": "string", "enum": ["stored", "replay", "refused"]},
            "reason": {"type": "string", "enum": [refusal.value for refusal in Refusal]},
        },
    },
    "TallyAnswer": {
        "type": "object",
        "required": ["server_time", "store_epoch", "results"],
        "properties": {
            "server_time": _MOMENT,
            "store_epoch": {**_TEXT, "description": "changed by a restore: then send everything again"},
            "results": {"type": "array", "items": {"$ref": "#/components/schemas/TallyResult"}},
        },
    },
}

PATHS: dict[str, Any] = {
    "/api/v1/tallies": {
        "post": {
            "summary": "Take the tallies of a device",
            "operationId": "uploadTallies",
            "tags": ["check-in"],
            "security": [{"bearer": []}],
            "requestBody": {"required": True, "content": _json("TallyUpload")},
            "responses": {
                "200": {
                    "description": "One result for each tally. A device forgets a tally only on its own result.",
                    "content": _json("TallyAnswer"),
                },
                "400": _error("Nothing could be parsed"),
                "401": _error("Unknown device"),
                "404": _error("The token may not count"),
                "413": _error("More than 200 tallies or 256 KiB"),
                "415": _error("Not JSON"),
            },
        }
    }
}
