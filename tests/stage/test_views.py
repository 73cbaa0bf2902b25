"""The operator's page as plain forms, the views by link, and what is sent that nobody should send."""

import re

import pytest

from eventsvc import secrets
from eventsvc.accounts import operations as accounts
from eventsvc.accounts.permissions import Role
from eventsvc.agenda import operations as agenda
from eventsvc.db import atomic
from eventsvc.stage import operations, queries
from eventsvc.stage.presses import Press
from eventsvc.web import snapshots
from tests import factories
from tests.databases import ON_SQLITE
from tests.pages import PageClient
from tests.walk import fingerprint


@pytest.fixture(autouse=True)
def fresh():
    """Views are kept for a moment; a test looks twice within it."""
    snapshots.forget()


def at(show, rest=""):
    return f"/events/{show.event.slug}/stage{rest}"


def press(client, page, value, status=200, **changed):
    form = page.form("/press")
    fields = {name: text for name, text in form.form_values()}
    return client.post(form.get("action"), {**fields, "press": value, **changed}, status=status)


def buttons(page):
    return [" ".join(node.text_content().split()) for node in page.html.xpath("//button[@name='press']")]


def token_of(show):
    return secrets.unseal(operations.make_link(show.event, name="Cánh gà", by=None).token_sealed)


# --- The operator -------------------------------------------------------------------------------------------


def test_an_operator_runs_the_show_with_plain_forms(show, signed_in):
    page = signed_in.get(at(show))
    assert "Bắt đầu chương trình" in buttons(page)

    page = press(signed_in, page, "start")
    assert page.html.xpath("string(//h2[contains(@class,'run__title')])").split() == ["01", "Khai", "mạc"]
    page = press(signed_in, page, "next")
    page = press(signed_in, page, "longer")
    page = press(signed_in, page, f"skip:{show.keys[2]}")

    assert [row[1] for row in page.rows()] == ["đã xong", "đang diễn ra", "bỏ qua", "tiếp theo"]
    assert "Bà Đinh Thị Nháp" in page.text and "Trường Phổ thông Ba Tơ" in page.text
    assert "Bên cạnh sân khấu" in page.text and "Không gian trưng bày" in page.text
    assert any("Lùi lại" in words and "bỏ qua mục" in words for words in buttons(page))
    page = press(signed_in, page, "back")
    assert [row[1] for row in page.rows()] == ["đã xong", "đang diễn ra", "tiếp theo", "sắp tới"]


def test_whoever_presses_second_is_told_and_sees_the_new_state(show, signed_in):
    show.press(Press.START)
    old = signed_in.get(at(show))
    show.press(Press.NEXT)

    page = press(signed_in, old, "next", status=409)

    assert "Người khác vừa bấm trước đó" in page.html.xpath("string(//*[@data-run-notice])")
    assert [row[1] for row in page.rows()][:2] == ["đã xong", "đang diễn ra"]
    assert page.form("/press").fields["revision"] == "2", "the next press is meant for what is shown now"


@ON_SQLITE
@pytest.mark.parametrize("revision", ["", "-1", "1.5", "²", "abc", "9" * 40, "١"])
def test_a_revision_that_is_none_is_refused(show, signed_in, revision):
    page = signed_in.get(at(show))
    before = fingerprint()

    page = press(signed_in, page, "start", status=422, revision=revision)

    assert "Hãy tải lại trang" in page.text
    assert fingerprint() == before


@ON_SQLITE
@pytest.mark.parametrize(
    "what", ["", "explode", "skip", "jump:", "jump:nothing", "unskip:" + "x" * 3000, "START"]
)
def test_a_press_that_is_none_is_refused(show, signed_in, what):
    page = signed_in.get(at(show))
    before = fingerprint()

    refused = signed_in._ask(
        "POST", at(show, "/1/press"), data={**dict(page.form("/press").form_values()), "press": what}
    )

    assert refused.status_code in {404, 409, 422}
    assert fingerprint() == before


def test_an_item_of_another_event_is_not_jumped_to(show, signed_in):
    foreign = factories.item(factories.approved_event(short_title="Lễ ký kết"))
    page = signed_in.get(at(show))

    page = press(signed_in, page, f"jump:{foreign.key}", status=404)

    assert "không có trên sân khấu" in page.text


def test_a_started_show_is_not_started_again_and_an_ended_one_goes_nowhere(show, signed_in):
    page = press(signed_in, signed_in.get(at(show)), "start")
    assert "đã bắt đầu rồi" in press(signed_in, page, "start", status=409).text
    page = press(signed_in, page, "end")

    assert "Chương trình đã kết thúc" in press(signed_in, page, "next", status=409).text
    assert [row[1] for row in page.rows()][0] == "đã xong"


