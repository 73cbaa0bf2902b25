"""The pages of link tests: made with what is usual, written to, entered in a table, tested again; who sees what."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from eventsvc import clock
from eventsvc.accounts import operations as accounts
from eventsvc.accounts.permissions import Role
from eventsvc.db import db
from eventsvc.deliveries.models import Delivery
from eventsvc.events import operations as events
from eventsvc.link_tests import operations, queries
from eventsvc.link_tests.models import InvitedSite, LinkTest, LinkTestKind, TestResult
from eventsvc.sites import link_operations, link_queries, reporter
from eventsvc.sites import operations as site_operations
from eventsvc.sites.models import Site, SiteLevel
from tests import factories
from tests.link_tests import scenes
from tests.queries import counted

pytestmark = pytest.mark.parametrize("app", ["sqlite"], indirect=True)


@pytest.fixture
def event(organizer):
    return scenes.ready_event()


@pytest.fixture
def three(event):
    return scenes.sites(event)


def coordinator(event, site):
    user = factories.user()
    accounts.grant(user, Role.COORDINATOR, event_id=event.id, site_id=site.id)
    return user


def test_a_test_is_proposed_written_to_and_reported_in_one_table(signed_in, event, three):
    home = f"/events/{event.slug}/link-tests"
    form = signed_in.get(f"{home}/new").form()
    start = clock.local(event.starts_at).date()
    assert form.fields["day"] == (start - timedelta(days=3)).isoformat()
    assert (form.fields["starts_at"], form.fields["ends_at"]) == ("14:00", "16:00")
    page = signed_in.submit(form, {"video_link": scenes.ADDRESS})

    assert page.heading == "Kết nối thử lần 1"
    page = signed_in.submit(page.form("/tell"))
    assert "Gửi thư đến 3" in page.text or "Đang gửi thư đến 3 điểm cầu" in page.text
    assert "10 điểm cầu cần gọi điện" in page.text
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Delivery)) == 3
    assert "Gửi thư cho" not in page.text

    test = db.session.scalars(sa.select(LinkTest)).one()
    first, second, _third = (scenes.of(test, site) for site in three)
    scenes.bring_near(test)
    table = signed_in.get(f"{home}/{test.id}").form(f"/{test.id}")
    filled = {
        f"result_{first.id}": "passed",
        f"result_{second.id}": "failed",
        f"note_{second.id}": "Mất tiếng",
    }
    page = signed_in.submit(table, filled)
    assert "Đã lưu 2 kết quả" in page.text
    page = signed_in.submit(page.form("/pass-others"))
    assert "11 điểm cầu được ghi nhận đạt" in page.text
    assert queries.tallies(event)[test.id] == (13, 0, 12, 1, 0)
    assert second.note == "Mất tiếng" and three[1].tested_at is None

    row = signed_in.get(home).rows()[0]
    assert row[2:] == ["13", "0", "12", "1", "0", "0"]


def test_a_row_that_nobody_touched_takes_back_no_result_of_another(signed_in, event, three):
    test = scenes.link_test(event, three, starts_at=scenes.at_hand())
    stale = signed_in.get(f"/events/{event.slug}/link-tests/{test.id}").form(f"/{test.id}")
    first, second = scenes.of(test, three[0]), scenes.of(test, three[1])
    operations.report_result(first, TestResult.PASSED, reporter.of_site(three[0]))

    signed_in.submit(stale, {f"result_{second.id}": "absent"})

    assert (first.result, second.result) == (TestResult.PASSED, TestResult.ABSENT)


def test_a_rehearsal_is_proposed_for_the_day_before(signed_in, event):
    form = signed_in.get(f"/events/{event.slug}/link-tests/new?kind=rehearsal").form()

    assert form.fields["kind"] == "rehearsal" and form.fields["title"] == "Tổng duyệt lần 1"
    assert form.fields["day"] == (clock.local(event.starts_at).date() - timedelta(days=1)).isoformat()


def test_a_failed_site_is_reported_with_its_fault_after_a_call_and_tested_again(signed_in, event, three):
    test = scenes.link_test(event, three, starts_at=scenes.at_hand())
    row = scenes.of(test, three[0])
    url = f"/events/{event.slug}/link-tests/{test.id}"
    form = signed_in.get(f"{url}/sites/{row.id}").form(f"/sites/{row.id}")
    refused = signed_in.submit(form, {"result": "passed", "fault": "no_sound"}, status=422)
    assert "Chỉ báo sự cố khi kết quả là không đạt." in refused.errors
    signed_in.submit(
        form,
        {"result": "failed", "fault": "no_sound", "fault_text": "Mất tiếng", "spoke_with": "Trần Thị Lý"},
    )

    page = signed_in.get(f"/events/{event.slug}/faults")
    assert page.rows()[0][0].startswith(three[0].name) and "Mất tiếng" in page.rows()[0][1]
    assert test.title in page.rows()[0][5]
    test.starts_at, test.ends_at = clock.now() - timedelta(hours=2), clock.now() - timedelta(minutes=5)
    db.session.commit()
    page = signed_in.submit(signed_in.get(url).form("/again"))

    assert "Đã lập buổi mới cho 3 điểm cầu" in page.text
    assert page.heading == "Điều chỉnh buổi"
    again = db.session.scalars(sa.select(LinkTest).where(LinkTest.id != test.id)).one()
    assert again.starts_at == test.starts_at + timedelta(days=1)


def test_sites_without_an_address_are_phoned_with_words_to_read(signed_in, event, three):
    site_operations.edit_site(three[0], {"contact_email": None, "contact_phone": "+84502551234"}, by=None)
    test = scenes.link_test(event, three[:1])
    url = f"/events/{event.slug}/link-tests/{test.id}"
    page = signed_in.get(f"{url}/phone")
    assert three[0].name in page.text and scenes.ADDRESS in page.text and "14 giờ 00" in page.text

    row = scenes.of(test, three[0])
    form = signed_in.get(f"{url}/sites/{row.id}").form("/accept")
    assert signed_in.submit(form, {"spoke_with": " "}, status=422).errors
    signed_in.submit(form, {"spoke_with": "Ông Hải"})

    assert "Không có điểm cầu nào cần gọi" in signed_in.get(f"{url}/phone").text


def test_districts_and_clusters_are_offered_only_where_there_is_a_choice(signed_in, event):
    def offered():
        page = signed_in.get(f"/events/{event.slug}/link-tests/new")
        return page.html.xpath("//select[@name='audience']/option/@value"), page

    words, page = offered()
    assert "district" in words and "cluster" not in words
    assert "Một địa bàn cấp huyện và các điểm cầu trực thuộc" in page.text
    scenes.by_code(event, "536").cluster = "Cụm 1"
    for site in db.session.scalars(sa.select(Site)):
        site.level, site.parent_code, site.parent_name = SiteLevel.COMMUNE, "51", "Tỉnh Quảng Ngãi"
    db.session.commit()

    words, page = offered()

    assert "district" not in words and "cluster" in words
    assert not page.html.xpath("//select[@name='district']")


BAD = {
    "an end before the start": ({"starts_at": "15:00", "ends_at": "14:00"}, 422),
    "a day that is past": ({"day": "2020-01-01"}, 422),
    "no day at all": ({"day": "32/13/9999"}, 422),
    "a time that is none": ({"starts_at": "25:00"}, 422),
    "an unknown kind": ({"kind": "party"}, 422),
    "an unknown audience": ({"audience": "everybody"}, 422),
    "a name of 500 characters": ({"title": "Ă" * 500}, 422),
    "a link that is none": ({"video_link": "javascript:alert(1)"}, 422),
    "no site of this level": ({"audience": "level", "level": "party"}, 422),
    "a chosen site that is none": ({"audience": "chosen", "chosen": ["x", "999999"]}, 422),
}


@pytest.mark.parametrize(("change", "status"), BAD.values(), ids=list(BAD))
def test_a_form_that_cannot_be_is_told_and_stores_nothing(signed_in, event, change, status):
    url = f"/events/{event.slug}/link-tests/new"
    values = dict(signed_in.get(url).form().form_values()) | change

    page = signed_in.post(url, values, status=status)

    assert page.html.xpath("//*[contains(@class,'error-summary')]")
    assert db.session.scalars(sa.select(LinkTest)).all() == []


def test_a_site_of_another_event_takes_part_by_no_form(signed_in, event, three):
    stranger = scenes.sites(scenes.ready_event(), 1)[0]
    test = scenes.link_test(event, three)
    url = f"/events/{event.slug}/link-tests/{test.id}/sites"

    page = signed_in.post(url, {"audience": "chosen", "chosen": [str(stranger.id)]}, status=422)

    assert "Hãy chọn ít nhất một điểm cầu." in page.text
    assert len(list(db.session.scalars(queries.invited_sites(test)))) == 3
    other = scenes.link_test(stranger.event, [stranger])
    signed_in.get(f"/events/{event.slug}/link-tests/{other.id}", status=404)
    signed_in.get(f"/events/{event.slug}/link-tests/{test.id}/sites/{other.invited[0].id}", status=404)


def test_a_coordinator_reads_and_reports_for_the_own_site_alone(app, client, event, three):
    test, other = (
        scenes.link_test(event, three[:2], starts_at=scenes.at_hand()),
        scenes.link_test(event, three[1:], starts_at=scenes.at_hand()),
    )
    own, foreign = scenes.of(test, three[0]), scenes.of(test, three[1])
    client.sign_in(coordinator(event, three[0]))
    home = f"/events/{event.slug}/link-tests"

    assert len(client.get(home).rows()) == 1
    page = client.get(f"{home}/{test.id}")
    assert three[0].name in page.text and three[1].name not in page.text
    client.get(f"{home}/{other.id}", status=404)
    client.get(f"{home}/{test.id}/sites/{foreign.id}", status=404)
    client.post(f"{home}/{test.id}/sites/{foreign.id}", {"result": "passed"}, status=404)
    client.post(f"{home}/{test.id}", {f"result_{foreign.id}": "passed", f"was_{foreign.id}": "|"})
    client.post(f"{home}/{test.id}/pass-others")
    client.post(f"{home}/{test.id}/cancel", status=404)

    assert (own.result, foreign.result) == (TestResult.PASSED, None)


def test_the_pages_cost_the_same_for_3_and_for_186_sites(signed_in, event):
    site_operations.add_sites(event, SiteLevel.COMMUNE, by=None)
    everything = list(db.session.scalars(sa.select(Site).order_by(Site.id)))
    small, large = scenes.link_test(event, everything[:3]), scenes.link_test(event, everything)
    costs = []
    for test in (small, large):
        with counted() as count:
            page = signed_in.get(f"/events/{event.slug}/link-tests/{test.id}?per_page=200")
        costs.append((count.number, len(page.rows())))

    assert costs == [(costs[0][0], 3), (costs[0][0], len(everything))]


def test_a_cancelled_event_lets_its_sites_be_told_and_nothing_else(signed_in, event, three):
    test = scenes.link_test(event, three)
    url = f"/events/{event.slug}/link-tests/{test.id}"
    signed_in.submit(signed_in.get(url).form("/tell"))
    events.cancel_event(event, by=None)

    page = signed_in.submit(signed_in.get(url).form("/tell"))

    assert "Đang gửi thư đến 3 điểm cầu" in page.text
    kinds = [delivery.kind for delivery in db.session.scalars(sa.select(Delivery).order_by(Delivery.id))]
    assert kinds == ["link_test"] * 3 + ["link_test_cancel"] * 3
    assert db.session.scalars(sa.select(InvitedSite.told_sequence)).all() == [None] * 3


def test_the_kind_decides_what_is_reached(signed_in, event, three):
    test = scenes.link_test(event, three, LinkTestKind.REHEARSAL, starts_at=scenes.at_hand())

    signed_in.submit(signed_in.get(f"/events/{event.slug}/link-tests/{test.id}").form("/pass-others"))

    assert all(site.rehearsed_at and not site.tested_at for site in three)


def test_whoever_reads_of_more_sites_enters_results_for_the_own_ones_alone(app, client, event, three):
    test = scenes.link_test(event, three, starts_at=scenes.at_hand())
    user = coordinator(event, three[1])
    accounts.grant(user, Role.SUPERVISOR, event_id=event.id, site_id=three[0].id)
    foreign, own, hidden = (scenes.of(test, site) for site in three)
    client.sign_in(user)
    url = f"/events/{event.slug}/link-tests/{test.id}"

    page = client.get(url)
    assert three[0].name in page.text and three[2].name not in page.text
    assert [name for name in page.form(f"/{test.id}").fields if name.startswith("result_")] == [
        f"result_{own.id}"
    ]
    client.post(url, {f"result_{row.id}": "passed" for row in (foreign, own, hidden)})

    assert [row.result for row in (foreign, own, hidden)] == [None, TestResult.PASSED, None]


def test_after_saving_the_same_filters_stand_and_nothing_else_of_the_address(signed_in, event, three):
    test = scenes.link_test(event, three)
    url = f"/events/{event.slug}/link-tests/{test.id}"
    odd = "slug=x&endpoint=x&link_test_id=9&_method=FOO&_scheme=javascript&_external=1&_anchor=a&page=x"

    answer = signed_in.http.post(
        f"{url}?outcome=open&q=tra%20bong&per_page=7&{odd}", data={"csrf_token": signed_in.csrf()}
    )

    assert answer.status_code == 302
    assert answer.headers["Location"] == f"{url}?q=tra+bong&outcome=open&per_page=7"


def test_results_are_offered_and_taken_from_half_an_hour_before_the_start_on(signed_in, event, three):
    link_operations.make_links(event, three[:1], by=None)
    link = "/s/" + link_queries.link_of(three[0]).rpartition("/")[2]
    test = scenes.link_test(event, three)
    row, url = scenes.of(test, three[0]), f"/events/{event.slug}/link-tests/{test.id}"
    words = "Kết quả được nhập từ 30 phút trước giờ bắt đầu."
    own = [f"{link}/tests/{row.id}/passed", f"{link}/tests/{row.id}/failed"]

    for page in (signed_in.get(url), signed_in.get(f"{url}/sites/{row.id}"), signed_in.get(own[1])):
        assert words in page.text and not page.html.xpath("//*[starts-with(@name,'result')]")
    assert own[1] not in signed_in.get(link).links()
    assert words in signed_in.post(f"{url}/pass-others").text
    assert words in signed_in.post(own[0]).text
    assert words in signed_in.post(url, {f"result_{row.id}": "passed"}).text
    assert words in signed_in.post(f"{url}/sites/{row.id}", {"result": "absent"}, status=422).text
    assert words in signed_in.post(own[1], {"kind": "no_sound"}, status=422).text
    assert row.result is None and three[0].tested_at is None and three[0].open_faults == 0

    test.starts_at = clock.now() + timedelta(minutes=29)
    db.session.commit()
    assert own[1] in signed_in.get(link).links()
    signed_in.post(own[0])
    assert row.result is TestResult.PASSED
