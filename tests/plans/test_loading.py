"""From a file to rows and back."""

from datetime import date

import pytest
import sqlalchemy as sa
import yaml

from eventsvc.agenda import operations as agenda
from eventsvc.agenda.models import RitualRole
from eventsvc.audit.models import AuditEntry
from eventsvc.budgets.models import BudgetSource
from eventsvc.db import db
from eventsvc.documents.models import Document
from eventsvc.events import operations as events
from eventsvc.events.models import Event, TimeState
from eventsvc.events.queries import event_by_slug
from eventsvc.guests import operations as guests
from eventsvc.guests.queries import groups_of
from eventsvc.movements.models import Movement, Training
from eventsvc.plans import operations, queries
from eventsvc.plans.models import PlanMark
from eventsvc.plans.parsing import PlanRefused
from eventsvc.sites.models import Site, SiteLevel
from eventsvc.tasks.models import AssigneeRole, DeadlineKind, Task, TaskKind
from tests import factories
from tests.plans import plan


def load(content: bytes, **options) -> Event:
    """The event of a file, read afresh."""
    outcome = operations.load_plan(content, by=None, **options)
    db.session.expire_all()
    return event_by_slug(outcome.slugs[0])


def dumped(event: Event) -> dict:
    db.session.expire_all()
    return yaml.safe_load(queries.as_yaml(event))


def said(content: bytes) -> dict:
    data = yaml.safe_load(content)
    data.pop("source_file", None)
    return data


def texts(value) -> list[str]:
    """Every `text` in a plan."""
    if isinstance(value, dict):
        own = [value["text"]] if isinstance(value.get("text"), str) else []
        return own + [text for child in value.values() for text in texts(child)]
    return [text for child in value for text in texts(child)] if isinstance(value, list) else []


def count(model) -> int:
    return db.session.scalar(sa.select(sa.func.count()).select_from(model))


@pytest.mark.parametrize("number", ["000", "001", "002", "003"])
def test_the_dump_of_a_plan_is_the_plan(app, number):
    event = load(plan(number))

    again = dumped(event)

    assert again == said(plan(number))
    assert list(again) == [key for key in said(plan(number))]
    assert len(texts(again)) == {"000": 75, "001": 78, "002": 68, "003": 31}[number]


def test_001_is_one_hall_13_districts_and_173_communes_of_july_2023(app):
    event = load(plan("001"))

    sites = db.session.scalars(sa.select(Site).where(Site.event_id == event.id).order_by(Site.id)).all()
    per_level = {level: [site for site in sites if site.level is level] for level in SiteLevel}
    assert event.slug == "le-phat-dong-2023"
    assert event.units_as_of == date(2023, 7, 1)
    assert {level: len(found) for level, found in per_level.items()} == {
        SiteLevel.MAIN: 1, SiteLevel.DISTRICT: 13, SiteLevel.COMMUNE: 173, SiteLevel.OTHER: 0,
    }  # fmt: skip
    assert per_level[SiteLevel.MAIN][0].code == "main"
    assert per_level[SiteLevel.MAIN][0].hall == (
        "Trung tâm IOC (Trung tâm Phục vụ - Kiểm soát thủ tục hành chính tỉnh)"
    )
    assert "Huyện Lý Sơn" in {site.name for site in per_level[SiteLevel.DISTRICT]}
    assert "Huyện Lý Sơn" not in {site.parent_name for site in per_level[SiteLevel.COMMUNE]}


def test_000_has_a_site_for_every_district_though_the_paper_counts_none(app):
    event = load(plan("000"))

    levels = db.session.scalars(sa.select(Site.level).where(Site.event_id == event.id)).all()
    assert event.slug == "le-khai-truong-2022"
    assert (levels.count(SiteLevel.MAIN), levels.count(SiteLevel.DISTRICT), levels.count(SiteLevel.COMMUNE)) == (
        1, 13, 0,
    )  # fmt: skip


