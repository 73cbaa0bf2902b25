"""A plan item that points at one event: proposed by its words, taken only when an organizer says so."""

import pytest
import sqlalchemy as sa

from eventsvc.agenda.models import Ritual
from eventsvc.db import db
from eventsvc.events import operations as events
from eventsvc.events.models import Event
from eventsvc.events.queries import event_by_slug
from eventsvc.plans import operations as plans
from eventsvc.tasks import achievement_operations as achievements
from eventsvc.tasks.achievement_queries import proposals
from eventsvc.tasks.models import Task, TaskKind
from eventsvc.tasks.queries import tasks_of
from tests import factories
from tests.plans import plan
from tests.queries import counted


def load(number: str, *changes: tuple[str, str]) -> Event:
    return event_by_slug(plans.load_plan(plan(number, *changes), by=None).slugs[0])


def proposed(event: Event) -> dict[str, tuple[str, str | None]]:
    items = tasks_of(event, TaskKind.PLAN_ITEM)
    keys = {task.id: task.key for task in items}
    return {
        keys[task_id]: (one.event.slug, one.ritual.key if one.ritual else None)
        for task_id, one in proposals(event, items).items()
    }


def item(event: Event, key: str) -> Task:
    return db.session.scalars(sa.select(Task).where(Task.event_id == event.id, Task.key == key)).one()


def test_the_launch_and_its_signing_are_proposed_and_nothing_else(app):
    year = load("002")
    assert proposed(year) == {}

    for number in ("000", "001", "003"):
        load(number)

    assert proposed(year) == {
        "II.3": ("le-khai-truong-2022", None),
        "II.9": ("le-khai-truong-2022", "signing"),
    }
    assert item(year, "II.3").achieved_by_event_id is None


@pytest.mark.parametrize(
    "changes",
    [
        (('province_code: "51"', 'province_code: "75"'), ("Ủy ban nhân dân tỉnh Quảng Ngãi", "UBND tỉnh Đồng Nai")),
        (("10-15/4/2022", "10-15/4/2026"), ('"2022-04-10"', '"2026-04-10"'), ('"2022-04-15"', '"2026-04-15"')),
    ],
    ids=["another province", "years later"],
)  # fmt: skip
def test_what_is_elsewhere_or_years_away_is_not_proposed(app, changes):
    year = load("002")
    load("000", *changes)

    assert proposed(year) == {}


def test_a_cancelled_event_is_not_proposed(app, organizer):
    year = load("002")
    events.cancel_event(load("000"), by=organizer)

    assert proposed(year) == {}


def test_one_press_confirms_it_and_shows_the_slip(app, signed_in):
    year, launch = load("002"), load("000")
    page = signed_in.get(f"/events/{year.slug}/plan")
    launch_item, signing = item(year, "II.3"), item(year, "II.9")

    page = signed_in.submit(page.form(f"/plan/items/{launch_item.id}/achieved-by"))
    signed_in.submit(page.form(f"/plan/items/{signing.id}/achieved-by"))

    db.session.expire_all()
    ritual = db.session.scalars(sa.select(Ritual).where(Ritual.key == "signing")).one()
    assert (launch_item.achieved_by_event_id, launch_item.achieved_by_ritual_id) == (launch.id, None)
    assert (signing.achieved_by_event_id, signing.achieved_by_ritual_id) == (launch.id, ritual.id)
    assert proposed(year) == {}
    (row,) = signed_in.get(f"/events/{year.slug}/plan").html.xpath(f"//tr[@id='item-{launch_item.id}']")
    words = " ".join(row.text_content().split())
    assert "10/04/2022" in words and "chậm 10 ngày" in words.casefold()


def test_the_page_of_the_item_proposes_it_too(app, signed_in):
    year, launch = load("002"), load("000")
    task = item(year, "II.3")

    signed_in.submit(signed_in.get(f"/events/{year.slug}/tasks/{task.id}").form("/achieved-by"))

    db.session.expire_all()
    assert task.achieved_by_event_id == launch.id
    assert not signed_in.get(f"/events/{year.slug}/tasks/{task.id}").html.xpath(
        "//form[contains(@action, 'achieved-by')]"
    )


def test_a_press_on_what_is_no_longer_proposed_does_nothing(app, signed_in, organizer):
    year, launch = load("002"), load("000")
    form = signed_in.get(f"/events/{year.slug}/plan").form("/achieved-by")
    events.cancel_event(launch, by=organizer)

    page = signed_in.submit(form)

    assert "Đề xuất đã thay đổi. Vui lòng xem lại." in page.flashes
    assert item(year, "II.3").achieved_by_event_id is None


def test_only_items_of_a_plan_and_events_of_the_host_are_joined(app, organizer):
    year, launch, meeting = load("002"), load("000"), load("003")
    ritual = db.session.scalars(sa.select(Ritual).where(Ritual.key == "signing")).one()
    other = load("001", ('province_code: "51"', 'province_code: "75"'),
                 ("Ủy ban nhân dân tỉnh Quảng Ngãi", "UBND tỉnh Đồng Nai"))  # fmt: skip

    for task, event, of in (
        (item(year, "III.1.1"), launch, None),
        (item(year, "II.3"), year, None),
        (item(year, "II.3"), other, None),
        (item(year, "II.3"), meeting, ritual),
    ):
        with pytest.raises(achievements.NotAchievable):
            achievements.confirm_achievement(task, event, of, by=organizer)


def test_one_item_costs_as_many_queries_as_fifty(app, signed_in, organizer):
    year, launch = load("002"), load("000")
    ritual = db.session.scalars(sa.select(Ritual).where(Ritual.key == "signing")).one()
    address = f"/events/{year.slug}/plan"
    achievements.confirm_achievement(item(year, "II.9"), launch, ritual, by=organizer)
    signed_in.get(address)
    with counted() as one:
        signed_in.get(address)

    for number in range(50):
        other = factories.approved_event(host=launch.host)
        task = Task(event=year, kind=TaskKind.PLAN_ITEM, number=100 + number, text=f"Khai trương {number}")
        task.achieved_by_event = other
        db.session.add(task)
    db.session.commit()
    with counted() as fifty:
        signed_in.get(address)

    assert fifty.number == one.number
