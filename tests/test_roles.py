"""Who may do what, typed by hand from design roles and run against every route: what is not here is denied.

Not allowed means: not found (404) to somebody who is signed in, the sign-in page to somebody who is not, 401 to
a program without a token. What belongs to somebody else does not exist either.
"""

import re
from collections.abc import Iterator
from itertools import combinations
from uuid import uuid4

import pytest
import sqlalchemy as sa

from eventsvc.accounts.models import Grant
from eventsvc.accounts.operations import grant
from eventsvc.accounts.permissions import Role
from eventsvc.accounts.queries import user_by_email
from eventsvc.db import atomic, db
from eventsvc.guests.models import Guest
from tests import walk
from tests.walk import act, address, ask, is_let_in
from tests.world import TOKEN_OF

ROLES = {
    "O": "organizer",
    "W": "owner",
    "C": "coordinator",
    "S": "supervisor",
    "V": "viewer",
    "R": "reception",
    "T": "stage",
    "J": "jury",
    "A": "admin",
}

# Reached without signing in: what everybody may know, and what the token in the address opens.
PUBLIC = """
accounts.account GET POST        accounts.request_link POST      accounts.sign_in GET POST
accounts.confirm GET POST        accounts.confirm_by_link POST
accounts.sign_out POST           accounts.use_link GET POST      agenda.programme GET
api-docs.openapi_json GET        checkins_api.devices POST       invitee.calendar GET
invitee.page GET POST            invitee.pass_png GET            invitee.pass_svg GET
pass_pages.pass_pdf GET
invitee.stop GET POST            reports.screen GET              reports.screen_fragment GET
scanner.enrol GET                scanner.scan GET                static GET
scanner.worker GET               scanner.manifest GET
site_board.screen GET            site_board.screen_fragment GET
stage_screens.screen GET         stage_screens.mc GET             stage_screens.technician GET
stage_screens.fragment GET
organization_page.page GET       organization_page.receipt POST  organization_page.name POST
organization_page.name_list POST  organization_page.edit GET POST  organization_page.withdraw POST
organization_page.substitute GET POST  organization_page.decline POST  organization_page.letter GET
organization_page.stop GET POST
own_estimate.page GET            own_estimate.enter POST           own_estimate.spent POST
own_estimate.stop GET POST
own_commendations.page GET       own_commendations.propose POST    own_commendations.several POST
own_commendations.edit GET POST  own_commendations.withdraw POST   own_commendations.look GET
own_commendations.check POST     own_commendations.send_back POST  own_commendations.check_chosen POST
own_finance.page GET             own_finance.look GET             own_finance.approve POST
own_finance.send_back POST       own_finance.settle POST
own_communications.index GET      own_communications.report GET POST own_communications.proof GET
press.ask GET POST               press.asked GET
press_badge.page GET             press_badge.code GET
own_launch.page GET              own_launch.plan POST              own_launch.report POST
own_guidance.page GET            own_guidance.enter POST           own_guidance.commune GET
own_guidance.forward POST        own_guidance.forward_all POST     own_guidance.send_back POST
own_guidance.stop GET POST
own_training.page GET            own_training.group GET            own_training.enter POST
own_reports.index GET            own_reports.report GET POST      own_reports.unchanged POST
own_reports.file GET             own_reports.stop GET POST
own_targets.index GET            own_targets.report GET POST      own_targets.stop GET POST
own_tasks.index GET              own_tasks.show GET               own_tasks.receive POST
own_tasks.answer POST            own_tasks.more_time POST         own_tasks.paper GET
own_tasks.stop GET POST
own_obstacles.index GET          own_obstacles.new GET POST      own_obstacles.withdraw POST
feeds.calendar GET               feeds.programme GET
substitution_page.page GET POST  substitution_page.withdraw POST
personal_feeds.person GET        personal_feeds.make_person POST  personal_feeds.stop_person POST
personal_feeds.organization GET  personal_feeds.make_organization POST personal_feeds.stop_organization POST
personal_feeds.site GET          personal_feeds.make_site POST     personal_feeds.stop_site POST
site_page.home GET               site_page.live GET               site_page.step POST
site_page.tick POST              site_page.head_count POST        site_page.raise_fault POST
site_page.fault GET POST         site_page.clear_fault POST       site_page.accept_test POST
site_page.pass_test POST         site_page.fail_test GET POST     site_page.read POST
site_page.programme GET          site_page.data GET POST          site_page.set_photo POST
site_page.photo GET              site_page.remove_photo POST      site_page.delegates GET POST
site_page.delegate GET POST      site_page.remove_delegate POST   site_page.hand_over GET POST
running_order.programme GET        letters_public.own_letter GET
public_papers.page GET POST      public_papers.as_pdf GET
visit.register GET POST          visit.page GET                  visit.cancel POST
visit.pass_svg GET               visit.pass_png GET              visit.calendar GET
jury_page.home GET               jury_page.entry GET POST          jury_page.tie POST
jury_page.file GET               contest_vote.vote GET POST        contest_vote.confirm GET POST
contest_results.show GET
contest_pages.index GET          contest_pages.page GET            contest_pages.entries GET
contest_pages.entry GET          contest_pages.picture GET         contest_pages.enter GET POST
entry_page.page GET              entry_page.edit GET POST          entry_page.add_files POST
entry_page.file GET              entry_page.remove_file POST       entry_page.withdraw POST
guardian_page.ward GET           guardian_page.agree POST          guardian_page.refuse POST
guardian_page.ward_file GET      guardian_page.pictures POST
system.healthz GET               system.metrics GET              system.readyz GET
system.certificate_authority GET  web.language POST                web.start GET
"""

