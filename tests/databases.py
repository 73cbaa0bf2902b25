"""On which database a test is run, when not on both.

The fixture `app` gives every test an SQLite and a PostgreSQL in turn. Both are for whatever a database does by its own
rules: races and locks, constraints, queries, migrations, the story of a feature as a whole. What a page says and what a
form takes, where the operations below it are held to both, needs one: every page is opened on both by
tests/test_routes.py, and every form is sent on both by tests/test_bad_input.py.

    pytestmark = ON_SQLITE      a whole file
    @ON_POSTGRESQL              one test, of what only a server does
"""

import pytest

ON_SQLITE = pytest.mark.parametrize("app", ["sqlite"], indirect=True)
ON_POSTGRESQL = pytest.mark.parametrize("app", ["postgresql"], indirect=True)
