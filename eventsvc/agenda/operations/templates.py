"""Begin an agenda from a template, and keep one as a template."""

from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _

from eventsvc.agenda import templates
from eventsvc.agenda.models import (
    AgendaItem,
    AgendaTemplate,
    ItemKind,
    Ritual,
    RitualParticipant,
    RitualRole,
    Strand,
)
from eventsvc.agenda.operations import journal
from eventsvc.agenda.operations.ordering import standing
from eventsvc.agenda.operations.rituals import free_key
from eventsvc.agenda.templates import Content, Template
from eventsvc.audit.operations import record, user_id
from eventsvc.db import atomic, db
from eventsvc.errors import DomainError, Invalid
from eventsvc.events.models import Event, Sitting
from eventsvc.rows import lock, lock_open
from eventsvc.text import clean, same_words

LONGEST_NAME = 200


class TemplateNameTaken(Invalid):
    code = "template_name_taken"


class TemplateNameMissing(Invalid):
    code = "template_name_missing"


class NothingToKeep(DomainError):
    code = "nothing_to_keep"


class TooManyItems(DomainError):
    code = "too_many_items"


@atomic()
def apply_template(
    event: Event, sitting: Sitting, template: Template, *, replace: bool = False, by: Any
) -> list[AgendaItem]:
    """Put the items of a template behind those of a sitting, or in the place of its stage; one edit, which undoing
    takes back whole. What goes on beside the stage is put into the strand of that name, made when there is none.

    An item taken out leaves its ritual without an item, as removing it by hand does.
    """
    lock_open(event)
    content = template.content
    if len(event.agenda_items) + len(content.items) > 4 * templates.MOST_ITEMS:
        raise TooManyItems(_("This agenda is too long for another template: remove items first."))
    with journal.edit(event, "agenda_template.applied", title=template.name, by=by):
        if replace:
            _clear_stage(event, sitting)
        strands = _strands(event, content)
        made = [_add(event, sitting, strands, item) for item in content.items]
        db.session.flush()
        event.agenda_items.sort(key=lambda item: (item.number, item.id))
    record(by, "agenda_template.applied", event, event=event, count=len(made), replaced=replace)
    return made


@atomic()
def save_template(event: Event, name: str, *, sitting: Sitting | None = None, by: Any) -> AgendaTemplate:
    """Keep the agenda of a sitting, the first when none is named, as a template of the event's host: without people,
    sites and dates, with what goes on beside the stage and with its rituals."""
    sitting = sitting or event.sittings[0]
    lock(event.host)  # two who keep one at once are told about the name
    name = _free_name(event.host_id, name)
    items = [item for strand in (None, *event.strands) for item in standing(event, sitting, strand)]
    if not items:
        raise NothingToKeep(_("This sitting has no items yet: there is nothing to keep."))
    if len(items) > templates.MOST_ITEMS:
        raise TooManyItems(_("A template holds at most %(most)s items.", most=templates.MOST_ITEMS))
    content = templates.of_agenda(sitting.starts_at, items, event.strands, _words())
    row = AgendaTemplate(
        host_id=event.host_id, name=name, content=content.as_values(), created_by_id=user_id(by)
    )
    db.session.add(row)
    db.session.flush()
    record(by, "agenda_template.saved", row, event=event, count=len(items))
    return row


@atomic()
def rename_template(event: Event, template: AgendaTemplate, name: str, *, by: Any) -> AgendaTemplate:
    """Give a template of the host another name."""
    lock(event.host)
    lock(template)
    name = _free_name(template.host_id, name, template)
    if name != template.name:
        template.name = name
        record(by, "agenda_template.renamed", template, event=event)
    return template


@atomic()
def remove_template(event: Event, template: AgendaTemplate, *, by: Any) -> None:
    """Take a template of the host away; agendas that began from it stay."""
    lock(template)
    record(by, "agenda_template.removed", template, event=event)
    db.session.delete(template)


def _free_name(host_id: int, name: str, own: AgendaTemplate | None = None) -> str:
    """The name as it is stored. Capitals and the place of a tone mark make no other name."""
    name = clean(name)
    if not same_words(name) or len(name) > LONGEST_NAME:
        raise TemplateNameMissing(
            _("Enter a name of at most %(most)s letters.", most=LONGEST_NAME), field="name"
        )
    others = db.session.scalars(sa.select(AgendaTemplate).where(AgendaTemplate.host_id == host_id))
    taken = {same_words(row.name) for row in others if row is not own}
    if same_words(name) in taken | {same_words(each.name) for each in templates.shipped()}:
        raise TemplateNameTaken(
            _("There is a template “%(name)s” already. Choose another name.", name=name), field="name"
        )
    return name


def _words() -> dict[RitualRole, str]:
    return {
        RitualRole.PRESSER: _("Person who presses the button"),
        RitualRole.SIGNATORY: _("Person who signs"),
        RitualRole.WITNESS: _("Person who witnesses"),
    }


def _clear_stage(event: Event, sitting: Sitting) -> None:
    for item in standing(event, sitting, None):
        if item.ritual is not None:
            item.ritual.agenda_item = None
        event.agenda_items.remove(item)
    db.session.flush()


def _strands(event: Event, content: Content) -> dict[str | None, Strand | None]:
    """What goes on beside the stage, by the name that the template gives it."""
    there = {same_words(strand.name): strand for strand in event.strands}
    strands: dict[str | None, Strand | None] = {None: None}
    for wanted in content.strands:
        strand = there.get(same_words(wanted.name))
        if strand is None:
            strand = Strand(number=len(event.strands) + 1, name=wanted.name, place=wanted.place)
            event.strands.append(strand)
            there[same_words(wanted.name)] = strand
        strands[wanted.name] = strand
    db.session.flush()
    return strands


def _add(
    event: Event, sitting: Sitting, strands: dict[str | None, Strand | None], wanted: templates.Item
) -> AgendaItem:
    strand = strands[wanted.strand]
    place = (sitting.id, strand.id if strand else None)
    number = 1 + sum((item.sitting_id, item.strand_id) == place for item in event.agenda_items)
    item = AgendaItem(
        sitting=sitting,
        strand=strand,
        sitting_id=sitting.id,
        strand_id=place[1],
        number=number,
        kind=ItemKind(wanted.kind),
        title=wanted.title,
        duration_minutes=wanted.minutes,
        pinned_at=templates.pinned_at(wanted, sitting.starts_at),
        cue=wanted.cue,
        is_public=wanted.is_public,
        **{name: getattr(wanted, name) for name in templates.TEXTS},
    )
    event.agenda_items.append(item)
    if wanted.ritual is not None:
        event.rituals.append(_ritual(event, item, wanted.ritual))
    return item


def _ritual(event: Event, item: AgendaItem, wanted: templates.Ritual) -> Ritual:
    ritual = Ritual(
        number=max((ritual.number for ritual in event.rituals), default=0) + 1,
        key=free_key(event, wanted.title),
        title=wanted.title,
        subject=wanted.subject,
        copies=wanted.copies,
        setting=wanted.setting,
        expected_pressers=wanted.expected_pressers,
        expected_signatories=wanted.expected_signatories,
        expected_witnesses=wanted.expected_witnesses,
        agenda_item=item,
    )
    numbers: dict[str, int] = {}
    for place in wanted.participants:
        numbers[place.role] = numbers.get(place.role, 0) + 1
        ritual.participants.append(
            RitualParticipant(
                role=RitualRole(place.role),
                number=numbers[place.role],
                text=place.text,
                position=place.position,
                stands_at=place.stands_at,
                cue=place.cue,
                organization_name=place.organization_name,
            )
        )
    return ritual
