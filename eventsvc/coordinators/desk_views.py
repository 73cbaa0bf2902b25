"""What is done at a site's desk: by its coordinator with the link, or by the province after a telephone call.

The two pages have the same parts at addresses of the same shape; each part is one function here, which is given the
desk it is done at. `page_views` and `report_views` hold the addresses.
"""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from flask import flash, redirect, render_template, request
from flask_babel import gettext as _

from eventsvc import clock
from eventsvc.announcements import operations as announcements
from eventsvc.announcements import queries as announced
from eventsvc.coordinators import labels, queries
from eventsvc.coordinators.forms import (
    FaultForm,
    HeadCountForm,
    SpokeWithForm,
    WordsForm,
)
from eventsvc.errors import NotFound
from eventsvc.events.models import Event, Sitting
from eventsvc.link_tests import operations as link_tests
from eventsvc.link_tests import queries as tests_of_links
from eventsvc.link_tests.models import InvitedSite, TestResult
from eventsvc.sites import (
    fault_operations,
    link_queries,
    readiness,
    readiness_queries,
    report_operations,
    report_queries,
    step_operations,
)
from eventsvc.sites.models import Milestone, Site
from eventsvc.sites.report_models import CheckGroup, CheckItem, Fault, FaultState, HeadCount
from eventsvc.sites.reporter import Reporter
from eventsvc.web.arguments import whole
from eventsvc.web.edits import attempt, carry_out

PHOTO_LIMIT = "SITE_PHOTO_LIMIT"
SHOWN_COUNTS = 6
OF_THE_DAY = frozenset({Milestone.TECHNICIAN_PRESENT, Milestone.CONNECTED})
"""Said days before, these would hold for the last hour, too."""


class NobodySpokenWith(Exception):
    """Nothing is entered for a site before it is said who told it."""

    def __init__(self, desk: "Desk") -> None:
        super().__init__()
        self.desk = desk


class Desk(NamedTuple):
    """A site, who is at its desk, and where the parts are: `to("tick")`. `is_own`: by the link of the site itself.

    `milestones` are those that may be reported here; the layout is that of the page around the parts.
    """

    site: Site
    who: Reporter
    to: Callable[..., str]
    is_own: bool
    layout: str
    milestones: tuple[Milestone, ...]

    @property
    def event(self) -> Event:
        return self.site.event

    @property
    def can_report(self) -> bool:
        """Whether anything can be entered: for a site only with the name of whoever told it."""
        return self.is_own or self.who.spoke_with is not None

    @property
    def reporter(self) -> Reporter:
        """In whose name something is entered; NobodySpokenWith when that is not known yet."""
        if not self.can_report:
            raise NobodySpokenWith(self)
        return self.who


def home(desk: Desk, **more: Any) -> str:
    """The whole desk: where the site stands, what is due, and every part of what is reported."""
    site, event, now = desk.site, desk.event, clock.now()
    dues = readiness_queries.dues_of(event)
    sitting = queries.sitting_now(event, now)
    counts = report_queries.head_counts_of(site)
    groups = report_queries.count_groups(event)
    receipts, items = announced.for_site(site), report_queries.check_items(event)
    steps, tests = report_queries.steps_of(site), tests_of_links.for_site(site)
    values: dict[str, Any] = {
        "missed": readiness.missed(site, dues, now),
        "coming": readiness.coming(site, dues, now),
        "steps": {step.milestone: step for step in reversed(steps) if not step.is_undone},
        "faults": report_queries.faults_of_site(site),
        "fault_form": FaultForm(formdata=None),
        "check_groups": _by_group(items),
        "check_count": len(items),
        "checks": report_queries.checks_of(site),
        "sitting": sitting,
        "counts": [count for count in counts if sitting is not None and count.sitting_id == sitting.id],
        "sittings": event.standing_sittings,
        "other_counts": _newest_of_others(counts, sitting),
        "count_form": HeadCountForm.of(groups, event.standing_sittings, sitting, formdata=None),
        "shown_counts": SHOWN_COUNTS,
        "tests": tests,
        "awaited": tests_of_links.awaited(tests),
        "early": frozenset() if readiness.is_on_the_day(event.starts_at, now) else OF_THE_DAY,
        "receipts": receipts,
        "urgent": [each for each in receipts if each.announcement.is_urgent and each.read_at is None],
        "delegates": len(queries.delegates_of(site)),
        "history": steps,
        "spoke_form": SpokeWithForm(formdata=None),
        "said": queries.on_stage(site, now),
        "news": 0,
        "known": max((each.id for each in receipts), default=0),
        "expires_at": link_queries.expires_at(event),
    }
    return show(desk, "coordinators/page.html", **(values | more))