@ON_SQLITE
def test_a_message_of_10000_characters_is_told_beside_its_field_and_kept(show, signed_in):
    page = signed_in.get(at(show))
    before = fingerprint()

    page = signed_in.submit(page.form("/message"), {"message": "Ă" * 10_000}, status=422)

    assert "200" in page.errors[0]
    assert page.form("/message").fields["message"] == "Ă" * 10_000
    assert fingerprint() == before


def test_a_message_is_sent_and_cleared_with_plain_forms(show, signed_in):
    page = signed_in.get(at(show))
    page = signed_in.submit(page.form("/message"), {"message": "Mời đại biểu <b>ổn định</b>"}, follow=True)
    assert "Mời đại biểu <b>ổn định</b>" in page.html.xpath("string(//p[contains(@class,'run__message')])")

    fields = dict(page.form("/press").form_values())
    page = signed_in.post(at(show, "/1/message"), {**fields, "message": ""})

    assert not page.html.xpath("//p[contains(@class,'run__message')]")
    assert show.run.message is None


def test_the_sitting_is_chosen_when_there_are_several(show, signed_in):
    from eventsvc.events import operations as events

    events.add_sitting(show.event, by=None)

    page = signed_in.get(at(show, "?sitting=2"))

    assert "Chưa có gì để điều hành" in page.text
    assert [
        node.text_content().split()[0] for node in page.html.xpath("//nav[@class='run__sittings']/a")
    ] == [
        "Phiên",
        "Phiên",
    ]
    signed_in.get(at(show, "?sitting=9"), status=404)
    assert signed_in.get(at(show, f"?sitting={'9' * 4000}")).rows()
    assert signed_in.get(at(show, f"?sitting={'9' * 5000}")).rows()
    assert signed_in.get(at(show, "?sitting=abc")).rows()


@ON_SQLITE
@pytest.mark.parametrize(
    ("role", "may_run"),
    [
        (Role.OWNER, True),
        (Role.STAGE, True),
        (Role.VIEWER, False),
        (Role.COORDINATOR, False),
        (Role.SUPERVISOR, False),
    ],
)
def test_who_may_run_the_show_sees_buttons_and_others_read(app, show, role, may_run):
    user = factories.user()
    accounts.grant(user, role, event_id=show.event.id)
    client = PageClient(app).sign_in(user)

    page = client.get(at(show))

    assert bool(buttons(page)) is may_run
    assert page.rows()
    answer = client.post(
        at(show, "/1/press"), {"press": "start", "revision": "0"}, status=200 if may_run else 404
    )
    assert answer and (show.run is not None) is may_run


def test_the_page_of_an_event_without_items_says_what_to_do(app, signed_in):
    event = factories.approved_event()

    page = signed_in.get(f"/events/{event.slug}/stage")

    assert "Chưa có gì để điều hành" in page.text


# --- By link ------------------------------------------------------------------------------------------------


def test_the_stage_shows_who_is_on_and_who_comes_next(show, client):
    show.press(Press.START)
    operations.say(show.sitting, "Còn năm phút", by=None)

    page = client.get(f"/stage/{token_of(show)}")

    for words in ("Khai mạc", "Lời dẫn của mục 1", "Còn năm phút", "Tiếp theo", "Phát biểu của điểm cầu"):
        assert words in page.text
    assert "Bà Đinh Thị Nháp, Bí thư Huyện đoàn · Trường Phổ thông Ba Tơ" in page.text
    assert re.search(r"còn (9|10) phút", page.text)


def test_the_mc_reads_both_lines_and_the_technician_the_notes_of_three_items(show, client):
    show.press(Press.START)
    token = token_of(show)

    mc, technician = client.get(f"/stage/{token}/mc"), client.get(f"/stage/{token}/technician")

    assert "Lời dẫn của mục 1" in mc.text and "Lời dẫn của mục 2" in mc.text
    assert "Bà Đinh Thị Nháp, Bí thư Huyện đoàn" in mc.text and "Micro 1" not in mc.text
    for number in (1, 2, 3):
        assert f"Micro {number}" in technician.text and f"Đường truyền {number}" in technician.text
    assert "Micro 4" not in technician.text
    assert "Chuyển sang điểm cầu: Trường Phổ thông Ba Tơ" in technician.text
    assert "Chuyển sang điểm cầu: hội trường chính" in technician.text


