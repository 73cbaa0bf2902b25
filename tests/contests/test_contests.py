"""A contest is made, edited and shown; what people relied on when they entered stays."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from eventsvc import clock
from eventsvc.campaigns.activity_models import Activity, ActivityKind
from eventsvc.contests import entry_operations, operations, queries
from eventsvc.contests.models import Contest, EntrantKind
from eventsvc.db import atomic, db
from eventsvc.errors import DomainError, Invalid, NotFound
from eventsvc.events.models import EventKind
from tests import factories
from tests.contests.test_entries import adult, open_contest
from tests.databases import ON_SQLITE


def campaign():
    return factories.data_notice(factories.event(kind=EventKind.CAMPAIGN, title="Ngày chuyển đổi số"))


def test_two_of_one_name_have_addresses_of_their_own(app):
    event = campaign()

    first, second = (operations.make_contest(event, name="Đấu trường số", by=None) for _number in range(2))

    assert [first.slug, second.slug] == ["dau-truong-so", "dau-truong-so-2"]
    assert [contest.activity.number for contest in queries.contests_of(event)] == [1, 2]
    with pytest.raises(NotFound):
        queries.public_contest(first.slug)


def test_a_contest_of_the_plan_is_opened_once(app):
    event = campaign()
    with atomic():
        activity = Activity(event_id=event.id, number=1, kind=ActivityKind.CONTEST, name="E-Sports")
        drill = Activity(event_id=event.id, number=2, kind=ActivityKind.DRILL, name="Diễn tập")
        db.session.add_all([activity, drill])
    assert queries.activities_without_contest(event) == [activity]

    assert operations.open_contest(activity, by=None) is operations.open_contest(activity, by=None)

    assert queries.activities_without_contest(event) == []
    with pytest.raises(Invalid):
        operations.open_contest(drill, by=None)


@ON_SQLITE
def test_what_entrants_relied_on_stays(app):
    contest = open_contest()
    entry_operations.enter(contest, adult())
    later = contest.opens_at + timedelta(days=2)
    narrower = (
        {"entrants": EntrantKind.TEAM},
        {"takes_children": False},
        {"adult_age": 16},
        {"opens_at": later},
    )

    for changes in narrower:
        with pytest.raises(operations.HasEntries):
            operations.edit_contest(contest, changes, by=None)
        db.session.rollback()
    with pytest.raises(operations.HasEntries):
        operations.remove_contest(contest, by=None)

    operations.edit_contest(contest, {"name": "Tên mới", "closes_at": later + timedelta(days=30)}, by=None)
    assert contest.activity.name == "Tên mới"


@ON_SQLITE
@pytest.mark.parametrize(
    "changes", [{"closes_at": "before"}, {"vote_closes_at": "before"}, {"file_limit": 2**40}]
)
def test_what_makes_no_sense_is_refused(app, changes):
    contest, now = open_contest(), clock.now()
    values = {
        name: now - timedelta(days=9) if value == "before" else value for name, value in changes.items()
    }

    with pytest.raises(DomainError) as refusal:
        operations.edit_contest(contest, {"vote_opens_at": now, **values}, by=None)

    assert refusal.value.field == next(iter(changes))


@ON_SQLITE
def test_an_organizer_makes_a_contest_and_its_criteria(signed_in):
    event = campaign()
    form = signed_in.get(f"/events/{event.slug}/contests/new").form("/new")
    shown = signed_in.submit(
        form, {"name": "Đấu trường số", "is_public": "y", "opens_at": "2026-11-01T08:00"}
    )
    [contest] = db.session.scalars(sa.select(Contest))
    assert shown.heading == "Đấu trường số" and contest.file_limit == 20 * 2**20

    criteria = signed_in.get(f"{shown.url}/criteria").form("/criteria")
    bad = signed_in.submit(criteria, {"criteria": "Sáng tạo | -3"}, status=422)
    assert len(bad.errors) == 1
    page = signed_in.submit(criteria, {"criteria": "Sáng tạo | 30\nKỹ thuật"})
    assert page.rows() == [["Sáng tạo", "30"], ["Kỹ thuật", "10"]]
    signed_in.submit(criteria, {"criteria": "Khác | 5"}, status=409)

    edit = signed_in.get(f"{shown.url}/edit").form("/edit")
    signed_in.submit(edit, {"name": "Đấu trường xanh"})
    signed_in.submit(edit, {"name": "Đấu trường đỏ"}, status=409)
    public = signed_in.get(f"/c/{contest.slug}")
    assert public.heading == "Đấu trường xanh" and "Kỹ thuật" in public.text
    assert f"/c/{contest.slug}" in signed_in.get(f"/p/{event.slug}/contests").links()
    removed = signed_in.submit(signed_in.get(shown.url).form("/remove"))
    assert removed.url == f"/events/{event.slug}/contests"
    assert db.session.scalars(sa.select(Contest)).all() == []
