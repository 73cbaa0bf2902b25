"""The pages of commendations: the organizer's, an agency's, the department's; the files."""

import io
import zipfile

import openpyxl
import pytest

from eventsvc import clock, secrets
from eventsvc.agenda import operations as agenda
from eventsvc.agenda.models import ItemKind
from eventsvc.commendations import operations, queries
from eventsvc.commendations.models import CommendationState as State
from eventsvc.commendations.models import NomineeKind
from eventsvc.commendations.pasting import Proposal
from eventsvc.db import atomic, db
from eventsvc.events.models import EventKind
from eventsvc.nominations.operations import charge_organizations
from tests import factories
from tests.databases import ON_SQLITE
from tests.queries import counted

pytestmark = ON_SQLITE


@pytest.fixture
def event(app, organizer):
    return factories.event(kind=EventKind.CAMPAIGN, by=organizer)


@pytest.fixture
def agencies(event, organizer):
    return charge_organizations(event, [("Sở Y tế", None), ("Sở Nội vụ", None)], by=organizer)


def own(asked):
    return f"/o/{secrets.unseal(asked.token_sealed)}/commendations"


def proposal(name="Trần Văn An", kind=NomineeKind.INDIVIDUAL):
    return Proposal(kind, name, "Sáng kiến số", "Bằng khen", "Phó Giám đốc", "Sở Y tế")


def typed(**more):
    values = {"kind": "individual", "name": "Trần Văn An", "achievement": "Sáng kiến số", "form": "Bằng khen"}
    return values | more


def test_an_agency_proposes_and_the_department_checks_on_their_own_pages(event, agencies, client):
    health, home = agencies
    refused = client.submit(client.get(own(health)).form("/propose"), typed(name="", form=""), status=422)
    assert (
        len(refused.errors) == 2 and refused.form("/propose").fields["achievement"].strip() == "Sáng kiến số"
    )
    client.submit(refused.form("/propose"), typed())
    client.submit(client.get(own(health)).form("/propose"), typed(), status=422)
    page = client.submit(
        client.get(own(health)).form("/several"),
        {"lines": "Trạm Y tế xã Bình Minh; Xanh, sạch\nTập thể"},
        status=422,
    )
    assert "Không đọc được các dòng: 2." in page.errors[0]
    client.submit(page.form("/several"), {"lines": "Trạm Y tế xã Bình Minh; Xanh, sạch"})
    first, second = queries.own(health)

    assert (
        "Trần Văn An" in client.get(own(home)).text
        and "Trần Văn An" not in client.get(own(home)).rows(0)[-1][0]
    )
    look = client.get(f"{own(home)}/{first.id}/check")
    client.submit(look.form("/return"), {"remark": "Nêu rõ sáng kiến"})
    page = client.get(own(health))
    assert "Nêu rõ sáng kiến" in page.text
    client.submit(client.get(f"{own(health)}/{first.id}").form(), {"achievement": "Sáng kiến số hóa hồ sơ"})
    client.submit(client.get(f"{own(home)}/{first.id}/check").form("/check"))
    client.submit(client.get(own(health)).form(f"/{second.id}/withdraw"))

    db.session.expire_all()
    assert [(row.state, row.checked_by) for row in queries.own(health)] == [
        (State.CHECKED, "Sở Nội vụ"), (State.WITHDRAWN, None),
    ]  # fmt: skip


