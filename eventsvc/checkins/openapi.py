"""The paths of this feature in OpenAPI 3.1, to be merged into the description of the whole interface."""

from typing import Any

from eventsvc.checkins.models import Flag, Outcome, Profile, ScanKind, ScanMode

_TEXT = {"type": "string"}
_OPTIONAL = {"type": ["string", "null"]}
_MOMENT = {"type": "string", "format": "date-time"}
_OPTIONAL_MOMENT = {"type": ["string", "null"], "format": "date-time"}
_BYTES = {"type": "string", "contentEncoding": "base64"}
_COUNT = {"type": "integer", "minimum": 0}


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
            "mono_ms": {
                "type": "number",
                "description": "what a counter said that nobody sets, in milliseconds since the device's start",
            },
            "boot_id": {**_TEXT, "description": "of which start of the device"},
            "offset_ms": {
                "type": "number",
                "description": "how far off the device's clock was then, as far as it knew",
            },
            "bundle": _TEXT,
            "decision": _TEXT,
            "name": _TEXT,
            "organization": _TEXT,
            "reason": _TEXT,
        },
        ("scan_id", "seq", "kind", "mode", "scanned_at"),
    ),
    "Upload": _object(
        {
            "device_clock": _MOMENT,
            "device_mono": {
                "type": "number",
                "description": "what the counter says now: tells the age of scans of the same start, whatever"
                " has become of the clock",
            },
            "boot_id": _TEXT,
            "scans": {"type": "array", "maxItems": 200, "items": _ref("Scan")},
        },
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
            "substitute": {
                **_object({"honorific": _OPTIONAL, "name": _TEXT, "position": _OPTIONAL}),
                "description": "with the outcome revoked: who goes in the guest's place, expected at this site",
            },
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
    "Bundle": _object(
        {
            "version": {**_TEXT, "description": "changes when the list says something else"},
            "issued_at": {
                "type": "integer",
                "description": "when it was handed out, in milliseconds since 1970; a scan names the list it was "
                "decided with as <version>.<issued_at>",
            },
            "wipe_at": {**_OPTIONAL_MOMENT, "description": "when the device forgets everything"},
            "event": _object({"slug": _TEXT, "title": _TEXT, "cancelled_at": _OPTIONAL_MOMENT}),
            "site": {
                "type": ["object", "null"],
                "properties": {"code": _TEXT, "name": _TEXT},
                "description": "null: every site of the event",
            },
            "device": _object(
                {
                    "name": _TEXT,
                    "profile": _words(Profile),
                    "opens_at": _OPTIONAL_MOMENT,
                    "closes_at": _OPTIONAL_MOMENT,
                }
            ),
            "sittings": {
                "type": "array",
                "items": _object(
                    {
                        "number": {"type": "integer"},
                        "title": _OPTIONAL,
                        "starts_at": _OPTIONAL_MOMENT,
                        "ends_at": _OPTIONAL_MOMENT,
                        "cancelled_at": _OPTIONAL_MOMENT,
                        "opens_at": _OPTIONAL_MOMENT,
                        "closes_at": _OPTIONAL_MOMENT,
                    }
                ),
            },
            "guests": {
                "type": "object",
                "additionalProperties": _BYTES,
                "description": "by the SHA-256 of the code in lower-case hex: a nonce of 12 bytes and the AES-256-GCM "
                "ciphertext of a JSON object with guest, honorific, name, position, organization, seat, note and "
                "rank. The key is HKDF-SHA-256 of the code (26 characters, upper case), salt: the event's slug, "
                "info: 'eventsvc list'",
            },
            "sites": {
                "type": "array",
                "description": "only for a device of every site: where it may say it stands",
                "items": _object({"code": _TEXT, "name": _TEXT}),
            },
            "prefix_bits": {"type": "integer"},
            "elsewhere": {
                **_BYTES,
                "description": "the first bits of the hashes of the valid codes of other sites, sorted",
            },
            "revoked": {**_BYTES, "description": "the same of every code of the event that was revoked"},
            "search": {
                **_BYTES,
                "description": "only for a device that may search, from 24 hours before the doors open: a nonce and "
                "the ciphertext of a JSON list of guest, honorific, name, position, organization, seat and folded. "
                "The key is HKDF-SHA-256 of the device's own token, the same salt, info: 'eventsvc search'",
            },
        },
        (
            "version", "issued_at", "wipe_at", "event", "site", "device", "sittings", "guests", "prefix_bits",
            "elsewhere", "revoked",
        ),
    ),
    "DeviceStatus": _object(
        {
            "device_clock": _MOMENT,
            "waiting": {**_COUNT, "description": "scans in the queue of the device"},
            "bundle": {**_OPTIONAL, "maxLength": 64, "description": "the version of the list it holds"},
            "bundle_at": {**_OPTIONAL_MOMENT, "description": "when it got that list"},
            "battery": {"type": ["integer", "null"], "minimum": 0, "maximum": 100},
            "charging": {"type": ["boolean", "null"]},
        }
    ),
    "DeviceStatusAnswer": _object(
        {
            "server_time": _MOMENT,
            "store_epoch": {**_TEXT, "description": "changed by a restore: then send everything again"},
            "bundle": {**_OPTIONAL, "description": "the list it should hold; null when the event is over"},
            "opens_at": _OPTIONAL_MOMENT,
            "closes_at": _OPTIONAL_MOMENT,
            "wipe_at": _OPTIONAL_MOMENT,
        },
        ("server_time", "store_epoch", "bundle", "opens_at", "closes_at", "wipe_at"),
    ),
    "DoorGuest": _object(
        {
            "guest": {"type": "integer"},
            "honorific": _OPTIONAL,
            "name": _TEXT,
            "position": {**_OPTIONAL, "description": "null for people of other sites, as are the next two"},
            "organization": _OPTIONAL,
            "seat": _OPTIONAL,
            "site": _object({"code": _TEXT, "name": _TEXT}, ("code", "name")),
            "is_in": {"type": "boolean"},
        },
        ("guest", "honorific", "name", "position", "organization", "seat", "site", "is_in"),
    ),
}  # fmt: skip