# One line a route: who may. O organizer of the host, W owner of the event, C coordinator and S supervisor of one
# site, V viewer, R reception, T stage. Nobody else: no jury, no admin, nobody of another host.
TABLE = """
agenda.index              GET   O W C S V R T
agenda.add                POST  O W
agenda.line               GET   O W
agenda.line               POST  O W
agenda.place              POST  O W
agenda.buffer             GET   O W
agenda.buffer             POST  O W
agenda.shift              POST  O W
agenda.stretch            POST  O W
agenda.add_strand         POST  O W
agenda.strand             GET   O W
agenda.strand             POST  O W
agenda.remove_strand      POST  O W
agenda.item               GET   O W
agenda.item               POST  O W
agenda.move               POST  O W
agenda.remove             POST  O W
agenda.add_ritual         POST  O W
agenda.ritual             GET   O W
agenda.ritual             POST  O W
agenda.remove_ritual      POST  O W
agenda_templates.index    GET   O W
agenda_templates.save     POST  O W
agenda_templates.show     GET   O W
agenda_templates.apply    POST  O W
agenda_templates.rename   POST  O W
agenda_templates.remove   POST  O W
agenda_people.people      GET   O W

replies.index             GET   O W
replies.show              GET   O W
replies.raw               GET   O W
replies.assign            POST  O W
replies.ignore            POST  O W
replies.believe           POST  O W

releases.index            GET   O W C S V R T
releases.new              GET   O W
releases.new              POST  O W
releases.show             GET   O W C S V R T
releases.difference       GET   O W C S V R T
releases.restore          POST  O W
releases.undo             POST  O W

badges.index              GET   O W C S
badges.sheets             POST  O W C S
badges.blank              POST  O W C S
badges.delegates          POST  O W C S

movements.show            GET   O W V
movements.edit            GET   O W
movements.edit            POST  O W
movements.training        GET   O W
movements.training        POST  O W
budgets.index             GET   O W V
budgets.new_source      GET   O W
budgets.new_source      POST  O W
budgets.source          GET   O W
budgets.source          POST  O W
budgets.remove_source   POST  O W
estimates.index         GET   O W V
estimates.ask           POST  O W
estimates.remind        POST  O W
estimates.show          GET   O W
estimates.lines         GET   O W
estimates.lines         POST  O W
estimates.approve       POST  O W
estimates.send_back     POST  O W
estimates.spent         POST  O W
estimates.settle        POST  O W
estimates.unsettle      POST  O W
estimates.remove        POST  O W
estimates.export        GET   O W
estimates.as_pdf        GET   O W V
estimates.as_docx       GET   O W V
commendations.index     GET   O W V
commendations.new       GET   O W
commendations.new       POST  O W
commendations.several   POST  O W
commendations.show      GET   O W V
commendations.edit      GET   O W
commendations.edit      POST  O W
commendations.check     POST  O W
commendations.decide    POST  O W
commendations.send_back POST  O W
commendations.refuse    POST  O W
commendations.withdraw  POST  O W
commendations.reopen    POST  O W
commendations.read_out  POST  O W
commendations.export    GET   O W V
commendations.as_docx   GET   O W V
commendations.as_pdf    GET   O W V

checkins.index            GET   O W C S
checkins.scans            GET   O W C S
checkins.person           GET   O W C S
checkins.person           POST  O W C S
checkins.annul            POST  O W C S
checkins.found            GET   O W C S
checkins.answer           GET   O W C S
desk.enter                POST  O W C S
desk.leave                POST  O W C S
desk.read_code            POST  O W C S
desk.admit                POST  O W C S
desk.walk_in              GET   O W C S
desk.walk_in              POST  O W C S
desk.badge                POST  O W C S
desk.badge_size           POST  O W C S
review.index              GET   O W C S
review.settle             POST  O W C S
review.settle_several     POST  O W C S
review.quarantine         GET   O W C S
review.settle_quarantined POST  O W C S

deliveries.index          GET   O W
deliveries.show           GET   O W
deliveries.body           GET   O W
deliveries.raw            GET   O W
deliveries.retry          POST  O W
deliveries.cancel         POST  O W
deliveries.resend         POST  O W
deliveries.pause          POST  O W
deliveries.resume         POST  O W
deliveries.stop           POST  O W
deliveries.release        POST  O W
deliveries.folder         GET   O
deliveries.letter         GET   O
deliveries.letter_body    GET   O
deliveries.letter_file    GET   O

paper_sheets.index        GET   O W C S
paper_sheets.index        POST  O W C S
paper_sheets.file         POST  O W C S
paper_sheets.show         GET   O W C S
paper_sheets.show         POST  O W C S
attendance.index          GET   O W C S V
attendance.organizations  GET   O W C S V
attendance.mark_organizations POST O W
attendance.people         GET   O W C S
attendance.mark_people    POST  O W C
attendance.as_workbook    POST  O W
attendance.as_csv         POST  O W
closings.index            GET   O W C S
closings.show             GET   O W C S
closings.close            POST  O W C S
closings.several          GET   O W C S
closings.several          POST  O W C S
closings.reopen           POST  O W C S
closings.paper            POST  O W C S
open_doors.index          GET   O W C S
open_doors.new            GET   O W C
open_doors.new            POST  O W C
open_doors.show           GET   O W C S
open_doors.copy           POST  O W
open_doors.edit           GET   O W C
open_doors.edit           POST  O W C
open_doors.stop           POST  O W C
open_doors.open_again     POST  O W C
open_doors.export         POST  O W
open_doors.cancel         GET   O W C
open_doors.cancel         POST  O W C
open_doors.called         POST  O W C
open_doors.count          GET   O W C S
open_doors.count          POST  O W C S

devices.index             GET   O W C S
devices.device            GET   O W C S
devices.device            POST  O W C S
devices.sheet             POST  O W C S
door_readiness.index      GET   O W C S
devices.new               GET   O W C S
devices.new               POST  O W C S
devices.enrolment         GET   O W C S
devices.enrolment_qr      GET   O W C S
devices.withdraw          POST  O W C S
devices.revoke            POST  O W C S

documents.index           GET   O W C S V R T
documents.edit            GET   O W
documents.edit            POST  O W
documents.add_recipient   POST  O W
documents.recipient       GET   O W
documents.recipient       POST  O W
documents.remove_recipient POST O W

events.index              GET   O W C S V R T
events.new                GET   O
events.new                POST  O
events.copy               POST  O
events.show               GET   O W C S V R T
events.edit               GET   O W
events.edit               POST  O W
events.data_notice        GET   O W
events.data_notice        POST  O W
events.cancel             POST  O W
events.add_sitting        POST  O W
events.sitting            GET   O W
events.sitting            POST  O W
events.propose            GET   O W
events.propose            POST  O W
events.approve            POST  O W
events.cancel_sitting     POST  O W
events.remove_sitting     POST  O W

feeds.index               GET   O W
feeds.index               POST  O W
feeds.revoke              POST  O W

guests.index              GET   O W C S
guests.new                GET   O W C
guests.new                POST  O W C
guests.edit               GET   O W C
guests.edit               POST  O W C
guests.remove             POST  O W C
guests.new_slot           GET   O W C
guests.new_slot           POST  O W C
guests.edit_slot          GET   O W C
guests.edit_slot          POST  O W C
guests.remove_slot        POST  O W C
guests.new_group          GET   O W
guests.new_group          POST  O W
guests.edit_group         GET   O W
guests.edit_group         POST  O W
guests.remove_group       POST  O W
guests.new_import         GET   O W
guests.new_import         POST  O W
guests.preview            GET   O W
guests.confirm            POST  O W
guests.decide             POST  O W
guests.discard            POST  O W

ranks.index               GET   O W C S
ranks.use_usual           POST  O W
ranks.new                 GET   O W
ranks.new                 POST  O W
ranks.edit                GET   O W
ranks.edit                POST  O W
ranks.move                POST  O W
ranks.remove              POST  O W
ranks.groups              POST  O W

substitutions.index       GET   O W C S
substitutions.new         GET   O W C
substitutions.new         POST  O W C
substitutions.approve     POST  O W
substitutions.refuse      GET   O W
substitutions.refuse      POST  O W
substitutions.withdraw    POST  O W C

invitations.index         GET   O W C S
invitations.show          GET   O W C S
invitations.invite        POST  O W
invitations.send_updates  POST  O W
invitations.show_preview  GET   O W
invitations.remind        POST  O W
invitations.thank         POST  O W
invitations.show_group_text GET O W C S
wordings.index            GET   O W
wordings.edit             GET   O W
wordings.edit             POST  O W
wordings.show_preview     GET   O W
wordings.send_trial       POST  O W
wordings.add_rule         POST  O W
wordings.remove_rule      POST  O W
hand_deliveries.index     GET   O W C
hand_deliveries.new       GET   O W C
hand_deliveries.new       POST  O W C
phone_list.index          GET   O W
phone_list.reached        POST  O W

batches.index             GET   O W
batches.start             POST  O W
batches.show              GET   O W
batches.fragment          GET   O W
batches.submit            POST  O W
batches.approve           POST  O W
batches.send_back         POST  O W
batches.stop              POST  O W
batches.pause             POST  O W
batches.resume            POST  O W
batches.draft             GET   O W
batches.draft             POST  O W
batches.leave_out         POST  O W
batches.hold              POST  O W
batches.unhold            POST  O W
batches.test              POST  O W
deliveries.paper          GET   O W

invitations.answer        POST  O W C
invitations.reissue       POST  O W C S
pass_pages.revoke         POST  O W C S
invitations.pass_svg      GET   O W C S
invitations.resend        POST  O W
invitations.revoke        POST  O W
invitations.restore       POST  O W

materials.index           GET   O W T
materials.add_standard    POST  O W
materials.new             GET   O W
materials.new             POST  O W
materials.show            GET   O W T
materials.edit            GET   O W
materials.edit            POST  O W
materials.set_state       POST  O W
materials.remove          POST  O W
materials.add_version     POST  O W
materials.version         GET   O W T
materials.remove_version  POST  O W

nominations.index         GET   O W C
nominations.new           GET   O W
nominations.new           POST  O W
nominations.gather        POST  O W
nominations.spread        GET   O W
nominations.spread        POST  O W
nominations.ask           POST  O W
nominations.chase         POST  O W
nominations.send_updates  POST  O W
nominations.selected      POST  O W
nominations.texts         GET   O W
nominations.waiting       GET   O W C
nominations.decide        POST  O W C
nominations.show          GET   O W C
nominations.edit          GET   O W
nominations.edit          POST  O W
nominations.hand_over     POST  O W
nominations.ask_one       POST  O W
nominations.renew         POST  O W
nominations.revoke        POST  O W
nominations.restore       POST  O W

bodies.index              GET   O W
bodies.add                POST  O W
bodies.show               GET   O W
bodies.edit               GET   O W
bodies.edit               POST  O W
bodies.add_member         POST  O W
bodies.member             GET   O W
bodies.member             POST  O W
bodies.remove_member      POST  O W
bodies.invite             POST  O W

organizations.index       GET   O W C S V R T

papers.index              GET   O W C S V R T
papers.new                GET   O W
papers.new                POST  O W
papers.show               GET   O W
papers.edit               GET   O W
papers.edit               POST  O W
papers.remove             POST  O W
papers.add_recipient      POST  O W
papers.recipient          GET   O W
papers.recipient          POST  O W
papers.remove_recipient   POST  O W
papers.as_pdf             GET   O W
papers.as_docx            GET   O W
papers.submit             POST  O W
papers.take_back          POST  O W
papers.sign               POST  O W
papers.hand_back          POST  O W
papers.allow_mail         POST  O W
papers.issue              POST  O W
papers.recall             POST  O W
papers.revise             POST  O W
papers.send               POST  O W
papers.send_again         POST  O W

signatures.index          GET   O W
signatures.new            GET   O W
signatures.new            POST  O W
signatures.edit           GET   O W
signatures.edit           POST  O W
signatures.retire         POST  O W
signatures.series         POST  O W

letters.index             GET   O W C S V R T
letters.assign            POST  O W
letters.guests            GET   O W
letters.preview           GET   O W
letters.all_pdf           GET   O W
letters.all_zip           GET   O W

plans.new                 GET   O
plans.new                 POST  O
plans.load                POST  O
plans.dump                GET   O W V
plans.show                GET   O W V
plans.confirm_achievement POST  O W

arrivals.index            GET   O W C S R
arrivals.fragment         GET   O W C S R
arrivals.greet            POST  O W C S R
reception.index           GET   O W C S R
reception.new             GET   O W C
reception.new             POST  O W C
reception.show            GET   O W C S R
reception.edit            GET   O W C
reception.edit            POST  O W C
reception.remove          POST  O W C
reception.join            POST  O W C
reception.member          POST  O W C
reception.paper           POST  O W C S R

results.show              GET   O W V
results.edit              GET   O W
results.edit              POST  O W
results.rows              GET   O W V
results.as_pdf            GET   O W V
results.as_docx           GET   O W V
results.as_workbook       GET   O W V
results.approve           POST  O W
results.reopen            POST  O W
results.paper             POST  O W
results.add_media         GET   O W
results.add_media         POST  O W
results.edit_media        GET   O W
results.edit_media        POST  O W
results.remove_media      POST  O W

reports.board             GET   O W C S V
reports.board_fragment    GET   O W C S V
reports.screens           GET   O W
reports.new_screen        POST  O W
reports.revoke_screen     POST  O W
reports.trail             GET   O W

running_order.index       GET   O W C S V R T
running_order.paper       GET   O W C S V R T

halls.index               GET   O W C S
halls.show                GET   O W C S
halls.use_usual           POST  O W C
halls.new_service         GET   O W C
halls.new_service         POST  O W C
halls.edit_service        GET   O W C
halls.edit_service        POST  O W C
halls.remove_service      POST  O W C
halls.tell                POST  O W C
halls.problem             GET   O W C
halls.problem             POST  O W C
halls.new_post            GET   O W C
halls.new_post            POST  O W C
halls.edit_post           GET   O W C
halls.edit_post           POST  O W C
halls.remove_post         POST  O W C
halls.add_shifts          GET   O W C
halls.add_shifts          POST  O W C
halls.edit_shift          GET   O W C
halls.edit_shift          POST  O W C
halls.remove_shift        POST  O W C
halls.mark_present        POST  O W C
halls.duty_list           POST  O W C S

seating.index             GET   O W C S
seating.new               GET   O W C
seating.new               POST  O W C
seating.show              GET   O W C S
seating.edit              GET   O W C
seating.edit              POST  O W C
seating.remove            POST  O W C
seating.new_block         GET   O W C
seating.new_block         POST  O W C
seating.edit_block        GET   O W C
seating.edit_block        POST  O W C
seating.remove_block      POST  O W C
seating.everybody         POST  O W C
seating.seat              GET   O W C
seating.give              POST  O W C
seating.settle            POST  O W C
seating_papers.print_plan POST  O W C S
seating_papers.print_list POST  O W C S
seating_papers.plates     GET   O W C S
seating_papers.plates     POST  O W C S

site_board.index          GET   O W C S V
site_board.fragment       GET   O W C S V

sites.index               GET   O W C S
sites.add_level           POST  O W
sites.new                 GET   O W
sites.new                 POST  O W
sites.edit                GET   O W C
sites.edit                POST  O W C
sites.remove              POST  O W

site_reports.home             GET   O W C
site_reports.speak_with       POST  O W C
site_reports.step             POST  O W C
site_reports.tick             POST  O W C
site_reports.head_count       POST  O W C
site_reports.raise_fault      POST  O W C
site_reports.fault            GET   O W C
site_reports.fault            POST  O W C
site_reports.clear_fault      POST  O W C
site_reports.accept_test      POST  O W C
site_reports.pass_test        POST  O W C
site_reports.fail_test        GET   O W C
site_reports.fail_test        POST  O W C
site_reports.read             POST  O W C
site_reports.programme        GET   O W C
site_reports.data             GET   O W C
site_reports.data             POST  O W C
site_reports.set_photo        POST  O W C
site_reports.photo            GET   O W C S
site_reports.remove_photo     POST  O W C
site_reports.delegates        GET   O W C
site_reports.delegates        POST  O W C
site_reports.delegate         GET   O W C
site_reports.delegate         POST  O W C
site_reports.remove_delegate  POST  O W C
site_reports.hand_over        GET   O W C
site_reports.hand_over        POST  O W C

site_links.index          GET   O W C
site_links.make           POST  O W C
site_links.send           POST  O W C
site_links.sheet          POST  O W C
site_links.show           GET   O W C
site_links.link_qr        GET   O W C
site_links.send_one       POST  O W C
site_links.renew          POST  O W C
site_links.revoke         POST  O W C
site_bulk.all_shown       GET   O W
site_bulk.ticked          POST  O W
site_bulk.save            POST  O W
site_files.export         POST  O W C S
site_files.choose         GET   O W
site_files.choose         POST  O W
site_files.preview        GET   O W
site_files.confirm        POST  O W
site_files.discard        POST  O W
site_copies.index         GET   O W
site_copies.copy          POST  O W
readiness.index           GET   O W C S
readiness_rules.new       GET   O W
readiness_rules.new       POST  O W
readiness_rules.edit      GET   O W
readiness_rules.edit      POST  O W
readiness_rules.remove    POST  O W
readiness_rules.use_usual POST  O W
readiness_rules.copy      POST  O W
checklists.index          GET   O W
checklists.add_item       POST  O W
checklists.edit_item      GET   O W
checklists.edit_item      POST  O W
checklists.move_item      POST  O W
checklists.remove_item    POST  O W
checklists.add_kind       POST  O W
checklists.rename_kind    GET   O W
checklists.rename_kind    POST  O W
checklists.move_kind      POST  O W
checklists.remove_kind    POST  O W
site_calls.index          GET   O W C
site_calls.record         POST  O W C

faults.index              GET   O W C S
faults.new                GET   O W C
faults.new                POST  O W C
faults.show               GET   O W C S
faults.take               POST  O W C
faults.comment            POST  O W C
faults.clear              POST  O W C
announcements.index       GET   O W C S
announcements.new         GET   O W
announcements.new         POST  O W
announcements.chosen      POST  O W
announcements.show        GET   O W C S
announcements.withdraw    POST  O W
announcements.mail        POST  O W
announcements.remind      POST  O W

link_tests.index          GET   O W C S
link_tests.new            GET   O W
link_tests.new            POST  O W
link_tests.show           GET   O W C S
link_tests.show           POST  O W C
link_tests.edit           GET   O W
link_tests.edit           POST  O W
link_tests.add_sites      GET   O W
link_tests.add_sites      POST  O W
link_tests.tell           POST  O W
link_tests.cancel         POST  O W
link_tests.again          POST  O W
link_tests.pass_others    POST  O W C
link_test_results.phone   GET   O W
link_test_results.show    GET   O W C
link_test_results.show    POST  O W C
link_test_results.accept  POST  O W C
link_test_results.take_off POST  O W

stage.index               GET   O W C S V R T
stage.fragment            GET   O W C S V R T
stage.preview             GET   O W C S V R T
stage.press               POST  O W T
stage.say                 POST  O W T
stage.links               GET   O W
stage.links               POST  O W
stage.link_qr             GET   O W
stage.revoke_link         POST  O W

calendar_days.index       GET   O
calendar_days.index       POST  O
calendar_days.remove      POST  O
guidance.index            GET   O W V
guidance.expect           POST  O W
guidance.approve_all      POST  O W
guidance.remind           POST  O W
guidance.show             GET   O W V
guidance.enter            POST  O W
guidance.send_back        POST  O W
guidance.approve          POST  O W
guidance.close            POST  O W
guidance.export           GET   O W V
indicators.index          GET   O W V
indicators.new            GET   O W
indicators.new            POST  O W
indicators.edit           GET   O W
indicators.edit           POST  O W
indicators.remove         POST  O W
targets.new               GET   O W
targets.new               POST  O W
targets.show              GET   O W V
targets.edit              GET   O W
targets.edit              POST  O W
targets.remove            POST  O W
targets.expect            POST  O W
targets.remind            POST  O W
targets.reporter          GET   O W V
targets.enter             POST  O W
targets.drop              POST  O W
targets.approve           POST  O W
targets.send_back         POST  O W
targets.export            GET   O W V
training_returns.index    GET   O W V
training_returns.expect   POST  O W
training_returns.approve_all POST  O W
training_returns.show     GET   O W V
training_returns.enter    POST  O W
training_returns.send_back POST  O W
training_returns.approve  POST  O W
training_returns.remove   POST  O W
training_returns.export   GET   O W V
local_launches.index      GET   O W V
local_launches.expect     POST  O W
local_launches.show       GET   O W V
local_launches.plan       POST  O W
local_launches.report     POST  O W
local_launches.send_back  POST  O W
local_launches.approve    POST  O W
local_launches.remove     POST  O W
local_launches.export     GET   O W V
contests.index            GET   O W V
contests.new              GET   O W
contests.new              POST  O W
contests.open_planned     POST  O W
contests.show             GET   O W V
contests.edit             GET   O W
contests.edit             POST  O W
contests.criteria         GET   O W
contests.criteria         POST  O W
contests.show_entries     POST  O W
contests.hide_entries     POST  O W
contests.remove           POST  O W
contest_entries.index     GET   O W V
contest_entries.decide    POST  O W
contest_entries.new       GET   O W
contest_entries.new       POST  O W
contest_entries.show      GET   O W V
contest_entries.edit      GET   O W
contest_entries.edit      POST  O W
contest_entries.paper_consent POST  O W
contest_entries.consent_refused POST  O W
contest_entries.ask_guardian POST  O W
contest_entries.withdraw  POST  O W
contest_entries.file      GET   O W V
contest_entries.export    POST  O W
contest_rounds.index      GET   O W V
contest_rounds.add        POST  O W
contest_rounds.show       GET   O W V
contest_rounds.edit       GET   O W
contest_rounds.edit       POST  O W
contest_rounds.take       POST  O W
contest_rounds.empty      POST  O W
contest_rounds.close      POST  O W
contest_rounds.reopen     POST  O W
contest_rounds.remove     POST  O W
contest_rounds.draw       POST  O W
contest_rounds.undraw     POST  O W
contest_matches.show      GET   O W
contest_matches.plan      POST  O W
contest_matches.result    POST  O W
contest_matches.not_played POST O W
contest_matches.clear     POST  O W
contest_matches.slot      GET   O W
contest_matches.slot      POST  O W
contest_matches.sales     POST  O W
contest_matches.remove_slot POST O W
contest_judges.index      GET   O W V
contest_judges.add        POST  O W
contest_judges.edit       GET   O W
contest_judges.edit       POST  O W
contest_judges.new_link   POST  O W
contest_judges.revoke     POST  O W
contest_judges.remove_tie POST  O W
contest_votes.index       GET   O W V
contest_votes.show_counts POST  O W
contest_votes.hide_counts POST  O W
contest_votes.network     GET   O W V
contest_votes.strike_out  POST  O W
contest_votes.restore     POST  O W
contest_awards.index      GET   O W V
contest_awards.save_list  POST  O W
contest_awards.give       POST  O W
contest_awards.into_agenda POST O W
contest_awards.publish    POST  O W
contest_awards.take_back  POST  O W
contest_awards.export     GET   O W V
contest_awards.as_docx    GET   O W V
contest_awards.as_pdf     GET   O W V
campaigns.show            GET   O W V
campaigns.join            POST  O W
campaigns.leave           POST  O W
activities.index          GET  O W V
activities.new            GET  O W
activities.new            POST O W
activities.show           GET  O W V
activities.edit           GET  O W
activities.edit           POST O W
activities.report         POST O W
activities.move           POST O W
activities.remove         POST O W
activities.make_task      POST O W
activities.open_doors     POST O W
stalls.index              GET  O W V
stalls.new                GET  O W
stalls.new                POST O W
stalls.add_lines          POST O W
stalls.edit               GET  O W
stalls.edit               POST O W
stalls.set_state          POST O W
stalls.remove             POST O W
stalls.signs              GET  O W V
stalls.as_list            GET  O W V
stalls.export             POST O W
communications.index      GET  O W V
communications.new        GET  O W
communications.new        POST O W
communications.show       GET  O W V
communications.edit       GET  O W
communications.edit       POST O W
communications.report     POST O W
communications.take_back  POST O W
communications.remove     POST O W
communications.proof      GET  O W V
accreditations.index      GET  O W V
accreditations.new        GET  O W
accreditations.new        POST O W
accreditations.edit       GET  O W
accreditations.edit       POST O W
accreditations.decide     POST O W
accreditations.withdraw   POST O W
accreditations.badges     POST O W
accreditations.as_list    POST O W
accreditations.export     POST O W
roadshow.index            GET   O W V
roadshow.new_cluster      GET   O W
roadshow.new_cluster      POST  O W
roadshow.cluster          GET   O W
roadshow.cluster          POST  O W
roadshow.remove_cluster   POST  O W
roadshow.move_unit        POST  O W
roadshow.new_stop         GET   O W
roadshow.new_stop         POST  O W
roadshow.stop             GET   O W
roadshow.stop             POST  O W
roadshow.move             POST  O W
roadshow.moving           GET   O W
roadshow.remove_stop      POST  O W
roadshow.make_event       POST  O W
roadshow.make_events      POST  O W
stop_templates.show       GET   O W V
stop_templates.edit       GET   O W
stop_templates.edit       POST  O W
travel_times.index        GET   O W V
travel_times.save         POST  O W
travel_times.paste        POST  O W
duties.index              GET   O W V
duties.new                GET   O W
duties.new                POST  O W
duties.show               GET   O W V
duties.edit               GET   O W
duties.edit               POST  O W
duties.reporters          GET   O W
duties.reporters          POST  O W
duties.leave              POST  O W
duties.open_period        GET   O W
duties.open_period        POST  O W
duties.stop               POST  O W
duties.resume             POST  O W
duties.period             GET   O W V
duties.approve            POST  O W
duties.nudge              POST  O W
duties.report             GET   O W V
duties.enter              POST  O W
duties.unchanged          POST  O W
duties.send_back          POST  O W
duties.report_file        GET   O W V
duties.rollup_page        GET   O W V
duties.rollup_docx        GET   O W V
duties.rollup_xlsx        GET   O W V
meetings.index            GET   O W V
meetings.new              GET   O W
meetings.new              POST  O W
meetings.show             GET   O W V
meetings.edit             GET   O W
meetings.edit             POST  O W
meetings.expect           POST  O W
meetings.mark             POST  O W
meetings.forget_agency    POST  O W
meetings.make_task        POST  O W
meetings.remove           POST  O W
obstacles.index           GET   O W V
obstacles.new             GET   O W
obstacles.new             POST  O W
obstacles.show            GET   O W V
obstacles.lay             POST  O W
obstacles.decide          POST  O W
obstacles.withdraw        POST  O W

tasks.index               GET   O W V
tasks.new                 GET   O W
tasks.new                 POST  O W
tasks.edit                GET   O W
tasks.edit                POST  O W
tasks.remove              POST  O W
tasks.show                GET   O W V
tasks.close               POST  O W
tasks.reopen              POST  O W
tasks.comment             POST  O W
tasks.add_dependency      POST  O W
tasks.remove_dependency   POST  O W
tasks.add_paper           POST  O W
tasks.paper               GET   O W V
tasks.remove_paper        POST  O W
assignments.index         GET   O W V
assignments.agency        GET   O W V
assignments.export        POST  O W V
assignments.show          GET   O W V
assignments.receive       POST  O W
assignments.answer        POST  O W
assignments.accept        POST  O W
assignments.send_back     POST  O W
assignments.pass_on       POST  O W
assignments.take_off      POST  O W
assignments.put_back      POST  O W
assignments.extend        POST  O W
charging.index            GET   O W
charging.index            POST  O W
charging.by_name          POST  O W
charging.tell             POST  O W
charging.reminders        GET   O W
charging.reminders        POST  O W
extensions.index          GET   O W V
extensions.grant          POST  O W
extensions.refuse         POST  O W
extensions.for_all        GET   O W
extensions.for_all        POST  O W
"""

