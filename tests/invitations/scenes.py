"""An event ready to invite to, the messages that left, and the whole database as one value."""

from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import sqlalchemy as sa
from flask import current_app

from eventsvc import secrets
from eventsvc.db import db
from eventsvc.deliveries import operations as outbox
from eventsvc.deliveries.models import Delivery
from eventsvc.events.models import Event
from eventsvc.invitations import batch_operations, operations, queries
from eventsvc.invitations.models import Invitation
from eventsvc.sites.models import Site
from tests import factories


def ready_event(**details) -> Event:
    """An event with an approved time, a data notice and a main hall."""
    event = factories.approved_event(**details)
    factories.data_notice(event)
    factories.main_site(event, hall="Hội trường lớn", address="52 Hùng Vương")
    return event


def main_site(event: Event) -> Site:
    return factories.site_of(event, "main")


def invited(event: Event | None = None, **details) -> Invitation:
    """The invitation of one guest at the main hall."""
    event = event or ready_event()
    guest = factories.guest(main_site(event), **details)
    operations.invite(event, by=None)
    invitation = queries.invitation_for(guest)
    assert invitation is not None
    return invitation


def link(invitation: Invitation) -> str:
    return f"/i/{secrets.unseal(invitation.token_sealed)}"


def code(invitation: Invitation) -> str:
    live = queries.live_pass(invitation.guest)
    assert live is not None
    return secrets.unseal(live.code_sealed)


def deliveries() -> list[Delivery]:
    return list(db.session.scalars(sa.select(Delivery).order_by(Delivery.id)))


def send() -> list[EmailMessage]:
    """Let the worker run once; the messages that are in the folder now, the oldest first."""
    current_app.config["MAIL_DOMAIN_RATE"] = 0
    outbox.drain(worker="test:1")
    files = sorted(Path(current_app.config["MAIL_FOLDER"]).glob("*.eml"), key=_when_written)
    return [message_from_bytes(file.read_bytes(), policy=policy.default) for file in files]


def _when_written(file: Path) -> tuple[str, int]:
    moment, _dash, number = file.stem.rpartition("-")
    return moment, int(number)


def write_batches() -> None:
    """Let the worker write the batches that have been begun."""
    batch_operations.compose_batches()


def rows() -> dict[str, list[tuple]]:
    """Every row of every table, to be compared before and after."""
    db.session.rollback()
    return {
        table.name: sorted(map(repr, db.session.execute(sa.select(table))))
        for table in db.metadata.sorted_tables
        if table.name not in {"organization", "organization_alias"}
    }
