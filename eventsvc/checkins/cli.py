"""`flask checkins`: is the record sound?"""

import click
from flask.cli import AppGroup

from eventsvc.checkins import verification_queries
from eventsvc.events.queries import event_by_slug

checkins = AppGroup("checkins", help="The record of who came in.")


@checkins.command("verify")
@click.argument("event")
def verify(event: str) -> None:
    """Check every invariant over the scans of EVENT; exit 1 and name what is broken."""
    found = event_by_slug(event)
    if found is None:
        raise click.ClickException(f"There is no event {event!r}.")
    if missing := verification_queries.waiting(found):
        click.echo(f"{missing} scans are still on devices")
    broken = verification_queries.breaches(found)
    for breach in broken:
        click.echo(f"invariant {breach.invariant}: {breach.what}", err=True)
    if broken:
        raise click.ClickException(f"{len(broken)} breaches")
    click.echo("all ten invariants hold")
