"""The pages of rounds, jury, vote and awards: one contest from its first round to its results."""

from datetime import timedelta

from eventsvc import secrets
from eventsvc.contests import (
    award_operations,
    award_queries,
    judge_operations,
    livestream_operations,
    operations,
    round_queries,
    score_queries,
)
from eventsvc.contests import vote_queries as votes
from eventsvc.contests.models import RoundKind
from eventsvc.db import db
from tests import factories
from tests.contests import staging
from tests.contests.test_awards import give, ranked
from tests.contests.test_judging import with_row
from tests.contests.test_votes import token
from tests.databases import ON_SQLITE
from tests.queries import counted

pytestmark = ON_SQLITE


def address(contest, rest=""):
    return f"/events/{contest.event.slug}/contests/{contest.id}{rest}"


def test_a_jury_round_from_its_making_to_its_closing(app, signed_in, client):
    contest = staging.contest(entries=2)
    rounds = signed_in.get(address(contest, "/rounds"))
    signed_in.submit(rounds.form("/rounds"), {"name": "", "kind": "jury"}, status=422)
    signed_in.submit(rounds.form("/rounds"), {"name": "Chấm chung kết", "kind": "jury"})
    page = signed_in.get(address(contest, "/rounds/1"))
    page = signed_in.submit(page.form("/take"))
    jury = signed_in.get(address(contest, "/jury"))
    signed_in.submit(jury.form("/jury"), {"name": "Bà Giám Khảo", "organization_name": "TRƯỜNG MẪU 2"})
    judge = score_queries.judges_of(contest)[0]
    shown = signed_in.get(address(contest, f"/jury/{judge.id}"))
    link = shown.html.xpath("string(//*[@id='judge-link'])").rpartition("/")[2]

    own = client.get(f"/j/{link}")
    assert own.rows()[1][2] == "đơn vị của quý vị"
    criteria = [f"c{criterion.id}" for criterion in contest.criteria]
    entry = client.get(f"/j/{link}/1/1")
    wrong = client.submit(entry.form("/1/1"), dict(zip(criteria, ["10,25", "31"], strict=True)), status=422)
    assert wrong.errors == [
        "Từ 0 đến 10, lẻ nửa điểm. Ví dụ: 7,5.",
        "Từ 0 đến 30, lẻ nửa điểm. Ví dụ: 7,5.",
    ]
    half = client.submit(entry.form("/1/1"), {criteria[0]: "7,5"})
    assert "còn thiếu điểm" in half.text
    client.submit(entry.form("/1/1"), dict(zip(criteria, ["7,5", "30"], strict=True)))
    refused = client.post(f"/j/{link}/1/2", dict.fromkeys(criteria, "1"), status=422)
    assert "Quý vị không chấm bài này" in refused.text

    page = signed_in.get(address(contest, "/rounds/1"))
    assert page.rows()[0] == ["1", "1. Tác phẩm 1", "93,75", "93,75"]
    page = signed_in.submit(page.form("/close"), {"although_missing": "1"})
    assert round_queries.round_of(contest, 1).closed_at is not None
    assert client.get(f"/j/{link}").html.xpath("//a[contains(@href, '/1/1')]") == []
    refused = client.post(f"/j/{link}/1/1", dict.fromkeys(criteria, "1"), status=422)
    assert "đã kết thúc" in refused.text


def test_no_judge_sees_the_points_of_another(app, client):
    contest = staging.contest(entries=1)
    one = judge_operations.add_judge(contest, name="Bà Một", by=None)
    two = judge_operations.add_judge(contest, name="Ông Hai", by=None)
    round_ = staging.round_(contest)
    entry = staging.entries_of(contest)[0]
    judge_operations.give_points(round_, one, entry, {contest.criteria[0].id: score_of("9.5")})

    pages = [client.get(f"/j/{secrets.unseal(two.token_sealed)}{rest}") for rest in ("", "/1/1")]

    assert all("9,5" not in page.text and "Bà Một" not in page.text for page in pages)
    own = client.get(f"/j/{secrets.unseal(one.token_sealed)}/1/1")
    assert own.form("/1/1").fields[f"c{contest.criteria[0].id}"] == "9,5"
    judge_operations.revoke(one, by=None)
    client.get(f"/j/{secrets.unseal(one.token_sealed)}", status=410)
    client.get("/j/khong-co", status=404)


def score_of(words):
    from decimal import Decimal

    return Decimal(words)