# The same for programs with a bearer token; D is a door. A scan needs a token of one event, which an organizer's
# is not: it reaches all events of the host.
API_TABLE = """
events_api.events         GET   O W C S V R T
events_api.event          GET   O W C S V R T
events_api.agenda         GET   O W C S V R T
events_api.event_sites    GET   O W C S V
events_api.event_guests   GET   O W C S
events_api.board          GET   O W C S V
checkins_api.scans        POST  W C S D
visitors_api.tallies      POST  W C S D
device_api.bundle         GET   W C S D
device_api.guests         GET   W C S D
device_api.status         POST  W C S D
"""

# What a request needs to be understood at all; everything else is sent empty and comes back with its errors.
BODIES = {
    "sites.add_level": {"level": "district"},
    "invitations.resend": {"number": "1"},
    "deliveries.resend": {"number": "1"},
}
# The letters on a developer's machine, of all events: there is no such page in production.
OF_THE_MACHINE = {
    "deliveries.folder",
    "deliveries.letter",
    "deliveries.letter_body",
    "deliveries.letter_file",
}
# Arguments that name something at a site.
OF_A_SITE = {
    "asked_id",
    "code",
    "fault_id",
    "invited_id",
    "link_test_id",
    "announcement_id",
    "guest_id",
    "slot_id",
    "invitation_id",
    "substitution_id",
    "device_id",
    "enrolment_id",
    "doors_number",
    "visit_id",
    "sheet_number",
    "closing_id",
}


