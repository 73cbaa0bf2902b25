"""The page at the door without network: the server really stopped, the browser really killed."""

import signal

import psutil
import pytest
from playwright.sync_api import expect

from eventsvc import qr, secrets
from tests import programs
from tests.browser.conftest import QUIET
from tests.browser.phones import PHONE, assert_sound, stored
from tests.services import Service


@pytest.fixture
def service(app, tmp_path):
    found = Service(app, tmp_path)
    found.start()
    yield found
    found.stop()


@pytest.fixture
def phone(playwright, tmp_path, camera_file):
    """phone(): a browser with a profile on disk, begun again where it was killed. phone.kill() pulls its battery."""

    class Phone:
        context = None

        def __call__(self):
            self.context = playwright.chromium.launch_persistent_context(
                tmp_path / "profile",
                executable_path=programs.chromium(),
                args=[
                    *QUIET,
                    "--use-fake-ui-for-media-stream",
                    "--use-fake-device-for-media-stream",
                    f"--use-file-for-fake-video-capture={camera_file}",
                ],
                locale="vi-VN",
                timezone_id="Asia/Ho_Chi_Minh",
                **PHONE,
            )
            page = self.context.pages[0]
            page.set_default_timeout(20_000)
            return page

        def kill(self):
            for process in psutil.Process().children(recursive=True):
                try:
                    words = process.cmdline()
                except psutil.Error:  # ended by itself meanwhile
                    continue
                if f"--user-data-dir={tmp_path / 'profile'}" in words and not any(
                    word.startswith("--type=") for word in words
                ):
                    process.send_signal(signal.SIGKILL)
            self.context = None

        def close(self):
            if self.context is not None:
                self.context.close()

    found = Phone()
    yield found
    found.close()


def answer(page):
    return page.locator("#answer")


def look(page, camera, code):
    """Hold a pass before the camera: the fake one looks anew when it is started, as it is by a page that had it on."""
    camera.show(qr.png(code))
    page.reload()


def prepare(page):
    page.locator("#open-prepare").click()
    expect(page.locator("#checks li").first).to_be_visible(timeout=60_000)
    for step in page.locator("#checks li").all():
        expect(step).not_to_have_class("checks__one checks__one--open")
    page.keyboard.press("Escape")


def test_the_server_is_stopped_and_the_browser_killed_and_nothing_is_lost(doors, service, phone, camera):
    page = phone()
    page.goto(f"{service.address}/scan/enrol/{doors.enrolment()}")
    page.get_by_role("button", name="Dùng điện thoại này").click()
    page.wait_for_url("**/scan")
    prepare(page)
    service.stop()

    look(page, camera, doors.code(doors.minh))
    page.get_by_role("button", name="Bật camera").click()
    expect(answer(page)).to_contain_text("Ông Nguyễn Văn Minh")
    expect(answer(page)).to_contain_text("Mời vào")
    look(page, camera, doors.revoked)
    expect(answer(page)).to_contain_text("Mã đã thu hồi")
    look(page, camera, doors.code(doors.tam))
    expect(answer(page)).to_contain_text("điểm cầu khác")
    expect(answer(page)).not_to_contain_text("Tám")
    look(page, camera, secrets.new_code())
    expect(answer(page)).to_contain_text("Không hợp lệ")
    camera.show_nothing()
    phone.kill()

    page = phone()
    page.goto(f"{service.address}/scan")
    expect(page.locator("#state-line")).to_contain_text("4")
    assert stored() == []
    service.start()

    expect(page.locator("#waiting")).to_have_text("Đã gửi hết", timeout=60_000)
    assert stored() == [
        (1, "admitted", "offline"),
        (2, "revoked", "offline"),
        (3, "other_site", "offline"),
        (4, "unknown", "offline"),
    ]
    assert_sound(doors.event)


def test_everything_the_page_asks_for_is_kept_by_its_worker(doors, new_visitor, live_server):
    page = new_visitor(**PHONE).new_page()
    asked = []
    page.context.on("request", lambda request: asked.append(request.url.removeprefix(live_server)))
    page.goto(f"/scan/enrol/{doors.enrolment()}")
    page.get_by_role("button", name="Dùng điện thoại này").click()
    page.wait_for_url("**/scan")
    asked.clear()
    page.reload()
    page.get_by_role("button", name="Bật camera").click()
    expect(page.locator("#video")).to_be_visible()
    page.wait_for_load_state("networkidle")

    worker = page.request.get("/scan/worker.js")
    files = {path for path in asked if path.startswith("/static/")}
    assert {path for path in files if f'"{path}"' not in worker.text()} == set()
    assert any("zxing" in path for path in files) or "BarcodeDetector" in page.evaluate(
        "Object.keys(window)+''"
    )
    assert worker.headers["cache-control"] == "no-cache"
    assert worker.headers["content-security-policy"].startswith("default-src 'none'")
    manifest = page.request.get("/scan/app.webmanifest").json()
    assert (manifest["start_url"], manifest["display"], manifest["lang"]) == ("/scan", "standalone", "vi")
    for icon in manifest["icons"]:
        assert page.request.get(icon["src"]).ok