def live(desk: Desk, known: int) -> str:
    """The part that follows the clock: when the site is on, and whether something has been announced since the page
    was shown; `known` is the last that stood on it."""
    since = [each for each in announced.for_site(desk.site) if each.id > known and each.read_at is None]
    return render_template(
        "coordinators/live.html",
        desk=desk,
        said=queries.on_stage(desk.site, clock.now()),
        news=len(since),
        is_urgent=any(each.announcement.is_urgent for each in since),
    )


def step(desk: Desk):
    """A milestone reached, or taken back."""
    reached, undone = _milestone(desk, "reach"), _milestone(desk, "undo")
    if reached is not None:
        carry_out(
            lambda: step_operations.reach(desk.site, reached, desk.reporter),
            _("Recorded: %(what)s.", what=labels.button(reached)),
        )
    elif undone is not None:
        carry_out(
            lambda: step_operations.undo(desk.site, undone, desk.reporter),
            _("Taken back: %(what)s.", what=labels.button(undone)),
        )
    else:
        flash(_("Choose one of the steps."), "error")
    return _home(desk)


def tick(desk: Desk):
    """A line of the checklist, ticked or not any more."""
    ticked, unticked = whole(request.form.get("tick")), whole(request.form.get("untick"))
    number = ticked if ticked is not None else unticked
    if number is None:
        flash(_("Choose a line of the checklist."), "error")
        return _home(desk)
    item = report_queries.check_item(desk.event, number)
    act = report_operations.tick if ticked is not None else report_operations.untick
    carry_out(lambda: act(desk.site, item, desk.reporter))
    return redirect(desk.to("home", _anchor=f"check-{item.id}"))


def head_count(desk: Desk):
    """How many people of each kind are there now."""
    usual, reporter = queries.sitting_now(desk.event, clock.now()), desk.reporter
    form = HeadCountForm.of(report_queries.count_groups(desk.event), desk.event.standing_sittings, usual)
    if form.validate_on_submit():
        if (sitting := form.of_sitting) is None:
            form.form_errors.append(_("The event has no sitting yet."))
        else:
            status = attempt(
                form,
                lambda: report_operations.report_head_count(desk.site, sitting, form.people, reporter),
            )
            if status is None:
                total = sum(number for _group, number in form.people)
                if sitting is usual:
                    flash(_("Recorded: %(num)s people are present.", num=total))
                else:
                    which = labels.sitting_words(sitting)
                    flash(_("Recorded for “%(sitting)s”: %(num)s people.", sitting=which, num=total))
                return _home(desk)
    return home(desk, count_form=form, sent=form), 422


def raise_fault(desk: Desk):
    form, reporter = FaultForm(), desk.reporter
    if form.validate_on_submit():
        status = attempt(
            form,
            lambda: fault_operations.raise_fault(desk.site, form.fault_kind, form.text.data, reporter),
        )
        if status is None:
            flash(_("The fault has been reported. Whoever sees to it will be named here."))
            return _home(desk)
    return home(desk, fault_form=form, sent=form), 422


def fault(desk: Desk, fault_id: int):
    """One fault with its time line; a word more about it."""
    found, form = _fault(desk, fault_id), WordsForm()
    status = 422 if form.is_submitted() else 200
    if form.validate_on_submit():
        failed = attempt(
            form, lambda: fault_operations.comment_fault(found, form.words.data or "", desk.reporter)
        )
        if failed is None:
            flash(_("Your words stand in the time line."))
            return redirect(desk.to("fault", fault_id=fault_id))
        status = failed
    return show(desk, "coordinators/fault.html", fault=found, form=form), status


