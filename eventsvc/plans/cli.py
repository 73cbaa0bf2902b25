"""Commands about plan files. Slugs go to standard output, everything else to standard error."""

from datetime import date, datetime
from pathlib import Path
from typing import Any

import click
from flask.cli import AppGroup
from flask_babel import gettext as _

from eventsvc.errors import DomainError
from eventsvc.events import queries as events
from eventsvc.organizations.operations import load_shipped
from eventsvc.plans import operations, queries
from eventsvc.plans.operations import Outcome
from eventsvc.plans.parsing import LARGEST

_CAMPAIGN = ("clusters", "units", "stops", "activities", "contests", "tasks")
_WORK = ("tasks", "plan_items", "directives", "indicators")

plans = AppGroup("plans", help="Plan files.")


@plans.command("load")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Show what would happen and store nothing.")
@click.option("--update", is_flag=True, help="Take up what the file changed, except where someone edited.")
@click.option("--as-of", type=click.DateTime(["%Y-%m-%d"]), help="Take the sites from the units of this day.")
def load(file: Path, dry_run: bool, update: bool, as_of: datetime | None) -> None:
    """Make the event of a plan file; the same file again changes nothing."""
    with file.open("rb") as stream:
        content = stream.read(LARGEST + 1)
    day: date | None = as_of.date() if as_of else None
    act = operations.preview_plan if dry_run else operations.load_plan
    load_shipped()
    try:
        outcome = act(content, update=update, as_of=day, by=None)
    except DomainError as refused:
        click.echo(str(refused), err=True)
        raise SystemExit(1) from None
    for line in report(outcome, dry_run=dry_run):
        click.echo(line, err=True)
    if not (dry_run and outcome.created):
        for slug in outcome.slugs:
            click.echo(slug)


@plans.command("dump")
@click.argument("slug")
def dump(slug: str) -> None:
    """Write the plan of an event as YAML, made from what is stored now."""
    event = events.event_by_slug(slug)
    if event is None:
        click.echo(_("There is no event “%(slug)s”.", slug=slug), err=True)
        raise SystemExit(1)
    click.echo(queries.as_yaml(event), nl=False)


def report(outcome: Outcome, *, dry_run: bool) -> list[str]:
    """What happened, or would, in lines for a person; the last line sums up."""
    lines = [*outcome.remarks, *(described(difference) for difference in outcome.differences)]
    if outcome.created:
        if outcome.is_campaign:
            words = _(
                "Clusters: %(clusters)s, units: %(units)s, stops: %(stops)s, activities: %(activities)s, "
                "of them contests: %(contests)s, tasks: %(tasks)s.",
                **{name: outcome.counts[name] for name in _CAMPAIGN},
            )
            lines.append(words)
        elif not outcome.is_gathering:
            work = {name: outcome.counts[name] for name in _WORK}
            words = _(
                "Tasks: %(tasks)s, items: %(plan_items)s, directives: %(directives)s, targets: %(indicators)s.",
                **work,
            )
            lines.append(words)
        else:
            numbers = {name: outcome.counts[name] for name in ("main", "district", "commune")}
            lines.append(_("Sites: %(main)s main, %(district)s district, %(commune)s commune.", **numbers))
        verdict = _("Would be made: %(slug)s") if dry_run else _("Made: %(slug)s")
        return [*lines, verdict % {"slug": ", ".join(outcome.slugs)}]
    return [*lines, _verdict(outcome, dry_run)]


def _verdict(outcome: Outcome, dry_run: bool) -> str:
    taken, kept = len(outcome.taken), len(outcome.kept)
    if not outcome.differences:
        return _("Nothing has changed in the file.")
    if not outcome.applied:
        return _("%(taken)s changes not taken up: use --update. Edited here and kept: %(kept)s.",
                 taken=taken, kept=kept)  # fmt: skip
    if dry_run:
        return _(
            "%(taken)s changes would be taken up; %(kept)s edited here would be kept.", taken=taken, kept=kept
        )
    return _("%(taken)s changes taken up; %(kept)s edited here were kept.", taken=taken, kept=kept)


def described(difference: Any) -> str:
    """One difference: field, old, new; and whether an organizer's words stand in its way."""
    values = {
        "field": difference.path, "old": _shortened(difference.old), "new": _shortened(difference.new)
    }  # fmt: skip
    if difference.edited:
        return _("%(field)s: %(old)s → %(new)s (kept: it was edited here)", **values)
    return _("%(field)s: %(old)s → %(new)s", **values)


def _shortened(value: Any) -> str:
    if value in (None, []):
        return "—"
    if isinstance(value, dict):
        value = value.get("text") or value.get("name") or value.get("id") or ", ".join(map(str, value))
    words = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
    return words if len(words) <= 100 else f"{words[:99]}…"
