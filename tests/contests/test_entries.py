"""Entering a contest: within the hours and limits, with real files, and never past a child's guardian."""

import zipfile
from datetime import date, timedelta
from io import BytesIO
from threading import Barrier, Thread

import openpyxl
import pytest
import sqlalchemy as sa
from PIL import Image

from eventsvc import clock, secrets
from eventsvc.audit.models import AuditEntry
from eventsvc.contests import entry_operations, guardian_operations, operations, queries, rules
from eventsvc.contests.entry_operations import Entered
from eventsvc.contests.models import Contest, EntrantKind, Entry, EntryMember, EntryState
from eventsvc.db import atomic, db
from eventsvc.deliveries.models import Delivery
from eventsvc.errors import DomainError
from eventsvc.events.models import EventKind
from eventsvc.files import queries as files_queries
from eventsvc.files.models import File
from eventsvc.files.operations import take_in
from tests import factories
from tests.agenda.test_material_pages import Endless
from tests.databases import ON_SQLITE
from tests.pages import PageClient

CHILD = "Nguyễn Thị Bé Mẫu"
BORN = date(2014, 5, 20)


def open_contest(**columns) -> Contest:
    event = factories.data_notice(factories.event(kind=EventKind.CAMPAIGN, title="Ngày chuyển đổi số"))
    now = clock.now()
    hours = {"opens_at": now - timedelta(days=1), "closes_at": now + timedelta(days=5)}
    values = {"name": "Vẽ tranh bằng AI", "is_public": True, **hours, **columns}
    return operations.make_contest(event, by=None, **values)


def adult(**columns) -> Entered:
    values = {
        "title": "Phố số",
        "kind": EntrantKind.PERSON,
        "name": "Trần Văn Lớn",
        "born_on": date(1990, 1, 2),
    }
    return Entered(**{**values, "email": "lon@mau.example.vn", **columns})


def child(**columns) -> Entered:
    values = {"title": "Làng số", "kind": EntrantKind.PERSON, "name": CHILD, "born_on": BORN}
    values |= {"guardian_name": "Nguyễn Văn Cha", "guardian_email": "cha@mau.example.vn"}
    return Entered(**{**values, **columns})


def picture() -> bytes:
    body = BytesIO()
    Image.new("RGB", (40, 30), "green").save(body, "JPEG")
    return body.getvalue()


def token(entry: Entry) -> str:
    return secrets.unseal(entry.token_sealed)


def guardian(entry: Entry) -> str:
    return secrets.unseal(entry.guardian_token_sealed)


def said() -> str:
    """Everything that was written down in the audit log, and every letter."""
    entries = [str(row.details) for row in db.session.scalars(sa.select(AuditEntry))]
    letters = [
        f"{row.subject} {row.text_body} {row.recipient_name}"
        for row in db.session.scalars(sa.select(Delivery))
    ]
    return " ".join(entries + letters)


def test_a_child_waits_for_the_guardian_and_is_never_named(app):
    contest = open_contest()

    entry = entry_operations.enter(contest, child(), brought=[take_in(BytesIO(picture()), "tranh.jpg")])

    assert (entry.state, entry.is_child, entry.public_name) == (
        EntryState.AWAITING_CONSENT,
        True,
        "Thí sinh số 1",
    )
    assert entry_operations.accept(contest, {entry.id: entry.version}, by=factories.user()) == (0, 1)
    assert queries.accepted_entries(contest) == []
    kinds = {(row.kind, row.recipient) for row in db.session.scalars(sa.select(Delivery))}
    assert kinds == {("entry", "cha@mau.example.vn"), ("entry_consent", "cha@mau.example.vn")}

    guardian_operations.agree(entry, shows_work=True, by=None)
    guardian_operations.agree(entry, shows_work=False, by=None)
    assert (entry.state, entry.shows_work) == (EntryState.SUBMITTED, True)
    assert entry_operations.accept(contest, {entry.id: entry.version}, by=factories.user()) == (1, 0)
    assert queries.accepted_entries(contest) == [entry]

    [kept] = db.session.scalars(sa.select(File))
    place = files_queries.path_of(kept)
    guardian_operations.refuse(entry, by=None)
    assert (entry.state, entry.files, place.exists()) == (EntryState.WITHDRAWN, [], False)
    assert queries.accepted_entries(contest) == []
    with pytest.raises(guardian_operations.TooLate):
        guardian_operations.agree(entry, shows_work=False, by=None)
    assert CHILD not in said()


