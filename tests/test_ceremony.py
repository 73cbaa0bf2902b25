"""The whole story once, through the doors that people use: from the plan file to the board."""

import email
import email.policy
import io
import json
import re
import uuid
from datetime import timedelta
from pathlib import Path

import icalendar
import pytest
import yaml
import zxingcpp
from PIL import Image

from eventsvc import clock
from tests import factories

PLAN = Path(__file__).parent.parent / "eventsvc/system/data/001_dx_movement_launch_quang_ngai_2023.yaml"
GUESTS = Path(__file__).parent / "guests/data/01_diem_cau_tinh_le_khai_truong.xlsx"
SLUG = "le-phat-dong-2023"
KHAI = "tqkhai@stttt.example.vn"


@pytest.fixture
def run(app):
    """Run a command as at the terminal; what it wrote to standard output."""

    def running(*arguments: str) -> str:
        result = app.test_cli_runner().invoke(args=list(arguments))
        assert result.exit_code == 0, result.output
        return result.stdout

    return running


def wall(moment) -> str:
    return clock.local(moment).strftime("%Y-%m-%dT%H:%M")


def test_a_ceremony_from_the_plan_to_the_board(app, client, run):
    # The plan becomes an event; an organizer comes in by a one-time link.
    assert run("plans", "load", str(PLAN), "--as-of", "2023-07-15").split() == [SLUG]
    assert run("plans", "load", str(PLAN), "--as-of", "2023-07-15").split() == [SLUG]
    link = run("users", "create", "giang@quangngai.example.vn", "--role", "organizer").split()[-1]
    client.submit(client.get(link.removeprefix("http://localhost")).form(), follow=True)
    assert client.get("/events").links().count(f"/events/{SLUG}") >= 1

    # The time is proposed and approved, the notice on personal data filled in, the agenda gets its minutes.
    starts = factories.soon(days=1)
    time = client.get(f"/events/{SLUG}/sittings/1/time").form()
    client.submit(time, {"starts_at": wall(starts), "ends_at": wall(starts + timedelta(minutes=90))})
    client.submit(client.get(f"/events/{SLUG}").form("/approve"))
    doors = client.get(f"/events/{SLUG}/sittings/1").form()
    client.submit(doors, {"doors_open_at": wall(clock.now() - timedelta(hours=1))})
    notice = client.get(f"/events/{SLUG}/data-notice").form()
    client.submit(
        notice,
        {
            "purpose": "Mời, đón tiếp và điểm danh đại biểu.",
            "legal_basis": "state_function",
            "controller": "UBND tỉnh Quảng Ngãi",
            "kept_until": (starts + timedelta(days=90)).strftime("%Y-%m-%d"),
        },
    )
    agenda = client.get(f"/events/{SLUG}/agenda")
    edit = next(link for link in agenda.links() if re.fullmatch(rf"/events/{SLUG}/agenda/items/\d+", link))
    client.submit(
        client.get(edit).form(), {"duration_minutes": "10", "title": "Tuyên bố lý do, giới thiệu đại biểu"}
    )
    assert "08:10" in client.get(f"/events/{SLUG}/agenda").text

    # 187 sites under the names of 2023; a spreadsheet becomes the guest list of the main hall.
    assert "187" in client.get(f"/events/{SLUG}/sites").text
    upload = client.get(f"/events/{SLUG}/guests/imports/new").form()
    preview = client.submit(upload, {"file": (io.BytesIO(GUESTS.read_bytes()), "khach-moi.xlsx")})
    client.submit(preview.form("/confirm"))

    # Everybody is invited; who has no address is not forgotten; the worker sends.
    client.submit(client.get(f"/events/{SLUG}/guests/new").form(), {"full_name": "Không Có Thư"})
    invited = client.submit(client.get(f"/events/{SLUG}/invitations").form("/invitations"))
    run("invitations", "write")
    batch = client.get(invited.url)
    assert "9" in batch.text
    assert "Đợt gửi đang được gửi đi" in client.submit(batch.form("/submit")).text
    assert "Không Có Thư" in client.get(f"/events/{SLUG}/invitations/by-hand").text
    run("deliveries", "work", "--once")
    mails = {mail["To"].addresses[0].addr_spec: mail for mail in sent(app)}
    assert len(mails) == 9

    # The mail is one that calendars understand, and its picture is the pass.
    mail = mails[KHAI]
    code, token = check_mail(mail)

    # The invitee answers from the page; opening it changed nothing.
    signed_out = type(client)(app)
    page = signed_out.get(f"/i/{token}")
    assert "Trần Quốc Khải" in page.text
    signed_out.submit(page.form(), {"answer": "accepted"})
    assert "1" in client.get(f"/events/{SLUG}/invitations").text

    # A phone is enrolled at the door and scans the pass; a second phone sees that he is in.
    first, second = enrolled(client, "Cửa 1"), enrolled(client, "Cửa 2")
    admitted = scan(signed_out, first, code)
    assert (admitted["status"], admitted["outcome"]) == ("stored", "admitted")
    assert admitted["guest"]["name"] == "Trần Quốc Khải"
    assert scan(signed_out, second, code)["outcome"] in {"rescan", "repeat"}
    assert scan(signed_out, second, "rubbish")["outcome"] == "unknown"

    # Someone without a pass is let in by name; the board shows both.
    found = client.get(f"/events/{SLUG}/checkins?q=khong co thu")
    person = next(link for link in found.links() if re.search(r"/checkins/guests/\d+", link))
    client.submit(next(form for form in client.get(person).html.forms if "site" in form.fields))
    assert "2/10 đại biểu đã có mặt" in client.get(f"/events/{SLUG}/board").text

    # What was edited on a page is in the plan's dump, and the figures follow from the scans.
    dumped = yaml.safe_load(run("plans", "dump", SLUG))
    assert dumped["agenda"][0]["text"] == "Tuyên bố lý do, giới thiệu đại biểu"
    assert dumped["agenda"][0]["duration_min"] == 10
    run("checkins", "verify", SLUG)


