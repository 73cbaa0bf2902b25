"""create_app: puts the house together; the only module that knows every feature."""

import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jinja2
from flask import Flask, Request, abort, current_app, g, request
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface
from werkzeug.middleware.proxy_fix import ProxyFix

from config import Config
from eventsvc import db, jobs, logs
from eventsvc.accounts import access
from eventsvc.accounts import views as accounts_views
from eventsvc.agenda import material_views as agenda_material_views
from eventsvc.agenda import printing_views as agenda_printing_views
from eventsvc.agenda import release_views as agenda_release_views
from eventsvc.agenda import speaker_views as agenda_speaker_views
from eventsvc.agenda import template_views as agenda_template_views
from eventsvc.agenda import views as agenda_views
from eventsvc.announcements import views as announcements_views
from eventsvc.budgets import estimate_views as budgets_estimate_views
from eventsvc.budgets import finance_views as budgets_finance_views
from eventsvc.budgets import own_estimate_views as budgets_own_estimate_views
from eventsvc.budgets import views as budgets_views
from eventsvc.campaigns import accreditation_views as campaigns_accreditation_views
from eventsvc.campaigns import activity_views as campaigns_activity_views
from eventsvc.campaigns import communication_views as campaigns_communication_views
from eventsvc.campaigns import own_communication_views as campaigns_own_communication_views
from eventsvc.campaigns import roadshow_views as campaigns_roadshow_views
from eventsvc.campaigns import stall_views as campaigns_stall_views
from eventsvc.campaigns import template_views as campaigns_template_views
from eventsvc.campaigns import travel_views as campaigns_travel_views
from eventsvc.checkins import api as checkins_api
from eventsvc.checkins import arrival_views as checkins_arrival_views
from eventsvc.checkins import cli as checkins_cli
from eventsvc.checkins import desk_views as checkins_desk_views
from eventsvc.checkins import device_api as checkins_device_api
from eventsvc.checkins import device_views as checkins_device_views
from eventsvc.checkins import door_readiness_views as checkins_door_readiness_views
from eventsvc.checkins import openapi as checkins_openapi
from eventsvc.checkins import paper_views as checkins_paper_views
from eventsvc.checkins import review_views as checkins_review_views
from eventsvc.checkins import scanner_views as checkins_scanner_views
from eventsvc.checkins import views as checkins_views
from eventsvc.commendations import own_views as own_commendations_views
from eventsvc.commendations import views as commendations_views
from eventsvc.contests import award_views as contests_award_views
from eventsvc.contests import entry_views as contests_entry_views
from eventsvc.contests import guardian_views as contests_guardian_views
from eventsvc.contests import judge_views as contests_judge_views
from eventsvc.contests import match_views as contests_match_views
from eventsvc.contests import public_views as contests_public_views
from eventsvc.contests import round_views as contests_round_views
from eventsvc.contests import score_views as contests_score_views
from eventsvc.contests import views as contests_views
from eventsvc.contests import vote_review_views as contests_vote_review_views
from eventsvc.contests import vote_views as contests_vote_views
from eventsvc.coordinators import call_views as coordinator_call_views
from eventsvc.coordinators import link_views as coordinator_link_views
from eventsvc.coordinators import page_views as coordinator_page_views
from eventsvc.coordinators import readiness_views as coordinator_readiness_views
from eventsvc.coordinators import report_views as coordinator_report_views
from eventsvc.deliveries import cli as deliveries_cli
from eventsvc.deliveries import views as deliveries_views
from eventsvc.documents import public_views as documents_public_views
from eventsvc.documents import signature_views as documents_signature_views
from eventsvc.documents import signing_views as documents_signing_views
from eventsvc.documents import views as documents_views
from eventsvc.events import calendar_views as events_calendar_views
from eventsvc.events import cli as events_cli
from eventsvc.events import views as events_views
from eventsvc.extensions import babel, csrf, limiter, mail, migrate
from eventsvc.feeds import own_views as own_feeds_views
from eventsvc.feeds import views as feeds_views
from eventsvc.guests import cli as guests_cli
from eventsvc.guests import import_views as guest_import_views  # noqa: F401  (routes of the guest list)
from eventsvc.guests import rank_views as guests_rank_views
from eventsvc.guests import views as guests_views
from eventsvc.halls import post_views as halls_post_views
from eventsvc.invitations import badge_views as invitations_badge_views
from eventsvc.invitations import batch_views as invitations_batch_views
from eventsvc.invitations import cli as invitations_cli
from eventsvc.invitations import hand_views as invitations_hand_views
from eventsvc.invitations import (  # noqa: F401  (tables, until their pages are here)
    invitee_views,
    message_models,
)
from eventsvc.invitations import letter_views as invitations_letter_views
from eventsvc.invitations import pass_views as invitations_pass_views
from eventsvc.invitations import reply_cli as invitations_reply_cli
from eventsvc.invitations import reply_views as invitations_reply_views
from eventsvc.invitations import substitution_page_views as invitations_substitution_page_views
from eventsvc.invitations import substitution_views as invitations_substitution_views
from eventsvc.invitations import views as invitations_views
from eventsvc.invitations import wording_views as invitations_wording_views
from eventsvc.link_tests import result_views as link_tests_result_views
from eventsvc.link_tests import views as link_tests_views
from eventsvc.movements import guidance_views as movements_guidance_views
from eventsvc.movements import indicator_views as movements_indicator_views
from eventsvc.movements import launch_views as movements_launch_views
from eventsvc.movements import own_guidance_views as movements_own_guidance_views
from eventsvc.movements import own_launch_views as movements_own_launch_views
from eventsvc.movements import own_target_views as movements_own_target_views
from eventsvc.movements import own_training_views as movements_own_training_views
from eventsvc.movements import target_views as movements_target_views
from eventsvc.movements import training_return_views as movements_training_return_views
from eventsvc.movements import views as movements_views
from eventsvc.nominations import body_views as nominations_body_views
from eventsvc.nominations import page_views as nominations_page_views
from eventsvc.nominations import views as nominations_views
from eventsvc.organizations import cli as organizations_cli
from eventsvc.organizations import views as organizations_views
from eventsvc.plans import cli as plans_cli
from eventsvc.plans import views as plans_views
from eventsvc.reception import views as reception_views
from eventsvc.reports import api as reports_api
from eventsvc.reports import (
    attendance_views,
    closing_views,
    overview_views,
    results_views,
    site_board_views,
)
from eventsvc.reports import campaign_public_views as reports_campaign_public_views  # noqa: F401  (registers its page)
from eventsvc.reports import campaign_views as reports_campaign_views
from eventsvc.reports import cli as reports_cli
from eventsvc.reports import views as reports_views
from eventsvc.seating import printing_views as seating_printing_views
from eventsvc.seating import views as seating_views
from eventsvc.sites import bulk_views as sites_bulk_views
from eventsvc.sites import checklist_views as sites_checklist_views
from eventsvc.sites import copy_views as sites_copy_views
from eventsvc.sites import fault_views as sites_fault_views
from eventsvc.sites import file_views as sites_file_views
from eventsvc.sites import readiness_views as sites_readiness_views
from eventsvc.sites import views as sites_views
from eventsvc.stage import screen_views as stage_screen_views
from eventsvc.stage import views as stage_views
from eventsvc.system import backup_cli, demo_cli
from eventsvc.system import cli as system_cli
from eventsvc.system import views as system_views
from eventsvc.tasks import assignment_views as tasks_assignment_views
from eventsvc.tasks import charging_views as tasks_charging_views
from eventsvc.tasks import extension_views as tasks_extension_views
from eventsvc.tasks import meeting_views as tasks_meeting_views
from eventsvc.tasks import obstacle_views as tasks_obstacle_views
from eventsvc.tasks import own_obstacle_views as tasks_own_obstacle_views
from eventsvc.tasks import own_report_views as tasks_own_report_views
from eventsvc.tasks import own_views as tasks_own_views
from eventsvc.tasks import report_views as tasks_report_views
from eventsvc.tasks import views as tasks_views
from eventsvc.visitors import api as visitors_api
from eventsvc.visitors import openapi as visitors_openapi
from eventsvc.visitors import public_views as visitors_public_views
from eventsvc.visitors import views as visitors_views
from eventsvc.web import addresses, api, assets, errors, filters, headers, navigation, uploads
from eventsvc.web import views as web_views

