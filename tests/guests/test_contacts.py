"""Addresses as people type them into cells and fields: what can be written to, and what is handed over instead."""

import pytest

from eventsvc.contacts import email_complaint, read_emails
from eventsvc.db import db
from eventsvc.guests import import_operations as imports
from eventsvc.invitations import operations as invitations
from eventsvc.invitations import queries as invitation_queries
from tests import factories

CELLS = {
    # several, however they are divided
    "a@x.vn; b@y.vn": (["a@x.vn", "b@y.vn"], ["multiple_emails"]),
    "a@x.vn,b@y.vn / a@X.vn": (["a@x.vn", "b@y.vn"], ["multiple_emails"]),
    "a@x.vn\nb@y.vn": (["a@x.vn", "b@y.vn"], ["multiple_emails"]),
    # signs around an address
    "Mai <mai@x.vn>": (["mai@x.vn"], []),
    "mailto:Mai@X.VN": (["mai@x.vn"], []),
    "mai@x.vn.": (["mai@x.vn"], ["email_trailing_dot"]),
    "mai @ x.vn;;": (["mai@x.vn"], []),
    # full width, as other keyboards write it
    "mai＠x.vn": (["mai@x.vn"], []),
    "ｍａｉ@x。vn": (["mai@x.vn"], []),
    # quotation marks before the @
    '"mai.le"@x.vn': (["mai.le@x.vn"], []),
    '"mai le"@x.vn': ([], ["email_not_parsable"]),
    '"a@b"@x.vn; le@y.vn': (["le@y.vn"], ["email_not_parsable"]),
    # letters beyond ASCII: a domain has a form in ASCII, a name before the @ has none
    "mai@bìnhsơn.vn": (["mai@xn--bnhsn-tsa48j.vn"], ["email_idn"]),
    "ngọc@x.vn": ([], ["email_not_ascii"]),
    "ngọc@x.vn; mai@x.vn": (["mai@x.vn"], ["email_not_ascii"]),
    # no addresses
    "chưa có": ([], ["email_not_parsable"]),
    "mai@@x.vn": ([], ["email_not_parsable"]),
    "a.@x.vn": ([], ["email_not_parsable"]),
    "mai@x": ([], ["email_not_parsable"]),
    "mai@[127.0.0.1]": ([], ["email_not_parsable"]),
    "x" * 65 + "@x.vn": ([], ["email_not_parsable"]),
    "mai@" + "x" * 64 + ".vn": ([], ["email_not_parsable"]),
    "": ([], []),
    "-": ([], []),
}


@pytest.mark.parametrize("cell", CELLS)
def test_a_cell_gives_the_addresses_that_can_be_written_to(cell):
    found = read_emails(cell)

    assert (found.addresses, found.flags) == CELLS[cell]
    assert all(address.isascii() for address in found.addresses)


FIELDS = {
    "a@x.vn; b@y.vn": None,
    "mai＠x.vn": None,
    "mai@bìnhsơn.vn": None,
    "ngọc@x.vn; mai@x.vn": "“ngọc@x.vn” có chữ có dấu trước ký tự @ nên không gửi thư được. "
    "Hãy bỏ địa chỉ này và giao giấy mời tận tay.",
    '"mai le"@x.vn': "“" + '"mai le"@x.vn' + "” không phải là địa chỉ thư điện tử gửi được.",
    "mai@@x.vn; b@y.vn": "“mai@@x.vn” không phải là địa chỉ thư điện tử gửi được.",
    "b@y.vn; không rõ": "Địa chỉ thư điện tử chưa đúng.",
    "không có": "Địa chỉ thư điện tử chưa đúng.",
}


@pytest.mark.parametrize("typed", FIELDS)
def test_a_field_is_told_in_a_sentence_what_is_wrong_with_it(app, typed):
    assert email_complaint(typed) == FIELDS[typed]


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_who_has_no_address_that_can_be_written_to_is_to_be_handed_the_invitation(app):
    event = factories.data_notice(factories.approved_event())
    hall = factories.main_site(event)
    content = (
        "TT,Họ và tên,Đơn vị,Email\n1,Lê Thị Ngọc,Sở Y tế,ngọc@x.vn\n2,Võ Văn Tám,Sở Y tế,tam@bìnhsơn.vn\n"
    )
    started = imports.start_import(
        event, imports.read(event, "moi.csv", content.encode()), site=hall, by=None
    )
    imports.confirm_import(started, by=None)

    invitations.invite(event, by=None)

    by_hand = db.session.scalars(invitation_queries.by_hand(event)).unique()
    assert [invitation.guest.person.full_name for invitation in by_hand] == ["Lê Thị Ngọc"]
