"""The API's reads, as a program with a token sees them."""

from datetime import time, timedelta

import pytest

from eventsvc import clock
from eventsvc.accounts import operations as accounts
from eventsvc.accounts.permissions import Role
from eventsvc.agenda import operations as agenda
from eventsvc.guests import operations as guests
from eventsvc.sites import fault_operations as faults
from eventsvc.sites import operations as sites
from eventsvc.sites import report_operations as reports
from eventsvc.sites import report_queries
from eventsvc.sites import step_operations as steps
from eventsvc.sites.models import Milestone, SiteLevel
from eventsvc.sites.report_models import FaultKind
from eventsvc.sites.reporter import Reporter
from tests import factories


@pytest.fixture
def event(app):
    made = factories.approved_event()
    factories.main_site(made)
    sites.add_sites(made, SiteLevel.DISTRICT, by=None)
    sites.add_sites(made, SiteLevel.COMMUNE, by=None)
    return made


@pytest.fixture
def ask(client, event):
    """Ask the API with a token of the role; JSON and status."""

    def asking(path, role=Role.ORGANIZER, status=200, **scope):
        scope.setdefault("event_id", event.id)
        _row, token = accounts.create_token(role, **scope)
        response = client.http.get(f"/api/v1{path}", headers={"Authorization": f"Bearer {token}"})
        assert response.status_code == status, response.text
        return response.json

    return asking


def test_events_are_listed_with_their_counts(ask, event):
    factories.guest(factories.site_of(event, "main"))

    answer = ask("/events")

    assert (answer["total"], answer["page"], answer["per_page"]) == (1, 1, 50)
    listed = answer["items"][0]
    assert (listed["slug"], listed["form"], listed["time_approved"]) == (event.slug, "hybrid", True)
    assert listed["counts"] == {"sites": 187, "guests": 1, "slots": 0, "invited": 0, "accepted": 0}


def test_one_event_is_found_by_its_slug_and_a_foreign_one_is_not(ask, event):
    stranger = factories.event(short_title="Hội nghị khác", host=factories.another_host())

    assert ask(f"/events/{event.slug}")["window"]["text"] == "Tổ chức trong tháng 7/2023"
    assert ask(f"/events/{stranger.slug}", status=404)["error"]["code"] == "not_found"


def test_the_agenda_is_release_1_with_clock_times(ask, event):
    factories.item(event, "Tuyên bố lý do", 10)
    factories.item(event, "Phát biểu", None)
    factories.item(event, "Kết thúc", 5)

    answer = ask(f"/events/{event.slug}/agenda")

    assert answer["release"] == 1
    assert [(i["number"], i["title"], i["duration_minutes"]) for i in answer["items"]] == [
        (1, "Tuyên bố lý do", 10),
        (2, "Phát biểu", None),
        (3, "Kết thúc", 5),
    ]
    assert answer["items"][1]["start"] and not answer["items"][1]["end"]
    assert answer["items"][2]["start"] is None


def test_the_agenda_tells_where_each_item_stands_and_who_does_it(ask, event):
    strand = agenda.add_strand(event, name="Triển lãm", by=None)
    words = {
        "cue": "K1",
        "position": "Chủ tịch",
        "speaker": "Bà Mai",
        "pinned_at": time(8),
        "is_public": False,
    }
    first = factories.item(event, "Phát biểu", 10, site=factories.site_of(event, "main"), **words)
    second = factories.item(event, "Tham quan", 20, strand=strand)

    one, two = ask(f"/events/{event.slug}/agenda")["items"]

    assert {name: one[name] for name in ("key", "cue", "strand", "position", "site", "pinned", "is_public")} == {
        "key": first.key, "cue": "K1", "strand": None, "position": "Chủ tịch", "site": "main",
        "pinned": "08:00", "is_public": False,
    }  # fmt: skip
    assert one["people"] == [
        {"role": "speaker", "text": "Bà Mai", "position": "Chủ tịch", "organization": None, "person": None}
    ]
    assert (two["key"], two["strand"], two["pinned"], two["is_public"]) == (
        second.key, "Triển lãm", None, True,
    )  # fmt: skip


