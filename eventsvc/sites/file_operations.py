"""The sites of an event as a file: taken out, and brought back after it has been looked at."""

from collections.abc import Collection
from datetime import timedelta
from typing import Any, NamedTuple

import sqlalchemy as sa
from flask_babel import gettext as _

from eventsvc import clock
from eventsvc.audit.operations import record, user_id
from eventsvc.db import atomic, db
from eventsvc.errors import Invalid, StaleEdit
from eventsvc.events.models import Event
from eventsvc.rows import lock, lock_open
from eventsvc.sites import bulk_operations, file_queries, operations, queries, sheet_matching, sheet_reading
from eventsvc.sites.file_models import SiteSheet
from eventsvc.sites.models import MAIN, Site
from eventsvc.sites.sheet_matching import LooseRow, SheetPlan
from eventsvc.spreadsheets.tables import Table

MOST_ROWS = 10_000
WAITS = timedelta(days=1)
"""How long a file waits for its confirmation; then the next one sweeps it away."""


class Done(NamedTuple):
    """What became of a file: sites changed, sites made, and links that were renewed for a new coordinator."""

    changed: int
    added: int
    renewed: int


@atomic()
def record_export(event: Event, rows: int, *, with_contacts: bool, by: Any) -> None:
    """Somebody has taken the list of sites out of the house."""
    record(by, "sites.exported", event, event=event, rows=rows, with_contacts=with_contacts)


@atomic()
def keep(
    event: Event,
    file_name: str,
    tables: Collection[Table],
    *,
    clears: bool = False,
    without: Collection[str] = (),
    by: Any,
) -> SiteSheet:
    """Keep what the file says for a preview; the one that the same person looked at before is gone by that.

    Invalid when no sheet holds a list of sites. `without` are columns that this person may not write.
    """
    lock_open(event)
    read = sheet_reading.read(tables, without=without)
    if not read.rows:
        raise Invalid(
            _(
                "No list of sites was found: no row has headings such as “Mã điểm cầu”, “Điểm cầu”, “Đầu mối”."
            ),
            field="file",
        )
    if len(read.rows) > MOST_ROWS:
        raise Invalid(_("The list has more than %(most)s rows.", most=f"{MOST_ROWS:,}"), field="file")
    own = sa.and_(SiteSheet.event_id == event.id, SiteSheet.created_by_id == user_id(by))
    forgotten = sa.or_(own, SiteSheet.created_at < clock.now() - WAITS)
    db.session.execute(
        sa.delete(SiteSheet).where(forgotten), execution_options={"synchronize_session": False}
    )
    sheet = SiteSheet(
        event=event,
        file_name=file_name[:200],
        parsed=read.stored(),
        clears=clears,
        created_by_id=user_id(by),
    )
    db.session.add(sheet)
    db.session.flush()
    return sheet


@atomic()
def confirm(sheet: SiteSheet, *, digest: str, added: Collection[int] = (), by: Any) -> Done:
    """Carry out what was shown, all of it or nothing. `added` are loose rows, by their index, to be made other sites.

    StaleEdit when it would not do now what `digest` stood for: somebody has changed a site in the meantime. With
    another contact a site that has a link gets another one. One line in the log.
    """
    event = sheet.event
    lock_open(event)
    lock(sheet)
    bulk_operations.hold(event, {one.site.id for one in file_queries.plan_of(sheet).changed})
    plan = file_queries.plan_of(sheet)
    if plan.digest != digest:
        raise StaleEdit(
            _("Sites have been changed in the meantime. Look at the file once more, then confirm.")
        )
    links = {one.site.id: one.site.link_number for one in plan.changed}
    for one in plan.changed:
        operations.change(one.site, one.values, by)
    made = [_add(event, sheet, loose, by) for loose in _chosen(plan, added)]
    db.session.flush()
    renewed = sum(one.site.link_number != links[one.site.id] for one in plan.changed)
    db.session.delete(sheet)
    fields = sorted({change.column for one in plan.changed for change in one.changes})
    if plan.changed or made:
        record(
            by, "sites.imported", event, event=event, count=len(plan.changed), added=len(made), fields=fields
        )
    return Done(len(plan.changed), len(made), renewed)


@atomic()
def discard(sheet: SiteSheet, *, by: Any) -> None:
    """Forget the file; nothing of it stays."""
    record(by, "sites.sheet_discarded", sheet.event, event=sheet.event)
    db.session.delete(sheet)


def _chosen(plan: SheetPlan, added: Collection[int]) -> list[LooseRow]:
    return [loose for loose in plan.loose if loose.index in added and loose.may_be_added]


def _add(event: Event, sheet: SiteSheet, loose: LooseRow, by: Any) -> Site:
    name = loose.row.cells["name"]
    if len(name) > sheet_matching.sheet_values.LONGEST["name"]:
        raise Invalid(_("The name in row %(row)s is too long.", row=loose.row.number))
    if MAIN not in queries.codes_of(event):
        raise Invalid(_("Make the main site first."))
    site = operations.add_site(event, name=" ".join(name.split()), by=by)
    operations.change(site, sheet_matching.values_of(loose.row, sheet.parsed["columns"]), by)
    return site
