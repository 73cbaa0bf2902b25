"""Events and sittings: what the operations keep, raise and refuse."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, time, timedelta

import pytest
import sqlalchemy as sa

from eventsvc.agenda import operations as agenda
from eventsvc.agenda.models import RitualRole
from eventsvc.audit.models import AuditEntry
from eventsvc.db import db
from eventsvc.errors import DomainError, StaleEdit
from eventsvc.events import operations
from eventsvc.events.models import (
    Event,
    EventCancelled,
    EventForm,
    EventKind,
    EventRole,
    LegalBasis,
    StatementKind,
    TimeState,
)
from eventsvc.organizations import queries as organizations
from tests import factories

EIGHT = datetime(2026, 12, 10, 1, 0, tzinfo=UTC)
TEN = EIGHT + timedelta(hours=2)


def actions():
    return list(db.session.scalars(sa.select(AuditEntry.action).order_by(AuditEntry.id)))


def test_a_new_event_has_a_slug_a_sitting_and_the_days_its_words_name(app):
    someone = factories.organizer()

    event = factories.event(short_title="Lễ phát động", window_text="10-15/4/2022", by=someone)

    assert event.slug == "le-phat-dong-2022"
    assert (event.window_start, event.window_end) == (date(2022, 4, 10), date(2022, 4, 15))
    assert event.province_code == "51"
    assert [(s.number, s.time_state, s.starts_at) for s in event.sittings] == [(1, TimeState.OPEN, None)]
    entry = db.session.scalars(sa.select(AuditEntry).where(AuditEntry.action == "event.created")).one()
    assert (entry.actor_id, entry.event_id, entry.subject_id) == (someone.id, event.id, event.id)


def test_slugs_are_unique_and_never_change(app):
    first, second = factories.event(), factories.event()

    operations.edit_event(first, {"short_title": "Tên khác hẳn"}, by=None)

    assert (first.slug, second.slug) == ("le-phat-dong-2023", "le-phat-dong-2023-2")


def test_words_without_a_window_leave_the_days_open(app):
    event = factories.event(window_text="mỗi cụm 2 ngày")

    assert (event.window_start, event.window_end) == (None, None)


def test_days_follow_the_new_words_unless_someone_chose_others(app):
    follows = factories.event(window_text="tháng 7/2023")
    chosen = factories.event(
        window_text="tháng 7/2023", window_start=date(2023, 7, 10), window_end=date(2023, 7, 12)
    )

    for event in (follows, chosen):
        operations.edit_event(event, {"window_text": "tháng 8/2023"}, by=None)

    assert (follows.window_start, follows.window_end) == (date(2023, 8, 1), date(2023, 8, 31))
    assert (chosen.window_start, chosen.window_end) == (date(2023, 7, 10), date(2023, 7, 12))


def test_a_window_that_ends_before_it_begins_is_refused(app):
    event = factories.event()

    with pytest.raises(DomainError) as refusal:
        operations.edit_event(
            event, {"window_start": date(2023, 7, 9), "window_end": date(2023, 7, 8)}, by=None
        )

    assert refusal.value.field == "window_end"
    assert db.session.get(Event, event.id).window_end == date(2023, 7, 31)


def test_the_second_of_two_edits_from_one_version_is_stale(app):
    event = factories.event()
    seen = event.version
    operations.edit_event(event, {"venue": "Trung tâm IOC"}, version=seen, by=None)

    with pytest.raises(StaleEdit):
        operations.edit_event(event, {"venue": "Hội trường"}, version=seen, by=None)

    assert event.venue == "Trung tâm IOC"


def test_statements_keep_the_place_they_were_cited_from(app):
    event = factories.event()
    operations.edit_event(event, {"purposes": ["Một", "Hai"]}, by=None)
    event.statements[0].cite, event.statements[1].cite = "I.1", "I.2"
    db.session.commit()

    operations.edit_event(event, {"purposes": ["Hai", "Ba", "Một"]}, by=None)

    rows = [(row.number, row.text, row.cite) for row in event.statements if row.kind is StatementKind.PURPOSE]
    assert rows == [(1, "Hai", "I.2"), (2, "Ba", None), (3, "Một", "I.1")]


def test_organizations_keep_their_printed_words_and_free_names_stay_free(app):
    event = factories.event()
    office = organizations.find("Văn phòng UBND tỉnh", on=event.units_as_of, province_code="51")

    operations.edit_event(
        event, {"coordinating": [("VPUB tỉnh", office), ("các đơn vị liên quan", None)]}, by=None
    )

    rows = [(row.name, row.organization) for row in event.organizations if row.role is EventRole.COORDINATING]
    assert rows == [("VPUB tỉnh", office), ("các đơn vị liên quan", None)]


def test_only_what_guests_must_hear_of_raises_the_revision(app):
    event = factories.approved_event()
    before, sequence = event.revision, event.sittings[0].sequence

    operations.edit_event(event, {"contact_name": "Bà Trần Thị Sáu", "purposes": ["Một"]}, by=None)
    assert (event.revision, event.sittings[0].sequence) == (before, sequence)

    operations.edit_event(event, {"video_link": "https://hop.example.vn/1"}, by=None)
    assert (event.revision, event.sittings[0].sequence) == (before + 1, sequence + 1)


def test_an_edit_that_changes_nothing_leaves_no_trace(app):
    event = factories.event()
    version, count = event.version, len(actions())

    operations.edit_event(event, {"title": event.title, "purposes": []}, by=None)

    assert (event.version, len(actions())) == (version, count)


# --- Times ----------------------------------------------------------------------------------------------------


def test_a_time_is_proposed_and_then_approved_with_who_and_when(app):
    event, ana, ben = factories.event(), factories.user(), factories.user()
    sitting = event.sittings[0]

    operations.propose_time(sitting, starts_at=EIGHT, ends_at=TEN, by=ana)
    assert (sitting.time_state, sitting.proposed_by_id, sitting.approved_by_id) == (
        TimeState.PROPOSED,
        ana.id,
        None,
    )
    assert (event.revision, sitting.sequence, event.is_time_approved) == (1, 0, False)

    operations.approve_time(sitting, by=ben)
    assert (sitting.time_state, sitting.approved_by_id) == (TimeState.APPROVED, ben.id)
    assert (event.revision, sitting.sequence, event.is_time_approved) == (2, 1, True)
    assert (event.starts_at, event.ends_at) == (EIGHT, TEN)
    assert actions()[-2:] == ["sitting.time_proposed", "sitting.time_approved"]


def test_approving_twice_changes_nothing(app):
    sitting = factories.approved_event().sittings[0]
    sequence = sitting.sequence

    operations.approve_time(sitting, by=None)

    assert sitting.sequence == sequence


def test_another_time_for_an_approved_sitting_must_be_approved_again(app):
    event = factories.approved_event(starts_at=EIGHT, minutes=120)
    sitting = event.sittings[0]
    revision, sequence = event.revision, sitting.sequence

    operations.propose_time(sitting, starts_at=EIGHT, ends_at=TEN, by=None)
    assert (sitting.time_state, sitting.sequence) == (TimeState.APPROVED, sequence)

    operations.propose_time(
        sitting, starts_at=EIGHT + timedelta(days=1), ends_at=TEN + timedelta(days=1), by=None
    )
    assert (sitting.time_state, sitting.sequence, event.revision) == (
        TimeState.PROPOSED,
        sequence + 1,
        revision + 1,
    )


def test_another_place_is_announced_to_the_main_hall_once_the_time_is_approved(app):
    open_, approved = factories.event(), factories.approved_event()
    before = approved.revision

    for event in (open_, approved):
        operations.edit_sitting(event.sittings[0], {"place": "Hội trường lớn"}, by=None)

    assert (open_.revision, open_.main_place_changes) == (1, 0)
    assert (approved.revision, approved.main_place_changes) == (before, 1)


def test_another_time_to_come_is_announced_to_everybody(app):
    event = factories.approved_event()
    before = (event.revision, event.sittings[0].sequence)

    operations.edit_sitting(event.sittings[0], {"arrival_minutes": 15}, by=None)

    assert (event.revision, event.sittings[0].sequence) == (before[0] + 1, before[1] + 1)
    with pytest.raises(DomainError) as refusal:
        operations.edit_sitting(event.sittings[0], {"arrival_minutes": 0}, by=None)
    assert refusal.value.code == "wrong_times"


def test_an_approval_of_another_time_than_the_one_seen_is_stale(app):
    sitting = factories.event().sittings[0]
    operations.propose_time(sitting, starts_at=EIGHT, ends_at=TEN, by=None)
    seen = sitting.version
    operations.propose_time(sitting, starts_at=TEN, ends_at=TEN + timedelta(hours=1), by=None)

    with pytest.raises(StaleEdit):
        operations.approve_time(sitting, version=seen, by=None)

    assert sitting.time_state is TimeState.PROPOSED


def _cancelled(event):
    operations.cancel_event(event, by=None)
    return event.sittings[0]


@pytest.mark.parametrize(
    ("code", "refused"),
    [
        (
            "wrong_times",
            lambda e: operations.propose_time(e.sittings[0], starts_at=TEN, ends_at=EIGHT, by=None),
        ),
        (
            "wrong_times",
            lambda e: operations.propose_time(e.sittings[0], starts_at=TEN, ends_at=TEN, by=None),
        ),
        ("no_time_proposed", lambda e: operations.approve_time(e.sittings[0], by=None)),
        ("last_sitting", lambda e: operations.remove_sitting(e.sittings[0], by=None)),
        ("last_sitting", lambda e: operations.cancel_sitting(e.sittings[0], by=None)),
        (
            "wrong_times",
            lambda e: operations.edit_sitting(
                e.sittings[0], {"doors_open_at": TEN, "doors_close_at": EIGHT}, by=None
            ),
        ),
        ("event_cancelled", lambda e: operations.approve_time(_cancelled(e), by=None)),
        ("event_cancelled", lambda e: operations.add_sitting(_cancelled(e).event, by=None)),
        ("already_cancelled", lambda e: operations.cancel_event(_cancelled(e).event, by=None)),
    ],
)
def test_what_a_sitting_refuses(app, code, refused):
    event = factories.event()

    with pytest.raises(DomainError) as refusal:
        refused(event)

    assert refusal.value.code == code
    assert len(db.session.get(Event, event.id).sittings) == 1


def test_a_two_day_stop_has_two_sittings_and_either_can_go(app):
    event = factories.event()
    second = operations.add_sitting(event, title="Ngày thứ hai", by=None)
    third = operations.add_sitting(event, by=None)
    assert [s.number for s in event.sittings] == [1, 2, 3]

    operations.remove_sitting(third, by=None)
    operations.propose_time(second, starts_at=EIGHT, ends_at=TEN, by=None)
    operations.approve_time(second, by=None)
    with pytest.raises(DomainError) as refusal:
        operations.remove_sitting(second, by=None)
    assert refusal.value.code == "sitting_in_use"
    operations.cancel_sitting(second, by=None)

    assert [(s.number, bool(s.cancelled_at)) for s in event.sittings] == [(1, False), (2, True)]
    assert event.starts_at is None


def test_a_sitting_with_agenda_items_is_not_removed(app):
    event = factories.event()
    second = operations.add_sitting(event, by=None)
    factories.item(event, sitting=second)

    with pytest.raises(DomainError) as refusal:
        operations.remove_sitting(second, by=None)

    assert refusal.value.code == "sitting_in_use"


def test_a_cancelled_event_is_announced_and_takes_no_more_changes(app):
    event = factories.approved_event()
    revision, sequence = event.revision, event.sittings[0].sequence

    operations.cancel_event(event, by=None)

    assert (event.is_cancelled, event.revision, event.sittings[0].sequence) == (
        True,
        revision + 1,
        sequence + 1,
    )
    for refused in (
        lambda: operations.edit_event(event, {"title": "Khác"}, by=None),
        lambda: factories.item(event),
        lambda: factories.main_site(event),
        lambda: factories.data_notice(event),
    ):
        with pytest.raises(EventCancelled):
            refused()


# --- Copies and the notice ------------------------------------------------------------------------------------


def test_a_copy_takes_everything_but_dates(app):
    event = factories.approved_event(venue="Trung tâm IOC")
    operations.edit_event(event, {"purposes": ["Một"], "implementing": [("Sở TT&TT", None)]}, by=None)
    item = factories.item(event, "Nhấn nút", minutes=5)
    ritual = agenda.add_ritual(event, title="Nhấn nút", agenda_item=item, by=None)
    agenda.edit_ritual(ritual, {}, participants=[(RitualRole.PRESSER, "Lãnh đạo", None, None)], by=None)

    copy = operations.copy_event(event, title="Lễ phát động năm sau", by=None)

    assert (copy.title, copy.venue, copy.window_text, copy.starts_at) == (
        "Lễ phát động năm sau", "Trung tâm IOC", None, None,
    )  # fmt: skip
    assert copy.slug not in (None, event.slug)
    assert [row.text for row in copy.statements] == ["Một"]
    assert [row.name for row in copy.organizations] == ["Sở TT&TT"]
    assert [(i.title, i.duration_minutes, i.sitting.event) for i in copy.agenda_items] == [
        ("Nhấn nút", 5, copy)
    ]
    assert [(r.agenda_item, [p.text for p in r.participants]) for r in copy.rituals] == [
        (copy.agenda_items[0], ["Lãnh đạo"])
    ]
    assert (copy.sittings[0].time_state, copy.sittings[0].sequence) == (TimeState.OPEN, 0)


def test_a_copy_takes_the_running_order_but_nobody_and_no_site_of_the_old_event(app):
    event = factories.approved_event()
    operations.edit_sitting(event.sittings[0], {"buffer_minutes": 15}, by=None)
    second = operations.add_sitting(event, by=None)
    operations.cancel_sitting(second, by=None)
    strand = agenda.add_strand(event, name="Triển lãm", place="Sảnh", by=None)
    site = factories.main_site(event)
    guest = factories.guest(site)
    words = {
        "cue": "K1", "position": "Giám đốc", "speaker": "Bà Mai", "mc_line": "Xin mời!", "sound_note": "a",
        "light_note": "b", "screen_note": "c", "line_note": "d", "reception_note": "e", "note": "f",
        "is_public": False, "pinned_at": time(8),
    }  # fmt: skip
    item = factories.item(event, "Ký kết", person=guest.person, site=site, **words)
    factories.item(event, "Trao biên bản", site=site)
    factories.item(event, "Buổi chiều", sitting=second)
    factories.item(event, "Gian hàng", strand=strand)
    ritual = agenda.add_ritual(event, title="Lễ ký", agenda_item=item, by=None)
    place = agenda.Place(
        RitualRole.SIGNATORY,
        "Bên A",
        person=guest.person,
        position="Giám đốc",
        stands_at="Trái",
        cue="Hết lời",
    )
    agenda.edit_ritual(ritual, {"copies": 4, "setting": "Hai bút"}, participants=[place], by=None)

    copy = operations.copy_event(event, title="Lễ ký năm sau", by=None)

    copied, second_act, afternoon, beside = sorted(
        copy.agenda_items, key=lambda row: (bool(row.strand), row.number)
    )
    assert {name: getattr(copied, name) for name in words} == words
    assert (copied.person, copied.site, copied.site_id, copied.key == item.key) == (None, None, None, False)
    assert [(row.title, row.number) for row in (copied, second_act, afternoon)] == [
        ("Ký kết", 1),
        ("Trao biên bản", 2),
        ("Buổi chiều", 3),
    ]
    assert [(row.name, row.place, row.event) for row in copy.strands] == [("Triển lãm", "Sảnh", copy)]
    assert (beside.strand, beside.sitting.buffer_minutes) == (copy.strands[0], 15)
    (signing,) = copy.rituals
    assert (signing.copies, signing.setting, signing.agenda_item) == (4, "Hai bút", copied)
    assert [(p.text, p.position, p.stands_at, p.cue, p.person) for p in signing.participants] == [
        ("Bên A", "Giám đốc", "Trái", "Hết lời", None)
    ]


def test_the_notice_on_personal_data_must_outlast_the_event(app):
    event = factories.approved_event()
    notice = {"purpose": "Mời dự", "legal_basis": LegalBasis.CONSENT, "controller": "UBND tỉnh"}

    with pytest.raises(DomainError) as refusal:
        operations.set_data_notice(event, **notice, kept_until=date(2023, 1, 1), by=None)
    assert (refusal.value.field, event.has_data_notice) == ("kept_until", False)

    operations.set_data_notice(event, **notice, kept_until=date(2099, 1, 1), by=None)
    assert event.has_data_notice


def test_details_that_no_event_has_are_a_mistake_of_the_caller(app):
    with pytest.raises(TypeError, match="colour"):
        operations.create_event(
            host=factories.host(), title="x", short_title="x", kind=EventKind.OTHER, form=EventForm.ONLINE,
            units_as_of=date(2023, 7, 15), by=None, colour="red",
        )  # fmt: skip


# --- At the same moment ---------------------------------------------------------------------------------------


def at_once(app, work, times):
    """What each of several threads got out of `work(number)`; a refusal counts as its class."""

    def one(number):
        with app.app_context():
            try:
                return work(number)
            except DomainError as refusal:
                return type(refusal)
            finally:
                db.session.remove()

    with ThreadPoolExecutor(times) as pool:
        return list(pool.map(one, range(times)))


def test_of_four_who_save_one_form_at_once_one_wins_and_three_are_told(app):
    event = factories.event()
    event_id, version = event.id, event.version
    db.session.remove()

    def save(number):
        edited = operations.edit_event(
            db.session.get(Event, event_id), {"venue": f"Hội trường {number}"}, version=version, by=None
        )
        return edited.venue

    results = at_once(app, save, 4)

    won = [result for result in results if result is not StaleEdit]
    assert (len(won), results.count(StaleEdit)) == (1, 3)
    assert db.session.get(Event, event_id).venue == won[0]


def test_events_made_at_once_get_slugs_of_their_own(app):
    db.session.remove()

    slugs = at_once(app, lambda number: factories.event().slug, 4)

    assert sorted(slugs) == [
        "le-phat-dong-2023", "le-phat-dong-2023-2", "le-phat-dong-2023-3", "le-phat-dong-2023-4",
    ]  # fmt: skip


def test_items_added_at_once_stand_one_after_the_other(app):
    event_id = factories.event().id
    db.session.remove()

    at_once(app, lambda number: factories.item(db.session.get(Event, event_id)).id, 4)

    assert [item.number for item in db.session.get(Event, event_id).agenda_items] == [1, 2, 3, 4]
