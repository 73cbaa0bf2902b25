"""The pages of announcements: looked at before they go, sent once, read, reminded of, taken back; who sees what."""

import re

import pytest
import sqlalchemy as sa

from eventsvc.accounts import operations as accounts
from eventsvc.accounts.permissions import Role
from eventsvc.announcements import operations, queries, sending_operations
from eventsvc.announcements.models import Announcement, Audience, Receipt
from eventsvc.audit.models import AuditEntry
from eventsvc.db import db
from eventsvc.deliveries import operations as outbox
from eventsvc.deliveries.models import Delivery, DeliveryState
from eventsvc.events import operations as events
from eventsvc.sites import link_operations, link_queries
from eventsvc.sites import operations as site_operations
from eventsvc.sites.models import Site, SiteLevel
from eventsvc.sites.reporter import Reporter
from tests import factories
from tests.link_tests import scenes
from tests.pages import PageClient
from tests.queries import counted

pytestmark = pytest.mark.parametrize("app", ["sqlite"], indirect=True)

WORDS = "Tổng duyệt lùi đến 15 giờ.\nĐề nghị các điểm cầu mở máy trước 14 giờ 30."


@pytest.fixture
def event(organizer):
    made = scenes.ready_event()
    site_operations.add_main_site(made, name="Hội trường tỉnh", by=None)
    return made


@pytest.fixture
def three(event):
    return scenes.sites(event)


def home(event):
    return f"/events/{event.slug}/announcements"


def announced(event, sites, **details):
    return operations.announce(event, text=WORDS, audience=Audience.CHOSEN, sites=sites, by=None, **details)


def letters():
    return db.session.scalars(sa.select(Delivery).order_by(Delivery.id)).all()


def coordinator_of(event, site):
    user = factories.user()
    accounts.grant(user, Role.COORDINATOR, event_id=event.id, site_id=site.id)
    return user


def test_an_announcement_is_looked_at_and_goes_to_every_bridge_site_with_a_letter_to_three(
    signed_in, event, three
):
    form = signed_in.get(f"{home(event)}/new").form("/announcements/new")
    page = signed_in.submit(form, {"text": WORDS, "by_mail": "1"})
    assert "sẽ gửi tới 13 điểm cầu" in page.text
    assert "3 đầu mối có địa chỉ" in page.text and "10 điểm cầu chưa có địa chỉ" in page.text
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Announcement)) == 0

    sending = page.form("/announcements/new")
    page = signed_in.post(f"{home(event)}/new", {**dict(sending.form_values()), "act": "send"})

    made = db.session.scalars(sa.select(Announcement)).one()
    assert queries.readings([made])[made.id] == (13, 0, 0, 3, 0)
    assert "Đang gửi 3 thư" in page.text and "chưa đọc" in page.text
    assert {letter.recipient for letter in letters()} == {site.contact_email for site in three}
    assert "Hội trường tỉnh" not in [row[0] for row in page.rows()]


def test_what_was_changed_after_the_look_is_looked_at_once_more(signed_in, event):
    form = signed_in.get(f"{home(event)}/new").form("/announcements/new")
    page = signed_in.submit(form, {"text": WORDS})
    seen = dict(page.form("/announcements/new").form_values())

    page = signed_in.post(f"{home(event)}/new", {**seen, "text": "Hoãn.", "act": "send"})

    assert "sẽ gửi tới 13 điểm cầu" in page.text
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Announcement)) == 0


