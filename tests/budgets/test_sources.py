"""Where the money comes from."""

import pytest

from eventsvc.budgets import operations, queries
from tests import factories


@pytest.fixture
def event(app, organizer):
    return factories.event(by=organizer)


def test_money_is_added_changed_and_removed(event, signed_in):
    url = f"/events/{event.slug}/budget"
    form = signed_in.get(f"{url}/sources/new").form()
    refused = signed_in.submit(form, {"text": "Ngân sách tỉnh", "amount": "một triệu"}, status=422)
    assert refused.errors == ["Đây không phải là số tiền hợp lệ. Ví dụ: 150.000.000."]
    assert refused.form().fields["amount"] == "một triệu"
    signed_in.submit(refused.form(), {"amount": "150.000.000", "fiscal_year": "2023"})
    signed_in.submit(signed_in.get(f"{url}/sources/new").form(), {"text": "Nguồn hợp pháp khác"})

    first, second = queries.sources_of(event)
    assert (first.amount, first.fiscal_year, second.number) == (150_000_000, 2023, 2)
    form = signed_in.get(f"{url}/sources/{first.id}").form()
    assert form.fields["amount"] == "150.000.000"
    signed_in.submit(form, {"decision": "569/QĐ-UBND"})
    page = signed_in.post(f"{url}/sources/{second.id}/remove")

    assert [row[:5] for row in page.rows()] == [["Ngân sách tỉnh", "569/QĐ-UBND", "–", "2023", "150.000.000"]]


def test_the_money_of_another_event_is_nowhere(event, signed_in, organizer):
    other = operations.add_source(factories.event(by=organizer), {"text": "Khác"}, by=None)

    signed_in.get(f"/events/{event.slug}/budget/sources/{other.id}", status=404)
