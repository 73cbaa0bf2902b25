import pytest

from config import TestConfig
from eventsvc.app import create_app


@pytest.fixture(scope="module")
def speaking(tmp_path_factory):
    """An application that only finds its words: for tests that need no database."""
    with create_app(TestConfig(tmp_path_factory.mktemp("words"))).app_context():
        yield
