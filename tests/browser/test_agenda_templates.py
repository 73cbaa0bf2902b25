"""Agendas begun from templates, and names offered while one types, in a real browser."""

import pytest
from playwright.sync_api import expect

from eventsvc.db import db
from eventsvc.people import operations as people
from tests import factories


@pytest.fixture
def event(app):
    return factories.approved_event(minutes=120)


def test_an_agenda_is_begun_from_a_template_and_kept_as_another(page, sign_in, event, organizer):
    sign_in(page, organizer)
    page.goto(f"/events/{event.slug}/agenda/templates")
    page.get_by_role("link", name="Lễ ký kết").click()
    page.get_by_role("button", name="Dùng mẫu này").click()
    page.wait_for_url(f"**/events/{event.slug}/agenda")

    page.goto(f"/events/{event.slug}/agenda/templates")
    page.get_by_label("Tên mẫu").fill("Ký kết của tỉnh")
    page.get_by_role("button", name="Lưu thành mẫu").click()
    page.get_by_role("link", name="Ký kết của tỉnh").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Ký kết của tỉnh")
    db.session.rollback()
    assert len(event.agenda_items) == 8


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("key", ["", "/roadshow"])
def test_no_breach_of_the_accessibility_rules(page, sign_in, event, organizer, axe, scheme, key):
    factories.item(event)
    sign_in(page, organizer)
    page.emulate_media(color_scheme=scheme)
    page.goto(f"/events/{event.slug}/agenda/templates{key}")

    axe(page)


def test_people_are_offered_while_one_types_and_bring_their_position(page, sign_in, event, organizer):
    for name, position in (("Nguyễn Văn Mẫu", "Chủ tịch UBND tỉnh"), ("Trần Thị Thử", None)):
        details = people.Details(full_name=name, honorific="Ông", position=position)
        people.add_person(event.host_id, details, by=None)
    sign_in(page, organizer)
    page.goto(f"/events/{event.slug}/agenda/templates")
    page.evaluate(
        """async ([address, script]) => {
             const main = document.querySelector("main");
             for (const id of ["who", "position"]) {
               const input = document.createElement("input");
               input.id = id;
               main.append(input);
             }
             Object.assign(document.getElementById("who").dataset, {speakers: address, speakersPosition: "position"});
             await import(script);
           }""",
        [f"/events/{event.slug}/agenda/people", "/static/js/speakers.js"],
    )

    with page.expect_response("**/agenda/people?q=nguyen+mau"):
        page.locator("#who").press_sequentially("nguyen mau")

    option = page.locator("datalist option")
    expect(option).to_have_count(1)
    expect(option).to_have_attribute("value", "Ông Nguyễn Văn Mẫu")
    expect(option).to_have_attribute("label", "Chủ tịch UBND tỉnh")
    page.locator("#who").fill("Ông Nguyễn Văn Mẫu")  # as choosing it does
    expect(page.locator("#position")).to_have_value("Chủ tịch UBND tỉnh")