def _table(text: str) -> dict[tuple[str, str], set[str]]:
    lines = [line.split() for line in text.splitlines() if line.strip()]
    return {(endpoint, method): set(letters) for endpoint, method, *letters in lines}


def _public() -> set[tuple[str, str]]:
    found, endpoint = set(), ""
    for word in PUBLIC.split():
        if word.isupper():
            found.add((endpoint, word))
        else:
            endpoint = word
    return found


def _steps(world) -> list[tuple[str, str]]:
    """Every step that is not public."""
    return [step for step in walk.steps(world.app) if step not in _public()]


def test_every_route_stands_in_the_table_and_nothing_else_does(world):
    typed = set(_table(TABLE)) | set(_table(API_TABLE)) | _public()

    assert set(walk.steps(world.app)) - typed == set(), "routes that nobody has typed into the table"
    assert typed - set(walk.steps(world.app)) == set(), "lines for routes that are no more"


def test_public_routes_are_those_typed_here(world):
    views = world.app.view_functions
    said = {step for step in walk.steps(world.app) if getattr(views[step[0]], "is_public", False)}

    assert said == _public()


@pytest.mark.parametrize("letter", ROLES)
def test_a_role_may_do_what_its_column_says_and_nothing_else(world, letter):
    client, wrong = world.browser(ROLES[letter]), []
    for step, letters in _table(TABLE).items():
        endpoint, method = step
        answer = act(world, client, method, address(world.app, endpoint, world.a), data=BODIES.get(endpoint))
        if is_let_in(answer) is not (letter in letters) or (
            letter not in letters and answer.status_code != 404
        ):
            wrong.append((*step, answer.status_code))
        if method == "POST" and answer.status_code < 400:
            world.restore()

    assert wrong == []


