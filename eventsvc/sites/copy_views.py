"""Copy from an earlier event: choose it, look at what would be filled in, take it over."""

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from eventsvc.accounts.access import requires
from eventsvc.accounts.permissions import Permission
from eventsvc.errors import NotFound
from eventsvc.events.models import Event
from eventsvc.sites import copy_operations, copy_queries
from eventsvc.sites.copy_operations import CopyChoice
from eventsvc.sites.copy_proposals import fillings
from eventsvc.sites.forms import SiteForm
from eventsvc.sites.views import whole_event_or_404
from eventsvc.web.arguments import whole
from eventsvc.web.edits import carry_out

bp = Blueprint("site_copies", __name__)

FIELD = "former-"
"""Of each site a field of this name and its id: the id of the earlier site that it learns from."""


@bp.get("/events/<slug>/sites/copy")
@requires(Permission.EDIT_SITES)
def index(slug):
    event = whole_event_or_404(slug)
    wanted = request.args.get("from", "")
    if not wanted:
        found = copy_queries.sources(event, g.access)
        return render_template("sites/copy.html", event=event, sources=found)
    source = _source_or_404(event, wanted)
    overwrites = request.args.get("overwrite") == "1"
    with_contacts = _may_read_contacts(event, source)
    known = copy_queries.proposals(event, source)
    offers = [
        (one, [
            (former, fillings(one.site, former, overwrites=overwrites, with_contacts=with_contacts))
            for former in one.choices
        ])
        for one in known.found
    ]  # fmt: skip
    return render_template(
        "sites/copy_preview.html",
        event=event,
        source=source,
        known=known,
        own=[(one, choices[0]) for one, choices in offers if one.own is not None and choices[0][1]],
        merged=[(one, choices) for one, choices in offers if one.own is None],
        same=sum(one.own is not None and not choices[0][1] for one, choices in offers),
        overwrites=overwrites,
        with_contacts=with_contacts,
        words={name: field.kwargs.get("label") or field.args[0] for name, field in _columns()},
        prefix=FIELD,
    )


@bp.post("/events/<slug>/sites/copy")
@requires(Permission.EDIT_SITES)
def copy(slug):
    event = whole_event_or_404(slug)
    if not request.form.get("from"):
        return redirect(url_for(".index", slug=slug))
    source = _source_or_404(event, request.form["from"])
    choice = CopyChoice(
        pairs=_chosen_pairs(),
        overwrites=request.form.get("overwrite") == "1",
        with_contacts=_may_read_contacts(event, source),
        with_lists=request.form.get("lists") == "1",
    )
    done: list[int] = []
    if not carry_out(lambda: done.append(copy_operations.copy_sites(event, source, choice, by=g.user))):
        return redirect(url_for(".index", slug=slug, **{"from": source.slug}))
    flash(ngettext("%(num)s site filled in.", "%(num)s sites filled in.", done[0]))
    if choice.with_lists:
        flash(_("Checklist, kinds of people and rules are those of the earlier event now."))
    return redirect(url_for("sites.index", slug=slug))


def _chosen_pairs() -> dict[int, int]:
    """The new site and the earlier one for every choice made."""
    pairs = {}
    for name, value in request.form.items():
        site_id, former_id = whole(name.removeprefix(FIELD)), whole(value)
        if name.startswith(FIELD) and site_id is not None and former_id is not None:
            pairs[site_id] = former_id
    return pairs


def _source_or_404(event: Event, slug: str) -> Event:
    source = copy_queries.source_of(event, slug, g.access)
    if source is None:
        raise NotFound(_("There is nothing at this address."))
    return source


def _may_read_contacts(event: Event, source: Event) -> bool:
    return all(g.access.extends_to(Permission.READ_CONTACTS, one) for one in (event, source))


def _columns():
    return [(name, getattr(SiteForm, name)) for name in SiteForm.NAMES]
