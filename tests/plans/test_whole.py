"""Every field of the schema goes in and comes out; so does a plan with nothing but what it must have."""

import copy
from typing import Any

import pytest
import yaml

from eventsvc.db import db
from eventsvc.events.queries import event_by_slug
from eventsvc.plans import fields, operations, queries, schema
from tests.plans import plan

MINIMAL: dict[str, Any] = {
    "plan_id": "7",
    "document": {"doc_type": "QUYẾT ĐỊNH", "title": {"text": "Hội nghị"}, "province_code": "51"},
    "event": {
        "kind": "conference",
        "short_name": "Hội nghị",
        "time": {"text": "ngày 20/7/2023"},
        "form": {"value": "in_person"},
        "host": {"text": "UBND tỉnh Quảng Ngãi"},
    },
    "agenda": [],
    "delegates": {"by_site": []},
    "tasks": [],
}


def loaded_and_dumped(data: dict[str, Any]) -> dict[str, Any]:
    content = yaml.safe_dump(data, allow_unicode=True, sort_keys=False).encode()
    outcome = operations.load_plan(content, by=None)
    db.session.expire_all()
    return yaml.safe_load(queries.as_yaml(event_by_slug(outcome.slugs[0])))


LEFT_OUT = object()
SPECIAL: dict[str, Any] = {
    "document.number": {"text": "Số: 07 /QĐ-UBND", "serial": "07", "symbol": "QĐ-UBND"},
    "document.issued_line": {
        "text": "Quảng Ngãi, ngày 15 tháng 8 năm 2023",
        "year": 2023,
        "month": 8,
        "day": 15,
    },
    "budget": LEFT_OUT,
    "plan_items.timing": {
        "text": "Quý III năm 2023",
        "label": "Thời gian",
        "kind": "quarter",
        "window_start": "2023-07-01",
        "window_end": "2023-09-30",
    },
    "tasks.timing": LEFT_OUT,
    "tasks.deadline_text": LEFT_OUT,
    "tasks.deadline_semantics": "trước ngày (exclusive: last day 2023-08-14)",
    "directives.timing": LEFT_OUT,
    "directives.deadline_semantics": "chậm nhất (inclusive)",
    "directives.steps.timing": LEFT_OUT,
    "directives.steps.deadline_semantics": "exclusive",
    "directives.recurrence.rrule": "FREQ=MONTHLY;BYMONTHDAY=-1",
    "directives.response_rule": LEFT_OUT,
    "directives.depends_on": LEFT_OUT,
    "document.doc_type": "THÔNG BÁO",
    "document.province_code": "51",
    "event.host.text": "Ủy ban nhân dân tỉnh Quảng Ngãi",
    "event.time.window_start": "2023-07-01",
    "event.time.window_end": "2023-07-31",
    "event.time.exact_start": "2023-07-20T08:00",
    "event.time.exact_end": "2023-07-20T09:30",
    "event.further_sittings.exact_start": "2023-07-21T08:00",
    "event.further_sittings.exact_end": "2023-07-21T09:30",
    "event.venues.role": "main",
    "agenda.ritual": "rituals.id",
    "agenda.strand": 1,
    "agenda.site": "main",
    "agenda.public": False,
    "rituals.expected_count": {"signatories": 2, "witnesses": 3},
}


IN_OTHER_WORDS: dict[str, Any] = SPECIAL | {
    "plan_items.timing": {
        "text": "Trước khai mạc 05 ngày làm việc",
        "label": "Thời hạn",
        "kind": "working_days",
        "window_start": None,
        "window_end": None,
        "offset_days": -5,
        "anchor": "opening",
        "anchor_text": "ngày khai mạc",
    },
    "tasks.deadline": LEFT_OUT,
    "tasks.deadline_semantics": LEFT_OUT,
    "tasks.timing": {
        "text": "chậm nhất ngày 15/8/2023",
        "label": None,
        "kind": "inclusive",
        "deadline": "2023-08-15",
        "window_start": None,
        "window_end": None,
    },
    "directives.deadline": LEFT_OUT,
    "directives.deadline_semantics": LEFT_OUT,
    "directives.action": LEFT_OUT,
    "directives.response_rule": {"working_days": 3, "counted_from": "đề xuất", "action": "trình UBND tỉnh"},
    "directives.steps.deadline": LEFT_OUT,
    "directives.steps.deadline_semantics": LEFT_OUT,
    "directives.steps.timing": {
        "text": "thường xuyên",
        "label": None,
        "kind": "ongoing",
        "window_start": None,
        "window_end": None,
    },
    "directives.recurrence.rrule": "FREQ=WEEKLY;BYDAY=FR",
}