def test_the_age_counts_on_the_first_day_and_for_every_member(app):
    contest = open_contest()
    day = rules.age_day(contest, clock.now())
    grown = (
        date(day.year - 18, day.month, day.day)
        if (day.month, day.day) != (2, 29)
        else date(day.year - 18, 3, 1)
    )

    assert not rules.is_child(contest, [grown], clock.now())
    assert rules.is_child(contest, [grown + timedelta(days=1)], clock.now())
    team = entry_operations.enter(
        contest,
        child(
            kind=EntrantKind.TEAM,
            name="Đội Sao",
            born_on=None,
            members=(("Lê Văn Lớn", grown), (CHILD, BORN)),
        ),
    )
    assert (team.is_child, team.public_name, team.state) == (True, "Đội số 1", EntryState.AWAITING_CONSENT)


REFUSED = [
    (child(guardian_name=None), "guardian_name"),
    (child(guardian_email=None), "guardian_email"),
    (child(email="cha@mau.example.vn"), "guardian_email"),
    (child(title=f"Tranh của {CHILD}"), "title"),
    (child(born_on=None), "born_on"),
    (child(born_on=date(2099, 1, 1)), "born_on"),
    (child(phone="+84500000001", guardian_phone="+84500000001"), "guardian_phone"),
    (adult(email=None), "email"),
    (adult(kind=EntrantKind.TEAM, members=(("Một Mình", BORN),)), "members"),
]


@ON_SQLITE
@pytest.mark.parametrize(("entered", "field"), REFUSED)
def test_what_is_refused(app, entered, field):
    contest = open_contest()

    with pytest.raises(DomainError) as refusal:
        entry_operations.enter(contest, entered)

    assert refusal.value.field == field
    assert db.session.scalars(sa.select(Entry)).all() == []


@ON_SQLITE
def test_nobody_enters_before_or_after_but_the_organizer_on_behalf(app):
    contest, now = open_contest(), clock.now()
    for opens_at, closes_at in (
        (now + timedelta(days=1), None),
        (None, None),
        (now - timedelta(2), now - timedelta(1)),
    ):
        operations.edit_contest(contest, {"opens_at": opens_at, "closes_at": closes_at}, by=None)
        with pytest.raises(entry_operations.EntriesClosed):
            entry_operations.enter(contest, adult())

    entry_operations.enter(contest, adult(), by=factories.user())
    assert queries.figures([contest])[contest.id].submitted == 1


@ON_SQLITE
def test_without_the_data_notice_nobody_enters_and_the_organizer_reads_why(client, signed_in):
    contest = open_contest()
    with atomic():
        contest.event.data_controller = None
    address = f"/c/{contest.slug}"

    assert client.get(f"{address}/enter").html.xpath("//form[@enctype]") == []
    client.post(f"{address}/enter", {"name": "A", "title": "B", "agrees": "y"}, status=422)
    for by in (None, factories.user()):
        with pytest.raises(entry_operations.EntriesClosed):
            entry_operations.enter(contest, adult(), by=by)
    for page in (address, f"/p/{contest.event.slug}/contests"):
        assert "thông báo về dữ liệu" not in client.get(page).text
    here = f"/events/{contest.event.slug}/contests"
    for page in (here, f"{here}/{contest.id}"):
        assert "Chưa thể đăng ký dự thi" in signed_in.get(page).text


@ON_SQLITE
def test_what_is_refused_leaves_nothing_on_the_disk(client):
    contest = open_contest()
    form = client.get(f"/c/{contest.slug}/enter").form("/enter")
    typed = {"kind": "person", "name": "Trần Văn Lớn", "born_on": "1990-01-02", "email": "lon@mau.example.vn"}
    typed |= {"title": "Phố số", "agrees": "y"}
    client.submit(form, typed)
    kept = sorted(each for each in files_queries.folder().rglob("*") if each.is_file())

    again = client.get(f"/c/{contest.slug}/enter").form("/enter")
    sent = {**typed, "files": (BytesIO(picture()), "pho.jpg")}
    assert "Đã nộp đủ" in client.submit(again, sent, status=422).errors[0]
    operations.edit_contest(contest, {"closes_at": clock.now()}, by=None)
    closed = client.submit(again, {**typed, "files": (BytesIO(picture()), "pho.jpg")}, status=422)

    assert "Đã hết hạn nhận bài dự thi" in closed.text
    assert sorted(each for each in files_queries.folder().rglob("*") if each.is_file()) == kept