@pytest.mark.parametrize("letter", [*ROLES, "D"])
def test_a_token_may_do_what_the_column_of_its_role_says(world, letter):
    client, wrong = world.app.test_client(), []
    headers = world.bearer(ROLES.get(letter, "door"))
    for (endpoint, method), letters in _table(API_TABLE).items():
        body = {"json": {"scans": []}} if method == "POST" else {}
        answer = ask(world, client, method, address(world.app, endpoint, world.a), headers=headers, **body)
        if is_let_in(answer) is not (letter in letters):
            wrong.append((endpoint, method, answer.status_code))

    assert wrong == []


def test_nobody_signed_in_is_sent_to_sign_in_and_a_program_gets_401(world):
    client, wrong = world.app.test_client(), []
    with client.session_transaction() as session:
        session["csrf_token"] = "0" * 40
    for endpoint, method in _steps(world):
        answer = act(world, client, method, address(world.app, endpoint, world.a))
        if walk.is_api(world.app, endpoint):
            right = answer.status_code == 401
        else:
            right = answer.status_code == 302 and answer.location.startswith("/sign-in")
        if not right:
            wrong.append((endpoint, method, answer.status_code))

    assert wrong == []


def test_the_event_of_another_host_does_not_exist(world):
    client, wrong = world.browser("foreign"), []
    for endpoint, method in _steps(world):
        if "slug" not in walk.arguments(world.app, endpoint):
            continue
        url, headers = address(world.app, endpoint, world.a), {}
        if walk.is_api(world.app, endpoint):
            headers = world.bearer("foreign")
        answer = act(world, client, method, url, headers=headers, data=BODIES.get(endpoint))
        if answer.status_code != 404:
            wrong.append((endpoint, method, answer.status_code))

    assert wrong == []


