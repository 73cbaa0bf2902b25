"""The instruments of the browser tests: what they promise must hold, or the other tests prove nothing."""

import base64
import io

import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import Page

LOOK = """async () => {
  const stream = await navigator.mediaDevices.getUserMedia({video: true});
  const video = document.createElement("video");
  video.srcObject = stream;
  await video.play();
  const canvas = new OffscreenCanvas(video.videoWidth, video.videoHeight);
  canvas.getContext("2d").drawImage(video, 0, 0);
  stream.getTracks().forEach((track) => track.stop());
  const bytes = new Uint8Array(await (await canvas.convertToBlob()).arrayBuffer());
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
}"""


@pytest.fixture
def empty_page(page: Page) -> Page:
    page.route(
        "**/empty",
        lambda route: route.fulfill(body="<!doctype html><title>.</title>", content_type="text/html"),
    )
    page.goto("/empty")
    return page


def test_the_camera_sees_each_code_it_is_shown(empty_page, camera):
    seen = []

    for text in ("EV.FIRST", "Điểm cầu Bình Thạnh"):
        camera.show_code(text)
        picture = Image.open(io.BytesIO(base64.b64decode(empty_page.evaluate(LOOK))))
        seen += [code.text for code in zxingcpp.read_barcodes(picture)]

    assert seen == ["EV.FIRST", "Điểm cầu Bình Thạnh"]


def test_the_clock_and_the_language_are_those_of_the_hall(empty_page):
    assert empty_page.evaluate("[navigator.language, new Date(0).toTimeString().slice(0, 5)]") == [
        "vi-VN",
        "08:00",
    ]


def test_errors_and_strangers_are_heard(empty_page, complaints):
    empty_page.route("http://other.example.vn/**", lambda route: route.fulfill(body=""))
    with empty_page.context.expect_event("console"):
        empty_page.evaluate("console.error('something broke')")
    with empty_page.context.expect_event("weberror"):
        empty_page.evaluate("setTimeout(() => { throw new Error('nobody caught this') })")
    with empty_page.context.expect_event("request"):
        empty_page.evaluate("fetch('http://other.example.vn/x.js', {mode: 'no-cors'}).catch(() => 0)")

    assert [one.split(": ", 1)[1] for one in complaints.unexpected] == [
        "something broke",
        "nobody caught this",
        "http://other.example.vn/x.js",
    ]

    complaints.expect("something broke", "nobody caught this", "other.example.vn")


def test_a_breach_of_the_accessibility_rules_is_found(empty_page, axe):
    empty_page.set_content('<html lang="vi"><title>.</title><main><h1>Tên</h1><img src="data:,"></main>')

    with pytest.raises(AssertionError, match="image-alt"):
        axe(empty_page)


def test_the_sign_in_page_is_served_without_complaint(page, axe):
    page.goto("/sign-in")

    assert page.locator("html").get_attribute("lang") == "vi"
    axe(page)
