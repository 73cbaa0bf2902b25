"""The pages of an event: the list, a new one, the overview, editing, sittings and their times."""

from datetime import date

from flask import Blueprint, current_app, flash, g, redirect, render_template, url_for
from flask_babel import gettext as _

from eventsvc import clock
from eventsvc.accounts.access import requires
from eventsvc.accounts.permissions import Access, Permission
from eventsvc.errors import NotFound
from eventsvc.events import labels, operations, queries  # noqa: F401  (labels registers the words)
from eventsvc.events.forms import (
    CopyEventForm,
    DataNoticeForm,
    EditEventForm,
    NewEventForm,
    SittingForm,
    TimeForm,
)
from eventsvc.events.models import Event, Sitting, TimeState
from eventsvc.events.permissions import event_or_404, visible_events
from eventsvc.events.workdays import DayOff, day_off
from eventsvc.text import official_date, weekday_vi
from eventsvc.web.arguments import version_seen
from eventsvc.web.edits import save_form
from eventsvc.web.filters import current_locale
from eventsvc.web.navigation import Step

bp = Blueprint("events", __name__)


@bp.get("/events")
@requires(Permission.READ_EVENT)
def index():
    events = queries.with_sittings(visible_events(g.access))
    upcoming = [event for event in events if not _is_over(event)]
    past = [event for event in events if _is_over(event)]
    return render_template("events/index.html", upcoming=upcoming, past=past)


@bp.route("/events/new", methods=["GET", "POST"])
@requires(Permission.CREATE_EVENT)
def new():
    hosts = queries.organizations_by_id(g.access.organization_ids)
    form = NewEventForm(hosts, data={"units_as_of": clock.today()})
    if form.validate_on_submit():
        values = {
            name: form[name].data for name in ("title", "short_title", "kind", "form", "theme", "window_text")
        }
        values["theme"] = values["theme"] or None
        event = operations.create_event(
            host=form.host.row, units_as_of=form.units_as_of.data, by=g.user, **values
        )
        flash(_("The event is made. Next: its agenda, its sites and its guests."))
        return redirect(url_for(".show", slug=event.slug))
    return _new_page(form, CopyEventForm(_copied(), formdata=None))


@bp.post("/events/copies")
@requires(Permission.CREATE_EVENT)
def copy():
    form = CopyEventForm(_copied())
    if form.validate_on_submit():
        event = operations.copy_event(form.source.row, title=form.copy_title.data, by=g.user)
        flash(_("The copy is made. Its dates are open; sites and guests are not copied."))
        return redirect(url_for(".show", slug=event.slug))
    hosts = queries.organizations_by_id(g.access.organization_ids)
    return _new_page(NewEventForm(hosts, formdata=None, data={"units_as_of": clock.today()}), form)


@bp.get("/events/<slug>")
@requires(Permission.READ_EVENT)
def show(slug):
    event = event_or_404(slug, g.access)
    return render_template(
        "events/show.html",
        event=event,
        days=_days_until(event),
        users=queries.users_by_id(_deciders(event)),
        days_off={sitting.id: _why_off(sitting) for sitting in event.sittings},
        steps=_next_steps(event),
    )


@bp.route("/events/<slug>/edit", methods=["GET", "POST"])
@requires(Permission.EDIT_EVENT)
def edit(slug):
    event = event_or_404(slug, g.access)
    form = EditEventForm(event, _hosts())
    is_saved, status, conflict = save_form(
        form,
        lambda: operations.edit_event(event, form.changes, version=form.version.data, by=g.user),
        lambda: EditEventForm(event, _hosts(), formdata=None),
    )
    if is_saved:
        flash(_("Saved."))
        return redirect(url_for(".show", slug=slug))
    return render_template("events/edit.html", event=event, form=form, conflict=conflict), status


@bp.route("/events/<slug>/data-notice", methods=["GET", "POST"])
@requires(Permission.EDIT_EVENT)
def data_notice(slug):
    event = event_or_404(slug, g.access)
    form = DataNoticeForm.of(event)
    is_saved, status, conflict = save_form(
        form,
        lambda: operations.set_data_notice(event, **form.values, version=form.version.data, by=g.user),
        lambda: DataNoticeForm.of(event, formdata=None),
    )
    if is_saved:
        flash(_("The notice on personal data is saved; guests may be imported."))
        return redirect(url_for(".show", slug=slug))
    return render_template("events/data_notice.html", event=event, form=form, conflict=conflict), status


@bp.post("/events/<slug>/cancel")
@requires(Permission.EDIT_EVENT)
def cancel(slug):
    operations.cancel_event(event_or_404(slug, g.access), by=g.user)
    flash(_("The event is cancelled."), "warning")
    return redirect(url_for(".show", slug=slug))


@bp.post("/events/<slug>/sittings")
@requires(Permission.EDIT_EVENT)
def add_sitting(slug):
    sitting = operations.add_sitting(event_or_404(slug, g.access), by=g.user)
    flash(_("One more sitting; propose its time."))
    return redirect(url_for(".propose", slug=slug, number=sitting.number))