def test_each_line_is_a_row_of_its_own_noun(app):
    event = load(plan("001"))

    tasks = db.session.scalars(sa.select(Task).where(Task.event_id == event.id).order_by(Task.number)).all()
    assigned = [task for task in tasks if task.kind is TaskKind.ASSIGNMENT]
    report = next(task for task in tasks if task.key == "IV.6.3")
    office = next(task for task in tasks if task.key == "IV.2.1")
    movement = db.session.scalars(sa.select(Movement)).one()
    training = db.session.scalars(sa.select(Training)).one()
    budget = db.session.scalars(sa.select(BudgetSource)).one()
    groups = groups_of(event)

    assert (len(assigned), len(tasks) - len(assigned)) == (23, 1)
    assert (report.deadline, report.deadline_kind) == (date(2023, 8, 15), DeadlineKind.INCLUSIVE)
    assert [(a.role, a.name, a.organization.name) for a in office.assignees] == [
        (AssigneeRole.COORDINATING, "Văn phòng UBND tỉnh", "Văn phòng UBND tỉnh"),
        (AssigneeRole.LEAD, "Sở Thông tin và Truyền thông", "Sở Thông tin và Truyền thông"),
    ]
    assert report.assignees[0].organization.name == "UBND các huyện, thị xã, thành phố"
    assert [(target.value, target.unit) for target in movement.targets] == [(7, "người dân được hướng dẫn")]
    assert len({group.line for group in training.groups}) == 6
    assert (budget.decision, budget.decision_date) == ("569/QĐ-UBND", date(2023, 6, 26))
    assert [group.level for group in groups].count(SiteLevel.MAIN) == 4
    assert [row.name for row in groups[3].organizations][0] == "Tỉnh đoàn Quảng Ngãi"
    assert [len(event.document.recipients), len(event.document.references), len(event.document.remarks)] == [
        14,
        2,
        4,
    ]
    assert event.host.name == "Ủy ban nhân dân tỉnh Quảng Ngãi"


def test_rituals_have_their_participants_in_order(app):
    event = load(plan("000"))

    press, signing = event.rituals

    assert [press.agenda_item.number, signing.agenda_item.number] == [6, 8]
    assert [row.organization.name for row in press.participants if row.organization] == [
        "Thường trực Tỉnh ủy", "Hội đồng nhân dân tỉnh", "Ủy ban nhân dân tỉnh Quảng Ngãi",
        "Tập đoàn Bưu chính Viễn thông Việt Nam", "Văn phòng UBND tỉnh", "Sở Thông tin và Truyền thông",
        "Viễn thông Quảng Ngãi",
    ]  # fmt: skip
    roles = [row.role for row in signing.participants]
    assert (roles.count(RitualRole.SIGNATORY), roles.count(RitualRole.WITNESS)) == (2, 3)


def test_no_column_holds_the_file_or_a_section(app):
    content = plan("001")
    longest = max(len(text) for text in texts(said(content)))
    load(content)

    for table in db.metadata.sorted_tables:
        if table.name in {"organization", "organization_alias"}:
            continue
        for row in db.session.execute(sa.select(table)):
            for value in row:
                assert len(str(value)) <= longest, table.name


def test_the_same_file_again_changes_nothing(app):
    first = load(plan("001"))
    counts = [count(model) for model in (Event, Document, Site, Task, PlanMark, AuditEntry)]
    version = first.version

    for update in (False, True):
        outcome = operations.load_plan(plan("001"), update=update, by=None)
        assert (outcome.slugs, outcome.created, outcome.differences) == (["le-phat-dong-2023"], False, [])

    db.session.expire_all()
    assert [count(model) for model in (Event, Document, Site, Task, PlanMark, AuditEntry)] == counts
    assert first.version == version


def test_two_plans_of_one_name_and_year_get_two_slugs(app):
    load(plan("001"))

    second = load(plan("001", ('plan_id: "001"', 'plan_id: "001-b"')))

    assert second.slug == "le-phat-dong-2023-2"


CHANGED = (
    ("Kết thúc Lễ phát động phong trào.", "Bế mạc Lễ phát động phong trào."),
    (
        'deadline: "2023-08-15", deadline_semantics: inclusive',
        'deadline: "2023-08-20", deadline_semantics: exclusive',
    ),
    ("Cục Chuyển đổi số Quốc gia", "Cục CĐS Quốc gia"),
)


def test_a_changed_file_shows_its_differences_and_changes_nothing(app):
    event = load(plan("001"))

    outcome = operations.load_plan(plan("001", *CHANGED), by=None)

    assert [(d.path, d.old, d.new, d.edited) for d in outcome.differences] == [
        ("document.recipients[3].text", "Cục Chuyển đổi số Quốc gia", "Cục CĐS Quốc gia", False),
        ("agenda[5].text", "Kết thúc Lễ phát động phong trào.", "Bế mạc Lễ phát động phong trào.", False),
        ("tasks[IV.6.3].deadline", "2023-08-15", "2023-08-20", False),
        ("tasks[IV.6.3].deadline_semantics", "inclusive", "exclusive", False),
    ]
    assert not outcome.applied
    assert dumped(event) == said(plan("001"))


def test_update_takes_the_differences_up_in_the_rows_that_stand(app):
    event = load(plan("001"))
    ids = [item.id for item in event.agenda_items]

    outcome = operations.load_plan(plan("001", *CHANGED), update=True, by=None)

    assert outcome.applied and len(outcome.taken) == 4
    assert dumped(event) == said(plan("001", *CHANGED))
    assert [item.id for item in event.agenda_items] == ids
    assert operations.load_plan(plan("001", *CHANGED), update=True, by=None).differences == []


