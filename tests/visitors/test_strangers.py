"""What somebody sees who knows the name and the telephone of another visitor: nothing of the other."""

import re

from eventsvc.visitors import operations
from tests.pages import PageClient
from tests.visitors.test_views import ANSWERS

NEUTRAL = "Nếu thông tin này đã được đăng ký"


def test_whoever_knows_name_and_telephone_never_reaches_the_page_of_the_person(app, client, fair):
    """A stranger is answered alike whether the person is registered or not, and neither sees nor cancels anything."""
    operations.edit_open_doors(fair.doors, {"capacity": 20}, by=None)
    own = client.post(fair.address, {**ANSWERS, "email": "xem@nha.example.vn"})
    unknown = {"full_name": "Đỗ Văn Lạ", "phone": "0503 000 222", "agrees": "y"}

    found = PageClient(app).post(fair.address, ANSWERS)
    nobody = PageClient(app).post(fair.address, unknown)

    for stranger in (found, nobody):
        assert stranger.url.startswith("/visit/") and stranger.url != own.url
        assert NEUTRAL in stranger.text and "xem@nha.example.vn" not in stranger.text
    alike = [
        re.sub(
            r"Phạm Thị Xem|Đỗ Văn Lạ|[0-9A-Z]{5}(-[0-9A-Z]{5,6}){4}", "…", page.html.xpath("string(//main)")
        )
        for page in (found, nobody)
    ]
    assert alike[0] == alike[1]
    PageClient(app).post(f"{found.url}/cancel")
    assert "Quý vị đã có chỗ" in client.get(own.url).text
    assert client.post(fair.address, ANSWERS).url == own.url


def test_a_full_fair_answers_alike_whether_the_person_is_registered_or_not(app, client, fair):
    operations.edit_open_doors(fair.doors, {"has_waiting_list": False}, by=None)
    client.post(fair.address, ANSWERS), fair.register()
    unknown = {"full_name": "Đỗ Văn Lạ", "phone": "0503 000 222", "agrees": "y"}

    pages = [PageClient(app).post(fair.address, typed, status=422) for typed in (ANSWERS, unknown)]

    assert pages[0].text == pages[1].text and NEUTRAL in pages[0].text
