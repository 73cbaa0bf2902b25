"""The page of the protocol order: ranks, the ranks of the groups, the guests in that order."""

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from eventsvc.accounts.access import requires
from eventsvc.accounts.permissions import Permission
from eventsvc.db import db
from eventsvc.errors import NotFound
from eventsvc.events.models import Event
from eventsvc.events.permissions import event_or_404
from eventsvc.guests import (
    labels,  # noqa: F401  (labels registers the words)
    queries,
    rank_operations,
    rank_queries,
)
from eventsvc.guests.rank_forms import RankForm
from eventsvc.sites import queries as sites
from eventsvc.web.arguments import search, whole
from eventsvc.web.edits import attempt, filled, save_form
from eventsvc.web.pagination import paginate

bp = Blueprint("ranks", __name__, url_prefix="/events/<slug>/ranks")


@bp.get("")
@requires(Permission.READ_GUESTS)
def index(slug):
    event = event_or_404(slug, g.access)
    reach = g.access.site_ids(event)
    ranks = rank_queries.ranks_of(event)
    code, rank_id = request.args.get("site", ""), whole(request.args.get("rank"))
    site = sites.site_or_404(event, code, g.access) if code else None
    chosen = {"site": code, "rank": rank_id, "q": search()}
    page = paginate(
        rank_queries.in_protocol_order(
            event, site_ids={site.id} if site else reach, rank_id=rank_id, q=chosen["q"]
        )
    )
    return render_template(
        "ranks/index.html",
        event=event,
        page=page,
        chosen=chosen,
        ranks=ranks,
        sizes=rank_queries.sizes(event, reach),
        signers={block.id: block for block in rank_queries.signature_blocks(event)},
        groups=queries.groups_of(event),
        sites=list(db.session.scalars(sites.sites_of(event, site_ids=reach))),
    )


@bp.post("/usual")
@requires(Permission.EDIT_EVENT)
def use_usual(slug):
    event = event_or_404(slug, g.access)
    added = rank_operations.use_usual_ranks(event, by=g.actor)
    flash(ngettext("%(num)s rank is added.", "%(num)s ranks are added.", len(added)))
    return redirect(url_for(".index", slug=slug))


@bp.route("/new", methods=["GET", "POST"])
@requires(Permission.EDIT_EVENT)
def new(slug):
    event = event_or_404(slug, g.access)
    form = RankForm(rank_queries.signature_blocks(event))
    status = 422 if form.is_submitted() else 200
    if form.validate_on_submit():
        failed = attempt(
            form,
            lambda: rank_operations.add_rank(event, name=form.name.data or "", rules=form.rules, by=g.actor),
        )
        if failed is None:
            flash(_("The rank is added."))
            return redirect(url_for(".index", slug=slug))
        status = failed
    return render_template("ranks/rank.html", event=event, form=form, rank=None, conflict=None), status


@bp.route("/<int:rank_id>", methods=["GET", "POST"])
@requires(Permission.EDIT_EVENT)
def edit(slug, rank_id):
    event = event_or_404(slug, g.access)
    rank = rank_queries.rank_of(event, rank_id)
    blocks = rank_queries.signature_blocks(event)
    form = RankForm(blocks)
    if not form.is_submitted():
        form.fill(rank)
    is_saved, status, conflict = save_form(
        form,
        lambda: rank_operations.edit_rank(
            rank, name=form.name.data or "", rules=form.rules, version=form.version.data, by=g.actor
        ),
        lambda: filled(RankForm(blocks, formdata=None), rank),
    )
    if is_saved:
        flash(_("Saved."))
        return redirect(url_for(".index", slug=slug))
    return render_template("ranks/rank.html", event=event, form=form, rank=rank, conflict=conflict), status


@bp.post("/<int:rank_id>/move/<direction>")
@requires(Permission.EDIT_EVENT)
def move(slug, rank_id, direction):
    event = event_or_404(slug, g.access)
    if direction not in ("up", "down"):
        raise NotFound(_("There is nothing at this address."))
    rank_operations.move_rank(rank_queries.rank_of(event, rank_id), up=direction == "up", by=g.actor)
    return redirect(url_for(".index", slug=slug))


@bp.post("/<int:rank_id>/remove")
@requires(Permission.EDIT_EVENT)
def remove(slug, rank_id):
    event = event_or_404(slug, g.access)
    rank_operations.remove_rank(rank_queries.rank_of(event, rank_id), by=g.actor)
    flash(_("The rank is removed."))
    return redirect(url_for(".index", slug=slug))


@bp.post("/groups")
@requires(Permission.EDIT_EVENT)
def groups(slug):
    """All groups on one page. Only what was chosen anew is stored, so that two people do not undo each other."""
    event = event_or_404(slug, g.access)
    changed = rank_operations.give_ranks(event, _chosen_anew(event), by=g.actor)
    flash(ngettext("%(num)s group has another rank now.", "%(num)s groups have another rank now.", changed))
    return redirect(url_for(".index", slug=slug) + "#groups")


def _chosen_anew(event: Event) -> dict[int, int | None]:
    known = {str(rank.id): rank.id for rank in rank_queries.ranks_of(event)} | {"": None}
    anew: dict[int, int | None] = {}
    for group in queries.groups_of(event):
        shown, typed = request.form.get(f"shown-{group.id}"), request.form.get(f"rank-{group.id}")
        if typed is None or typed == shown:
            continue
        if typed not in known:
            raise NotFound(_("There is no such rank in this event."))
        anew[group.id] = known[typed]
    return anew
