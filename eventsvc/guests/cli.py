"""`flask guests import`: a spreadsheet from the command line."""

import json
from pathlib import Path

import click
from flask.cli import AppGroup
from flask_babel import gettext as _
from flask_babel import ngettext

from eventsvc.errors import DomainError
from eventsvc.events.queries import event_by_slug
from eventsvc.guests import import_operations
from eventsvc.guests.matching import Action, PlannedRow
from eventsvc.sites.models import MAIN
from eventsvc.sites.queries import site_by_code
from eventsvc.web import labels

guests = AppGroup("guests", help="The guest lists of events.")


@guests.command("import")
@click.argument("slug", metavar="EVENT")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--site", default=MAIN, metavar="CODE", help="Where these guests sit; the main hall by default."
)
@click.option("--dry-run", is_flag=True, help="Say what would happen and store nothing.")
@click.option("--format", "style", type=click.Choice(["text", "json"]), default="text")
def import_(slug: str, file: Path, site: str, dry_run: bool, style: str) -> None:
    """Put the people and slots of a spreadsheet on the guest list of EVENT."""
    try:
        event = event_by_slug(slug)
        if event is None:
            raise click.ClickException(_("There is no event “%(slug)s”.", slug=slug))
        parsed = import_operations.read(event, file.name, file.read_bytes())
        if style == "json":
            click.echo(json.dumps(parsed.as_dict(), ensure_ascii=False, indent=1))
        place = site_by_code(event, site)
        rows = import_operations.planned_rows(event, parsed.as_dict()["rows"], place)
        if style == "text":
            _report(rows, parsed.as_dict()["file_warnings"])
        if not dry_run:
            started = import_operations.start_import(event, parsed, site=place, by=None)
            counts = import_operations.confirm_import(started, by=None)
            added = ngettext(
                "%(num)s row added to the guest list.",
                "%(num)s rows added to the guest list.",
                counts[Action.ADD.value],
            )
            click.echo(added, err=style == "json")
    except DomainError as refusal:
        raise click.ClickException(str(refusal)) from refusal


def _report(rows: list[PlannedRow], warnings: list[str]) -> None:
    for planned in rows:
        row = planned.row
        who = row["full_name"] or row["label"]
        click.echo(f"{row['sheet']}:{row['row']}: {who}: {labels.label(planned.action)}")
    for warning in warnings:
        click.echo(warning, err=True)
