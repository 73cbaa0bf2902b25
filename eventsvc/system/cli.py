"""Accounts from the command line: users with a one-time way in, and API tokens.

They stand here, above every noun, because a role may reach an organization, an event or one site of it.
"""

from functools import wraps
from typing import Any, NamedTuple

import click
import sqlalchemy as sa
from email_validator import EmailNotValidError, validate_email
from flask import current_app
from flask.cli import AppGroup

from eventsvc import clock
from eventsvc.accounts import operations
from eventsvc.accounts.permissions import Role
from eventsvc.db import db
from eventsvc.errors import DomainError
from eventsvc.events.queries import event_by_slug, hosts
from eventsvc.organizations.models import Organization
from eventsvc.organizations.operations import load_shipped
from eventsvc.organizations.queries import host_for
from eventsvc.sites.queries import site_by_code

FIRST_PROVINCE = "51"
"""Whose organizer a user becomes on a machine that has no event yet: the province of the demo plan."""

OF_AN_ORGANIZATION = frozenset({Role.ORGANIZER})
EVERYWHERE = frozenset({Role.ADMIN})

users = AppGroup("users", help="People who sign in.")
tokens = AppGroup("tokens", help="Bearer tokens for devices and programs.")


class Scope(NamedTuple):
    organization_id: int | None = None
    event_id: int | None = None
    site_id: int | None = None


def _speaks_plainly(command: Any) -> Any:
    """A refusal is a sentence and exit code 1, never a trace."""

    @wraps(command)
    def wrapped(*args: Any, **kwargs: Any) -> Any:
        try:
            return command(*args, **kwargs)
        except DomainError as refusal:
            raise click.ClickException(str(refusal)) from refusal

    return wrapped


def _scoped(command: Any) -> Any:
    for option in (
        click.option("--organization", metavar="CODE", help="Whose events an organizer works on."),
        click.option("--site", metavar="CODE", help="One site of the event; the main hall is 'main'."),
        click.option("--event", metavar="SLUG", help="The event the role is for."),
        click.option("--role", required=True, help=", ".join(Role)),
    ):
        command = option(command)
    return _speaks_plainly(command)


@users.command("create")
@click.argument("email")
@click.option("--name", default="", help="As it is shown on the pages.")
@_scoped
def create_user(
    email: str, name: str, role: str, event: str | None, site: str | None, organization: str | None
) -> None:
    """Give EMAIL a role and print a one-time sign-in link, alone on the last line.

    Safe to repeat: the user stays, the role is added, the link is new. An organizer without --organization
    works on the events of the only organization that hosts any, else on those of the province.
    """
    address, given = _email(email), _role(role)
    load_shipped()
    scope = _scope(given, event, site, organization)
    user = operations.create_user(address, name=name.strip()[:200])
    operations.grant(user, given, **scope._asdict())
    link = operations.make_link(user)
    click.echo(f"{current_app.config['PUBLIC_URL']}/sign-in/{link}")


@tokens.command("create")
@click.option("--name", default="", help="What holds the token, for the list of tokens.")
@_scoped
def create_token(name: str, role: str, event: str | None, site: str | None, organization: str | None) -> None:
    """Make a bearer token for one role and print it, alone on the last line. It is shown only now."""
    given = _role(role)
    scope = _scope(given, event, site, organization)
    _row, token = operations.create_token(given, name=name.strip()[:200], **scope._asdict())
    click.echo(token)


def _email(typed: str) -> str:
    try:
        return validate_email(typed, check_deliverability=False, globally_deliverable=False).normalized
    except EmailNotValidError:
        raise click.ClickException(f"{typed!r} is not an e-mail address.") from None


def _role(typed: str) -> Role:
    try:
        return Role(typed)
    except ValueError:
        raise click.ClickException(f"There is no role {typed!r}. The roles are: {', '.join(Role)}.") from None


def _scope(role: Role, slug: str | None, site_code: str | None, organization_code: str | None) -> Scope:
    """The rows that the options name; a sentence when they do not fit the role."""
    if site_code and not slug:
        raise click.ClickException("--site needs --event: a site belongs to an event.")
    if organization_code and (slug or role not in OF_AN_ORGANIZATION):
        raise click.ClickException("--organization is for an organizer of all events of an organization.")
    if role in EVERYWHERE:
        if slug:
            raise click.ClickException("An admin sees no event: leave --event out.")
        return Scope()
    if slug:
        return _scope_of_event(role, slug, site_code)
    if role in OF_AN_ORGANIZATION:
        return Scope(organization_id=_organization(organization_code).id)
    raise click.ClickException(f"The role {role} needs --event.")


def _scope_of_event(role: Role, slug: str, site_code: str | None) -> Scope:
    event = event_by_slug(slug)
    if event is None:
        raise click.ClickException(f"There is no event {slug!r}; see 'events list'.")
    if site_code is None:
        if role is Role.COORDINATOR:
            raise click.ClickException("A coordinator looks after chosen sites: name one with --site.")
        return Scope(event_id=event.id)
    return Scope(event_id=event.id, site_id=site_by_code(event, site_code).id)


def _organization(code: str | None) -> Organization:
    if code is None:
        found = hosts()
        return found[0] if len(found) == 1 else host_for(FIRST_PROVINCE, clock.today())
    rows = sa.select(Organization).where(Organization.code == code).order_by(Organization.valid_from.desc())
    organization = db.session.scalars(rows.limit(1)).first()
    if organization is None:
        raise click.ClickException(f"There is no organization with the code {code!r}.")
    return organization
