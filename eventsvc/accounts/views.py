"""Signing in and out."""

from flask import Blueprint, flash, g, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from eventsvc.accounts import operations, queries
from eventsvc.accounts.access import CONFIRMED_FOR, is_confirmed, public
from eventsvc.accounts.forms import ConfirmForm, LinkRequestForm, PasswordForm, SignInForm, UseLinkForm
from eventsvc.accounts.permissions import Role
from eventsvc.errors import DomainError
from eventsvc.extensions import limiter
from eventsvc.web import labels
from eventsvc.web.redirects import is_local

bp = Blueprint("accounts", __name__)

labels.register(
    {
        Role.ADMIN: _l("Platform administrator"),
        Role.ORGANIZER: _l("Organizer"),
        Role.OWNER: _l("Owner of an event"),
        Role.COORDINATOR: _l("Coordinator of sites"),
        Role.SUPERVISOR: _l("Head of a door team"),
        Role.DOOR: _l("Check-in device"),
        Role.RECEPTION: _l("Reception"),
        Role.STAGE: _l("Stage"),
        Role.JURY: _l("Jury"),
        Role.VIEWER: _l("Leadership (read only)"),
    }
)


@bp.route("/sign-in", methods=["GET", "POST"])
@public
def sign_in():
    form = SignInForm()
    status = 200
    if form.validate_on_submit():
        try:
            _remember(
                operations.sign_in(form.email.data, form.password.data, address=request.remote_addr or "")
            )
        except operations.TooManyAttempts as refusal:
            form.password.errors = [str(refusal)]
            page = render_template(
                "accounts/sign_in.html", form=form, link_form=LinkRequestForm(formdata=None)
            )
            return page, 429, {"Retry-After": str(refusal.retry_after)}
        except operations.WrongSignIn as refusal:
            form.password.errors = [str(refusal)]
        else:
            return redirect(_next() or url_for("web.start"))
    if form.errors:
        status = 422
    return render_template(
        "accounts/sign_in.html", form=form, link_form=LinkRequestForm(formdata=None)
    ), status


@bp.post("/sign-in/link")
@public
@limiter.limit("10 per 5 minutes")
def request_link():
    form = LinkRequestForm()
    if not form.validate_on_submit():
        page = render_template("accounts/sign_in.html", form=SignInForm(formdata=None), link_form=form)
        return page, 422
    operations.request_link(form.email.data)
    flash(_("If the address is known here, a sign-in link is on its way to it."))
    return redirect(url_for(".sign_in"))


@bp.route("/sign-in/<token>", methods=["GET", "POST"])
@public
def use_link(token):
    form = UseLinkForm()
    if form.validate_on_submit():
        _remember(operations.use_link(token))
        return redirect(url_for("web.start"))
    link = queries.usable_link(token)
    return render_template("accounts/use_link.html", form=form, link=link), 200 if link else 410


@bp.post("/sign-out")
@public
def sign_out():
    if "key" in session:
        operations.sign_out(session["key"])
    session.clear()
    return redirect(url_for(".sign_in"))


@bp.route("/account", methods=["GET", "POST"])
@public
def account():
    if g.user is None:
        return redirect(url_for(".sign_in", next=request.path))
    form = PasswordForm()
    if form.validate_on_submit() and not is_confirmed():
        return redirect(url_for(".confirm", next=request.path))
    if form.validate_on_submit():
        try:
            operations.set_password(g.user, form.password.data, keep=g.sign_in, by=g.user)
        except DomainError as refusal:
            form.password.errors = [str(refusal)]
        else:
            flash(_("Your password is set."))
            return redirect(url_for(".account"))
    roles = sorted({grant.role for grant in g.user.grants}, key=list(Role).index)
    return render_template("accounts/account.html", form=form, roles=roles), 422 if form.errors else 200


@bp.route("/account/confirm", methods=["GET", "POST"])
@public
def confirm():
    """Ask again who it is, by the password; who has none gets a link. Then back to where the page was left."""
    if g.user is None:
        return redirect(url_for(".sign_in", next=_next()))
    form = ConfirmForm()
    extra = {}
    if form.validate_on_submit():
        try:
            _remember(
                operations.confirm(g.sign_in, form.password.data or "", address=request.remote_addr or "")
            )
        except operations.TooManyAttempts as refusal:
            form.password.errors = [str(refusal)]
            extra = {"Retry-After": str(refusal.retry_after)}
        except operations.WrongSignIn:
            form.password.errors = [_("The password is not right.")]
        else:
            flash(_("Thank you. You can go on now for %(num)s minutes.", num=CONFIRMED_FOR.seconds // 60))
            return redirect(_next() or url_for("web.start"))
    page = render_template("accounts/confirm.html", form=form, minutes=CONFIRMED_FOR.seconds // 60)
    return page, 429 if extra else 422 if form.errors else 200, extra


@bp.post("/account/confirm/link")
@public
@limiter.limit("10 per 5 minutes")
def confirm_by_link():
    if g.user is None:
        return redirect(url_for(".sign_in"))
    operations.request_link(g.user.email)
    flash(_("A new sign-in link is on its way to you. Open it, then go on from the start page."))
    return redirect(url_for(".confirm", next=_next()))


def _remember(key: str) -> None:
    """A fresh session for the new sign-in; nothing of the old one stays."""
    locale = session.get("locale")
    session.clear()
    session["key"] = key
    if locale:
        session["locale"] = locale


def _next() -> str | None:
    target = request.args.get("next", "")
    return target if is_local(target) else None
