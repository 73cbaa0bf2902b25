"""The results report as a file, for whoever asks on the page or on the command line."""

from flask_babel import force_locale

from eventsvc import clock, pdf
from eventsvc.documents import docx_file
from eventsvc.events.models import Event
from eventsvc.reports import results_files, results_queries
from eventsvc.spreadsheets import writing

LOCALE = "vi"
TEMPLATE = "results.typ"
KINDS = {
    "pdf": "application/pdf",
    "docx": docx_file.CONTENT_TYPE,
    "xlsx": writing.XLSX,
    "json": "application/json",
}


def file_of(event: Event, kind: str) -> bytes:
    """The report as one of the `KINDS`, in the language of papers, whoever asks."""
    with force_locale(LOCALE):
        report = results_queries.report_of(event)
        found, words = results_queries.shown(event, report), results_queries.words_of(report)
        if kind == "json":
            return (results_files.as_json(found, words) + "\n").encode()
        if kind == "xlsx":
            return writing.workbook(results_files.workbook(found))
        values = results_files.paper_values(
            event,
            found,
            words,
            paper=report.document if report is not None else None,
            today=clock.today(),
            committee=results_queries.committee_above(event),
        )
        return pdf.render(TEMPLATE, values) if kind == "pdf" else docx_file.write(values)


def name_of(event: Event, kind: str) -> str:
    return f"Báo cáo kết quả – {event.short_title}.{kind}"
