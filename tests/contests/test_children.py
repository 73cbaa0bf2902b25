"""What a guardian sees and decides, and that a consent taken back leaves no public page behind."""

from io import BytesIO

import pytest
from PIL import Image

from eventsvc.contests import (
    award_operations,
    entry_operations,
    guardian_operations,
    judge_operations,
    operations,
    queries,
    vote_operations,
)
from eventsvc.contests.award_operations import Line
from eventsvc.contests.models import EntrantKind, RoundKind
from eventsvc.db import atomic, db
from eventsvc.errors import StaleEdit
from eventsvc.files.operations import take_in
from tests import factories
from tests.contests import staging
from tests.contests.test_awards import give
from tests.contests.test_entries import BORN, CHILD, child, guardian, open_contest, token
from tests.contests.test_rounds import sold
from tests.contests.test_votes import token as vote_token
from tests.databases import ON_SQLITE


def brought(colour="red", name="tranh.jpg"):
    body = BytesIO()
    Image.new("RGB", (40, 30), colour).save(body, "JPEG")
    return take_in(BytesIO(body.getvalue()), name)


@ON_SQLITE
def test_pictures_are_shown_only_with_a_word_of_the_guardian_who_has_seen_them(client, organizer):
    contest = open_contest()
    entry = entry_operations.enter(contest, child(), brought=[brought()])
    ward, own = f"/g/{guardian(entry)}", f"/e/{token(entry)}"

    page = client.get(ward)
    seen = page.html.xpath("//img[contains(@class, 'entry-picture')]/@src")
    assert [client.http.get(each).data[:2] for each in seen] == [b"\xff\xd8"]
    for needed in ("Cơ sở pháp lý", "UBND tỉnh Quảng Ngãi", "Mời và đón tiếp đại biểu", "2099"):
        assert needed in page.text
    client.submit(page.form("/agree"), {"agrees": "y", "shows_work": "y"})
    body = BytesIO()
    Image.new("RGB", (40, 30), "blue").save(body, "JPEG")
    client.post(f"{own}/files", {"files": (BytesIO(body.getvalue()), "hai.jpg")})

    db.session.refresh(entry)
    assert not entry.shows_work  # the second picture nobody has allowed
    later = client.get(ward)
    assert len(later.html.xpath("//img[contains(@class, 'entry-picture')]")) == 2
    entry_operations.accept(contest, {entry.id: entry.version}, by=organizer)
    operations.show_entries(contest, by=organizer)
    public = f"/c/{contest.slug}/entries/1"
    assert client.get(public).html.xpath("//main//img") == []
    client.get(f"{public}/pictures/1", status=404)
    client.submit(client.get(ward).form("/pictures"))
    assert len(client.get(public).html.xpath("//main//img")) == 2
    client.submit(client.get(ward).form("/pictures"))
    client.get(f"{public}/pictures/1", status=404)
    client.get(f"/g/{token(entry)}/files/{entry.files[0].id}", status=404)


def test_pictures_that_came_since_are_not_allowed_unseen(app):
    entry = entry_operations.enter(open_contest(), child(), brought=[brought()])
    guardian_operations.agree(entry, shows_work=False, by=None)
    seen = entry.version
    entry_operations.edit_entry(entry, child(title="Làng khác"), by=entry)

    with pytest.raises(StaleEdit):
        guardian_operations.allow_pictures(entry, True, version=seen, by=None)

    guardian_operations.allow_pictures(entry, True, version=entry.version, by=None)
    assert entry.shows_work


@ON_SQLITE
def test_a_consent_taken_back_leaves_every_public_page_at_once(client, signed_in, organizer):
    contest = staging.voting(entries=1, shows_schools=True, vote_weight=0)
    factories.data_notice(contest.event)
    now = entry_operations.clock.now()
    with atomic():
        contest.opens_at = now
    entry = entry_operations.enter(contest, child(organization="Trường THCS Mẫu"), brought=[brought()])
    guardian_operations.agree(entry, shows_work=True, by=None)
    entry_operations.accept(contest, {entry.id: queries.entry_of(contest, entry.id).version}, by=organizer)
    round_ = staging.round_(contest, RoundKind.LIVESTREAM)
    sold(round_, entry, 100, hour=1)
    award_operations.set_awards(contest, [Line("Nhất", None, 1_000_000)], by=None)
    give(contest, entry)
    _finale, item = staging.finale(contest.event)
    award_operations.hand_over_at(contest, item, by=None)
    with atomic():
        contest.results_published_at = now
    vote_operations.ask(contest, entry, email="an@example.vn", address="198.51.100.7")
    link = f"/vote/{vote_token()}"
    here = f"/c/{contest.slug}"
    pages = [here, f"{here}/entries", f"{here}/vote", f"{here}/results", link]
    assert all("Làng số" in client.get(page).text for page in pages)
    assert "Làng số" in item.mc_line and "Làng số" in item.screen_note

    client.submit(client.get(f"/g/{guardian(entry)}").form("/refuse"))

    for page in pages:
        assert "Làng số" not in client.get(page).response.text
    client.get(f"{here}/entries/{entry.number}", status=404)
    client.get(f"{here}/entries/{entry.number}/pictures/1", status=404)
    db.session.expire_all()
    assert (item.mc_line, item.screen_note) == (None, None)
    awards = f"/events/{contest.event.slug}/contests/{contest.id}/awards"
    assert "không còn dự thi" in signed_in.get(awards).text
    assert CHILD not in str(signed_in.http.get(f"{awards}/export.xlsx").data)


@ON_SQLITE
def test_a_team_of_children_is_answered_for_as_a_whole(client):
    team = child(
        kind=EntrantKind.TEAM, name="Đội Sao", born_on=None, members=((CHILD, BORN), ("Lê Bé", BORN))
    )
    entry = entry_operations.enter(open_contest(), team)

    page = client.get(f"/g/{guardian(entry)}")

    assert "phụ huynh của từng" in page.text


@ON_SQLITE
def test_a_judge_with_the_address_of_the_guardian_judges_not(app):
    contest = staging.contest()
    pupil = staging.entry(contest, guardian_email="me@mau.example.vn")
    staging.entry(contest)
    mother = judge_operations.add_judge(contest, name="Bà Mẹ", email="me@mau.example.vn", by=None)
    round_ = staging.round_(contest)

    with pytest.raises(judge_operations.OwnEntry):
        judge_operations.give_points(round_, mother, pupil, {})
