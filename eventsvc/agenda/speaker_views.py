"""Whom an agenda may name, while someone types."""

from flask import Blueprint, g, jsonify, request

from eventsvc.accounts.access import requires
from eventsvc.accounts.permissions import Permission
from eventsvc.agenda import speaker_queries
from eventsvc.events.permissions import event_or_404
from eventsvc.web.arguments import LONGEST_SEARCH

bp = Blueprint("agenda_people", __name__)


@bp.get("/events/<slug>/agenda/people")
@requires(Permission.EDIT_EVENT)
def people(slug):
    """Up to ten people of the host whose name or organization begins with what was typed, for js/speakers.js."""
    event = event_or_404(slug, g.access)
    found = speaker_queries.speakers(event, request.args.get("q", "")[:LONGEST_SEARCH])
    return jsonify(people=[speaker._asdict() for speaker in found])
