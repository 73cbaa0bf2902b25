"""Agendas begun from templates, and kept as one, on both databases."""

import contextlib
from datetime import time, timedelta

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from eventsvc.agenda import operations, queries, template_queries, templates
from eventsvc.agenda.models import AgendaEdit, AgendaTemplate, ItemKind, RitualRole
from eventsvc.agenda.operations import Place
from eventsvc.agenda.operations.templates import (
    apply_template,
    remove_template,
    rename_template,
    save_template,
)
from eventsvc.agenda.templates import BrokenTemplate, Content, parse, shipped
from eventsvc.clock import local
from eventsvc.db import atomic, db
from eventsvc.errors import DomainError, NotFound
from eventsvc.events import operations as events
from eventsvc.people import operations as people
from tests import factories
from tests.queries import counted

LAUNCH = "launch"


def named(key):
    return next(template for template in shipped() if template.key == key)


def titles(event, strand=None):
    return [item.title for item in event.agenda_items if item.strand is strand]


# --- What is shipped ----------------------------------------------------------------------------------------


def test_there_is_one_for_each_kind_of_ceremony():
    assert [template.key for template in shipped()] == [
        "launch", "signing", "movement", "conference", "meeting", "roadshow", "closing"
    ]  # fmt: skip
    assert all(template.purpose and 60 <= template.content.minutes <= 180 for template in shipped())


@pytest.mark.parametrize("template", shipped(), ids=lambda template: template.key)
def test_a_shipped_one_follows_the_order_of_a_ceremony_and_names_nobody(template):
    items = template.content.stage
    kinds = [item.kind for item in items]

    assert items[-1].kind in {"closing", "adoption"}
    assert kinds.index("opening") < kinds.index("speech")
    if template.key != "meeting":
        flag = next(n for n, item in enumerate(items) if "chào cờ" in item.title.casefold())
        reason = next(n for n, item in enumerate(items) if "Tuyên bố lý do" in item.title)
        assert flag < reason < kinds.index("speech")
    assert all(item.minutes for item in template.content.items)
    assert all(item.speaker for item in items if item.kind == "speech")
    assert all(item.ritual and item.ritual.participants for item in items if item.kind == "button_ceremony")
    assert all(item.ritual and item.ritual.copies for item in items if item.kind == "signing")


def test_what_is_stored_of_a_shipped_one_reads_as_the_same():
    for template in shipped():
        assert parse(template.content.as_values()) == template.content


BAD = """
- []
- {}
- {items: []}
- {items: [1]}
- {items: [{title: a}]}
- {items: [{kind: speech}]}
- {items: [{kind: nothing, title: a}]}
- {items: [{kind: speech, title: ""}]}
- {items: [{kind: speech, title: a, minutes: 0}]}
- {items: [{kind: speech, title: a, minutes: -5}]}
- {items: [{kind: speech, title: a, minutes: 1441}]}
- {items: [{kind: speech, title: a, minutes: "5"}]}
- {items: [{kind: speech, title: a, minutes: true}]}
- {items: [{kind: speech, title: a, person_id: 5}]}
- {items: [{kind: speech, title: a, strand: b}]}
- {items: [{kind: speech, title: a}], strands: [{name: b}, {name: b}]}
- {items: [{kind: speech, title: a, ritual: {title: b, copies: 0}}]}
- {items: [{kind: speech, title: a, ritual: {title: b, participants: [{role: king, text: c}]}}]}
- {items: [{kind: speech, title: a, pinned_after: 9999}]}
- {items: {kind: speech}}
- null
"""


@pytest.mark.parametrize("values", yaml.safe_load(BAD))
def test_anything_else_is_no_template(values):
    with pytest.raises(BrokenTemplate):
        parse(values)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 2000) | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["items", "strands", "kind", "title", "minutes", "ritual", "role"]),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@given(JSON)
def test_no_stored_value_breaks_the_reading(values):
    with contextlib.suppress(BrokenTemplate):
        assert isinstance(parse(values), Content)


# --- Beginning from one -------------------------------------------------------------------------------------


