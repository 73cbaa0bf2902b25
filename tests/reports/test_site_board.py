"""The state of the sites: figures that agree whichever way they are summed, who sees what, what it costs."""

from datetime import UTC, date, datetime, timedelta

import pytest

from eventsvc import clock
from eventsvc.accounts import operations as accounts
from eventsvc.accounts.permissions import Role
from eventsvc.db import db
from eventsvc.events import operations as events
from eventsvc.halls import operations as halls
from eventsvc.halls.models import ServiceKind
from eventsvc.reports import site_board_labels as words
from eventsvc.reports import site_board_queries as queries
from eventsvc.reports.site_board import Division, Source, Standing, Tally
from eventsvc.sites import fault_operations as faults
from eventsvc.sites import operations as sites
from eventsvc.sites import report_operations as reports
from eventsvc.sites import report_queries
from eventsvc.sites import step_operations as steps
from eventsvc.sites.models import Milestone, SiteLevel, SiteStatus
from eventsvc.sites.readiness_models import Gate
from eventsvc.sites.report_models import FaultKind
from eventsvc.sites.reporter import Reporter, of_site
from eventsvc.web import snapshots
from tests import factories
from tests.queries import counted
from tests.reports import site_boards
from tests.reports.test_board import arrive

SQLITE = pytest.mark.parametrize("app", ["sqlite"], indirect=True)
"""Where the database makes no difference."""


@pytest.fixture(autouse=True)
def _fresh():
    snapshots.forget()


@pytest.fixture
def event(app):
    return districts()


def districts():
    """The main hall and thirteen districts, ten minutes before the ceremony; the doors are open."""
    made = factories.data_notice(site_boards.event())
    factories.main_site(made)
    sites.add_sites(made, SiteLevel.DISTRICT, by=None)
    return made


def line_of(event, code):
    return next(line for line in queries.site_board(event).lines if line.code == code)


def count(site, *people, reporter=None):
    kinds = report_queries.count_groups(site.event)
    pairs = list(zip(kinds, people, strict=False))
    reports.report_head_count(site, site.event.sittings[0], pairs, reporter or of_site(site))


def on_behalf():
    return Reporter(None, "Nguyễn Văn Trực", spoke_with="Trần Thị Lý")


def test_a_line_says_where_a_site_stands_what_it_missed_and_what_is_broken(event):
    site = factories.site_of(event, "536")
    steps.reach(site, Milestone.TESTED, on_behalf())
    faults.raise_fault(site, FaultKind.NO_SOUND, "Mất tiếng", of_site(site))

    line = line_of(event, "536")

    assert (line.status, line.standing) == (SiteStatus.FAULT, Standing.FAULT)
    assert [fault.kind for fault in line.faults] == [FaultKind.NO_SOUND]
    late = [missed.gate for missed in line.missed]
    assert late == [Gate.REHEARSED, Gate.TECHNICIAN_PRESENT, Gate.READY, Gate.CONNECTED]
    assert (line.last_step.milestone, line.last_step.is_on_behalf) == (Milestone.TESTED, True)
    assert line_of(event, "524").standing is Standing.LATE
    assert line_of(event, "main").standing is Standing.UNCONFIRMED


def test_the_greater_of_head_count_and_scans_counts_and_says_where_it_comes_from(event):
    told, called, scanned, silent = (factories.site_of(event, code) for code in ("524", "525", "527", "528"))
    count(told, 10, 20)
    count(told, 12, 30)
    count(called, 5, reporter=on_behalf())
    count(scanned, 1)
    for _guest in range(2):
        assert arrive(factories.guest(scanned), scanned) == "admitted"
    factories.guest(silent)

    lines = {line.code: line for line in queries.site_board(event).lines}

    found = {code: (lines[code].people, lines[code].source) for code in ("524", "525", "527", "528")}
    assert found == {
        "524": (42, Source.REPORTED),
        "525": (5, Source.ON_BEHALF),
        "527": (2, Source.SCANNED),
        "528": (0, Source.NONE),
    }
    assert [people for _kind, people in lines["524"].reported.parts] == [12, 30]
    assert lines["525"].reported.spoke_with == "Trần Thị Lý"
    assert [code for code, line in lines.items() if line.differs] == ["527"]
    assert (lines["527"].checked_in, lines["527"].expected, lines["528"].expected) == (2, 2, 1)


def test_the_total_is_said_in_one_sentence_that_names_its_sources(app, time_machine):
    time_machine.move_to(datetime(2026, 12, 10, 1, 12, tzinfo=UTC), tick=False)
    event = districts()
    count(factories.site_of(event, "524"), 1200)
    count(factories.site_of(event, "525"), 30, reporter=on_behalf())
    count(factories.site_of(event, "528"), 0)
    site = factories.site_of(event, "527")
    arrive(factories.guest(site), site)

    tally = queries.site_board(event).all

    assert words.people_words(tally) == (
        "1.231 đại biểu tại 3 điểm cầu (2 điểm cầu theo số liệu điểm cầu báo cáo, trong đó 1 điểm cầu do cấp tỉnh nhập "
        "thay sau khi điện thoại, mới nhất lúc 08:12; 1 điểm cầu theo số lượt quét mã, lượt cuối lúc 08:12). "
        "1 điểm cầu báo không có người dự. 10 điểm cầu chưa báo cáo số liệu."
    )
    known = tally.evidence
    assert known.places + known.nobody + known.silent == tally.sites == 14