def test_a_tie_is_declared_on_the_page(app, client, signed_in):
    contest = staging.contest(entries=1)
    judge = judge_operations.add_judge(contest, name="Bà Một", by=None)
    staging.round_(contest)
    link = f"/j/{secrets.unseal(judge.token_sealed)}"

    client.submit(client.get(f"{link}/1/1").form("/tie"), {"reason": "Học trò cũ"})

    assert client.get(link).rows()[0][2] == "đã khai báo quan hệ"
    page = signed_in.get(address(contest, f"/jury/{judge.id}"))
    assert page.rows()[0][:2] == ["1. Tác phẩm 1", "Học trò cũ"]
    signed_in.submit(page.form("/remove"))
    assert score_queries.ties_of(contest) == {}


def test_a_bracket_is_drawn_and_played_on_its_pages(app, signed_in, client):
    contest = staging.contest(entries=3)
    round_ = staging.round_(contest, RoundKind.BRACKET)
    page = signed_in.get(address(contest, "/rounds/1"))
    a, b, c = staging.entries_of(contest)
    twice = signed_in.submit(page.form("/draw"), {f"seed-{a.id}": "2"})
    assert twice.flashes == ["Có hai bài dự thi cùng một thứ tự."]
    signed_in.submit(page.form("/draw"), {f"seed-{a.id}": "2", f"seed-{b.id}": "1"})
    match = signed_in.get(address(contest, "/rounds/1/matches/1/2"))
    tie = {"first_score": "2", "second_score": "2"}
    refused = signed_in.submit(match.form("/result"), tie, status=422)
    assert "Chưa có bên thắng" in refused.errors[0]
    signed_in.submit(match.form("/result"), {"first_score": "2", "second_score": "3"})

    everybody = client.get(f"/c/{contest.slug}")
    assert everybody.rows(0)[1][:3] == ["1. Tác phẩm 1 – Đội 1", "2 : 3", "3. Tác phẩm 3 – Đội 3 (Đi tiếp)"]
    assert "Thí Sinh" not in everybody.response.text
    own = client.get(f"/e/{secrets.unseal(c.token_sealed)}")
    assert "1. Tác phẩm 1 (3 : 2)" in own.text and "Thí Sinh 1" not in own.text
    page = signed_in.get(address(contest, "/rounds/1"))
    assert page.rows(0)[1][1:5] == ["1. Tác phẩm 1", "2 : 3", "3. Tác phẩm 3", "3. Tác phẩm 3"]
    assert page.rows(1)[0][1:4] == ["2. Tác phẩm 2", "–", "3. Tác phẩm 3"]
    assert round_queries.bracket_of(round_)[2, 1].second == c.id


def test_slots_and_their_sales_are_entered_on_their_page(app, signed_in):
    contest = staging.contest(entries=2)
    staging.round_(contest, RoundKind.LIVESTREAM)
    a, b = staging.entries_of(contest)
    times = {"starts_at": "2026-12-01T08:00", "ends_at": "2026-12-01T09:00", "channel": "Kênh Mẫu"}

    for entry in (a, b):
        page = signed_in.get(address(contest, f"/rounds/1/slots/{entry.id}"))
        status = 200 if entry is a else 422
        page = signed_in.submit(page.form(f"/slots/{entry.id}"), times, status=status)
    assert "đang phát trên kênh này" in page.errors[0]
    page = signed_in.get(address(contest, f"/rounds/1/slots/{a.id}"))
    signed_in.submit(page.form("/sales"), {"revenue": "-1", "orders": "3", "viewers": "9"}, status=422)
    signed_in.submit(page.form("/sales"), {"revenue": "12.500.000", "orders": "3", "viewers": "900"})

    assert signed_in.get(address(contest, "/rounds/1")).rows()[0][4:7] == ["12.500.000", "3", "900"]


def test_the_public_votes_once_and_reads_no_counts_before_the_end(app, client, signed_in):
    contest = staging.voting()
    a, _b = staging.entries_of(contest)
    here = f"/c/{contest.slug}/vote"
    page = client.get(here)
    client.submit(page.form(), {"entry": str(a.id), "email": "khong-phai"}, status=422)
    sent = client.submit(page.form(), {"entry": str(a.id), "email": "An@example.vn"})
    assert "đường dẫn" in sent.flashes[0]
    letter = client.get(f"/vote/{token()}")
    assert votes.counts(contest) == {}
    assert "Tác phẩm 1" in letter.text
    counted = client.submit(letter.form())
    assert votes.counts(contest) == {a.id: 1}
    assert counted.flashes == ["Lượt bình chọn của quý vị đã được ghi nhận. Trân trọng cảm ơn."]
    again = client.submit(page.form(), {"entry": str(a.id), "email": "an+2@example.vn"}, status=422)
    assert "không thay đổi được" in again.errors[0]
    assert "Số lượt bình chọn" not in client.get(here).text

    review = signed_in.get(address(contest, "/votes"))
    signed_in.submit(review.form("/show-counts"))
    assert client.get(here).rows() == [["Tác phẩm 1", "Đội 1", "1"], ["Tác phẩm 2", "Đội 2", "0"]]
    network = votes.networks(contest)[0].key
    flood = signed_in.get(address(contest, f"/votes/{network}"))
    signed_in.submit(flood.form("/strike-out"), {"reason": ""}, status=422)
    signed_in.submit(flood.form("/strike-out"), {"reason": "Bình chọn bằng máy"})
    assert votes.counts(contest) == {}
    client.get("/vote/khong-co", status=404)


