"""Invitations from the command line."""

import click
from flask.cli import AppGroup

from eventsvc.errors import DomainError
from eventsvc.events import queries as events
from eventsvc.invitations import batch_operations, operations, reminder_operations
from eventsvc.sites import queries as sites

invitations = AppGroup("invitations", help="Invite the guests of an event.")


@invitations.command("send")
@click.argument("event")
@click.option("--site", "code", help="Only the guests of the site with this code.")
def send(event: str, code: str | None) -> None:
    """Queue what is due for EVENT (a slug): invitations to all who have none, updates after a change.

    Safe to repeat: what has been queued once is not queued again. With --site, invitations only.
    """
    found = events.event_by_slug(event)
    if found is None:
        raise click.ClickException(f"there is no event {event!r}")
    try:
        site = sites.site_by_code(found, code) if code else None
        updated = 0 if site else operations.send_updates(found, by=None)
        invited = 0 if found.is_cancelled else operations.invite(found, site=site, by=None)
    except DomainError as refusal:
        raise click.ClickException(str(refusal)) from refusal
    click.echo(f"{invited} invitations, {updated} updates queued")


@invitations.command("remind")
def remind() -> None:
    """Carry out the rules for reminders and thanks that have fallen due; nothing at night."""
    click.echo(f"{reminder_operations.remind_by_clock()} messages queued")


@invitations.command("write")
def write() -> None:
    """Write the batches that were begun on the pages; `flask worker` does so by itself. Safe to repeat."""
    click.echo(f"{batch_operations.compose_batches()} messages written")
