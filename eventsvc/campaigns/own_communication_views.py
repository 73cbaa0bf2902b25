"""The communication work of an organization, on its own link: what it does, and that it was done."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from eventsvc import clock
from eventsvc.accounts.access import public
from eventsvc.campaigns import communication_queries as queries
from eventsvc.campaigns.activity_forms import DoneForm
from eventsvc.campaigns.communication_views import file_values, hand_in, sent_proof
from eventsvc.nominations.access import asked_by_link, few, own_page, own_pages
from eventsvc.web.uploads import takes_files_up_to

bp = Blueprint("own_communications", __name__, url_prefix="/o/<token>/communications")
own_pages(bp)
own_page(
    "own_communications.index", _l("Our communication work"), lambda asked: bool(queries.own_works(asked))
)


@bp.get("")
@public
def index(token):
    asked = asked_by_link(token)
    return render_template(
        "communications/own.html",
        asked=asked,
        event=asked.event,
        token=token,
        works=queries.own_works(asked),
        progress=queries.progress,
        today=clock.today(),
    )


@bp.route("/<int:work_id>", methods=["GET", "POST"])
@few
@takes_files_up_to("FILE_LIMIT")
@public
def report(token, work_id):
    asked = asked_by_link(token)
    work = queries.own_work(asked, work_id)
    form, status, conflict = DoneForm(work), 200, None
    if form.is_submitted():
        refused, conflict = hand_in(work, form, by=asked)
        if refused is None:
            flash(_("The report is handed in. Thank you."))
            return redirect(url_for(".index", token=token))
        status = refused
    page = render_template(
        "communications/own_report.html",
        asked=asked,
        event=asked.event,
        token=token,
        work=work,
        form=form,
        conflict=conflict,
        progress=queries.progress(work, clock.today()),
        is_open=not asked.event.is_cancelled,
        **file_values(),
    )
    return page, status


@bp.get("/<int:work_id>/proof")
@public
def proof(token, work_id):
    return sent_proof(queries.own_work(asked_by_link(token), work_id))
