"""`flask demo`: a living example on a fresh machine, and the ways into it."""

import click
import sqlalchemy as sa
from flask import current_app
from flask.cli import AppGroup

from eventsvc import secrets
from eventsvc.accounts import operations as accounts
from eventsvc.accounts import queries as users
from eventsvc.accounts.permissions import Role
from eventsvc.checkins import operations as checkins
from eventsvc.checkins.models import Profile
from eventsvc.db import db
from eventsvc.events.queries import event_by_slug
from eventsvc.invitations.models import Invitation
from eventsvc.sites import link_queries
from eventsvc.sites.models import MAIN
from eventsvc.sites.queries import site_by_code
from eventsvc.system import demo_operations as operations

demo = AppGroup("demo", help="The demo event of 187 sites.")


@demo.command("load")
def load() -> None:
    """Make the demo event unless it is there."""
    event = operations.load(lambda step: click.echo(f"  {step} …", err=True))
    click.echo(event.slug)


@demo.command("links")
def links() -> None:
    """Print the ways into the demo: organizer, invitee, site coordinator, scanner, board, mail."""
    event = event_by_slug(operations.SLUG)
    user = users.user_by_email(operations.ORGANIZER)
    if event is None or user is None:
        raise click.ClickException("There is no demo event; 'flask demo load' makes it.")
    public = current_app.config["PUBLIC_URL"]
    invitation = db.session.scalar(
        sa.select(Invitation).where(Invitation.event_id == event.id).order_by(Invitation.id).limit(1)
    )
    screens = users.screen_tokens(event.id)
    board = (
        secrets.unseal(screens[0].token_sealed or "")
        if screens
        else accounts.create_token(
            Role.VIEWER, name="Màn hình lớn", event_id=event.id, shown_again=True, by=user
        )[1]
    )
    _enrolment, enrol = checkins.create_enrolment(
        event, site=site_by_code(event, MAIN), name="Cửa chính", profile=Profile.SEARCH, by=user
    )
    ways = [
        ("organizer", f"{public}/sign-in/{accounts.make_link(user, by=user)}"),
        ("invitee", f"{public}/i/{secrets.unseal(invitation.token_sealed)}" if invitation else "–"),
        ("coordinator", link_queries.link_of(site_by_code(event, operations.COORDINATED)) or "–"),
        ("scanner", f"{public}/scan/enrol/{enrol}"),
        ("board", f"{public}/board/{board}"),
        ("mail", f"{current_app.config['MAIL_FOLDER']}  ({public}/mail)"),
    ]
    for name, way in ways:
        click.echo(f"  {name:<11} {way}")