def test_lists_hold_nothing_of_another_host(world):
    client = world.browser("foreign")
    for endpoint, method in walk.steps(world.app, reading=True):
        if walk.arguments(world.app, endpoint) or endpoint in OF_THE_MACHINE:
            continue
        url = address(world.app, endpoint, world.a)
        answer = ask(world, client, method, url, headers=world.bearer("foreign"))
        assert world.a.slug not in answer.text, endpoint
        assert not [name for name in world.a.names if name in answer.text], endpoint


def test_ids_of_another_event_mixed_into_an_address_lead_nowhere(world):
    """Every mixture of A's and B's values, for A's organizer and for B's: only pure ones lead anywhere."""
    clients = {"organizer": world.browser("organizer"), "foreign": world.browser("foreign")}
    mixed, found = 0, []
    for endpoint, method in _steps(world):
        names = sorted(walk.arguments(world.app, endpoint) - {"direction", "view", "kind"})
        if "slug" not in names or len(names) == 1:
            continue
        pure = {address(world.app, endpoint, each) for each in (world.a, world.b)}
        for count in range(1, len(names)):
            for exchanged in combinations(names, count):
                other = {name: world.b.value(endpoint, name) for name in exchanged}
                url = address(world.app, endpoint, world.a, **other)
                if url in pure:
                    continue  # B has open doors of that number too
                for role, client in clients.items():
                    if role == "foreign" and set(names) - set(exchanged) == {"number"}:
                        continue  # B has a sitting of that number too
                    answer = act(world, client, method, url, data=BODIES.get(endpoint))
                    mixed += 1
                    if answer.status_code != 404:
                        found.append((role, method, url, answer.status_code))

    assert found == []
    assert mixed > 100