@pytest.mark.parametrize(
    "details, groups",
    [
        ({}, {Division.MAIN: 1, Division.DISTRICT: 13, Division.OTHER: 1}),
        ({"units_as_of": date(2025, 8, 1)}, {Division.MAIN: 1, Division.PROVINCE: 1, Division.OTHER: 1}),
    ],
    ids=["three tiers", "two tiers"],
)
def test_whichever_way_the_sites_are_summed_the_parts_make_the_whole(app, details, groups):
    event = site_boards.whole(**details)
    factories.site(event)
    site_boards.mix(event)
    for number, site in enumerate(db.session.scalars(db.select(sites.Site).limit(9))):
        sites.edit_site(site, {"cluster": f"Cụm {number % 2}"}, by=None)

    board = queries.site_board(event)

    assert len(board.lines) == {13: 188}.get(groups.get(Division.DISTRICT, 0), 98)
    for parts in (board.by_level, board.by_district, board.by_cluster):
        assert sorted(line.code for part in parts for line in part.lines) == sorted(
            line.code for line in board.lines
        )
        for sum_of in (
            lambda tally: tally.people, lambda tally: tally.reported, lambda tally: tally.late,
            lambda tally: tally.faulty, lambda tally: tally.evidence.places, lambda tally: tally.reporting,
        ):  # fmt: skip
            assert sum(sum_of(part) for part in parts) == sum_of(board.all) > 0
    found: dict[Division, int] = {}
    for part in board.by_district:
        found[part.division] = found.get(part.division, 0) + 1
    assert found == groups


@SQLITE
def test_a_district_without_communes_is_a_sum_of_its_own(app):
    event = site_boards.whole()

    by_code = {tally.code: tally for tally in queries.site_board(event).by_district}

    assert (by_code["536"].name, by_code["536"].sites) == ("Huyện Lý Sơn", 1)
    assert (by_code["524"].name, by_code["524"].sites) == ("Huyện Bình Sơn", 23)


@SQLITE
def test_an_old_event_keeps_its_old_names_and_districts(app):
    event = site_boards.whole(units_as_of=date(2023, 7, 15))
    board = queries.site_board(event)

    assert [tally.name for tally in board.by_district if tally.code == "534"] == ["Thị xã Đức Phổ"]
    assert sum(tally.division is Division.DISTRICT for tally in board.by_district) == 13


def test_the_state_of_the_sites_costs_the_same_for_one_site_and_many(app):
    few_sites, many_sites = site_boards.event(), site_boards.whole()
    factories.main_site(few_sites)
    site_boards.mix(few_sites, at_fault=0)
    site_boards.mix(many_sites)
    for event in (few_sites, many_sites):
        queries.site_board(event)

    with counted() as few:
        assert len(queries.site_board(few_sites).lines) == 1
    with counted() as many:
        assert len(queries.site_board(many_sites).lines) == 187

    assert many.number == few.number


@SQLITE
def test_the_table_is_narrowed_and_red_comes_first(signed_in, event):
    steps.reach(factories.site_of(event, "522"), Milestone.CONFIRMED, on_behalf())
    site = factories.site_of(event, "533")
    faults.raise_fault(site, FaultKind.POWER, None, of_site(site))
    address = f"/events/{event.slug}/sites/board"

    def rows(query=""):
        page = signed_in.get(f"{address}{query}")
        return page.html.xpath("//tr[starts-with(@id, 'site-')]/@id")

    assert rows()[0] == "site-533" and rows()[-1] == "site-main" and len(rows()) == 14
    assert rows("?within=524") == ["site-524"]
    assert rows("?status=fault") == ["site-533"]
    assert rows("?status=confirmed") == ["site-522"]
    assert rows("?level=main") == ["site-main"]
    assert len(rows("?urgent=1")) == 13
    assert rows("?site=536") == ["site-536"]
    assert len(rows("?within=999&cluster=x&level=y&status=z&site=q&page=1")) == 14
    assert len(rows("?slug=x&_scheme=x&_anchor=x&_external=1&sitting=7&per_page=0")) == 1


@SQLITE
def test_the_fragment_says_nothing_when_nothing_is_new(signed_in, event):
    address = f"/events/{event.slug}/sites/board/fragment"
    first = signed_in.http.get(address)

    again = signed_in.http.get(address, headers={"If-None-Match": first.headers["ETag"]})
    snapshots.forget()
    count(factories.site_of(event, "524"), 77)
    news = signed_in.http.get(address, headers={"If-None-Match": first.headers["ETag"]})

    assert (first.status_code, again.status_code, again.data, news.status_code) == (200, 304, b"", 200)
    assert "77 đại biểu tại 1 điểm cầu" in news.text