def test_a_district_a_cluster_single_sites_and_what_the_list_found(signed_in, event, three):
    site_operations.add_sites(event, SiteLevel.COMMUNE, by=None)
    site_operations.edit_site(three[0], {"cluster": "Cụm 1"}, by=None)

    def number(**values):
        fields = {"text": WORDS, "audience": "all", **values}
        page = signed_in.post(f"{home(event)}/new", fields)
        found = re.search(r"sẽ gửi tới (\d+) điểm cầu", page.text)
        return int(found[1]) if found else 0

    district = three[1]
    under = db.session.scalar(
        sa.select(sa.func.count()).where(Site.parent_code == district.code, Site.event_id == event.id)
    )
    assert number() == 13 + 173
    assert number(audience="level", level="commune") == 173
    assert number(audience="district", district=district.code) == under + 1
    assert number(audience="cluster", cluster="Cụm 1") == 1
    assert number(audience="cluster", cluster="Cụm 9") == 0
    assert number(audience="chosen", chosen=[str(three[0].id), str(three[2].id), "999999"]) == 2
    page = signed_in.get(f"{home(event)}/new?found=1&within={district.code}&level=commune")
    assert f"{under} điểm cầu đã chọn" in page.text
    codes = [site.code for site in three[:2]]
    page = signed_in.post(f"{home(event)}/chosen", {"site": codes})
    assert "2 điểm cầu đã chọn" in page.text
    page = signed_in.submit(page.form("/announcements/new"), {"text": WORDS})
    assert "sẽ gửi tới 2 điểm cầu" in page.text


@pytest.mark.parametrize(
    ("values", "errors"),
    [
        ({"text": " "}, ["Đề nghị nhập nội dung thông báo."]),
        ({"text": "x" * 2001}, ["Tối đa 2000 ký tự; hiện có 2001."]),
        ({"text": WORDS, "audience": "nobody"}, ["Hãy chọn trong danh sách."]),
    ],
)
def test_refusals_are_told_beside_what_was_typed(signed_in, event, values, errors):
    page = signed_in.post(f"{home(event)}/new", values, status=422)

    assert page.errors == errors


def test_nobody_is_written_to_twice_and_those_who_have_read_are_not_reminded(event, three):
    made = announced(event, three, by_mail=True)
    assert sending_operations.mail(made, by=None) == 3
    assert sending_operations.mail(made, by=None) == 0
    link = link_queries.link_of(three[0])
    assert link and link.rpartition("/")[2] not in letters()[0].text_body

    first = db.session.scalars(queries.receipts_of(made)).all()[0]
    operations.confirm_read(first, Reporter(first.site, "Bà Lê Thị Hoa"))
    assert sending_operations.remind(made, by=None) == 2
    assert sending_operations.remind(made, by=None) == 0

    assert len(letters()) == 5
    reminded = {letter.recipient for letter in letters() if letter.intent.endswith(".again")}
    assert first.site.contact_email not in reminded
    assert queries.readings([made])[made.id] == (3, 1, 1, 3, 2)


def test_a_letter_names_its_addressee_and_site_and_nobody_elses_words_become_marks(event, three):
    changes = {"contact_name": "Bà <b>Hoa</b> [[secret:site]]", "name": "Huyện A & B"}
    site_operations.edit_site(three[0], changes, by=None)
    made = announced(event, three, by_mail=True, is_urgent=True)
    sending_operations.mail(made, by=None)

    first, second, _third = letters()
    assert first.subject == "KHẨN: Thông báo tới điểm cầu Huyện A & B: Lễ phát động"
    assert "Bà <b>Hoa</b> [[ secret:site]]" in first.text_body
    assert "Bà &lt;b&gt;Hoa&lt;/b&gt; [[ secret:site]]" in first.html_body
    assert "Huyện A &amp; B" in first.html_body and "[[secret:link]]" in first.html_body
    assert three[1].name in second.text_body and "Hoa" not in second.text_body
    assert all(line in first.text_body for line in WORDS.splitlines())


def test_an_address_that_comes_later_is_written_to_by_the_button(signed_in, event, three):
    other = scenes.by_code(event, "536")
    made = announced(event, [*three, other], by_mail=True)
    sending_operations.mail(made, by=None)
    site_operations.edit_site(other, {"contact_email": "sau@example.vn"}, by=None)

    page = signed_in.get(f"{home(event)}/{made.id}")
    assert "Gửi thư điện tử tới 1 điểm cầu" in page.text
    signed_in.submit(page.form("/mail"))

    assert letters()[-1].recipient == "sau@example.vn" and len(letters()) == 4