def test_the_draft_is_for_those_who_edit_it_and_the_release_for_all(ask, event):
    item = factories.item(event, "Khai mạc", 10)
    agenda.release(event, confirmed=True, by=None)
    agenda.edit_item(item, {"title": "Chào mừng"}, by=None)
    agenda.release(event, confirmed=True, by=None)
    agenda.edit_item(item, {"title": "Văn nghệ chào mừng"}, by=None)
    url = f"/events/{event.slug}/agenda"

    for role in (Role.ORGANIZER, Role.VIEWER, Role.RECEPTION):
        made_known = ask(url, role)
        assert (made_known["release"], made_known["draft"]) == (2, False)
        assert [row["title"] for row in made_known["items"]] == ["Chào mừng"]
    draft = ask(f"{url}?draft=1")
    assert (draft["release"], draft["draft"]) == (2, True)
    assert [row["title"] for row in draft["items"]] == ["Văn nghệ chào mừng"]
    for role in (Role.VIEWER, Role.RECEPTION, Role.STAGE):
        assert ask(f"{url}?draft=1", role, status=404)["error"]["code"] == "not_found"
    assert ask(f"{url}?draft=0", Role.VIEWER)["draft"] is False
    assert ask(f"{url}?draft=perhaps", status=422)["error"]["code"]


def test_a_site_tells_where_it_stands_and_what_it_has_missed(ask, event, monkeypatch):
    site = factories.site_of(event, "536")
    sites.edit_site(
        site, {"technician_phone": "+84500000888", "meeting_id": "900 100", "cluster": "Cụm 1"}, by=None
    )
    steps.reach(site, Milestone.TESTED, Reporter(None))
    groups = report_queries.count_groups(event)
    reports.report_head_count(site, event.sittings[0], [(groups[0], 120)], Reporter(None))
    noon_before = event.starts_at - timedelta(hours=14)  # the evening before
    monkeypatch.setattr(clock, "now", lambda: noon_before)

    (told,) = ask(f"/events/{event.slug}/sites?q=536")["items"]

    assert (told["status"], told["cluster"], told["head_count"]["people"]) == ("tested", "Cụm 1", 120)
    assert told["milestones"]["tested"] and told["milestones"]["ready"] is None
    assert [missed["gate"] for missed in told["missed"]] == ["rehearsed"]
    assert told["next"]["gate"] == "technician_present"
    assert (told["technician_phone"], told["meeting_id"]) == ("+84500000888", "900 100")
    assert ask(f"/events/{event.slug}/sites?late=true&status=tested")["total"] == 1
    assert ask(f"/events/{event.slug}/sites?cluster=Cụm 1&district=536&level=district")["total"] == 1
    first = ask(f"/events/{event.slug}/sites?order=attention&per_page=1")["items"][0]
    assert len(first["missed"]) == 3
    ask(f"/events/{event.slug}/sites?status=nonsense", status=422)
    watched = str(ask(f"/events/{event.slug}/sites?q=536", role=Role.VIEWER))
    assert "'people': 120" in watched and "900 100" not in watched and "0000888" not in watched


def test_sites_are_paged_and_searched_without_diacritics(ask, event):
    assert ask(f"/events/{event.slug}/sites?per_page=500")["total"] == 187
    found = ask(f"/events/{event.slug}/sites?q=binh thanh")
    assert {site["name"] for site in found["items"]} == {"Xã Bình Thạnh", "Xã Bình Thanh"}
    assert ask(f"/events/{event.slug}/sites?per_page=9999", status=200)["per_page"] == 500


def test_contacts_are_for_those_who_may_see_them(ask, event):
    main = factories.site_of(event, "main")
    sites.edit_site(main, {"contact_phone": "+84500000777"}, by=None)
    factories.guest(main, "Lê Văn An", phones=["+84500000778"])

    assert "+84500000777" in str(ask(f"/events/{event.slug}/sites?q=main"))
    assert "+8450000077" not in str(ask(f"/events/{event.slug}/sites", role=Role.VIEWER))
    assert "+84500000778" in str(ask(f"/events/{event.slug}/guests"))
    assert "+84500000778" not in str(ask(f"/events/{event.slug}/guests", role=Role.SUPERVISOR))
    assert ask(f"/events/{event.slug}/guests", role=Role.VIEWER, status=404)


