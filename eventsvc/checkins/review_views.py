"""What somebody must look at: cases found by comparing scans, and scans that could not be stored."""

from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from eventsvc.accounts.access import requires
from eventsvc.accounts.permissions import Permission
from eventsvc.checkins import labels, quarantine_queries, review_operations, review_queries  # noqa: F401  (labels: the words)
from eventsvc.checkins.items import Fault
from eventsvc.checkins.models import CaseKind, ScanKind, ScanMode
from eventsvc.checkins.review_forms import LONGEST_NOTE, SettleForm
from eventsvc.errors import NotFound
from eventsvc.events.models import Event
from eventsvc.events.permissions import event_or_404
from eventsvc.web.arguments import whole
from eventsvc.web.edits import attempt
from eventsvc.web.labels import label

bp = Blueprint("review", __name__)

MOST_AT_ONCE = 100
MOST_SHOWN, SETTLED_SHOWN = 50, 20
"""Of what waits the oldest, of what is settled the last: a page that a phone can still show."""

EXPLAINED = {
    CaseKind.CROSS_SITE: _l(
        "The pass was seen at another site while its holder was in. Either one door took the wrong person, or the"
        " pass was lent. The person is counted once, where they first went in."
    ),
    CaseKind.ADMITTED_REVOKED: _l(
        "The door had no network and did not know that the pass was revoked. The person is in and stays counted,"
        " unless you undo the entry."
    ),
    CaseKind.SEQ_FORK: _l(
        "Two different scans of one device bear the same number: a copy of its memory is in use. Both scans count."
        " If nobody set up the phone anew, revoke it."
    ),
    CaseKind.CLOCK_JUMP: _l(
        "Between these two scans the clock of the device was set. Who was first at a door may be wrong for its scans"
        " around that time. If it happens again, take another phone."
    ),
}


@bp.get("/events/<slug>/checkins/cases")
@requires(Permission.CHECK_IN_BY_NAME)
def index(slug):
    event = event_or_404(slug, g.access)
    return _cases_page(event, SettleForm(formdata=None))


@bp.post("/events/<slug>/checkins/cases/<int:case_id>")
@requires(Permission.ANNUL_SCAN)
def settle(slug, case_id):
    """Keep everything as it is, or undo the one entry that was a mistake; either with a note."""
    event = event_or_404(slug, g.access)
    reach = g.access.site_ids(event)
    case, form = review_queries.case_of(event, case_id, reach), SettleForm()
    mistake = request.form.get("mistake")
    scan = review_queries.may_undo(case, mistake, reach) if mistake else None
    if mistake and scan is None:
        raise NotFound(_("There is nothing at this address."))

    def save() -> Any:
        if scan is not None:
            return review_operations.annul(case, scan, by=g.user, note=form.note.data)
        return review_operations.keep([case], by=g.user, note=form.note.data)

    if not (form.validate_on_submit() and attempt(form, save) is None):
        return _cases_page(event, form, refused=case_id), 422
    flash(_("The entry is undone and the case is settled.") if scan else _("The case is settled."))
    return redirect(url_for(".index", slug=slug))


@bp.post("/events/<slug>/checkins/cases")
@requires(Permission.ANNUL_SCAN)
def settle_several(slug):
    """The cases ticked of one kind stand as they are, with one note for all."""
    event = event_or_404(slug, g.access)
    form, kind = SettleForm(), request.form.get("kind", "")
    chosen = review_queries.cases_of(event, _ticked("case"), g.access.site_ids(event))
    chosen = [case for case in chosen if case.kind.value == kind]
    if not chosen:
        flash(_("Tick what you have looked at first."), "error")
        return redirect(url_for(".index", slug=slug))
    if not form.validate_on_submit():
        return _cases_page(event, form, refused=kind, ticked={case.id for case in chosen}), 422
    settled = review_operations.keep(chosen, by=g.user, note=form.note.data)
    flash(ngettext("%(num)s case settled.", "%(num)s cases settled.", settled))
    return redirect(url_for(".index", slug=slug))


@bp.get("/events/<slug>/checkins/quarantine")
@requires(Permission.CHECK_IN_BY_NAME)
def quarantine(slug):
    event = event_or_404(slug, g.access)
    return _quarantine_page(event, SettleForm(formdata=None))