def sent(app) -> list[email.message.EmailMessage]:
    folder = Path(app.config["MAIL_FOLDER"])
    return [
        email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
        for path in sorted(folder.glob("*.eml"))
    ]


def check_mail(mail) -> tuple[str, str]:
    """The pass code that the mail's picture shows, and the token of its link."""
    parts = {part.get_content_type(): part for part in mail.walk()}
    calendar = icalendar.Calendar.from_ical(parts["text/calendar"].get_content())
    entry = calendar.walk("VEVENT")[0]
    assert calendar["METHOD"] == "REQUEST" == parts["text/calendar"].get_param("method")
    assert entry["ATTENDEE"] == f"mailto:{KHAI}"
    assert str(entry["ORGANIZER"]) == f"mailto:{mail['From'].addresses[0].addr_spec}"
    token = re.search(r"/i/([\w-]{22})", parts["text/plain"].get_content())
    assert token, "the text has no link"
    picture = Image.open(io.BytesIO(parts["image/png"].get_content()))
    return zxingcpp.read_barcodes(picture)[0].text, token[1]


def enrolled(client, name: str) -> str:
    """Enrol a phone by the link that the page's QR code carries; its API token."""
    form = client.get(f"/events/{SLUG}/devices/new").form()
    page = client.submit(form, {"name": name, "site": "main"})
    token = re.search(r"/scan/enrol/([\w-]{22})", page.response.text)[1]
    response = client.http.post("/api/v1/devices", json={"token": token})
    assert response.status_code in {200, 201}, response.text
    return response.json["token"]


def scan(client, token: str, code: str) -> dict:
    """What the scanner page sends, and the answer for this one scan."""
    now = clock.now().isoformat()
    body = {
        "device_clock": now,
        "scans": [
            {
                "scan_id": str(uuid.uuid4()),
                "seq": next(SEQUENCE),
                "boot_id": "test",
                "code": code,
                "site": "main",
                "kind": "entry",
                "mode": "online",
                "scanned_at": now,
            }
        ],
    }
    response = client.http.post(
        "/api/v1/scans",
        data=json.dumps(body),
        content_type="application/json",
        headers={"Authorization": f"Bearer {token}"},
    )
    assert response.status_code == 200, response.text
    return response.json["results"][0]


SEQUENCE = iter(range(1, 10**6))