def test_a_fragment_is_told_apart_by_its_etag_and_carries_the_clock(show, client):
    url = f"/stage/{token_of(show)}/fragment/stage"
    first = client._ask("GET", url)
    again = client._ask("GET", url, headers={"If-None-Match": first.headers["ETag"]})
    show.press(Press.START)
    snapshots.forget()
    later = client._ask("GET", url, headers={"If-None-Match": first.headers["ETag"]})

    assert (first.status_code, again.status_code, later.status_code) == (200, 304, 200)
    assert first.headers["Cache-Control"] == "private, no-cache"
    assert again.headers["X-Now"].isdigit() and again.data == b""
    assert "Khai mạc" in later.text and later.headers["ETag"] != first.headers["ETag"]


def test_looking_writes_nothing(show, client):
    token = token_of(show)
    before = fingerprint()

    for path in ("", "/mc", "/technician", "/fragment/stage", "/fragment/mc", "/fragment/technician"):
        assert client._ask("GET", f"/stage/{token}{path}").status_code == 200

    assert fingerprint() == before


def test_links_are_made_shown_again_and_revoked(show, signed_in, client):
    page = signed_in.submit(signed_in.get(at(show, "/links")).form(), {"name": "Bàn MC"}, follow=True)
    addresses = [link for link in page.links() if "/stage/" in link and "/events/" not in link]
    assert "Bàn MC" in page.text and len(addresses) == 3
    paths = [address.removeprefix("http://localhost") for address in addresses]
    for path in paths:
        client.get(path)
    card = page.html.xpath("//img")[-1].get("src")
    assert signed_in._ask("GET", card).mimetype == "image/svg+xml"

    page = signed_in.submit(page.form("/revoke"), follow=True)

    assert "Chưa có đường dẫn nào" in page.text
    for path in (*paths, paths[0] + "/fragment/stage"):
        client.get(path, status=404)
    assert signed_in._ask("GET", card).status_code == 404


def test_a_link_is_worth_no_more_than_its_views(app, show, client):
    token = token_of(show)
    screen = accounts.create_token(Role.VIEWER, event_id=show.event.id, shown_again=True)[1]
    program = accounts.create_token(Role.STAGE, event_id=show.event.id)[1]

    for url in (
        f"/board/{token}",
        f"/stage/{screen}",
        f"/stage/{program}",
        "/stage/nothing",
        f"/stage/{token}/nothing",
    ):
        client.get(url, status=404)
    client.get(f"/stage/{token}/fragment/nothing", status=404)
    answer = client._ask(
        "GET", f"/api/v1/events/{show.event.slug}", headers={"Authorization": f"Bearer {token}"}
    )
    assert answer.status_code == 401
    assert queries.event_id_of_link(token) == show.event.id


def test_a_link_of_an_event_without_sittings_and_of_a_cancelled_one_still_answers(app, client):
    event = factories.event()
    token = secrets.unseal(operations.make_link(event, by=None).token_sealed)

    for view in ("", "/mc", "/technician"):
        assert "Sân khấu chưa có mục nào" in client.get(f"/stage/{token}{view}").text


# --- Releases -----------------------------------------------------------------------------------------------


def test_the_stage_shows_what_was_released_and_meets_a_new_release_by_key(show, client, signed_in):
    guest = factories.guest(show.hall, full_name="Đinh Thị Nháp", honorific="Bà")
    with atomic():
        show.items[1].speaker, show.items[1].position, show.items[1].person_id = (
            "Đinh Thị Nháp",
            None,
            guest.person_id,
        )
    agenda.release(show.event, confirmed=True, by=None)
    show.press(Press.START)
    show.press(Press.NEXT)
    agenda.edit_item(show.items[1], {"title": "Chưa phát hành"}, by=None)
    token = token_of(show)
    for view in ("", "/mc", "/technician"):
        page = client.get(f"/stage/{token}{view}")
        assert "Phát biểu của điểm cầu" in page.text and "Chưa phát hành" not in page.text
        assert "Bà Đinh Thị Nháp" in page.text and "Trường Phổ thông Ba Tơ" in page.text
    assert "Không gian trưng bày" in signed_in.get(at(show)).text

    agenda.remove_item(show.items[2], by=None)
    agenda.release(show.event, confirmed=True, by=None)

    assert "Chưa phát hành" in client.get(f"/stage/{token}/mc").text
    assert [row[1] for row in signed_in.get(at(show)).rows()] == ["đã xong", "đang diễn ra", "tiếp theo"]
    show.press(Press.NEXT)
    assert queries.stage(show.event).progress.current.item.title == "Bế mạc"