def test_at_once_one_address_enters_no_more_than_it_may(app):
    contest = open_contest(most_entries_each=2)
    barrier, refused = Barrier(4), []

    def run(number: int) -> None:
        with app.app_context():
            barrier.wait()
            try:
                entry_operations.enter(db.session.get(Contest, contest_id), adult(title=f"Phố {number}"))
            except entry_operations.TooMany:
                refused.append(number)

    contest_id = contest.id
    db.session.rollback()
    threads = [Thread(target=run, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(refused) == 2
    assert db.session.scalars(sa.select(Entry.number).order_by(Entry.number)).all() == [1, 2]


@ON_SQLITE
def test_another_child_or_guardian_is_asked_anew(app):
    contest = open_contest()
    entry = entry_operations.enter(contest, child())
    guardian_operations.agree(entry, shows_work=True, by=None)
    first = guardian(entry)

    entry_operations.edit_entry(entry, child(title="Làng rất số"), by=entry)
    assert entry.guardian_agreed_at is not None
    entry_operations.edit_entry(entry, child(guardian_email="me@mau.example.vn"), by=entry)

    assert (entry.state, entry.guardian_agreed_at, entry.shows_work) == (
        EntryState.AWAITING_CONSENT,
        None,
        False,
    )
    assert queries.entry_by_guardian_token(first) is None
    last = db.session.scalars(sa.select(Delivery).order_by(Delivery.id.desc())).first()
    assert (last.kind, last.recipient) == ("entry_consent", "me@mau.example.vn")


@ON_SQLITE
def test_too_late_to_agree(app):
    contest = open_contest()
    entry = entry_operations.enter(contest, child())
    with atomic():
        contest.closes_at = clock.now() - rules.CONSENT_AFTER_CLOSE
        contest.opens_at = contest.closes_at - timedelta(days=30)

    with pytest.raises(guardian_operations.TooLate):
        guardian_operations.agree(entry, shows_work=False, by=None)


# --- Pages ---------------------------------------------------------------------------------------------------


@ON_SQLITE
def test_a_person_enters_puts_right_and_withdraws(client):
    contest = open_contest()
    address = f"/c/{contest.slug}/enter"
    form = client.get(address).form("/enter")
    typed = {"kind": "person", "name": "Trần Văn Lớn", "born_on": "1990-01-02", "email": "Lon@mau.example.vn"}
    typed |= {
        "title": "<script>alert(1)</script> Phố số",
        "link": "https://video.example.vn/1",
        "agrees": "y",
    }
    typed |= {"shows_work": "y"}
    bad = client.submit(form, {**typed, "link": "javascript:alert(1)"}, status=422)
    assert len(bad.errors) == 1 and bad.form("/enter").fields["name"] == "Trần Văn Lớn"

    own = client.submit(form, {**typed, "files": (BytesIO(picture()), "pho.jpg")})
    twice = client.submit(form, {**typed, "files": (BytesIO(picture()), "pho.jpg")})

    [entry] = db.session.scalars(sa.select(Entry))
    assert own.url == twice.url == f"/e/{token(entry)}"
    assert "<script>alert" not in own.response.text and entry.email == "lon@mau.example.vn"
    edit = client.get(f"{own.url}/edit").form("/edit")
    client.submit(edit, {"title": "Phố số"})
    stale = client.submit(edit, {"title": "Phố khác"}, status=409)
    assert "Phố số" in stale.text

    client.post(f"{own.url}/files", {"files": (BytesIO(b"MZ" + b"0" * 99), "a.exe")}, status=422)
    client.post(f"{own.url}/files", {"files": (BytesIO(picture()), "hai.jpg")})
    db.session.refresh(entry)
    assert [row.file.name for row in entry.files] == ["pho.jpg", "hai.jpg"]
    assert client.http.get(f"{own.url}/files/{entry.files[0].id}").data[:3] == b"\xff\xd8\xff"
    gone = client.post(f"{own.url}/withdraw")
    assert "Bài dự thi đã được rút" in gone.text and db.session.scalars(sa.select(File)).all() == []
    client.get("/e/khong-co", status=404)
    client.get(f"/g/{token(entry)}", status=404)


@ON_SQLITE
def test_an_entry_of_two_gigabytes_is_refused_before_it_is_read(client):
    contest = open_contest()
    form = client.get(f"/c/{contest.slug}/enter").form("/enter")
    fields = {"csrf_token": client.csrf(), "key": form.fields["key"]} | {
        "name": "Trần Văn Lớn",
        "title": "Phim",
    }
    lines = [
        f'--xyz\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n{value}\r\n'
        for key, value in fields.items()
    ]
    lines.append('--xyz\r\nContent-Disposition: form-data; name="files"; filename="a.mp4"\r\n\r\n')
    body = "".join(lines).encode()

    address = f"/c/{contest.slug}/enter"
    with client.app.app_context():
        answer = client.http.post(
            address,
            input_stream=Endless(body, 2 * 2**30, b""),
            content_length=2 * 2**30,
            content_type="multipart/form-data; boundary=xyz",
        )
    db.session.rollback()

    assert answer.status_code == 413, answer.text[-900:]
    assert 'value="Trần Văn Lớn"' in answer.text and "20 MB" in answer.text
    assert db.session.scalars(sa.select(Entry)).all() == []


@ON_SQLITE
def test_the_guardians_page_and_what_everybody_reads(client, organizer):
    contest = open_contest(shows_schools=True)
    entry = entry_operations.enter(
        contest,
        child(organization="Trường THCS Mẫu", text=f"Con là {CHILD}", link="https://kenh.example.vn/be"),
        brought=[take_in(BytesIO(picture()), f"{CHILD}.jpg")],
    )
    page = client.get(f"/g/{guardian(entry)}")
    assert CHILD in page.text
    client.submit(page.form("/agree"), status=422)
    client.submit(page.form("/agree"), {"agrees": "y"})
    assert "đã đồng ý" in client.submit(page.form("/agree"), {"agrees": "y"}).text
    entry_operations.accept(contest, {entry.id: queries.entry_of(contest, entry.id).version}, by=organizer)
    client.get(f"/c/{contest.slug}/entries", status=404)
    operations.show_entries(contest, by=organizer)

    entries, one = client.get(f"/c/{contest.slug}/entries"), client.get(f"/c/{contest.slug}/entries/1")

    assert entries.rows() == [["1", "Làng số", "Thí sinh số 1", "Trường THCS Mẫu"]]
    for shown in (
        entries,
        one,
        client.get(f"/c/{contest.slug}"),
        client.get(f"/p/{contest.event.slug}/contests"),
    ):
        assert CHILD not in shown.response.text and "kenh.example.vn" not in shown.response.text
    client.get(f"/c/{contest.slug}/entries/1/pictures/1", status=404)
    client.post(f"/g/{guardian(entry)}/refuse")
    client.get(f"/c/{contest.slug}/entries/1", status=404)


@ON_SQLITE
def test_the_organizer_reads_decides_and_exports(signed_in, organizer):
    contest, other = open_contest(), open_contest(name="=Cuộc khác")
    first = entry_operations.enter(contest, adult(title="=1+1", name="Đỗ Văn Nhất"))
    second = entry_operations.enter(contest, child())
    foreign = entry_operations.enter(other, adult())
    address = f"/events/{contest.event.slug}/contests/{contest.id}/entries"
    assert [row[2] for row in signed_in.get(f"{address}?q=do van").rows()] == ["=1+1"]
    assert [row[2] for row in signed_in.get(f"{address}?state=awaiting_consent").rows()] == ["Làng số"]
    signed_in.get(f"{address}/{foreign.id}", status=404)

    signed_in.post(
        f"{address}/decide", {"entry": f"{first.id}-{first.version}", "decision": "refuse"}, status=422
    )
    signed_in.post(f"{address}/{second.id}/paper-consent", {"version": second.version})
    db.session.refresh(second)
    assert second.is_paper_consent and second.state is EntryState.SUBMITTED
    chosen = [f"{first.id}-{first.version}", f"{second.id}-{second.version - 1}", f"{foreign.id}-1"]
    signed_in.post(f"{address}/decide", {"entry": chosen, "decision": "accept"})
    states = db.session.scalars(sa.select(Entry.state).order_by(Entry.id)).all()
    assert states == [EntryState.ACCEPTED, EntryState.SUBMITTED, EntryState.SUBMITTED]

    body = signed_in.http.post(f"{address}/export.xlsx", data={"csrf_token": signed_in.csrf()}).data
    sheet = openpyxl.load_workbook(BytesIO(body)).worksheets[0]
    assert [cell.data_type for cell in sheet["B"]] == ["s", "s", "s"]
    assert zipfile.is_zipfile(BytesIO(body)) and sheet.max_row == 3
    form = signed_in.get(f"{address}/new").form("/new")
    typed = {"kind": "team", "name": "Đội Sao", "phone": "0503 111 222", "title": "Robot", "agrees": "y"}
    made = signed_in.submit(form, {**typed, "members": "Lê Văn An, 1/2/1990\nVõ Thị Bình - 03/04/1991"})
    assert made.heading == "Robot"
    members = db.session.execute(sa.select(EntryMember.name, EntryMember.born_on)).all()
    assert members == [("Lê Văn An", date(1990, 2, 1)), ("Võ Thị Bình", date(1991, 4, 3))]


@ON_SQLITE
def test_ten_thousand_requests_meet_a_limit(client):
    contest = open_contest()
    fields = {"csrf_token": client.csrf()}
    answers = [client.http.post(f"/c/{contest.slug}/enter", data=fields).status_code for _number in range(32)]
    assert answers[0] == 422
    assert answers[-1] == 429


@ON_SQLITE
def test_a_viewer_reads_and_changes_nothing(app, client):
    contest = open_contest()
    entry_operations.enter(contest, adult())
    stranger = PageClient(app).sign_in(factories.user())
    stranger.get(f"/events/{contest.event.slug}/contests/{contest.id}/entries", status=404)