def test_a_template_puts_its_items_and_rituals_into_an_empty_agenda(app):
    event = factories.approved_event(minutes=120)
    template = named(LAUNCH)

    made = apply_template(event, event.sittings[0], template, by=None)

    assert [item.title for item in made] == titles(event) == [item.title for item in template.content.items]
    assert [item.number for item in event.agenda_items] == list(range(1, len(made) + 1))
    (ritual,) = event.rituals
    assert (ritual.agenda_item.kind, ritual.expected_pressers) == (ItemKind.BUTTON_CEREMONY, 3)
    assert [(row.role, row.number, row.stands_at) for row in ritual.participants] == [
        (RitualRole.PRESSER, 1, "Giữa"),
        (RitualRole.PRESSER, 2, "Bên phải"),
        (RitualRole.PRESSER, 3, "Bên trái"),
    ]
    assert (queries.draft(event)[0].slots[0].start, made[0].person_id) == (event.sittings[0].starts_at, None)


def test_a_second_one_follows_and_a_third_takes_their_place(app):
    event = factories.event()
    sitting = event.sittings[0]
    factories.item(event, "Đã có")
    signing, meeting = named("signing"), named("meeting")

    apply_template(event, sitting, signing, by=None)
    assert titles(event) == ["Đã có", *(item.title for item in signing.content.items)]
    apply_template(event, sitting, meeting, replace=True, by=None)

    assert titles(event) == [item.title for item in meeting.content.items]
    assert [item.number for item in event.agenda_items] == [1, 2, 3, 4, 5]
    assert [(ritual.title, ritual.agenda_item) for ritual in event.rituals] == [
        ("Ký thỏa thuận hợp tác", None)
    ]


@pytest.mark.parametrize("replace", [False, True])
@pytest.mark.parametrize("key", ["launch", "roadshow"])
def test_one_undo_takes_the_whole_of_it_back(app, replace, key):
    event = factories.event()
    item = factories.item(event, "Ký kết", kind=ItemKind.SIGNING)
    operations.add_ritual(event, title="Ký", agenda_item=item, by=None)
    before = queries.values(event)
    apply_template(event, event.sittings[0], named(key), replace=replace, by=None)
    assert queries.values(event) != before

    operations.undo(event, queries.last_edit(event).id, by=None)

    db.session.expire_all()
    assert queries.values(event) == before


def test_an_event_holds_one_edit_for_a_template(app):
    event = factories.event()

    apply_template(event, event.sittings[0], named("roadshow"), by=None)

    assert [(edit.action, edit.title) for edit in db.session.query(AgendaEdit)] == [
        ("agenda_template.applied", "Điểm lưu động của cụm")
    ]


def test_what_goes_on_beside_the_stage_finds_its_strand(app):
    event = factories.event()
    there = operations.add_strand(event, name="không gian hỗ trợ người dân", place="Sảnh", by=None)
    factories.item(event, "Đã có", strand=there)

    apply_template(event, event.sittings[0], named("roadshow"), by=None)

    assert [(strand.number, strand.name, strand.place) for strand in event.strands] == [
        (1, "không gian hỗ trợ người dân", "Sảnh"),
        (2, "Không gian trải nghiệm dịch vụ số", "Khu gian hàng"),
    ]
    assert titles(event, there) == ["Đã có", "Hỗ trợ cài đặt định danh điện tử và chữ ký số"]
    assert len(titles(event, event.strands[1])) == 2


def test_nothing_is_put_into_an_event_that_is_cancelled(app):
    event = factories.event()
    events.cancel_event(event, by=None)

    with pytest.raises(DomainError) as refusal:
        apply_template(event, event.sittings[0], named(LAUNCH), by=None)

    assert (refusal.value.code, event.agenda_items) == ("event_cancelled", [])


# --- Keeping one --------------------------------------------------------------------------------------------


