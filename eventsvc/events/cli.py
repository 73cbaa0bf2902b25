"""Commands about events."""

import click
from flask.cli import AppGroup

from eventsvc.events import queries

events = AppGroup("events", help="Events.")


@events.command("list")
def list_events() -> None:
    """Slugs and titles, one event a line."""
    for event in queries.all_events():
        click.echo(f"{event.slug}\t{event.title}")
