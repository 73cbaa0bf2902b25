"""`flask reports`: what became of an event."""

from pathlib import Path

import click
from flask.cli import AppGroup
from flask_babel import force_locale

from eventsvc import clock, pdf
from eventsvc.documents import docx_file
from eventsvc.events.queries import event_by_slug
from eventsvc.reports import results_files, results_operations, results_queries
from eventsvc.spreadsheets import writing

reports = AppGroup("reports", help="Reports on events.")


@reports.command("results")
@click.argument("event")
@click.option("--format", "form", type=click.Choice(["docx", "pdf", "xlsx", "json"]), default="json")
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path), help="Write to this file.")
def results(event: str, form: str, output: Path | None) -> None:
    """Print the results report of EVENT, or write it to a file."""
    found = event_by_slug(event)
    if found is None:
        raise click.ClickException(f"There is no event {event!r}.")
    with force_locale("vi"):
        report = results_queries.report_of(found)
        figures, words = results_queries.shown(found, report), results_operations.words_of(report)
        if form == "json":
            packed = (results_files.as_json(figures, words) + "\n").encode()
        elif form == "xlsx":
            packed = writing.workbook(results_files.workbook(figures))
        else:
            values = results_files.paper_values(
                found,
                figures,
                words,
                paper=report.document if report is not None else None,
                today=clock.today(),
                committee=results_queries.committee_above(found),
            )
            is_word = form == "docx"
            packed = docx_file.write(values) if is_word else pdf.render("results.typ", values)
    if output is not None:
        output.write_bytes(packed)
    else:
        click.echo(packed, nl=False)