@bp.route("/events/<slug>/sittings/<int:number>", methods=["GET", "POST"])
@requires(Permission.EDIT_EVENT)
def sitting(slug, number):
    event = event_or_404(slug, g.access)
    sitting = _sitting_or_404(event, number)
    form = SittingForm(sitting)
    is_saved, status, conflict = save_form(
        form,
        lambda: operations.edit_sitting(sitting, form.changes, version=form.version.data, by=g.user),
        lambda: SittingForm(sitting, formdata=None),
    )
    if is_saved:
        flash(_("Saved."))
        return redirect(url_for(".show", slug=slug, _anchor=f"sitting-{number}"))
    page = render_template("events/sitting.html", event=event, sitting=sitting, form=form, conflict=conflict)
    return page, status


@bp.route("/events/<slug>/sittings/<int:number>/time", methods=["GET", "POST"])
@requires(Permission.EDIT_EVENT)
def propose(slug, number):
    event = event_or_404(slug, g.access)
    sitting = _sitting_or_404(event, number)
    form = TimeForm(sitting)
    is_saved, status, conflict = save_form(
        form,
        lambda: operations.propose_time(
            sitting,
            starts_at=form.starts_at.data,
            ends_at=form.ends_at.data,
            version=form.version.data,
            by=g.user,
        ),
        lambda: TimeForm(sitting, formdata=None),
    )
    if is_saved:
        flash(_("The time is proposed; it counts once it is approved."))
        if why := _why_off(sitting):
            flash(why, "warning")
        return redirect(url_for(".show", slug=slug, _anchor=f"sitting-{number}"))
    page = render_template("events/time.html", event=event, sitting=sitting, form=form, conflict=conflict)
    return page, status


@bp.post("/events/<slug>/sittings/<int:number>/approve")
@requires(Permission.EDIT_EVENT)
def approve(slug, number):
    sitting = _sitting_or_404(event_or_404(slug, g.access), number)
    operations.approve_time(sitting, version=version_seen(), by=g.user)
    flash(_("The time is approved."))
    return redirect(url_for(".show", slug=slug, _anchor=f"sitting-{number}"))


@bp.post("/events/<slug>/sittings/<int:number>/cancel")
@requires(Permission.EDIT_EVENT)
def cancel_sitting(slug, number):
    operations.cancel_sitting(_sitting_or_404(event_or_404(slug, g.access), number), by=g.user)
    flash(_("The sitting is cancelled."), "warning")
    return redirect(url_for(".show", slug=slug))


@bp.post("/events/<slug>/sittings/<int:number>/remove")
@requires(Permission.EDIT_EVENT)
def remove_sitting(slug, number):
    operations.remove_sitting(_sitting_or_404(event_or_404(slug, g.access), number), by=g.user)
    flash(_("The sitting is removed."))
    return redirect(url_for(".show", slug=slug))


def _new_page(form, copy_form):
    status = 422 if form.errors or copy_form.errors else 200
    plan = url_for("plans.new") if "plans.new" in current_app.view_functions else None
    return render_template("events/new.html", form=form, copy_form=copy_form, plan_url=plan), status


def _hosts():
    """Whose events this user may host."""
    return queries.organizations_by_id(Access(g.user, Permission.CREATE_EVENT).organization_ids)


def _copied() -> list[Event]:
    """The events that may serve as a pattern: those of the organizations the user works for."""
    events = queries.with_sittings(visible_events(g.access.to(Permission.READ_EVENT)))
    return [event for event in events if event.host_id in g.access.organization_ids]


def _sitting_or_404(event: Event, number: int) -> Sitting:
    for sitting in event.sittings:
        if sitting.number == number:
            return sitting
    raise NotFound(_("There is no such sitting."))


def _last_day(event: Event) -> date | None:
    return clock.local(event.ends_at or event.starts_at).date() if event.starts_at else event.window_end


def _is_over(event: Event) -> bool:
    last = _last_day(event)
    return last is not None and last < clock.today()


def _days_until(event: Event) -> int | None:
    """Days until the first sitting, or until the window opens; negative when it has passed."""
    first = clock.local(event.starts_at).date() if event.starts_at else event.window_start
    return (first - clock.today()).days if first else None


def _next_steps(event: Event) -> list[Step]:
    """What an event needs of its own; the features above add theirs on the page."""
    slug = event.slug
    waiting = [s for s in event.sittings if s.cancelled_at is None and s.time_state is not TimeState.APPROVED]
    first = (waiting or event.sittings)[0]
    return [
        Step(_("Exact time approved"), url_for(".propose", slug=slug, number=first.number), not waiting),
        Step(
            _("Venue and contact person"),
            url_for(".edit", slug=slug),
            bool(event.venue and event.contact_name),
        ),
        Step(_("Notice on personal data"), url_for(".data_notice", slug=slug), event.has_data_notice),
    ]


def _deciders(event: Event) -> set[int]:
    ids = {id_ for sitting in event.sittings for id_ in (sitting.proposed_by_id, sitting.approved_by_id)}
    return {id_ for id_ in ids if id_ is not None}


def _why_off(sitting: Sitting) -> str | None:
    """A sentence when the sitting's day is not a working day."""
    if sitting.starts_at is None:
        return None
    day = clock.local(sitting.starts_at).date()
    off = day_off(day, current_locale())
    if off is None:
        return None
    words = f"{weekday_vi(day)}, {official_date(day)}" if current_locale() == "vi" else f"{day:%A, %d/%m/%Y}"
    if off[0] is DayOff.HOLIDAY:
        return _("%(day)s is a holiday: %(name)s.", day=words, name=off[1])
    return _("%(day)s is not a working day.", day=words)