def test_the_department_checks_what_it_has_ticked_and_is_told_what_came_too_late(event, agencies, client):
    health, home = agencies
    rows = [
        operations.propose(event, proposal(name), proposed_by=health, by=health)
        for name in ("Trần Văn An", "Lê Thị Bình", "Phạm Văn Châu")
    ]
    chosen = [f"{row.id}-{row.version}" for row in rows[:2]]
    client.post(f"{own(health)}/checked", {"chosen": chosen}, status=404)
    look = client.get(f"{own(home)}/{rows[0].id}/check").form("/return")

    page = client.post(f"{own(home)}/checked", {"chosen": chosen})

    assert page.flashes == ["Đã thẩm định 2 đề nghị khen thưởng."]
    assert [line[1] for line in page.rows(0)] == ["3"]
    operations.decide_several(event, [(rows[0].id, None)], number="12/QĐ-UBND", day=clock.today(), by=home)
    late = client.submit(look, {"remark": "Thiếu"}, status=409)
    assert late.html.xpath("//*[@class='error-summary']//li")
    assert "12/QĐ-UBND" in client.get(own(home)).text


def test_nobody_reaches_what_belongs_to_another(event, agencies, client, organizer):
    health, home = agencies
    row = operations.propose(event, proposal(), proposed_by=home, by=home)
    elsewhere = operations.propose(factories.event(kind=EventKind.CAMPAIGN), proposal(), by=organizer)

    client.get(f"{own(health)}/{row.id}", status=404)
    client.post(f"{own(health)}/{row.id}/withdraw", status=404)
    client.get(f"{own(health)}/{row.id}/check", status=404)
    client.post(f"{own(health)}/{row.id}/check", status=404)
    client.get(f"{own(home)}/{elsewhere.id}/check", status=404)
    meeting = charge_organizations(factories.event(), [("Sở Y tế", None)], by=organizer)[0]
    client.get(own(meeting), status=404)


def test_many_are_decided_at_once_with_number_and_day_and_put_on_the_stage(event, signed_in, organizer):
    finale = factories.event(by=organizer)
    with atomic():
        finale.part_of_id = event.id
    item = factories.item(finale, "Vinh danh", kind=ItemKind.RECOGNITION)
    url = f"/events/{event.slug}/commendations"
    signed_in.submit(signed_in.get(f"{url}/new").form("/new"), typed())
    lines = {"several_kind": "collective", "lines": "Sở Y tế; Dẫn đầu\nCông an tỉnh; Dẫn đầu"}
    signed_in.submit(signed_in.get(f"{url}/new").form("/several"), lines)

    def chosen():
        db.session.expire_all()
        return [f"{row.id}-{row.version}" for row in queries.listed(event)]

    stale = chosen()
    unsaid = signed_in.post(f"{url}/checked", {"chosen": stale}, status=422)
    assert unsaid.errors == ["Cho biết cơ quan nào đã thẩm định, theo văn bản nào."]
    page = signed_in.post(f"{url}/checked", {"chosen": stale, "checked_by": "Sở Nội vụ"})
    assert page.flashes == ["Đã thẩm định 3 đề nghị khen thưởng."]
    refused = signed_in.post(
        f"{url}/decided", {"chosen": chosen(), "decision_number": "12/QĐ-UBND"}, status=422
    )
    assert "Nhập ngày quyết định." in refused.errors
    assert refused.form("/checked").fields["decision_number"] == "12/QĐ-UBND"
    assert len(refused.html.xpath("//input[@name='chosen'][@checked]")) == 3
    decision = {"decision_number": "12/QĐ-UBND", "decision_date": clock.today().isoformat()}
    signed_in.post(f"{url}/decided", decision | {"chosen": stale}, status=409)
    signed_in.post(f"{url}/decided", decision, status=422)
    signed_in.post(f"{url}/decided", decision | {"chosen": chosen()})
    page = signed_in.submit(signed_in.get(url).form("/agenda"), {"item": str(item.id)})
    agenda.edit_item(item, {"mc_line": "Xin mời"}, by=organizer)
    first = queries.listed(event)[0]
    warned = signed_in.submit(signed_in.get(f"{url}/{first.id}").form("/reopen"))
    assert "đã được sửa thủ công" in warned.flashes[1]
    operations.read_out_at(event, item, overwrite=True, by=organizer)

    assert page.flashes == ["Đã đưa danh sách vào chương trình."]
    script = signed_in.get(f"/events/{finale.slug}/agenda/items/{item.id}").text
    assert "1. Công an tỉnh" in script and "Trần Văn An" not in script