def _query(name: str, description: str, *, required: bool = False) -> dict[str, Any]:
    return {"name": name, "in": "query", "required": required, "description": description, "schema": _TEXT}


_SITE = _query("site", "the code of a site: refused unless the device acts for it")
_FOR_A_DEVICE = {
    "401": _error("Unknown device, or one that was shut out (device_revoked)"),
    "429": _error("Too many requests", retry=True),
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
    "/api/v1/devices/me/bundle": {
        "get": {
            "summary": "What a device needs without network",
            "operationId": "getDeviceBundle",
            "tags": ["check-in"],
            "security": [{"bearer": []}],
            "parameters": [
                _SITE,
                {"name": "If-None-Match", "in": "header", "required": False, "schema": _TEXT},
            ],
            "responses": {
                "200": {
                    "description": "The list of the device's site; its ETag is the version.",
                    "headers": {"ETag": {"schema": _TEXT}},
                    "content": _json(_ref("Bundle")),
                },
                "304": {"description": "The device holds this list already"},
                "404": _error("The token may not scan, or the site is not the device's"),
                "410": _error("The event ended more than a day ago (event_over)"),
                **_FOR_A_DEVICE,
            },
        }
    },
    "/api/v1/devices/me/status": {
        "post": {
            "summary": "Tell how a device is doing",
            "operationId": "tellDeviceStatus",
            "tags": ["check-in"],
            "security": [{"bearer": []}],
            "requestBody": {"required": True, "content": _json(_ref("DeviceStatus"))},
            "responses": {
                "200": {
                    "description": "The time, and the list the device should hold. What cannot be read is not noted.",
                    "content": _json(_ref("DeviceStatusAnswer")),
                },
                "400": _error("Nothing could be parsed"),
                "404": _error("The token may not scan"),
                "413": _error("Too large"),
                "415": _error("Not JSON"),
                **_FOR_A_DEVICE,
            },
        }
    },
    "/api/v1/devices/me/guests": {
        "get": {
            "summary": "Find people by name at a door",
            "operationId": "findDeviceGuests",
            "tags": ["check-in"],
            "security": [{"bearer": []}],
            "parameters": [
                _query("q", "at least two letters; diacritics are ignored"),
                _SITE,
            ],
            "responses": {
                "200": {
                    "description": "At most 20 people, those of the device's site first.",
                    "content": _json(
                        _object({"items": {"type": "array", "items": _ref("DoorGuest")}}, ("items",))
                    ),
                },
                "403": _error("Outside the hours of the device (outside_hours)"),
                "404": _error("The device may not search, or the site is not its own"),
                "410": _error("The event ended more than a day ago (event_over)"),
                **_FOR_A_DEVICE,
            },
        }
    },
}