@SQLITE
def test_events_with_equal_figures_are_never_taken_for_each_other(client, event, time_machine):
    time_machine.move_to(clock.now(), tick=False)
    other = factories.data_notice(
        factories.approved_event(starts_at=event.sittings[0].starts_at, short_title="Hội nghị bạn")
    )
    factories.open_doors(other)
    factories.main_site(other)
    sites.add_sites(other, SiteLevel.DISTRICT, by=None)
    one, two = (queries.site_board(each) for each in (event, other))
    assert (one.lines, one.starts_at) == (two.lines, two.starts_at)

    def shown(event, page):
        _row, token = accounts.create_token(Role.VIEWER, event_id=event.id, shown_again=True)
        client.sign_in(factories.owner(event))
        pages = [f"/events/{event.slug}/sites/board/fragment", f"/board/{token}{page}"]
        return [client.http.get(address) for address in pages]

    for page in ("/sites/fragment", "/fragment"):
        (table, wall), (others_table, others_wall) = shown(event, page), shown(other, page)
        assert f"/events/{event.slug}/" in table.text and f"/events/{other.slug}/" not in table.text
        assert (
            f"/events/{other.slug}/" in others_table.text
            and f"/events/{event.slug}/" not in others_table.text
        )
        assert event.short_title in wall.text and "Hội nghị bạn" not in wall.text
        assert "Hội nghị bạn" in others_wall.text and event.short_title not in others_wall.text
        assert table.headers["ETag"] != others_table.headers["ETag"]
        assert wall.headers["ETag"] != others_wall.headers["ETag"]

    before = shown(event, "/sites/fragment")[1].headers["ETag"]
    event.short_title = "Lễ ra quân"
    db.session.commit()
    assert "Lễ ra quân" in (renamed := shown(event, "/sites/fragment")[1]).text
    assert renamed.headers["ETag"] != before


@SQLITE
def test_a_viewer_sees_figures_and_neither_names_nor_numbers(client, signed_in, event):
    site = factories.site_of(event, "524")
    sites.edit_site(site, {"contact_name": "Phạm Thị Kín", "contact_phone": "+84501112223"}, by=None)
    count(site, 8)
    address = f"/events/{event.slug}/sites/board"
    known = ("Phạm Thị Kín", "0501 112 223")
    assert all(word in signed_in.get(address).text for word in known)
    someone = factories.user()
    accounts.grant(someone, Role.VIEWER, event_id=event.id)

    client.sign_in(someone)

    for path in (address, f"{address}/fragment"):
        text = client.http.get(path).text
        assert "8 đại biểu tại 1 điểm cầu" in text
        assert not any(word in text for word in (*known, "+84501112223", "/sites/524"))


@SQLITE
def test_a_screen_shows_totals_and_what_is_urgent_without_names(client, event):
    site = factories.site_of(event, "524")
    sites.edit_site(site, {"contact_name": "Phạm Thị Kín", "contact_phone": "+84501112223"}, by=None)
    count(site, 8)
    faults.raise_fault(site, FaultKind.POWER, "Gọi Phạm Thị Kín", of_site(site))
    _row, token = accounts.create_token(Role.VIEWER, event_id=event.id, shown_again=True)

    page = client.get(f"/board/{token}/sites")
    fragment = client.http.get(f"/board/{token}/sites/fragment")

    assert "8 đại biểu tại 1 điểm cầu" in page.text and "Mất điện" in page.text
    for text in (page.text, fragment.text):
        assert not any(word in text for word in ("Phạm Thị Kín", "84501112223", "0501"))
    client.get("/board/khong-co/sites", status=404)


@SQLITE
def test_an_event_without_sites_says_so(signed_in, app):
    event = site_boards.event()

    page = signed_in.get(f"/events/{event.slug}/sites/board")

    assert "Chưa có điểm cầu" in page.text


@SQLITE
def test_nobody_anywhere_is_said_in_words(event):
    assert "Chưa có điểm cầu nào báo số" in words.people_words(Tally(Division.ALL, ()))
    assert queries.site_board(event).latest is None
    assert clock.now() - queries.site_board(event).as_of < timedelta(minutes=5)


@SQLITE
def test_a_service_of_a_hall_that_is_late_or_broken_shows(signed_in, event):
    main = factories.site_of(event, "main")
    late = halls.add_service(main, ServiceKind.MEDICAL, agency_name="Sở Y tế", by=None)
    broken = halls.add_service(
        main, ServiceKind.POWER, on_duty_name="Đỗ Văn Trực", on_duty_phone="+84501230000", by=None
    )
    halls.report_problem(broken, "Máy nổ hỏng", by=None)

    found = [(service.kind, service.gate) for service in queries.site_board(event).services]
    page = signed_in.get(f"/events/{event.slug}/sites/board")

    assert found == [(ServiceKind.POWER, None), (late.kind, Gate.SERVICE_CONFIRMED)]
    assert all(words in page.text for words in ("Có vướng mắc", "Máy nổ hỏng", "0501 230 000"))


@SQLITE
def test_each_sitting_has_head_counts_of_its_own(event):
    site, second = factories.site_of(event, "524"), events.add_sitting(event, by=None)
    count(site, 40)

    assert queries.site_board(event).all.people == 40
    assert queries.site_board(event, second).all.people == 0
