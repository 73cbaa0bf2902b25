"""The posts of a hall: who stands where from when to when, and the list on paper."""

from datetime import datetime, timedelta
from typing import Any

from flask import flash, g, redirect, render_template, request, url_for
from flask_babel import force_locale, ngettext
from flask_babel import gettext as _

from eventsvc import pdf
from eventsvc.accounts.access import requires
from eventsvc.accounts.permissions import Permission
from eventsvc.events.models import Event
from eventsvc.halls import post_operations, printing, queries
from eventsvc.halls.forms import PostForm, ShiftForm, ShiftsForm
from eventsvc.halls.models import Post
from eventsvc.halls.views import bp, hall_or_404
from eventsvc.organizations import queries as organizations
from eventsvc.sites.models import Site
from eventsvc.web import papers
from eventsvc.web.edits import attempt, carry_out, save_form
from eventsvc.web.filters import label

LOCALE = "vi"
"""Papers are in Vietnamese, whatever language the reader of the pages has chosen."""
BEFORE_START = timedelta(hours=1)


@bp.route("/<code>/posts/new", methods=["GET", "POST"])
@requires(Permission.EDIT_SITES)
def new_post(slug, code):
    event, site = hall_or_404(slug, code)
    form = PostForm(data={"needed": 1})
    status = 422 if form.is_submitted() else 200
    if form.validate_on_submit():
        made: list[Post] = []
        status = attempt(form, lambda: made.append(post_operations.add_post(site, **form.changes, by=g.user)))
        if status is None:
            flash(_("The post is entered. Next: who stands there."))
            return redirect(url_for(".add_shifts", slug=slug, code=code, post_id=made[0].id))
    return _post_page(event, site, form, None), status


@bp.route("/<code>/posts/<int:post_id>", methods=["GET", "POST"])
@requires(Permission.EDIT_SITES)
def edit_post(slug, code, post_id):
    event, site = hall_or_404(slug, code)
    post = queries.post_of(site, post_id)
    form = PostForm(post)
    is_saved, status, conflict = save_form(
        form,
        lambda: post_operations.edit_post(post, form.changes, version=form.version.data, by=g.user),
        lambda: PostForm(post, formdata=None),
    )
    if is_saved:
        flash(_("Saved."))
        return _back(slug, code, post_id)
    return _post_page(event, site, form, post, conflict), status


@bp.post("/<code>/posts/<int:post_id>/remove")
@requires(Permission.EDIT_SITES)
def remove_post(slug, code, post_id):
    _event, site = hall_or_404(slug, code)
    post_operations.remove_post(queries.post_of(site, post_id), by=g.user)
    flash(_("The post is removed."))
    return _back(slug, code)


@bp.route("/<code>/posts/<int:post_id>/shifts/new", methods=["GET", "POST"])
@requires(Permission.EDIT_SITES)
def add_shifts(slug, code, post_id):
    """People out of pasted lines for one time at the post: all of them or nobody."""
    event, site = hall_or_404(slug, code)
    post = queries.post_of(site, post_id)
    form = ShiftsForm(_usual_times(event, post))
    status = 422 if form.is_submitted() else 200
    if form.validate_on_submit():
        status = attempt(
            form,
            lambda: post_operations.add_shifts(
                post,
                form.persons,
                starts_at=form.starts_at.data,
                ends_at=form.ends_at.data,
                kind=form.kind.data,
                by=g.user,
            ),
        )
        if status is None:
            flash(ngettext("%(num)s shift entered.", "%(num)s shifts entered.", len(form.persons)))
            return _back(slug, code, post_id)
    page = render_template("halls/shifts.html", event=event, site=site, post=post, form=form)
    return page, status


@bp.route("/<code>/shifts/<int:shift_id>", methods=["GET", "POST"])
@requires(Permission.EDIT_SITES)
def edit_shift(slug, code, shift_id):
    event, site = hall_or_404(slug, code)
    shift = queries.shift_of(site, shift_id)
    posts = queries.posts_of(site)
    form = ShiftForm(shift, posts)
    is_saved, status, conflict = save_form(
        form,
        lambda: post_operations.edit_shift(shift, form.changes, version=form.version.data, by=g.user),
        lambda: ShiftForm(shift, posts, formdata=None),
    )
    if is_saved:
        flash(_("Saved."))
        return _back(slug, code, shift.post_id)
    page = render_template(
        "halls/shift.html", event=event, site=site, shift=shift, form=form, conflict=conflict
    )
    return page, status


@bp.post("/<code>/shifts/<int:shift_id>/remove")
@requires(Permission.EDIT_SITES)
def remove_shift(slug, code, shift_id):
    _event, site = hall_or_404(slug, code)
    shift = queries.shift_of(site, shift_id)
    post_id = shift.post_id
    post_operations.remove_shift(shift, by=g.user)
    flash(_("The shift is removed."))
    return _back(slug, code, post_id)


@bp.post("/<code>/shifts/<int:shift_id>/present")
@requires(Permission.EDIT_SITES)
def mark_present(slug, code, shift_id):
    """The person is at the post; with `absent`, that was a mistake."""
    _event, site = hall_or_404(slug, code)
    shift = queries.shift_of(site, shift_id)
    is_present = "absent" not in request.form
    carry_out(lambda: post_operations.mark_present(shift, is_present, by=g.user))
    return _back(slug, code, shift.post_id)


@bp.post("/<code>/duty.pdf")
@requires(Permission.READ_SITES)
def duty_list(slug, code):
    """Who is on duty, on paper; posted, because it is written down who has it. Telephones for those who may have
    them."""
    event, site = hall_or_404(slug, code)
    [hall] = queries.summaries(event, [site])
    shows_contacts = g.access.to(Permission.READ_CONTACTS).covers_site(site)
    with force_locale(LOCALE):
        head = organizations.letterhead_of(event.host, event.units_as_of)
        values = printing.duty(event, hall, head=head, word=label, shows_contacts=shows_contacts)
        name = " – ".join([_("Duty list"), site.name, event.short_title]) + ".pdf"
    body = pdf.render("duty.typ", values)
    post_operations.note_print(site, len(hall.shifts), by=g.actor)
    return papers.paper(body, name)


def _usual_times(event: Event, post: Post) -> tuple[datetime | None, datetime | None]:
    """The times of the last shift at the post, else from an hour before the first sitting to its end."""
    if post.shifts:
        return post.shifts[-1].starts_at, post.shifts[-1].ends_at
    sitting = next((one for one in event.sittings if one.starts_at and one.cancelled_at is None), None)
    if sitting is None or sitting.starts_at is None:
        return None, None
    return sitting.starts_at - BEFORE_START, sitting.ends_at


def _post_page(event: Event, site: Site, form: Any, post: Post | None, conflict: Any = None) -> str:
    return render_template("halls/post.html", event=event, site=site, form=form, post=post, conflict=conflict)


def _back(slug: str, code: str, post_id: int | None = None) -> Any:
    anchor = f"post-{post_id}" if post_id is not None else "posts"
    return redirect(url_for(".show", slug=slug, code=code, _anchor=anchor))