def test_an_agenda_is_kept_without_people_sites_and_dates_and_begins_another(app):
    event = factories.approved_event(minutes=60)
    him = people.add_person(event.host_id, people.Details(full_name="Nguyễn Văn Mẫu"), by=None)
    hall = factories.main_site(event)
    factories.item(
        event, "Khai mạc", 15, person=him, speaker="Ông Nguyễn Văn Mẫu", position="Chủ tịch", site=hall
    )
    factories.item(event, "Chào mừng", 5, speaker="Bà Trần Thị Thử", mc_line="Kính mời")
    sign = factories.item(event, "Ký", 10, kind=ItemKind.SIGNING, pinned_at=time(8, 30), is_public=False)
    ritual = operations.add_ritual(event, title="Ký kết", agenda_item=sign, by=None)
    rows = [
        Place(RitualRole.SIGNATORY, "Nguyễn Văn Mẫu", person=him, position="Giám đốc", stands_at="Bên phải"),
        Place(RitualRole.WITNESS, "Bà Trần Thị Thử"),
    ]
    operations.edit_ritual(ritual, {"copies": 4}, participants=rows, by=None)
    strand = operations.add_strand(event, name="Trưng bày", place="Sảnh", by=None)
    factories.item(event, "Xem", 20, strand=strand)

    row = save_template(event, "  Lễ ký  của tỉnh ", by=None)

    stored = str(row.content)
    assert row.name == "Lễ ký của tỉnh"
    assert not [
        word for word in ("Nguyễn Văn Mẫu", "Trần Thị Thử", hall.name, "person", "site") if word in stored
    ]
    other = factories.approved_event(starts_at=event.sittings[0].starts_at + timedelta(days=9, hours=6))
    made = apply_template(other, other.sittings[0], template_queries.template(other, str(row.id)), by=None)
    assert [(item.title, item.duration_minutes, item.speaker, item.position) for item in made] == [
        ("Khai mạc", 15, None, "Chủ tịch"),
        ("Chào mừng", 5, None, None),
        ("Ký", 10, None, None),
        ("Xem", 20, None, None),
    ]
    assert (made[1].mc_line, made[2].is_public, made[3].strand.place) == ("Kính mời", False, "Sảnh")
    assert made[2].pinned_at == time(14, 30)
    assert local(queries.draft(other)[0].slots[2].start).time() == time(14, 30)
    assert [(p.text, p.position, p.stands_at, p.person_id) for p in made[2].ritual.participants] == [
        ("Giám đốc", "Giám đốc", "Bên phải", None),
        ("Người chứng kiến", None, None, None),
    ]
    assert made[2].ritual.copies == 4


@pytest.mark.parametrize(
    "name", ["", "   ", "…", "Lễ khai trương", "LỄ KHAI TRƯƠNG", "Mẫu của tôi", "x" * 201]
)
def test_a_name_that_is_missing_or_taken_is_refused(app, name):
    event = factories.event()
    factories.item(event)
    save_template(event, "Mẫu của Tôi", by=None)

    with pytest.raises(DomainError) as refusal:
        save_template(event, name, by=None)

    assert refusal.value.code in {"template_name_taken", "template_name_missing"}
    assert refusal.value.field == "name" and str(refusal.value)
    assert [row.name for row in template_queries.saved(event)] == ["Mẫu của Tôi"]


def test_another_host_may_use_the_same_name_and_sees_nothing_of_the_first(app):
    event, other = factories.event(), factories.event(host=factories.another_host())
    factories.item(event)
    factories.item(other)

    first, second = save_template(event, "Mẫu", by=None), save_template(other, "Mẫu", by=None)

    assert (template_queries.saved(event), template_queries.saved(other)) == ([first], [second])
    for key in (str(first.id), "0", "9" * 12, "²", "x"):
        with pytest.raises(NotFound):
            template_queries.template(other, key)


def test_an_agenda_without_items_is_nothing_to_keep(app):
    with pytest.raises(DomainError) as refusal:
        save_template(factories.event(), "Mẫu", by=None)

    assert refusal.value.code == "nothing_to_keep"


def test_the_second_sitting_is_kept_when_it_is_chosen(app):
    event = factories.event()
    second = events.add_sitting(event, by=None)
    factories.item(event, "a")
    factories.item(event, "b", sitting=second)

    row = save_template(event, "Mẫu", sitting=second, by=None)

    assert [item.title for item in parse(row.content).items] == ["b"]