def test_awards_are_proposed_saved_put_into_the_agenda_and_published(app, client, signed_in):
    contest = ranked()
    _finale, item = staging.finale(contest.event)
    page = signed_in.get(address(contest, "/awards"))
    signed_in.submit(page.form("/list"), {"lines": "Nhất | Bằng khen | mười triệu"}, status=422)
    client.get(f"/c/{contest.slug}/results", status=404)
    signed_in.submit(page.form("/give"))
    assert [award.entry.number for award in award_queries.awards_of(contest)] == [1, 2, 3, 4]
    page = signed_in.get(address(contest, "/awards"))
    signed_in.submit(page.form("/agenda"), {"item": str(item.id)})
    db.session.expire_all()
    assert item.mc_line.startswith("Trao giải cuộc thi")
    page = signed_in.get(address(contest, "/awards"))
    signed_in.submit(page.form("/publish"))

    results = client.get(f"/c/{contest.slug}/results")
    assert results.rows()[0] == ["Giải Nhất", "Đội 1", "Tác phẩm 1"]
    assert "Thí Sinh" not in results.text
    book = signed_in.http.get(address(contest, "/awards/export.xlsx"))
    assert (book.status_code, book.data[:2]) == (200, b"PK")


def test_no_name_of_a_child_stands_on_the_results_or_the_vote(app, client):
    contest = ranked(entries=1)
    from eventsvc import clock

    child = staging.entry(
        contest,
        name="Bé Ngô Minh Anh",
        public_name="Thí sinh số 1",
        is_child=True,
        guardian_agreed_at=clock.now(),
    )
    award = award_queries.awards_of(contest)[0]
    award_operations.give_awards(contest, {award.id: child.id}, by=None)
    award_operations.publish_results(contest, by=None)

    assert "Minh Anh" not in client.get(f"/c/{contest.slug}/results").text


def test_whoever_may_not_edit_the_finale_does_not_write_into_its_agenda(app, client):
    contest = ranked()
    give(contest, *staging.entries_of(contest))
    finale, item = staging.finale(contest.event)
    assert finale.part_of_id == contest.event_id
    viewer = factories.user()
    from eventsvc.accounts import operations as accounts
    from eventsvc.accounts.permissions import Role

    accounts.grant(viewer, Role.VIEWER, event_id=contest.event_id)
    client.sign_in(viewer)
    assert client.get(address(contest, "/awards")).html.xpath("//form[contains(@action,'/agenda')]") == []
    client.post(address(contest, "/awards/agenda"), {"item": str(item.id)}, status=404)
    assert item.mc_line is None


def test_the_link_of_a_livestream_stands_on_the_public_page_while_that_is_public(app, client):
    contest = staging.contest(entries=1)
    round_ = staging.round_(contest, RoundKind.LIVESTREAM)
    start = factories.soon()
    times = {"starts_at": start, "ends_at": start + timedelta(hours=1)}
    entry = staging.entries_of(contest)[0]
    livestream_operations.save_slot(
        round_, entry.id, **times, channel="Kênh Mẫu", url="https://kenh.example.vn/1", by=None
    )

    assert "https://kenh.example.vn/1" in client.get(f"/c/{contest.slug}").links()
    operations.hide_entries(contest, by=None)
    assert "https://kenh.example.vn/1" not in client.get(f"/c/{contest.slug}").links()


def test_pages_cost_the_same_for_two_entries_and_for_twelve(app, signed_in):
    event = staging.campaign()
    costs = []
    for size in (2, 12):
        contest = staging.contest(event, entries=size)
        judge = judge_operations.add_judge(contest, name="Bà Một", organization_name="Sở Y tế", by=None)
        for entry in staging.entries_of(contest):
            with_row(entry, judge.organization_id)
        staging.round_(contest)
        link = f"/j/{secrets.unseal(judge.token_sealed)}"
        pages = (address(contest, "/rounds/1"), address(contest, "/jury"), address(contest, "/awards"), link)
        for page in pages:
            signed_in.get(page)
            with counted() as count:
                signed_in.get(page)
            costs.append(count.number)

    assert costs[:4] == costs[4:]