ROOT = Path(__file__).resolve().parent.parent

# Features, lowest first. A feature adds its blueprint and its commands here.
BLUEPRINTS = (
    web_views.bp,
    accounts_views.bp,
    deliveries_views.bp,
    events_views.bp,
    events_calendar_views.bp,
    sites_views.bp,
    sites_fault_views.bp,
    link_tests_views.bp,
    link_tests_result_views.bp,
    halls_post_views.bp,
    announcements_views.bp,
    sites_bulk_views.bp,
    sites_copy_views.bp,
    sites_file_views.bp,
    sites_readiness_views.bp,
    sites_checklist_views.bp,
    agenda_views.bp,
    agenda_template_views.bp,
    agenda_speaker_views.bp,
    stage_views.bp,
    stage_screen_views.bp,
    agenda_material_views.bp,
    agenda_printing_views.bp,
    agenda_release_views.bp,
    guests_views.bp,
    guests_rank_views.bp,
    invitations_views.bp,
    invitations_letter_views.bp,
    invitations_letter_views.public_bp,
    invitations_batch_views.bp,
    invitations_hand_views.bp,
    invitations_hand_views.phone_bp,
    invitee_views.bp,
    invitations_wording_views.bp,
    invitations_reply_views.bp,
    invitations_substitution_views.bp,
    invitations_substitution_page_views.bp,
    nominations_views.bp,
    nominations_page_views.bp,
    nominations_body_views.bp,
    invitations_pass_views.bp,
    invitations_badge_views.bp,
    seating_views.bp,
    seating_printing_views.bp,
    reception_views.bp,
    coordinator_page_views.bp,
    coordinator_report_views.bp,
    coordinator_link_views.bp,
    coordinator_readiness_views.bp,
    coordinator_call_views.bp,
    checkins_views.bp,
    checkins_desk_views.bp,
    checkins_review_views.bp,
    checkins_arrival_views.bp,
    checkins_device_views.bp,
    checkins_door_readiness_views.bp,
    checkins_scanner_views.bp,
    checkins_paper_views.bp,
    checkins_api.bp,
    visitors_views.bp,
    visitors_public_views.bp,
    visitors_api.bp,
    checkins_device_api.bp,
    overview_views.bp,
    reports_views.bp,
    closing_views.bp,
    attendance_views.bp,
    site_board_views.bp,
    results_views.bp,
    system_views.bp,
    organizations_views.bp,
    documents_views.bp,
    documents_signing_views.bp,
    documents_signature_views.bp,
    documents_public_views.bp,
    tasks_views.bp,
    tasks_assignment_views.bp,
    tasks_charging_views.bp,
    tasks_extension_views.bp,
    tasks_own_views.bp,
    tasks_report_views.bp,
    tasks_meeting_views.bp,
    tasks_own_report_views.bp,
    tasks_obstacle_views.bp,
    tasks_own_obstacle_views.bp,
    budgets_views.bp,
    budgets_estimate_views.bp,
    budgets_own_estimate_views.bp,
    budgets_finance_views.bp,
    movements_views.bp,
    campaigns_roadshow_views.bp,
    reports_campaign_views.bp,
    campaigns_template_views.bp,
    campaigns_travel_views.bp,
    campaigns_activity_views.bp,
    campaigns_stall_views.bp,
    campaigns_communication_views.bp,
    campaigns_own_communication_views.bp,
    campaigns_accreditation_views.bp,
    campaigns_accreditation_views.press,
    campaigns_accreditation_views.card,
    movements_guidance_views.bp,
    movements_own_guidance_views.bp,
    movements_training_return_views.bp,
    movements_own_training_views.bp,
    movements_launch_views.bp,
    movements_own_launch_views.bp,
    movements_indicator_views.bp,
    movements_target_views.bp,
    movements_own_target_views.bp,
    commendations_views.bp,
    own_commendations_views.bp,
    feeds_views.bp,
    own_feeds_views.bp,
    plans_views.bp,
    contests_views.bp,
    contests_entry_views.bp,
    contests_public_views.bp,
    contests_guardian_views.bp,
    contests_guardian_views.guardians,
    contests_round_views.bp,
    contests_match_views.bp,
    contests_judge_views.bp,
    contests_score_views.bp,
    contests_vote_views.bp,
    contests_vote_review_views.bp,
    contests_award_views.bp,
    contests_award_views.results,
)
COMMANDS = (
    deliveries_cli.deliveries,
    events_cli.events,
    guests_cli.guests,
    invitations_cli.invitations,
    invitations_reply_cli.mail,
    checkins_cli.checkins,
    reports_cli.reports,
    demo_cli.demo,
    system_cli.users,
    system_cli.tokens,
    backup_cli.backup,
    organizations_cli.organizations,
    plans_cli.plans,
)
API = (reports_api.bp,)