def test_a_template_is_renamed_and_removed(app):
    event = factories.event()
    factories.item(event)
    row, other = save_template(event, "Một", by=None), save_template(event, "Hai", by=None)

    rename_template(event, row, "Ba", by=None)
    rename_template(event, row, "BA", by=None)
    with pytest.raises(DomainError):
        rename_template(event, row, "hai", by=None)
    remove_template(event, other, by=None)

    assert [each.name for each in template_queries.saved(event)] == ["BA"]


# --- The pages ----------------------------------------------------------------------------------------------


def test_the_page_shows_what_is_shipped_and_kept_and_keeps_one_more(app, signed_in):
    event = factories.event()
    factories.item(event, "Khai mạc")
    address = f"/events/{event.slug}/agenda/templates"

    page = signed_in.submit(signed_in.get(address).form("/templates"), {"name": "Lễ của tỉnh"})

    assert len(page.rows(0)) == 7
    assert [row[:3] for row in page.rows(1)] == [["Lễ của tỉnh", "1 mục", "10"]]
    page = signed_in.submit(page.form("/templates"), {"name": "lễ của tỉnh"}, status=422)
    assert page.errors == ["Đã có mẫu “lễ của tỉnh”. Hãy chọn tên khác."]


def test_a_template_is_looked_at_and_used(app, signed_in):
    event = factories.event()
    page = signed_in.get(f"/events/{event.slug}/agenda/templates/launch")

    assert "Nghi thức nhấn nút khai trương" in page.text
    signed_in.submit(page.form("/templates/launch"), status=302, follow=False)

    assert len(event.agenda_items) == 10


def test_taking_the_place_of_what_stands_there_is_asked_twice(app, signed_in):
    event = factories.event()
    factories.item(event, "Đã có")
    page = signed_in.get(f"/events/{event.slug}/agenda/templates/meeting")

    page = signed_in.submit(page.form("/templates/meeting"), {"how": "replace"}, status=422)
    assert page.errors == ["1 mục sẽ bị bỏ. Nếu đúng ý, hãy đánh dấu vào ô này."]
    assert titles(event) == ["Đã có"]
    signed_in.submit(page.form("/templates/meeting"), {"sure": "y"}, status=302, follow=False)

    db.session.expire_all()
    assert titles(event)[0] == "Điểm danh, nêu nội dung cuộc họp" and len(titles(event)) == 5


def test_a_template_that_cannot_be_read_is_said_to_be_and_can_be_removed(app, signed_in):
    event = factories.event()
    with atomic():
        row = AgendaTemplate(host_id=event.host_id, name="Hỏng", content={"items": 5})
        db.session.add(row)
    address = f"/events/{event.slug}/agenda/templates"

    page = signed_in.get(address)
    assert page.rows(1)[0][:2] == ["Hỏng", "không đọc được"]
    assert signed_in.http.get(f"{address}/{row.id}").status_code == 409
    page = signed_in.submit(page.form("/remove"))

    assert template_queries.saved(event) == []


def test_the_templates_of_another_host_do_not_exist(app, signed_in):
    event, other = factories.event(), factories.event(host=factories.another_host())
    factories.item(other)
    row = save_template(other, "Mẫu", by=None)

    for path in ("", "/name", "/remove"):
        url = f"/events/{event.slug}/agenda/templates/{row.id}{path}"
        assert (signed_in.post(url, status=404) if path else signed_in.get(url, status=404)).status == 404
    assert "Mẫu" in {each.name for each in template_queries.saved(other)}


@pytest.mark.parametrize("number", [1, 30])
def test_the_list_costs_the_same_queries_for_one_and_thirty(app, number):
    event = factories.event()
    factories.item(event)
    for n in range(number):
        save_template(event, f"Mẫu {n}", by=None)
    assert event.host_id  # the event is loaded

    with counted() as sent:
        found = template_queries.saved(event)

    assert len(found) == number
    assert [row.name for row in found][:1] == ["Mẫu 0"]
    assert sent.number == 1


def test_three_hundred_items_are_put_in_at_once(app):
    event = factories.event()
    content = Content([templates.Item(kind="speech", title=f"Mục {n}", minutes=1) for n in range(300)])
    template = templates.Template("x", "Dài", content)

    apply_template(event, event.sittings[0], template, by=None)

    assert [item.number for item in event.agenda_items] == list(range(1, 301))