@bp.post("/events/<slug>/checkins/quarantine")
@requires(Permission.ANNUL_SCAN)
def settle_quarantined(slug):
    """What was ticked has been looked at; or whoever was scanned is let in at the time of the scan (`enter`)."""
    event = event_or_404(slug, g.access)
    reach = g.access.site_ids(event)
    form, ids = SettleForm(), _ticked("scan")
    rows, lets_in = quarantine_queries.aside_of(event, ids, reach), "enter" in request.form
    is_typed = form.validate_on_submit()
    if not is_typed and (form.note.data if lets_in or not rows else True):
        return _quarantine_page(event, form, ticked={row.id for row in rows}), 422
    if not rows:
        flash(_("Tick what you have looked at first."), "error")
        return redirect(url_for(".quarantine", slug=slug))
    if lets_in:
        note = (form.note.data or "")[:LONGEST_NOTE]
        _tell(review_operations.enter_aside(event, rows, by=g.user, note=note, site_ids=reach))
        return redirect(url_for(".quarantine", slug=slug))
    settled = review_operations.settle_aside(rows, by=g.user, note=form.note.data)
    flash(ngettext("%(num)s scan put aside is settled.", "%(num)s scans put aside are settled.", settled))
    return redirect(url_for(".quarantine", slug=slug))


def _tell(done: review_operations.LetIn) -> None:
    """What became of those who were let in at the time of their scan."""
    told = []
    if done.entered:
        told.append(
            ngettext(
                "%(num)s person is in, since the time of the scan.",
                "%(num)s people are in, since the time of the scan.",
                done.entered,
            )
        )
    if done.were_in:
        told.append(ngettext("%(num)s was in already.", "%(num)s were in already.", done.were_in))
    if told:
        flash(" ".join(told))
    if done.left:
        flash(
            ngettext(
                "%(num)s scan is left: look at it one by one.",
                "%(num)s scans are left: look at them one by one.",
                done.left,
            ),
            "warning",
        )


def _cases_page(
    event: Event, form: SettleForm, *, refused: int | str | None = None, ticked: set[int] | None = None
) -> str:
    """`refused`: the case or the kind whose form is `form`; the others are empty."""
    reach = g.access.site_ids(event)
    waiting = review_queries.shown(event, reach, limit=MOST_SHOWN)
    groups = [
        (kind, [one for one in waiting if one.case.kind is kind])
        for kind in CaseKind
        if any(one.case.kind is kind for one in waiting)
    ]
    return render_template(
        "checkins/cases.html",
        event=event,
        groups=groups,
        settled=review_queries.shown(event, reach, settled=True, limit=SETTLED_SHOWN),
        numbers=review_queries.open_numbers(event, reach),
        most=MOST_SHOWN,
        explained=EXPLAINED,
        on_the_clock=review_queries.on_the_clock,
        form=form,
        empty_form=SettleForm(formdata=None),
        refused=refused,
        ticked=ticked or set(),
        settles=g.access.to(Permission.ANNUL_SCAN).covers(event),
        manages=g.access.extends_to(Permission.MANAGE_DEVICES, event),
    )


def _quarantine_page(event: Event, form: SettleForm, *, ticked: set[int] | None = None) -> str:
    reach = g.access.site_ids(event)
    waiting = quarantine_queries.aside(event, reach, limit=MOST_SHOWN)
    settled = quarantine_queries.aside(event, reach, settled=True, limit=SETTLED_SHOWN)
    return render_template(
        "checkins/quarantine.html",
        event=event,
        waiting=waiting,
        settled=settled,
        enterable=any(one.whose and one.whose.may_be_entered for one in waiting),
        sites=quarantine_queries.site_names(event, [*waiting, *settled]),
        on_the_clock=review_queries.on_the_clock,
        reasons={fault.value: label(fault) for fault in Fault},
        KINDS={kind.value: label(kind) for kind in ScanKind},
        MODES={mode.value: label(mode) for mode in ScanMode},
        numbers=review_queries.open_numbers(event, reach),
        most=MOST_SHOWN,
        form=form,
        ticked=ticked or set(),
        settles=g.access.to(Permission.ANNUL_SCAN).covers(event),
    )


def _ticked(name: str) -> list[int]:
    ids = [number for typed in request.form.getlist(name) if (number := whole(typed)) is not None]
    return ids[:MOST_AT_ONCE]
