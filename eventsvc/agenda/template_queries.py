"""Look up the templates that an agenda can begin from: those of the house, and those that the event's host has kept."""

import sqlalchemy as sa
from flask_babel import gettext as _

from eventsvc.agenda import templates
from eventsvc.agenda.models import AgendaTemplate
from eventsvc.agenda.templates import Template
from eventsvc.db import db
from eventsvc.errors import DomainError, NotFound
from eventsvc.events.models import Event
from eventsvc.text import sort_key


class TemplateUnusable(DomainError):
    """What is stored under the name is no agenda."""

    code = "template_unusable"


def saved(event: Event) -> list[AgendaTemplate]:
    """The templates of the event's host, in dictionary order; their content is looked at when they are used."""
    rows = db.session.scalars(sa.select(AgendaTemplate).where(AgendaTemplate.host_id == event.host_id))
    return sorted(rows, key=lambda row: (sort_key(row.name), row.id))


def template(event: Event, key: str) -> Template:
    """A shipped template by its word, or one of the host's own by its number; NotFound for anybody else's.
    TemplateUnusable when what is stored is broken."""
    for each in templates.shipped():
        if each.key == key:
            return each
    row = saved_template(event, key)
    try:
        return Template(key, row.name, templates.parse(row.content), row_id=row.id)
    except templates.BrokenTemplate:
        raise TemplateUnusable(
            _("The template “%(name)s” cannot be read. Remove it and save the agenda anew.", name=row.name)
        ) from None


def saved_template(event: Event, key: str) -> AgendaTemplate:
    """One of the host's own by its number, whatever it holds; NotFound for anybody else's."""
    row = None
    if key.isascii() and key.isdigit() and len(key) <= 9:
        row = db.session.scalar(
            sa.select(AgendaTemplate).where(
                AgendaTemplate.id == int(key), AgendaTemplate.host_id == event.host_id
            )
        )
    if row is None:
        raise NotFound(_("There is no such template."))
    return row
