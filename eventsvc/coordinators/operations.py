"""What a coordinator does beyond reporting: name the people of the own hall, hand the page over to somebody else."""

from dataclasses import replace
from typing import Any, NamedTuple

import sqlalchemy as sa
from flask_babel import gettext as _

from eventsvc.audit.operations import record
from eventsvc.coordinators import messages
from eventsvc.coordinators.models import LocalDelegate
from eventsvc.db import atomic, db
from eventsvc.deliveries import operations as outbox
from eventsvc.errors import DomainError
from eventsvc.guests import operations as guests
from eventsvc.guests import queries as guest_queries
from eventsvc.guests.matching import is_same
from eventsvc.guests.models import Guest
from eventsvc.invitations.models import Invitation
from eventsvc.people.operations import Details, details_of
from eventsvc.rows import lock, lock_open
from eventsvc.sites import link_operations, report_operations
from eventsvc.sites.models import Site
from eventsvc.sites.reporter import Reporter

MOST_NAMED = 500
"""By one site itself: more is no hall of a commune but a mistake, or mischief with a link."""


class DelegateInvited(DomainError):
    code = "delegate_invited"


class TooManyDelegates(DomainError):
    code = "too_many_delegates"


class Named(NamedTuple):
    """A person as a site names them: no telephone and no address pass through its link."""

    full_name: str
    honorific: str | None = None
    position: str | None = None
    organization_name: str | None = None


@atomic()
def add_delegate(site: Site, named: Named, reporter: Reporter) -> LocalDelegate:
    """Somebody of the place on the guest list of the site's event, at this site. AlreadyListed when they stand here.

    Whether a namesake is a guest at another site is nothing that a link tells: two people, as far as this site knows.
    """
    lock_open(site.event)
    own = sa.select(sa.func.count()).select_from(LocalDelegate).where(LocalDelegate.site_id == site.id)
    if (db.session.scalar(own) or 0) >= MOST_NAMED:
        raise TooManyDelegates(
            _("A site can name %(most)s people itself. Please ask the organizers.", most=MOST_NAMED)
        )
    _require_not_here(site, named)
    entry = guests.Entry(Details(**named._asdict()), site)
    guest = guests.add_guests(site.event, [entry], by=reporter.by)[0]
    delegate = LocalDelegate(site_id=site.id, guest=guest, **reporter.columns_on_behalf)
    db.session.add(delegate)
    db.session.flush()
    return delegate


@atomic()
def correct_delegate(
    delegate: LocalDelegate, named: Named, reporter: Reporter, *, version: int | None = None
) -> None:
    """Write somebody whom the site has named rightly; contacts that organizers have added stay. Refused once invited.

    StaleEdit when somebody else has saved the guest since `version`.
    """
    guest = delegate.guest
    lock_open(guest.event)
    _require_not_invited(guest)
    guests.edit_guest(
        guest,
        details=replace(details_of(guest.person), **named._asdict()),
        site=guest.site,
        group=guest.group,
        seat=guest.seat,
        note=guest.note,
        attention=guest.attention,
        version=version,
        by=reporter.by,
    )


@atomic()
def remove_delegate(delegate: LocalDelegate, reporter: Reporter) -> None:
    """Take back somebody whom the site has named. Refused once they are invited, speak or have been in."""
    guest = delegate.guest
    lock_open(guest.event)
    _require_not_invited(guest)
    db.session.delete(delegate)
    db.session.flush()
    guests.remove_guest(guest, by=reporter.by)


@atomic()
def hand_over(
    site: Site,
    *,
    name: str,
    phone: str | None,
    email: str | None,
    reporter: Reporter,
    version: int | None = None,
) -> bool:
    """Another coordinator with a new link: the old one, also of whoever does this, leads nowhere from now on.

    The new one is written to; whether that could be done: without an address the organizers pass the link on.
    """
    lock_open(site.event)
    lock(site, version)
    changes: dict[str, Any] = {"contact_name": name, "contact_phone": phone, "contact_email": email}
    former = site.link_number
    report_operations.tell_data(site, changes, reporter)
    if site.link_number == former:
        link_operations.renew_link(site, by=reporter.by)
    record(reporter.by, "site.handed_over", site, event=site.event, on_behalf=bool(reporter.spoke_with))
    if not site.contact_email:
        return False
    composer = messages.Composer(site.event)
    outbox.queue(**composer.message(site))
    link_operations.mark_sent([site])
    return True


def _require_not_here(site: Site, named: Named) -> None:
    known = guest_queries.known_guest
    for namesake in guest_queries.namesakes(site.event, named.full_name):
        if namesake.site_id == site.id and is_same(named.organization_name, (), known(namesake.person)):
            raise guests.AlreadyListed(
                _(
                    "%(name)s is on the guest list already, at %(site)s.",
                    name=namesake.person.full_name,
                    site=site.name,
                ),
                field="full_name",
            )


def _require_not_invited(guest: Guest) -> None:
    if (
        db.session.scalar(sa.select(Invitation.id).where(Invitation.guest_id == guest.id).limit(1))
        is not None
    ):
        raise DelegateInvited(
            _("This person has been invited already. Please ask the organizers to change it.")
        )
