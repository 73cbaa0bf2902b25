"""`flask reports`: what became of an event."""

from pathlib import Path

import click
from flask.cli import AppGroup

from eventsvc.events.queries import event_by_slug
from eventsvc.reports import results_file_queries

reports = AppGroup("reports", help="Reports on events.")


@reports.command("results")
@click.argument("event")
@click.option("--format", "form", type=click.Choice(list(results_file_queries.KINDS)), default="json")
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path), help="Write to this file.")
def results(event: str, form: str, output: Path | None) -> None:
    """Print the results report of EVENT, or write it to a file."""
    found = event_by_slug(event)
    if found is None:
        raise click.ClickException(f"There is no event {event!r}.")
    packed = results_file_queries.file_of(found, form)
    if output is not None:
        output.write_bytes(packed)
    else:
        click.echo(packed, nl=False)