class _Sessions(SecureCookieSessionInterface):
    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        """Nothing is prepared to read a session that was not sent: devices have none."""
        if app.secret_key and self.get_cookie_name(app) not in request.cookies:
            return self.session_class()
        return super().open_session(app, request)


class _House(Flask):
    session_interface = _Sessions()
    jinja_options = {"cache_size": -1}  # every template is read once: there are more than the usual 400

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """No function here is asynchronous, so none of the many of a request is asked whether it is."""
        return func


def create_app(config: Config | None = None) -> Flask:
    """The application, ready to serve. Raises ConfigError when it must not start."""
    config = config or Config()
    app = _House(
        "eventsvc",
        root_path=str(ROOT / "eventsvc"),
        instance_path=str(Path(config.INSTANCE_PATH).absolute()),
        template_folder=str(ROOT / "templates"),
        static_folder=None,
    )
    app.config.from_object(config)
    app.jinja_env.undefined = jinja2.StrictUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    if config.TRUSTED_PROXIES:
        hops = config.TRUSTED_PROXIES
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]

    logs.init_app(app)
    app.before_request(_name_request)  # first, and then who asks: whatever refuses afterwards has both
    app.before_request(access.identify)
    db.init_app(app)
    babel.init_app(
        app,
        locale_selector=web_views.chosen_locale,
        default_translation_directories=str(ROOT / "eventsvc" / "translations"),
    )
    uploads.init_app(app)
    csrf.init_app(app)
    limiter.init_app(app)
    mail.init_app(app)
    migrate.init_app(app, db.db, directory=str(ROOT / "migrations"), render_as_batch=True)

    app.before_request(_refuse_nul)
    app.before_request(access.stay_signed_in)
    app.before_request(_deny_by_default)
    headers.init_app(app)
    errors.init_app(app)
    filters.init_app(app)
    assets.init_app(app)
    navigation.init_app(app)
    addresses.init_app(app)
    _register_features(app)
    jobs.init_app(app)
    return app


def _name_request() -> None:
    """An id for the log and the error page; a caller's own id is not trusted."""
    g.request_id = uuid.uuid4().hex[:16]


def _refuse_nul() -> None:
    """No address holds a NUL character; PostgreSQL could not even be asked for one."""
    if "\x00" in request.path or any(
        "\x00" in value for values in request.args.lists() for value in values[1]
    ):
        abort(404)


def _deny_by_default() -> None:
    access.deny_by_default(current_app.view_functions.get(request.endpoint or ""))


def _register_features(app: Flask) -> None:
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    for command in COMMANDS:
        app.cli.add_command(command)
    paths = checkins_openapi.PATHS | visitors_openapi.PATHS
    api.init_app(app, API, paths, checkins_openapi.SCHEMAS | visitors_openapi.SCHEMAS)
