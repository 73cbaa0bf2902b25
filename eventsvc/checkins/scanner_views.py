"""The page at the door, and the page that turns a phone into a device. Both hold no data of their own."""

from flask import Blueprint, render_template

from eventsvc.accounts.access import public
from eventsvc.checkins import device_queries, scanner_words

bp = Blueprint("scanner", __name__)


@bp.get("/scan")
@public
def scan():
    return render_template("checkins/scan.html", words=scanner_words.words(), lights=scanner_words.LIGHTS)


@bp.get("/scan/enrol/<token>")
@public
def enrol(token):
    """Shows which device it will be; the button enrols it. Opening the page changes nothing."""
    enrolment = device_queries.usable_enrolment(token)
    page = render_template("checkins/enrol.html", enrolment=enrolment, token=token)
    return page, 200 if enrolment else 410
