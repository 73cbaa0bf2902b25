"""The paths of this feature in OpenAPI 3.1, to be merged into the description of the whole interface."""

from typing import Any

from eventsvc.checkins.models import Flag, Outcome, Profile, ScanKind, ScanMode

_TEXT = {"type": "string"}
_OPTIONAL = {"type": ["string", "null"]}
_MOMENT = {"type": "string", "format": "date-time"}


def _words(enum: Any) -> dict[str, Any]:
    return {"type": "string", "enum": [member.value for member in enum]}


def _object(properties: dict[str, Any], required: tuple[str, ...] = ()) -> dict[str, Any]:
    schema: dict[str, Any] = {"type": "object", "properties": properties}
    return {**schema, "required": list(required)} if required else schema


def _json(schema: dict[str, Any]) -> dict[str, Any]:
    return {"application/json": {"schema": schema}}


def _ref(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{name}"}


def _error(description: str, *, retry: bool = False) -> dict[str, Any]:
    answer: dict[str, Any] = {"description": description, "content": _json(_ref("Error"))}
    if retry:
        answer["headers"] = {"Retry-After": {"schema": {"type": "integer"}, "required": True}}
    return answer


SCHEMAS: dict[str, Any] = {
    "Error": _object(
        {
            "error": _object(
                {"code": _TEXT, "message": _TEXT, "request_id": _TEXT}, ("code", "message", "request_id")
            )
        },
        ("error",),
    ),
    "Scan": _object(
        {
            "scan_id": {"type": "string", "format": "uuid"},
            "seq": {"type": "integer", "minimum": 0, "description": "gapless per device, from 1"},
            "code": {**_TEXT, "description": "what was read; lower case, spaces and hyphens are forgiven"},
            "guest": {"type": "integer", "description": "the guest's id, instead of a code"},
            "sitting": {
                "type": "integer",
                "description": "its number in the event; else the one whose doors are open",
            },
            "site": {**_TEXT, "description": "the code of the site; else the device's own"},
            "kind": _words(ScanKind),
            "annuls": {"type": "string", "format": "uuid"},
            "mode": _words(ScanMode),
            "scanned_at": _MOMENT,
            "mono_ms": {"type": "number"},
            "boot_id": _TEXT,
            "bundle": _TEXT,
            "decision": _TEXT,
            "name": _TEXT,
            "organization": _TEXT,
            "reason": _TEXT,
        },
        ("scan_id", "seq", "kind", "mode", "scanned_at"),
    ),
    "Upload": _object(
        {"device_clock": _MOMENT, "scans": {"type": "array", "maxItems": 200, "items": _ref("Scan")}},
        ("scans",),
    ),
    "ScanResult": _object(
        {
            "scan_id": {"type": ["string", "null"]},
            "status": {"type": "string", "enum": ["stored", "replay", "conflict", "quarantined"]},
            "outcome": {"type": ["string", "null"], "enum": [*(outcome.value for outcome in Outcome), None]},
            "flags": {"type": "array", "items": _words(Flag)},
            "guest": _object(
                {
                    name: _OPTIONAL
                    for name in ("honorific", "name", "position", "organization", "seat", "note")
                }
            ),
            "first": _object({"at": _MOMENT, "site": _OPTIONAL, "site_name": _OPTIONAL, "device": _OPTIONAL}),
            "expected_site": _object({"code": _TEXT, "name": _TEXT}),
            "doors": _object({"opens": _OPTIONAL, "closes": _OPTIONAL}),
        },
        ("scan_id", "status", "outcome", "flags"),
    ),
    "UploadAnswer": _object(
        {
            "server_time": _MOMENT,
            "store_epoch": {**_TEXT, "description": "changed by a restore: then send everything again"},
            "results": {"type": "array", "items": _ref("ScanResult")},
        },
        ("server_time", "store_epoch", "results"),
    ),
    "Device": _object(
        {
            "device": {"type": "integer"},
            "token": {**_TEXT, "description": "shown once"},
            "site": {**_OPTIONAL, "description": "the site it acts for; null: every site of the event"},
            "profile": _words(Profile),
            "name": _TEXT,
            "site_name": _OPTIONAL,
            "event": _TEXT,
            "event_title": _TEXT,
        },
        ("device", "token", "site", "profile"),
    ),
}

PATHS: dict[str, Any] = {
    "/api/v1/scans": {
        "post": {
            "summary": "Take the scans of a device",
            "operationId": "uploadScans",
            "tags": ["check-in"],
            "security": [{"bearer": []}],
            "requestBody": {"required": True, "content": _json(_ref("Upload"))},
            "responses": {
                "200": {
                    "description": "One result for each scan. A device forgets a scan only on its own result.",
                    "content": _json(_ref("UploadAnswer")),
                },
                "400": _error("Nothing could be parsed"),
                "401": _error("Unknown device"),
                "404": _error("The token may not scan"),
                "413": _error("More than 200 scans or 256 KiB"),
                "415": _error("Not JSON"),
                "429": _error("Too many unknown codes from this device", retry=True),
            },
        }
    },
    "/api/v1/devices": {
        "post": {
            "summary": "Enrol a device",
            "operationId": "enrolDevice",
            "tags": ["check-in"],
            "security": [],
            "requestBody": {"required": True, "content": _json(_object({"token": _TEXT}, ("token",)))},
            "responses": {
                "201": {"description": "The device and its token", "content": _json(_ref("Device"))},
                "400": _error("Nothing could be parsed"),
                "410": _error("The enrolment is unknown, used or lapsed"),
                "413": _error("Too large"),
                "415": _error("Not JSON"),
                "429": _error("Too many attempts", retry=True),
            },
        }
    },
}