def filled(kind: fields.Field, path: str, special: dict[str, Any]) -> Any:
    """Something for every field: its own path as text, so that two fields never say the same."""
    if path in special:
        return special[path]
    if isinstance(kind, fields.Mapping | fields.Items):
        found = {
            key: filled(inner, f"{path}.{key}".lstrip("."), special) for key, inner in kind.fields.items()
        }
        found = {key: value for key, value in found.items() if value is not LEFT_OUT}
        return found if isinstance(kind, fields.Mapping) else [found]
    if isinstance(kind, fields.Texts):
        return [f"{path} một", f"{path} hai"]
    if isinstance(kind, fields.Choice):
        return list(kind.words)[-1]
    if isinstance(kind, fields.Count):
        return 1 if path.endswith("order") else max(kind.least, 2)
    if isinstance(kind, fields.Number):
        return 99.5
    if isinstance(kind, fields.Day):
        return "2023-08-15"
    if isinstance(kind, fields.Clock):
        return "17:00" if path.endswith("closes") else "08:30"
    return path[-40:]


@pytest.mark.parametrize("special", [SPECIAL, IN_OTHER_WORDS], ids=["days", "other words"])
def test_every_field_of_the_schema_is_kept(app, special):
    data = filled(fields.Mapping(fields.REQUIRED, schema.EVENT_SECTIONS), "", special)

    assert loaded_and_dumped(data) == data


OF_A_CAMPAIGN: dict[str, Any] = SPECIAL | {
    "budget": [{"text": "Ngân sách tỉnh", "amount": 5, "cite": "V"}],
    "campaign_event.host.text": "Ủy ban nhân dân tỉnh Quảng Ngãi",
    "campaign_event.time.window_end": "2023-08-31",
    "tasks.deadline": LEFT_OUT,
    "tasks.deadline_semantics": LEFT_OUT,
    "tasks.deadline_text": "trước ngày khai mạc",
    "finale.agenda.public": False,
    "finale.agenda.cue": "LX1",
    "communication.channel": "press",
    "clusters": [
        {
            "id": 7,
            "name": "Cụm bảy",
            "days": 3,
            "start_date": "2023-08-15",
            "end_date": "2023-08-17",
            "host": {"org": "UBND huyện Bình Sơn", "district_code": "524"},
            "participants": [{"org": "Đơn vị chưa rõ", "district_code": None}],
            "stops": [
                {
                    "name": "Chợ Châu Ổ",
                    "unit": "UBND huyện Bình Sơn",
                    "place": "Chợ Châu Ổ, thị trấn Châu Ổ",
                    "start_date": "2023-08-15",
                    "days": 2,
                    "opens": "08:00",
                    "closes": "17:00",
                    "capacity": 300,
                    "teams": ["Đội văn nghệ", "Tổ kỹ thuật"],
                    "note": "ghi chú",
                },
                {"name": "Bãi biển", "days": 1},
            ],
            "venue": {"text": "tại Nhà văn hóa", "name": "Nhà văn hóa"},
            "text": "Cụm bảy gồm …",
            "cite": "II",
            "note": "ghi chú",
        },
        {"id": "finale", "name": "Tổng kết", "days": None, "start_date": None, "end_date": None},
    ],
}


def test_every_field_of_a_campaign_is_kept(app):
    data = filled(fields.Mapping(fields.REQUIRED, schema.CAMPAIGN_SECTIONS), "", OF_A_CAMPAIGN)

    assert loaded_and_dumped(data) == data


def test_a_plan_with_only_what_it_must_say_is_kept(app):
    assert loaded_and_dumped(MINIMAL) == MINIMAL


@pytest.mark.parametrize("number", ["000", "001", "002", "003", "004"])
def test_a_field_that_is_null_is_not_a_field_that_is_left_out(app, number):
    data = yaml.safe_load(plan(number))
    del data["source_file"]
    bare = without_nothing(data)

    assert bare != data
    assert loaded_and_dumped(bare) == bare


def test_fields_without_any_value_stay_as_they_were_written(app):
    data = copy.deepcopy(MINIMAL)
    data |= {"purposes": [], "requirements": None, "rituals": [], "campaign": None, "training": None}
    data["document"] |= {"signer": None, "recipients": [], "legal_basis": None, "issuer": None}
    data["event"] |= {"scale": None, "budget": [], "venues": None, "implementing": None}
    data["tasks"] = [
        {"id": "1", "agency": "Sở Y tế", "role": "lead", "text": "Một.", "coordinating": []},
        {"id": "2", "agency": "Sở Y tế", "role": "lead", "text": "Hai.", "coordinating": None},
        {"id": "3", "agency": "Sở Y tế", "role": "lead", "text": "Ba."},
    ]
    data["delegates"]["by_site"] = [{"site_level": "commune", "heading": None, "groups": []}]

    assert loaded_and_dumped(data) == data


def without_nothing(value: Any) -> Any:
    """The same without any field that says nothing; lists that must be there stay."""
    if isinstance(value, dict):
        kept = {key: without_nothing(child) for key, child in value.items()}
        return {
            key: child
            for key, child in kept.items()
            if child is not None and (child != [] or key == "groups")
        }
    return [without_nothing(child) for child in value] if isinstance(value, list) else value
