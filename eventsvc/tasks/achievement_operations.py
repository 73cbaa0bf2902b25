"""An organizer says which event, or ritual of one, achieved an item of a plan."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from eventsvc.agenda.models import Ritual
from eventsvc.audit.operations import record
from eventsvc.db import atomic
from eventsvc.errors import Invalid
from eventsvc.events.models import Event
from eventsvc.rows import lock, lock_open
from eventsvc.tasks import entries
from eventsvc.tasks.models import EntryKind, Task, TaskKind


class NotAchievable(Invalid):
    code = "not_achievable"


@atomic()
def confirm_achievement(
    task: Task, event: Event, ritual: Ritual | None = None, *, version: int | None = None, by: Any
) -> None:
    """The event achieves the item. Safe to repeat. NotAchievable for anything but an item of a plan, an event of
    another host, a ritual of another event."""
    lock_open(task.event)
    lock(task, version)
    if task.kind is not TaskKind.PLAN_ITEM:
        raise NotAchievable(_("Only an item of a plan is achieved by an event."))
    if event.host_id != task.event.host_id or event.id == task.event_id:
        raise NotAchievable(_("Only another event of the same host can achieve it."))
    if ritual is not None and ritual.event_id != event.id:
        raise NotAchievable(_("The ritual belongs to another event."))
    now = (task.achieved_by_event_id, task.achieved_by_ritual_id)
    if now == (event.id, ritual.id if ritual else None):
        return
    task.achieved_by_event, task.achieved_by_ritual = event, ritual
    words = _l("achieved by the event: %(event)s", event=event.short_title)
    entries.write(task, EntryKind.EDITED, words, by=by)
    record(by, "task.achieved", task, event=task.event, achieved_by=event.id)