def test_one_is_sent_back_refused_withdrawn_and_opened_again(event, signed_in, organizer):
    row = operations.propose(event, proposal(), by=organizer)
    url = f"/events/{event.slug}/commendations/{row.id}"

    def state():
        db.session.refresh(row)
        return row.state

    signed_in.submit(signed_in.get(url).form("/return"), {"remark": " "}, status=422)
    signed_in.submit(signed_in.get(url).form("/return"), {"remark": "Thiếu thành tích"})
    assert state() is State.RETURNED
    signed_in.submit(signed_in.get(f"{url}/edit").form(), {"name": "Trần Văn Ân"})
    assert state() is State.PROPOSED
    form = signed_in.get(url).form("/return")
    signed_in.post(f"{url}/refuse", {"remark": "Đã khen trong năm", "version": form.fields["version"]})
    assert state() is State.REFUSED
    signed_in.submit(signed_in.get(url).form("/reopen"))
    signed_in.submit(signed_in.get(url).form("/withdraw"))
    assert state() is State.WITHDRAWN


def test_the_list_is_a_file_in_order_and_no_cell_a_formula(event, signed_in, organizer):
    for each in (proposal("=1+1"), proposal("Lê Văn Ái"), proposal("Công an tỉnh", NomineeKind.COLLECTIVE)):
        operations.propose(event, each, by=organizer)
    url = f"/events/{event.slug}/commendations"

    sheet = openpyxl.load_workbook(io.BytesIO(signed_in.get(f"{url}/export.xlsx").response.data)).active
    assert [sheet.cell(row, 3).value for row in (2, 3, 4)] == ["Công an tỉnh", "=1+1", "Lê Văn Ái"]
    assert sheet["C3"].data_type == "s"
    filtered = signed_in.get(f"{url}/export.xlsx?kind=collective").response.data
    assert openpyxl.load_workbook(io.BytesIO(filtered)).active.max_row == 2
    packed = zipfile.ZipFile(io.BytesIO(signed_in.get(f"{url}/list.docx").response.data))
    words = packed.read("word/document.xml").decode()
    assert "01 tập thể, 02 cá nhân" in words and "DANH SÁCH ĐỀ NGHỊ KHEN THƯỞNG: CÁ NHÂN" in words
    assert signed_in.get(f"{url}/list.pdf").response.data.startswith(b"%PDF")
    seen = [(row.id, row.version) for row in queries.listed(event)]
    operations.check_several(event, seen, checked_by="Sở Nội vụ", by=organizer)
    seen = [(row.id, row.version) for row in queries.listed(event)]
    operations.decide_several(event, seen, number="12/QĐ-UBND", day=clock.today(), by=organizer)
    packed = zipfile.ZipFile(io.BytesIO(signed_in.get(f"{url}/list.docx").response.data))
    words = packed.read("word/document.xml").decode()
    assert "12/QĐ-UBND" in words and "TỜ TRÌNH" not in words


def test_the_list_is_filtered_and_costs_the_same_for_few_and_for_many(event, signed_in, organizer):
    operations.propose(event, proposal(), by=organizer)
    url = f"/events/{event.slug}/commendations"
    with counted() as few:
        signed_in.get(url)
    several = [proposal(f"Đơn vị {n}", NomineeKind.CHANNEL) for n in range(200)]
    operations.propose_several(event, several, by=organizer)
    with counted() as many:
        signed_in.get(f"{url}?per_page=500")

    assert few.number == many.number
    assert [row[3] for row in signed_in.get(f"{url}?q=tran van").rows()] == ["Cá nhân"]
    assert len(signed_in.get(f"{url}?kind=channel&state=proposed&per_page=500").rows()) == 200
    assert "Không có đề nghị nào phù hợp" in signed_in.get(f"{url}?state=decided").text
