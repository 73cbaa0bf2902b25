"""How values look on a page."""

import pytest

from eventsvc.web.filters import size


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (0, "0 KB"),
        (1, "1 KB"),
        (1024, "1 KB"),
        (1025, "2 KB"),
        (1024 * 1024 - 1, "1024 KB"),
        (1024 * 1024, "1 MB"),
        (1024 * 1024 + 1, "2 MB"),
    ],
)
def test_the_size_of_a_file_is_rounded_up(value, words):
    assert size(value) == words
