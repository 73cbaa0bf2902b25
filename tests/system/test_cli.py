"""Users and tokens from the command line: what they print, what they refuse."""

import re
from datetime import date

import pytest
import sqlalchemy as sa

from eventsvc.accounts import queries
from eventsvc.accounts.models import ApiToken, Grant, User
from eventsvc.accounts.permissions import Role
from eventsvc.db import db
from eventsvc.sites import operations as sites
from tests import factories


@pytest.fixture
def run(app):
    return app.test_cli_runner().invoke


@pytest.fixture
def event(app):
    event = factories.event()
    sites.add_main_site(event, name="Trung tâm IOC tỉnh", by=None)
    return event


def scope(row):
    return row.role, row.organization_id, row.event_id, row.site_id


def test_users_create_prints_a_link_that_signs_in_alone_on_the_last_line(run, client):
    result = run(
        args=["users", "create", "Sau@quangngai.example.vn", "--role", "organizer", "--name", "Trần Thị Sáu"]
    )

    assert result.exit_code == 0, result.output
    link = result.output.splitlines()[-1]
    assert re.fullmatch(r"http://localhost/sign-in/[\w-]{22}", link)
    page = client.submit(client.get(link.removeprefix("http://localhost")).form())
    assert page.url == "/events"
    assert db.session.scalars(sa.select(User.name)).all() == ["Trần Thị Sáu"]


def test_an_organizer_of_a_fresh_machine_works_for_the_province(run):
    run(args=["users", "create", "sau@quangngai.example.vn", "--role", "organizer"])

    assert [scope(row) for row in db.session.scalars(sa.select(Grant))] == [
        (Role.ORGANIZER, factories.host().id, None, None)
    ]


def test_an_organizer_works_for_the_only_organization_that_hosts_an_event(run):
    other = factories.organizations.host_for("75", date(2024, 8, 15))
    factories.event(host=other)

    run(args=["users", "create", "sau@dongnai.example.vn", "--role", "organizer"])

    assert [scope(row) for row in db.session.scalars(sa.select(Grant))] == [
        (Role.ORGANIZER, other.id, None, None)
    ]


def test_creating_a_user_again_adds_a_role_and_a_link_but_no_second_user(run, event):
    first = run(
        args=[
            "users",
            "create",
            "sau@quangngai.example.vn",
            "--role",
            "organizer",
            "--organization",
            "51-ubnd",
        ]
    )
    second = run(
        args=["users", "create", "SAU@quangngai.example.vn", "--role", "owner", "--event", event.slug]
    )
    run(args=["users", "create", "sau@quangngai.example.vn", "--role", "owner", "--event", event.slug])

    assert first.output.splitlines()[-1] != second.output.splitlines()[-1]
    user = db.session.scalars(sa.select(User)).one()
    assert sorted(grant.role for grant in user.grants) == [Role.ORGANIZER, Role.OWNER]


def test_a_coordinator_reaches_the_site_that_was_named(run, event):
    result = run(
        args=[
            "users",
            "create",
            "d@quangngai.example.vn",
            "--role",
            "coordinator",
            "--event",
            event.slug,
            "--site",
            "main",
        ]
    )

    assert result.exit_code == 0, result.output
    main = factories.site_of(event, "main")
    assert [scope(row) for row in db.session.scalars(sa.select(Grant))] == [
        (Role.COORDINATOR, None, event.id, main.id)
    ]


def test_tokens_create_prints_a_token_that_the_api_knows_alone_on_the_last_line(run, event):
    result = run(args=["tokens", "create", "--role", "door", "--event", event.slug, "--site", "main"])

    assert result.exit_code == 0, result.output
    row = queries.api_token(result.output.splitlines()[-1])
    assert scope(row) == (Role.DOOR, None, event.id, factories.site_of(event, "main").id)


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (["users", "create", "sau@quangngai.example.vn", "--role", "king"], "king"),
        (["users", "create", "sau@quangngai.example.vn", "--role", "public"], "public"),
        (["users", "create", "not an address", "--role", "organizer"], "not an address"),
        (["users", "create", "sau@quangngai.example.vn", "--role", "owner"], "--event"),
        (["users", "create", "sau@quangngai.example.vn", "--role", "owner", "--event", "nowhere"], "nowhere"),
        (
            [
                "users",
                "create",
                "sau@quangngai.example.vn",
                "--role",
                "owner",
                "--event",
                "SLUG",
                "--site",
                "999",
            ],
            "999",
        ),
        (
            ["users", "create", "sau@quangngai.example.vn", "--role", "coordinator", "--event", "SLUG"],
            "--site",
        ),
        (
            ["users", "create", "sau@quangngai.example.vn", "--role", "organizer", "--organization", "x"],
            "'x'",
        ),
        (["users", "create", "sau@quangngai.example.vn", "--role", "admin", "--event", "SLUG"], "admin"),
        (["tokens", "create", "--role", "door", "--event", "nowhere"], "nowhere"),
        (["tokens", "create", "--role", "door", "--site", "main"], "--event"),
        (["tokens", "create", "--role", "door"], "--event"),
    ],
)
def test_a_scope_that_does_not_exist_is_refused_in_a_sentence(run, event, arguments, word):
    result = run(args=[event.slug if part == "SLUG" else part for part in arguments])

    assert result.exit_code == 1
    assert word in result.output and "Traceback" not in result.output
    assert db.session.scalars(sa.select(User)).all() == []
    assert db.session.scalars(sa.select(ApiToken)).all() == []


def test_events_list_prints_slug_and_title_of_each_event(run, event):
    result = run(args=["events", "list"])

    assert result.output.splitlines() == [f"{event.slug}\t{event.title}"]