def clear_fault(desk: Desk, fault_id: int):
    found = _fault(desk, fault_id)
    carry_out(
        lambda: fault_operations.clear_fault(found, desk.reporter), _("Recorded: it works again. Thank you.")
    )
    return _home(desk)


def accept_test(desk: Desk, invited_site_id: int):
    invited = _invited(desk, invited_site_id)
    carry_out(lambda: link_tests.accept(invited, desk.reporter), _("Recorded: your site will take part."))
    return _home(desk)


def pass_test(desk: Desk, invited_site_id: int):
    invited = _invited(desk, invited_site_id)
    carry_out(
        lambda: link_tests.report_result(invited, TestResult.PASSED, desk.reporter),
        _("Recorded: the test has been passed."),
    )
    return _home(desk)


def fail_test(desk: Desk, invited_site_id: int):
    """What went wrong in a test: a fault is raised with it."""
    invited, form = _invited(desk, invited_site_id), FaultForm()
    status = 422 if form.is_submitted() else 200
    if form.validate_on_submit():
        failed = attempt(
            form,
            lambda: link_tests.report_result(
                invited, TestResult.FAILED, desk.reporter, note=form.text.data,
                fault=(form.fault_kind, form.text.data),
            ),
        )  # fmt: skip
        if failed is None:
            flash(_("The result has been recorded, and the fault reported."))
            return _home(desk)
        status = failed
    return show(desk, "coordinators/test.html", invited=invited, form=form), status


def read(desk: Desk, receipt_id: int):
    receipt = announced.receipt_of(desk.site, receipt_id)
    carry_out(lambda: announcements.confirm_read(receipt, desk.reporter))
    return redirect(desk.to("home", _anchor=f"announcement-{receipt.id}"))


def programme(desk: Desk):
    """The running order as released, with what concerns this site marked."""
    return show(
        desk,
        "coordinators/programme.html",
        parts=queries.released(desk.event),
        concerns=lambda item: queries.concerns(item, desk.site),
        said=queries.on_stage(desk.site, clock.now()),
    )


# --- What the parts above are made of ------------------------------------------------------------------------


def show(desk: Desk, template: str, **values: Any) -> str:
    return render_template(
        template,
        desk=desk,
        site=desk.site,
        event=desk.event,
        is_open=desk.can_report and not desk.event.is_cancelled and desk.site.closed_at is None,
        can_write=desk.can_report and not desk.event.is_cancelled,
        cleared=FaultState.CLEARED,
        moment=clock.now(),
        **({"sent": None} | values),
    )


def _by_group(items: Sequence[CheckItem]) -> list[tuple[CheckGroup, list[CheckItem]]]:
    """The checklist by groups of equipment, in their order and its own."""
    found = [(group, [item for item in items if item.group is group]) for group in CheckGroup]
    return [(group, lines) for group, lines in found if lines]


def _newest_of_others(counts: Sequence[HeadCount], sitting: Sitting | None) -> list[HeadCount]:
    """The newest head-count of each sitting but this one, in the order of the sittings."""
    newest = {count.sitting: count for count in reversed(counts) if count.sitting is not sitting}
    return sorted(newest.values(), key=lambda count: count.sitting.number)


def _home(desk: Desk):
    return redirect(desk.to("home"))


def _milestone(desk: Desk, name: str) -> Milestone | None:
    value = request.form.get(name, "")
    return next((milestone for milestone in desk.milestones if milestone.value == value), None)


def _fault(desk: Desk, fault_id: int) -> Fault:
    return report_queries.fault_of(desk.event, fault_id, [desk.site.id])


def _invited(desk: Desk, invited_site_id: int) -> InvitedSite:
    found = next((each for each in tests_of_links.for_site(desk.site) if each.id == invited_site_id), None)
    if found is None:
        raise NotFound(_("There is nothing at this address."))
    return found