def test_guests_are_people_by_given_name_then_slots(ask, event):
    main = factories.site_of(event, "main")
    for name in ("Phạm Văn Ấn", "Phan Thị Hồng Ân", "Trương Minh Đạt"):
        factories.guest(main, name)
    guests.add_slot(main, label="Đại diện Thường trực Tỉnh ủy", seats=2, by=None)

    pages = [ask(f"/events/{event.slug}/guests?per_page=2&page={page}") for page in (1, 2, 3)]

    assert [[row["name"] for row in page["items"]] for page in pages] == [
        ["Phan Thị Hồng Ân", "Phạm Văn Ấn"],
        ["Trương Minh Đạt", "Đại diện Thường trực Tỉnh ủy"],
        [],
    ]
    assert {page["total"] for page in pages} == {4}
    found = ask(f"/events/{event.slug}/guests?q=an")
    assert [row["name"] for row in found["items"]] == ["Phan Thị Hồng Ân", "Phạm Văn Ấn"]


def test_a_token_of_one_site_sees_the_guests_of_that_site(ask, event):
    main, other = factories.site_of(event, "main"), factories.site_of(event, "524")
    factories.guest(main, "Ở Hội Trường")
    factories.guest(other, "Ở Bình Sơn")

    answer = ask(f"/events/{event.slug}/guests", role=Role.COORDINATOR, site_id=other.id)

    assert [row["name"] for row in answer["items"]] == ["Ở Bình Sơn"]


def test_the_board_answers_304_while_nothing_changes(client, event):
    _row, token = accounts.create_token(Role.VIEWER, event_id=event.id)
    headers = {"Authorization": f"Bearer {token}"}

    first = client.http.get(f"/api/v1/events/{event.slug}/board", headers=headers)
    again = client.http.get(
        f"/api/v1/events/{event.slug}/board", headers={**headers, "If-None-Match": first.headers["ETag"]}
    )

    assert first.json["totals"]["sites"] == len(first.json["sites"]) == 187
    assert (again.status_code, again.data) == (304, b"")


def test_the_board_is_answered_anew_when_a_site_reports_a_fault(client, event):
    _row, token = accounts.create_token(Role.VIEWER, event_id=event.id)
    headers = {"Authorization": f"Bearer {token}"}
    first = client.http.get(f"/api/v1/events/{event.slug}/board", headers=headers)

    faults.raise_fault(factories.site_of(event, "main"), FaultKind.POWER, None, Reporter(None))

    headers["If-None-Match"] = first.headers["ETag"]
    again = client.http.get(f"/api/v1/events/{event.slug}/board", headers=headers)
    assert again.status_code == 200
    assert again.json["sites"][0]["status"] == "fault"


@pytest.mark.parametrize("authorization", [None, "Bearer", "Bearer nonsense", "Basic YTpi"])
def test_without_a_token_there_is_a_sentence_and_401(client, event, authorization):
    headers = {"Authorization": authorization} if authorization else {}

    response = client.http.get("/api/v1/events", headers=headers)

    assert response.status_code == 401
    assert set(response.json["error"]) == {"code", "message", "request_id"}


def test_the_description_names_every_route(client, event):
    paths = client.http.get("/api/v1/openapi.json").json

    assert paths["openapi"].startswith("3.1")
    assert {
        "/api/v1/events",
        "/api/v1/events/{slug}",
        "/api/v1/events/{slug}/agenda",
        "/api/v1/events/{slug}/sites",
        "/api/v1/events/{slug}/guests",
        "/api/v1/events/{slug}/board",
    } <= set(paths["paths"])


def test_the_document_forbids_no_page_that_is_answered(client, event):
    document = client.http.get("/api/v1/openapi.json").json
    parameters = {
        one["name"]: one["schema"] for one in document["paths"]["/api/v1/events"]["get"]["parameters"]
    }
    _row, token = accounts.create_token(Role.VIEWER, event_id=event.id)

    for name in ("page", "per_page"):
        assert not {"minimum", "maximum"} & parameters[name].keys()
        for value in (-1, 0, 501):
            headers = {"Authorization": f"Bearer {token}"}
            assert client.http.get(f"/api/v1/events?{name}={value}", headers=headers).status_code == 200
