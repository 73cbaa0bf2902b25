"""What stands in a query string is only ever a filter of the list that was asked for."""

from urllib.parse import parse_qs, urlsplit

import pytest

from eventsvc.sites import operations
from eventsvc.sites.models import SiteLevel
from eventsvc.web.arguments import whole
from tests import factories

ODD = {
    "endpoint": "events.index",
    "slug": "another",
    "_scheme": "javascript",
    "_external": "1",
    "_method": "POST",
}


@pytest.mark.parametrize(
    ("typed", "number"),
    [("0", 0), ("12", 12), ("999999999", 999999999), ("1000000000", None), ("-1", None), ("1.5", None),
     ("٣", None), ("", None), (None, None)],
)  # fmt: skip
def test_whole_numbers_are_digits_that_everybody_reads(typed, number):
    assert whole(typed) == number


def test_the_next_page_is_one_of_the_same_list_whatever_else_was_asked(signed_in, organizer):
    event = factories.event(by=organizer)
    operations.add_sites(event, SiteLevel.DISTRICT, by=organizer)
    query = "&".join(f"{name}={value}" for name, value in ODD.items())

    page = signed_in.get(f"/events/{event.slug}/sites?per_page=5&page=2&level=district&{query}")

    for relation, number in (("prev", "1"), ("next", "3")):
        target = urlsplit(page.html.xpath(f"string(//a[@rel='{relation}']/@href)"))
        assert (target.scheme, target.netloc, target.path) == ("", "", f"/events/{event.slug}/sites")
        asked = {"per_page": ["5"], "level": ["district"], "page": [number]}
        assert parse_qs(target.query) == asked | {name: [value] for name, value in ODD.items()}