def test_what_is_taken_back_stands_nowhere_and_its_letters_stay_here(signed_in, event, three):
    made = announced(event, three, by_mail=True)
    sending_operations.mail(made, by=None)
    page = signed_in.get(f"{home(event)}/{made.id}")

    page = signed_in.submit(page.form("/withdraw"))

    assert "đã được thu hồi" in page.text and "Nhắc" not in page.text
    assert queries.for_site(three[0]) == []
    assert {letter.state for letter in letters()} == {DeliveryState.CANCELLED}
    with pytest.raises(sending_operations.Withdrawn):
        sending_operations.remind(made, by=None)
    with pytest.raises(outbox.Overtaken):
        outbox.resend(letters()[0], number=1, by=None)


def test_a_letter_to_whom_looks_after_the_site_no_more_is_not_sent_again(event, three):
    link_operations.make_links(event, three, by=None)
    made = announced(event, three, by_mail=True)
    sending_operations.mail(made, by=None)
    letter = letters()[0]
    letter.state = DeliveryState.SENT
    receipt = db.session.get(Receipt, letter.subject_id)
    site_operations.edit_site(receipt.site, {"contact_email": "khac@example.vn"}, by=None)

    with pytest.raises(outbox.Overtaken):
        outbox.resend(letter, number=1, by=None)


def test_a_coordinator_reads_what_concerns_the_own_site_and_announces_nothing(app, event, three):
    own, other = announced(event, three), announced(event, three[1:])
    client = PageClient(app).sign_in(coordinator_of(event, three[0]))

    page = client.get(home(event))
    assert [row[2:4] for row in page.rows()] == [["1", "0/1"]]
    assert [row[0] for row in client.get(f"{home(event)}/{own.id}").rows()] == [three[0].name]
    client.get(f"{home(event)}/{other.id}", status=404)
    client.get(f"{home(event)}/new", status=404)
    client.post(f"{home(event)}/{own.id}/withdraw", status=404)
    client.post(f"{home(event)}/{own.id}/remind", status=404)


def test_a_site_made_later_is_said_to_have_missed_it(signed_in, event, three):
    made = announced(event, three)
    site_operations.add_site(event, name="Trường Đại học", by=None)

    assert "1 điểm cầu được lập sau thông báo này" in signed_in.get(f"{home(event)}/{made.id}").text


def test_the_list_and_a_page_cost_the_same_for_one_and_for_many(signed_in, event, three):
    def cost(url):
        signed_in.get(url)
        with counted() as queries_made:
            signed_in.get(url)
        return queries_made.number

    made = announced(event, three[:1])
    before = cost(home(event)), cost(f"{home(event)}/{made.id}")
    for _number in range(5):
        last = announced(event, three)

    assert (cost(home(event)), cost(f"{home(event)}/{last.id}")) == before


def test_of_a_cancelled_event_nothing_is_announced_any_more(signed_in, event, three):
    made = announced(event, three)
    events.cancel_event(event, by=None)

    page = signed_in.get(f"{home(event)}/new", follow=True)
    assert page.heading == "Thông báo tới các điểm cầu"
    signed_in.submit(signed_in.get(f"{home(event)}/{made.id}").form("/withdraw"))
    assert queries.for_site(three[0]) == []


def test_every_step_is_in_the_log_without_words_or_names(event, three):
    made = announced(event, three, by_mail=True)
    sending_operations.mail(made, by=None)
    operations.withdraw(made, by=None)

    entries = db.session.scalars(
        sa.select(AuditEntry).where(AuditEntry.action.startswith("announcement.")).order_by(AuditEntry.id)
    )
    assert [(entry.action, entry.details) for entry in entries] == [
        ("announcement.made", {"sites": 3}),
        ("announcement.mailed", {"count": 3}),
        ("announcement.withdrawn", {}),
    ]
