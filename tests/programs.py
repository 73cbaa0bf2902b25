"""Programs that tests need beside Python. Where one is missing, that is an error with CI=true and a skip elsewhere."""

import os
from typing import NoReturn

import pytest
import testbed


def missing(words: str) -> NoReturn:
    """End the test: it cannot be run on this machine."""
    if os.environ.get("CI"):
        pytest.fail(words)
    pytest.skip(words)


def chromium() -> str:
    """The browser to test with."""
    return testbed.browser() or missing("no Chromium: install it, or name it in CHROMIUM")