def test_update_never_overwrites_what_an_organizer_edited(app, organizer):
    event = load(plan("001"))
    agenda.edit_item(event.agenda_items[4], {"title": "Bế mạc và chụp ảnh lưu niệm."}, by=organizer)

    outcome = operations.load_plan(plan("001", *CHANGED), update=True, by=None)

    assert [d.path for d in outcome.kept] == ["agenda[5].text"]
    assert len(outcome.taken) == 3
    now = dumped(event)
    assert now["agenda"][4]["text"] == "Bế mạc và chụp ảnh lưu niệm."
    assert now["document"]["recipients"][2]["text"] == "Cục CĐS Quốc gia"
    again = operations.load_plan(plan("001", *CHANGED), update=True, by=None)
    assert [d.path for d in again.kept] == ["agenda[5].text"] and again.taken == []


def test_an_edit_survives_the_same_file_and_a_file_that_says_the_same(app, organizer):
    event = load(plan("001"))
    agenda.edit_item(event.agenda_items[4], {"title": "Bế mạc Lễ phát động phong trào."}, by=organizer)

    assert operations.load_plan(plan("001"), update=True, by=None).differences == []
    outcome = operations.load_plan(plan("001", CHANGED[0]), update=True, by=None)

    assert outcome.differences == []
    assert dumped(event)["agenda"][4]["text"] == "Bế mạc Lễ phát động phong trào."


def test_items_that_come_and_go_in_the_file_come_and_go(app):
    event = load(plan("001"))
    lines = plan("001").decode().splitlines(keepends=True)
    task = next(line for line in lines if "id: IV.4.2" in line)
    recipient = next(line for line in lines if 'Tỉnh đoàn Quảng Ngãi", purpose' in line)
    content = "".join(line for line in lines if line not in (task, recipient))
    content = content.replace(
        "agenda_cite: II.5.a", "  - {order: 6, kind: other, text: Chụp ảnh.}\nagenda_cite: II.5.a"
    )

    outcome = operations.load_plan(content.encode(), update=True, by=None)

    assert {d.path for d in outcome.taken} >= {"agenda[6]", "tasks[IV.4.2]", "document.recipients[14]"}
    now = dumped(event)
    assert now["agenda"][5]["text"] == "Chụp ảnh."
    assert now == {**said(content.encode()), "agenda": now["agenda"]}


def test_what_an_organizer_added_stays_and_what_was_removed_stays_away(app, organizer):
    event = load(plan("001"))
    agenda.add_item(event, kind=event.agenda_items[0].kind, title="Văn nghệ chào mừng", by=organizer)
    group = guests.add_group(event, level=SiteLevel.MAIN, name="Khách mời Trung ương", by=organizer)
    agenda.remove_item(event.agenda_items[1], by=organizer)

    outcome = operations.load_plan(plan("001", CHANGED[1]), update=True, by=None)

    assert [d.path for d in outcome.taken] == [
        "tasks[IV.6.3].deadline", "tasks[IV.6.3].deadline_semantics",
    ]  # fmt: skip
    now = dumped(event)
    assert [item["text"] for item in now["agenda"]][-1] == "Văn nghệ chào mừng"
    assert "Thông qua Chương trình Lễ phát động phong trào." not in [item["text"] for item in now["agenda"]]
    assert now["delegates"]["by_site"][0]["groups"][4]["text"] == group.name


def test_a_group_with_people_stays_though_the_file_drops_it(app):
    event = load(plan("001"))
    last = groups_of(event)[-1]
    site = db.session.scalars(sa.select(Site).where(Site.level == SiteLevel.COMMUNE)).first()
    factories.guest(site, group=last)
    content = "".join(
        line
        for line in plan("001").decode().splitlines(keepends=True)
        if "số cộng đồng cấp xã, cấp thôn." not in line
    )

    operations.load_plan(content.encode(), update=True, by=None)

    assert last.name in [group.name for group in groups_of(event)]


def test_the_window_and_title_of_a_changed_file_are_announced(app):
    event = load(plan("001"))
    revision = event.revision
    content = plan(
        "001",
        ("Tổ chức trong tháng 7/2023", "Tổ chức trong tháng 8/2023"),
        ('window_start: "2023-07-01"', 'window_start: "2023-08-01"'),
        ('window_end: "2023-07-31"', 'window_end: "2023-08-31"'),
    )

    operations.load_plan(content, update=True, by=None)

    assert dumped(event) == said(content)
    assert event.revision == revision + 1
    assert event.slug == "le-phat-dong-2023"


