"""Pages that belong to no feature: the start, the language, health."""

from flask import Blueprint, g, has_request_context, redirect, request, session, url_for

from eventsvc.accounts import operations
from eventsvc.accounts.access import public
from eventsvc.accounts.permissions import Access, Permission
from eventsvc.web.redirects import is_local

bp = Blueprint("web", __name__)

LANGUAGES = ("vi", "en")


@bp.get("/")
@public
def start():
    """The events of whoever may see any; the own account of everybody else."""
    sees_events = g.user is None or not Access(g.user, Permission.READ_EVENT).is_empty
    return redirect(url_for("events.index" if sees_events else "accounts.account"))


@bp.post("/language")
@public
def language():
    """Change the language of the pages for this browser, and for the user's mails when signed in."""
    wanted = request.form.get("language")
    if wanted in LANGUAGES:
        session["locale"] = wanted
        if g.user is not None:
            operations.set_locale(g.user, wanted)
    target = request.form.get("next", "")
    return redirect(target if is_local(target) else url_for(".start"))


def chosen_locale() -> str:
    """The language of this request: the one chosen, else the user's, else Vietnamese. Commands speak Vietnamese."""
    if not has_request_context():
        return "vi"
    if request.path.startswith("/api/"):
        return request.accept_languages.best_match(LANGUAGES) or "vi"
    chosen = session.get("locale")
    if chosen in LANGUAGES:
        return chosen
    user = g.get("user")
    return user.locale if user is not None and user.locale in LANGUAGES else "vi"
