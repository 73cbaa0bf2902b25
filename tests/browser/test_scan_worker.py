"""A newer edition of the page at the door: it waits until nobody is scanning, and begins with the next start."""

import pytest
from playwright.sync_api import expect

from eventsvc.checkins import scanner_words
from tests.browser.phones import PHONE

VERSION = """async () => {
    const channel = new MessageChannel();
    const told = new Promise((resolve) => { channel.port1.onmessage = ({ data }) => resolve(data.version); });
    navigator.serviceWorker.controller.postMessage({ check: true }, [channel.port2]);
    return told;
}"""
STATES = """async () => {
    const found = await navigator.serviceWorker.getRegistration("/scan");
    return [found.active?.state ?? null, found.waiting?.state ?? null];
}"""


def until(page, question):
    """Ask in the page, whose policy lets nobody else, until it says yes."""
    program = f"""async () => {{
        for (let turn = 0; turn < 200 && !(await ({question})()); turn += 1) {{
            await new Promise((resolve) => setTimeout(resolve, 50));
        }}
        return ({question})();
    }}"""
    assert page.evaluate(program)


def answer(page):
    return page.locator("#answer")


@pytest.fixture
def page(doors, new_visitor):
    found = new_visitor(**PHONE).new_page()
    found.goto(f"/scan/enrol/{doors.enrolment()}")
    found.get_by_role("button", name="Dùng điện thoại này").click()
    found.wait_for_url("**/scan")
    until(found, "() => Boolean(navigator.serviceWorker.controller)")
    expect(answer(found)).to_contain_text("Sẵn sàng quét")
    return found


def bring_another_edition(page, monkeypatch):
    """The server gives out another page from now on, and the phone has heard of it and fetched it."""
    words = scanner_words.words

    def another():
        return {language: {**said, "idle": "Bản mới sẵn sàng"} for language, said in words().items()}

    monkeypatch.setattr(scanner_words, "words", another)
    page.evaluate("navigator.serviceWorker.getRegistration('/scan').then((found) => found.update())")
    until(page, f"() => ({STATES})().then(([, waiting]) => waiting === 'installed')")


def scans(page, doors, guest):
    page.locator("#code").fill(doors.code(guest))
    page.locator("#code").press("Enter")
    expect(answer(page)).to_contain_text("Mời vào")


def test_a_new_edition_waits_until_the_page_begins_anew(doors, page, monkeypatch):
    old = page.evaluate(VERSION)
    bring_another_edition(page, monkeypatch)

    scans(page, doors, doors.minh)
    assert page.evaluate(VERSION) == old
    assert page.evaluate(STATES) == ["activated", "installed"]

    page.reload()
    expect(answer(page)).to_contain_text("Bản mới sẵn sàng")
    until(page, f"() => ({STATES})().then(([, waiting]) => waiting === null)")
    assert page.evaluate(VERSION) != old
    scans(page, doors, doors.guests[0])


def test_a_new_edition_waits_while_another_page_is_at_work(doors, page, monkeypatch):
    old = page.evaluate(VERSION)
    bring_another_edition(page, monkeypatch)

    beside = page.context.new_page()
    beside.goto("/scan")
    expect(answer(beside)).to_contain_text("Bản mới sẵn sàng")
    beside.evaluate(
        "new Promise((resolve) => navigator.serviceWorker.ready.then(() => setTimeout(resolve, 300)))"
    )
    assert (page.evaluate(VERSION), page.evaluate(STATES)) == (old, ["activated", "installed"])
    scans(page, doors, doors.minh)

    beside.close()
    page.reload()
    until(page, f"() => ({STATES})().then(([, waiting]) => waiting === null)")
    assert page.evaluate(VERSION) != old
