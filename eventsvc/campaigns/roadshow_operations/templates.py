"""What every stop of a campaign is made from."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import time
from typing import Any

from flask_babel import gettext as _
from sqlalchemy.orm.attributes import flag_modified

from eventsvc import placeholders, text
from eventsvc.agenda import template_queries
from eventsvc.audit.operations import record
from eventsvc.campaigns.models import StopTemplate, TemplateSitting, TemplateTask
from eventsvc.campaigns.roadshow_queries import template_of
from eventsvc.db import atomic, db
from eventsvc.errors import Invalid, StaleEdit
from eventsvc.events.models import Event
from eventsvc.rows import by_place, lock, lock_open

FIELDS = ("stop", "cluster", "host", "theme")
MOST_ROWS = 60
MOST_DAY = 60
MOST_DAYS_BEFORE = 365


class WrongTemplate(Invalid):
    code = "wrong_template"


@dataclass(frozen=True)
class SittingDetails:
    """A sitting on the `day`th day of a stop."""

    day: int
    name: str
    starts: time
    ends: time


@dataclass(frozen=True)
class TaskDetails:
    """A task of every stop, so many days before its first day (negative: after its last)."""

    text: str
    agency: str
    days_before: int


@dataclass(frozen=True)
class TemplateDetails:
    """`agenda`: the word of a shipped agenda, or the number of one that the host has kept."""

    title: str
    agenda: str | None = None
    sittings: Sequence[SittingDetails] = ()
    tasks: Sequence[TaskDetails] = ()


@atomic()
def set_template(
    event: Event, details: TemplateDetails, *, version: int | None = None, by: Any
) -> StopTemplate:
    """What stops are made from, from now on; events that were made stay as they are. StaleEdit when somebody else has
    saved since, or has begun one in the meantime."""
    lock_open(event)
    _require_sense(details)
    template = template_of(event)
    if template is None:
        template = StopTemplate(event_id=event.id, title=details.title)
        db.session.add(template)
        db.session.flush()
    elif version is None:
        raise StaleEdit(_("Someone else saved this while you were editing. Nothing you typed is lost."))
    else:
        lock(template, version)
    template.title = text.clean(details.title)
    template.agenda_template_id, template.shipped_agenda = _agenda(event, details.agenda)
    rows = sorted(details.sittings, key=lambda row: (row.day, row.starts))
    by_place(template.sittings, TemplateSitting, [vars(row) for row in rows])
    by_place(template.tasks, TemplateTask, [vars(row) for row in details.tasks])
    flag_modified(
        template, "title"
    )  # the version rises: the rows belong to the form, whatever became of the title
    db.session.flush()
    record(by, "stop_template.set", template, event=event, sittings=len(rows), tasks=len(details.tasks))
    return template


def _agenda(event: Event, key: str | None) -> tuple[int | None, str | None]:
    if not key:
        return None, None
    template = template_queries.template(event, key)
    return template.row_id, None if template.row_id else template.key


def _require_sense(details: TemplateDetails) -> None:
    if not text.same_words(details.title or ""):
        raise WrongTemplate(_("Enter the title of the event."), field="title")
    if max(len(details.sittings), len(details.tasks)) > MOST_ROWS:
        raise WrongTemplate(_("At most %(most)s lines, please.", most=MOST_ROWS))
    for words in (details.title, *(part for task in details.tasks for part in (task.text, task.agency))):
        if strange := placeholders.unknown(words, FIELDS):
            raise WrongTemplate(
                _(
                    "Nobody can fill in ((%(name)s)). There are: %(known)s.",
                    name=strange[0],
                    known=", ".join(f"(({name}))" for name in FIELDS),
                ),
                field="title" if words == details.title else None,
            )
    for sitting in details.sittings:
        if not 1 <= sitting.day <= MOST_DAY:
            raise WrongTemplate(
                _("A whole number from %(least)s to %(most)s, please.", least=1, most=MOST_DAY)
            )
        if sitting.ends <= sitting.starts:
            raise WrongTemplate(_("“%(sitting)s” ends before it begins.", sitting=sitting.name))
    for task in details.tasks:
        if not text.same_words(task.text) or not text.same_words(task.agency):
            raise WrongTemplate(_("A task needs words and an agency."))
        if abs(task.days_before) > MOST_DAYS_BEFORE:
            raise WrongTemplate(_("At most a year before or after the stop, please."))