def test_an_exact_time_is_a_proposal(app):
    event = load(
        plan(
            "001",
            ("exact_start: null", 'exact_start: "2023-07-20T08:00"'),
            ("exact_end: null", "exact_end: 2023-07-20 09:30:00"),
        )
    )

    sitting = event.sittings[0]
    assert sitting.time_state is TimeState.PROPOSED
    assert sitting.starts_at.isoformat() == "2023-07-20T01:00:00+00:00"
    assert dumped(event)["event"]["time"]["exact_end"] == "2023-07-20T09:30"


def test_a_dump_loads_again_to_the_same_dump(app, organizer):
    event = load(plan("000"))
    events.edit_event(
        event,
        {"title": "Lễ khai trương IOC", "venue": "Hội trường lớn UBND tỉnh", "implementing": []},
        by=organizer,
    )
    second = events.add_sitting(event, title="Buổi chiều", by=organizer)
    agenda.add_item(event, kind=event.agenda_items[0].kind, title="Tham quan", sitting=second, by=organizer)
    agenda.remove_ritual(event.rituals[0], by=organizer)
    edited = dumped(event)
    assert edited["event"]["title"] == "Lễ khai trương IOC"
    assert edited["event"]["venues"][0]["text"] == "Hội trường lớn UBND tỉnh"
    assert edited["agenda"][9] == {
        "order": 10, "kind": "opening", "text": "Tham quan", "sitting": 2, "speaker": None, "start": None,
        "duration_min": None,
    }  # fmt: skip

    edited["plan_id"] = "000-b"
    again = load(yaml.safe_dump(edited, allow_unicode=True).encode())

    assert dumped(again) == edited


def test_an_event_made_in_forms_can_be_dumped_and_loaded(app):
    event = factories.approved_event(window_text=None)
    factories.item(event)
    factories.group(event)

    content = queries.as_yaml(event).encode()
    data = said(content)
    assert data["plan_id"] == event.slug
    data["plan_id"] = "other"
    again = load(yaml.safe_dump(data, allow_unicode=True).encode())

    assert dumped(again) == data


def test_sites_come_from_the_units_of_the_day_that_is_asked_for(app):
    outcome = operations.load_plan(plan("001"), as_of=date(2026, 1, 1), by=None)

    assert (outcome.counts["district"], outcome.counts["commune"]) == (0, 96)
    assert len(outcome.remarks) == 2
    assert event_by_slug(outcome.slugs[0]).units_as_of == date(2026, 1, 1)


@pytest.mark.parametrize(
    ("old", "new", "field"),
    [
        ('province_code: "51"', 'province_code: "99"', "document.province_code"),
        ('province_code: "51"', 'province_code: "522"', "document.province_code"),
        ('province_code: "51"', 'province_code: "75"', "event.host.text"),
        ("Ủy ban nhân dân tỉnh Quảng Ngãi", "Ủy ban nhân dân tỉnh Atlantis", "event.host.text"),
    ],
)
def test_what_the_units_of_the_day_do_not_know_is_refused_with_its_line(app, old, new, field):
    content = plan("001", (old, new))

    with pytest.raises(PlanRefused) as caught:
        operations.load_plan(content, by=None)

    assert [problem.path for problem in caught.value.problems] == [field]
    assert caught.value.problems[0].line is not None
    assert count(Event) == count(Document) == count(Site) == 0


def test_a_preview_says_the_same_and_keeps_nothing(app):
    before = [count(model) for model in (Event, Document, Site, Task, PlanMark, AuditEntry)]

    outcome = operations.preview_plan(plan("001"), by=None)

    assert outcome.counts == {
        "main": 1, "district": 13, "commune": 173, "agenda_items": 5, "guest_groups": 11, "tasks": 23,
        "plan_items": 0, "directives": 0, "indicators": 0,
    }  # fmt: skip
    assert [count(model) for model in (Event, Document, Site, Task, PlanMark, AuditEntry)] == before


def test_a_host_that_one_may_not_act_for_is_refused(app):
    with pytest.raises(PlanRefused) as caught:
        operations.load_plan(plan("001"), may_host=lambda host: False, by=None)

    assert caught.value.problems[0].path == "event.host.text"
    assert count(Event) == 0


def test_a_plan_brings_a_notice_on_personal_data_that_an_organizer_may_change(app):
    operations.load_plan(plan("001"), by=None)

    event = event_by_slug("le-phat-dong-2023")
    assert event.has_data_notice
    assert event.data_controller == "Ủy ban nhân dân tỉnh Quảng Ngãi"
    assert event.data_kept_until > date.today()