@pytest.mark.parametrize("role", ["coordinator", "supervisor"])
def test_another_site_does_not_exist_for_whoever_looks_after_one(world, role):
    client, found, asked = world.browser(role), [], 0
    for endpoint, method in _steps(world):
        names = walk.arguments(world.app, endpoint) & OF_A_SITE
        if not names:
            continue
        url = address(world.app, endpoint, world.elsewhere)
        answer = act(world, client, method, url, data=BODIES.get(endpoint))
        asked += 1
        if answer.status_code != 404:
            found.append((method, url, answer.status_code))

    assert found == []
    assert asked > 15


# --- Ids in what is posted and asked ------------------------------------------------------------------------


def test_a_guest_is_not_put_at_a_site_or_in_a_group_of_another_event(world):
    client = world.browser("organizer")
    good = {"full_name": "Võ Văn Thử", "site": _site_id(world.a), "group": "0"}
    url = address(world.app, "guests.new", world.a)

    for wrong in ({"site": _site_id(world.b)}, {"group": world.b.values["group_id"]}):
        assert act(world, client, "POST", url, data={**good, **wrong}).status_code == 422
    assert act(world, client, "POST", url, data=good).status_code == 302


def test_a_coordinator_puts_nobody_at_another_site(world):
    client = world.browser("coordinator")
    url = address(world.app, "guests.edit", world.a)

    answer = act(
        world, client, "POST", url, data={"full_name": "Võ Văn Thử", "site": _site_id(world.elsewhere)}
    )

    assert answer.status_code == 422


def test_an_invitation_takes_no_group_or_site_of_another_event(world):
    client, url = world.browser("organizer"), address(world.app, "invitations.invite", world.a)

    for wrong in ({"group": world.b.values["group_id"]}, {"site": world.b.values["code"]}):
        assert act(world, client, "POST", url, data=wrong).status_code == 404


@pytest.mark.parametrize("listing", ["guests.index", "invitations.index", "checkins.index", "sites.index"])
def test_a_filter_does_not_open_another_site(world, listing):
    client = world.browser("coordinator")
    name = world.elsewhere.names[0]
    for query in (
        f"site={world.elsewhere.values['code']}",
        f"q={name}",
        f"within={world.elsewhere.values['code']}",
    ):
        answer = ask(world, client, "GET", f"{address(world.app, listing, world.a)}?{query}")
        shown = re.sub(r'value="[^"]*"', "", answer.text).replace("Không tìm thấy", "")
        assert answer.status_code in {200, 404}
        assert f"guests/{world.elsewhere.values['guest_id']}" not in shown, query


def test_the_api_opens_no_other_site(world):
    client, headers = world.app.test_client(), world.bearer("coordinator")
    url = address(world.app, "events_api.event_guests", world.a)
    for query in (
        "",
        f"?site={world.elsewhere.values['code']}",
        f"?q={world.elsewhere.names[0]}",
        "?site=main",
    ):
        answer = ask(world, client, "GET", url + query, headers=headers)
        assert {item["site"] for item in answer.json["items"]} <= {world.a.values["code"]}, query


def test_a_door_takes_no_guest_and_no_site_of_another_event(world):
    client = world.app.test_client()
    for wrong in ({"guest": world.b.values["guest_id"]}, {"site": world.b.values["code"]}):
        scan = {
            "scan_id": str(uuid4()),
            "seq": 1,
            "site": world.a.values["code"],
            "kind": "entry",
            "sitting": 1,
        }
        scan |= {
            "mode": "online",
            "scanned_at": "2026-01-01T00:00:00+00:00",
            "guest": world.a.values["guest_id"],
        }
        answer = ask(
            world,
            client,
            "POST",
            "/api/v1/scans",
            json={"scans": [scan | wrong]},
            headers=world.bearer("door"),
        )
        [result] = answer.json["results"]
        assert result.get("outcome") not in {"admitted", "rescan", "repeat"}, wrong
        assert not [name for name in world.b.names if name in answer.text]


def _site_id(half) -> int:
    return db.session.scalar(sa.select(Guest.site_id).where(Guest.id == half.values["guest_id"]))


def test_whoever_sees_contacts_at_one_site_only_sees_none_in_a_list_of_two(world):
    """A coordinator of one site who heads the doors of another."""
    user = user_by_email(world.emails["coordinator"])
    grant(user, Role.SUPERVISOR, event_id=user.grants[0].event_id, site_id=_site_id(world.elsewhere))
    texts = _everything(world, "coordinator")

    assert {name for _url, name in _seen(texts, world.elsewhere.names)} == set(world.elsewhere.names)
    assert _seen(texts, world.elsewhere.contacts) == []


# --- Who sees whom ------------------------------------------------------------------------------------------


