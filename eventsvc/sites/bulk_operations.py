"""Many sites at once: all of it or nothing."""

from collections.abc import Collection, Mapping

from flask_babel import gettext as _
from flask_babel import ngettext

from eventsvc.audit.operations import record
from eventsvc.db import atomic, db
from eventsvc.errors import NotFound, StaleEdit
from eventsvc.events.models import Event
from eventsvc.rows import lock_open
from eventsvc.sites import operations, queries, step_operations
from eventsvc.sites.bulk_plan import BulkPlan
from eventsvc.sites.models import Site
from eventsvc.sites.reporter import Reporter


@atomic()
def edit_sites(event: Event, seen: Mapping[int, int], plan: BulkPlan, reporter: Reporter) -> int:
    """Carry out the plan at the sites, given by id with the version that was seen; at how many something was done.

    StaleEdit when somebody has saved one of them since, NotFound when one is not of this event: nothing is written
    then. Sites that have closed reach nothing more and are left out of that. One line in the log.
    """
    lock_open(event)
    sites = hold(event, set(seen))
    changed_since = [site for site in sites if site.version != seen[site.id]]
    if changed_since:
        raise StaleEdit(
            ngettext(
                "Someone has changed %(num)s of these sites in the meantime: %(names)s. Look again before you save.",
                "Someone has changed %(num)s of these sites in the meantime: %(names)s. Look again before you save.",
                len(changed_since),
                names=some_names(changed_since),
            )
        )
    touched = {site.id for place, site in enumerate(sites) if plan.touches(site, place)}
    fields: set[str] = set()
    for place, site in enumerate(sites):
        fields.update(operations.change(site, plan.changes_for(site, place), reporter.by))
    if fields:
        record(reporter.by, "sites.edited", event, event=event, fields=sorted(fields), count=len(touched))
    if plan.milestone is not None:
        step_operations.reach_together(event, sites, plan.milestone, reporter)
    return len(touched)


def hold(event: Event, site_ids: Collection[int]) -> list[Site]:
    """The sites of the event, read afresh and held to the end of the transaction, in the order of the list.

    NotFound unless every one of them is the event's.
    """
    statement = queries.sites_of(event, site_ids).with_for_update(key_share=True, of=Site)
    sites = list(db.session.scalars(statement, execution_options={"populate_existing": True}))
    if len(sites) != len(site_ids):
        raise NotFound(_("Some of these sites are not there any more. Choose again."))
    return sites


def some_names(sites: Collection[Site], most: int = 5) -> str:
    """The names of a few sites, and that there are more."""
    names = [site.name for site in sites]
    return ", ".join(names[:most]) + (", …" if len(names) > most else "")