def _everything(world, role: str) -> dict[str, str]:
    """All that somebody in the role can read, by address: pages, API, searches. What is shut is not searched."""
    client, read = world.browser(role), {}
    for url in dict.fromkeys(_addresses(world)):
        for query in ("", "?q=moi", "?q=Le+Thi&per_page=500"):
            answer = ask(world, client, "GET", url + query, headers=world.bearer(role))
            if not is_let_in(answer):
                break
            if answer.status_code == 200:
                read[url + query] = walk.words(answer)
    return read


def _addresses(world) -> Iterator[str]:
    for endpoint, _method in walk.steps(world.app, reading=True):
        if "token" not in walk.arguments(world.app, endpoint) and endpoint not in OF_THE_MACHINE:
            for half in (world.a, world.elsewhere, world.b):
                yield address(world.app, endpoint, half)


def _seen(texts: dict[str, str], planted: list[str]) -> list[tuple[str, str]]:
    """Where something planted shows: an address, a name, or a number however it is written."""
    found = []
    for url, text in texts.items():
        digits = re.sub(r"(?<=\d)[\s.\-]+(?=\d)", "", text)
        for word in planted:
            national = word.removeprefix("+84")
            if word in text or (word.startswith("+84") and national in digits):
                found.append((url, word))
    return found


def _planted(world, what: str) -> list[str]:
    return [word for half in (world.a, world.elsewhere, world.b) for word in getattr(half, what)]


@pytest.mark.parametrize("role", ["viewer", "reception", "stage", "jury", "admin", "door"])
def test_guests_their_telephone_numbers_and_addresses_are_shown_to_none_of_these(world, role):
    if role == "door":
        world.keys = {**world.keys, "door": "no session"}
    texts = _everything(world, role)

    assert _seen(texts, _planted(world, "contacts")) == []
    if role == "reception":  # meets delegations, and knows who is in them; nobody of another event
        met = {url: said for url, said in texts.items() if "/reception" in url or "/arrivals" in url}
        assert _seen(met, world.b.names) == []
        texts = {url: said for url, said in texts.items() if url not in met}
    assert _seen(texts, _planted(world, "names")) == []


@pytest.mark.parametrize("role", ["coordinator", "supervisor"])
def test_whoever_looks_after_one_site_sees_its_guests_alone(world, role):
    texts = _everything(world, role)

    assert {name for _url, name in _seen(texts, world.a.names)} == set(world.a.names)
    assert _seen(texts, world.elsewhere.names + world.b.names) == []
    hidden = world.a.contacts if role == "supervisor" else []
    assert _seen(texts, hidden + world.elsewhere.contacts + world.b.contacts) == []


def test_what_is_planted_is_there_to_be_seen(world):
    texts = _everything(world, "organizer")
    planted = world.a.names + world.elsewhere.names + world.a.contacts + world.elsewhere.contacts

    assert {word for _url, word in _seen(texts, planted)} == set(planted)
    assert _seen(texts, world.b.names + world.b.contacts) == []


# --- Tokens -------------------------------------------------------------------------------------------------

OPENS_TOO = {"home_affairs": "organization", "finance": "organization"}
"""Who checks commendations or approves estimates has the pages of every organization; nobody else has its own."""


def test_a_secret_opens_nothing_but_what_it_was_made_for(world):
    """Every secret of A in every address that takes one, and as a bearer token."""
    secrets = {**world.a.tokens, "door": world.bearers["door"], "viewer": world.bearers["viewer"]}
    secrets |= {"browser": world.keys["organizer"], "nothing": "x" * 22}
    client, opened = world.app.test_client(), []
    with client.session_transaction() as session:
        session["csrf_token"] = "0" * 40
    for endpoint, method in walk.steps(world.app):
        if "token" not in walk.arguments(world.app, endpoint):
            continue
        for purpose, secret in secrets.items():
            if TOKEN_OF[endpoint] not in (purpose, OPENS_TOO.get(purpose)):
                url = address(world.app, endpoint, world.a, token=secret)
                answer = act(world, client, method, url)
                if answer.status_code not in {404, 410} or world.a.names[0] in answer.text:
                    opened.append((endpoint, method, purpose, answer.status_code))
    for purpose in ("invitation", "stop", "pass", "enrolment", "sign_in", "browser"):
        secret = secrets[purpose]
        answer = ask(world, client, "GET", "/api/v1/events", headers={"Authorization": f"Bearer {secret}"})
        if answer.status_code != 401:
            opened.append(("bearer", purpose))

    assert opened == []


def test_each_secret_opens_what_it_was_made_for(world):
    client = world.app.test_client()
    for endpoint, method in walk.steps(world.app, reading=True):
        if "token" in walk.arguments(world.app, endpoint):
            answer = ask(world, client, method, address(world.app, endpoint, world.a))
            assert answer.status_code == 200, endpoint


def test_only_the_code_of_a_pass_opens_a_door(world):
    client, results = world.app.test_client(), {}
    for number, (purpose, secret) in enumerate(
        {**world.a.tokens, "other event": world.b.tokens["pass"]}.items()
    ):
        scan = {"scan_id": str(uuid4()), "seq": number + 1, "code": secret, "site": world.a.values["code"]}
        scan |= {"sitting": 1, "kind": "entry", "mode": "online", "scanned_at": "2026-01-01T00:00:00+00:00"}
        answer = ask(
            world, client, "POST", "/api/v1/scans", json={"scans": [scan]}, headers=world.bearer("door")
        )
        results[purpose] = answer.json["results"][0]

    assert results.pop("pass")["outcome"] in {"admitted", "rescan", "repeat", "not_yet", "cross_site"}
    assert results["other event"]["outcome"] == "other_event" and "guest" not in results.pop("other event")
    assert {result["outcome"] for result in results.values()} == {"unknown"}


def test_an_enrolment_opens_one_device_once(world):
    client, token = world.app.test_client(), world.a.tokens["enrolment"]

    first = ask(world, client, "POST", "/api/v1/devices", json={"token": token})
    second = ask(world, client, "POST", "/api/v1/devices", json={"token": token})
    others = [
        ask(world, client, "POST", "/api/v1/devices", json={"token": secret}).status_code
        for purpose, secret in world.a.tokens.items()
        if purpose != "enrolment"
    ]

    assert (first.status_code, second.status_code) == (201, 410)
    assert set(others) == {410}


# --- At once ------------------------------------------------------------------------------------------------


def test_a_role_taken_away_is_gone_with_the_next_request(world):
    client, url = world.browser("viewer"), address(world.app, "events.show", world.a)
    assert ask(world, client, "GET", url).status_code == 200

    with atomic():
        for given in db.session.query(Grant).filter_by(user_id=user_by_email(world.emails["viewer"]).id):
            db.session.delete(given)

    assert ask(world, client, "GET", url).status_code == 404
