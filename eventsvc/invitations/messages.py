"""Compose the messages to invitees: the invitation, its update, its withdrawal. Recipients get Vietnamese."""

import os
from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import current_app
from flask_babel import force_locale
from jinja2 import Template
from markupsafe import escape

from eventsvc import ical, qr, secrets
from eventsvc.agenda import queries as agenda
from eventsvc.deliveries import queries as deliveries
from eventsvc.deliveries.markers import fill, marker, mask
from eventsvc.deliveries.message import is_mailbox
from eventsvc.deliveries.schedule import last_try_before
from eventsvc.events.models import Event, Sitting
from eventsvc.guests.models import Guest
from eventsvc.invitations import content, entries, passes, rules, wording
from eventsvc.invitations.models import Answer, Invitation, Pass
from eventsvc.invitations.queries import SUBJECT
from eventsvc.invitations.tokens import stop_token

INVITATION, UPDATE, CANCELLATION = "invitation", "invitation_update", "cancellation"
LOCALE = "vi"
SUBJECT_WIDTH = 200


@dataclass(frozen=True)
class Words:
    """A message as it will be sent, markers in place of its tokens."""

    subject: str
    text: str
    html: str
    calendar: bytes | None


class Composer:
    """Composes one kind of message for many invitations of an event; what does not change is made once."""

    def __init__(
        self, event: Event, kind: str, now: datetime, sittings: Sequence[Sitting] | None = None
    ) -> None:
        """`sittings` names those that a cancellation is about, when it is not about all."""
        self.event, self.kind, self.now = event, kind, now
        self.is_partial = sittings is not None
        self._stand_ins = _StandIns()
        self._letters: dict[tuple[Any, ...], tuple[str, str]] = {}
        self._calendars: dict[tuple[Any, ...], tuple[str, str]] = {}
        self.sender = deliveries.sender_mailbox()
        self.link = f"{current_app.config['PUBLIC_URL']}/i/{marker('link')}"
        self.sittings = list(sittings or _sittings_told(event, kind, now))
        with force_locale(LOCALE):
            self._templates = [_template(kind, name) for name in ("subject.txt", "body.txt", "body.html")]
            self._common = self._common_values()
            self.subject = self._subject()

    def words(self, invitation: Invitation, recipient: str) -> Words:
        guest = invitation.guest
        names = {
            self._stand_ins.addressee: wording.plain(wording.addressee(guest.person)),
            self._stand_ins.office: wording.plain(wording.office(guest.person)),
            self._stand_ins.seat: wording.plain(guest.seat or ""),
        }
        with force_locale(LOCALE):
            text, html = self._letter(guest)
            calendar = self._calendar(invitation, recipient) if is_mailbox(recipient) else None
        escaped = {stand_in: str(escape(words)) for stand_in, words in names.items()}
        return Words(self.subject, _filled(text, names), _filled(html, escaped), calendar)

    def message(self, invitation: Invitation, pass_: Pass | None, *, intent: str) -> Mapping[str, Any]:
        """What the outbox takes; the invitation's guest must have an address."""
        person = invitation.guest.person
        recipient = person.email or ""
        words = self.words(invitation, recipient)
        first = min((each.starts_at for each in self.sittings if each.starts_at), default=None)
        return {
            "intent": intent,
            "kind": self.kind,
            "recipient": recipient,
            "recipient_name": person.full_name,
            "event_id": invitation.event_id,
            "subject_kind": SUBJECT,
            "subject_id": invitation.id,
            "subject": words.subject,
            "text_body": words.text,
            "html_body": words.html,
            "calendar": words.calendar,
            "inline_qr": self.kind != CANCELLATION,
            "secrets": self.secrets_of(invitation, pass_),
            "sender_name": self.event.host.name,
            "stop_path": f"/u/{marker('stop')}",
            "not_after": last_try_before(first, self.now) if first else None,
        }

    def secrets_of(self, invitation: Invitation, pass_: Pass | None) -> dict[str, str]:
        """The plain values of the markers."""
        values = {"link": secrets.unseal(invitation.token_sealed), "stop": stop_token(invitation)}
        if pass_ is not None and self.kind != CANCELLATION:
            code = secrets.unseal(pass_.code_sealed)
            values |= {"pass_code": code, "pass_letters": passes.grouped(code)}
        return values

    def _subject(self) -> str:
        template = self._templates[0]
        return " ".join(template.render(self._common).split())[:SUBJECT_WIDTH]

    def _common_values(self) -> dict[str, Any]:
        event = self.event
        return {
            "host": wording.plain(event.host.name),
            "title": wording.plain(event.title),
            "short_title": wording.plain(event.short_title),
            "form": event.form,
            "is_event_cancelled": event.is_cancelled,
            "is_partial": self.is_partial,
            "video_link": wording.plain(event.video_link or ""),
            "dress_code": wording.plain(event.dress_code or ""),
            "contact": wording.plain(wording.contact(event)),
            "agenda": self._programmes(),
            "notice": content.notice(event),
            "link": self.link,
            "code": marker("pass_letters"),
        }

    def _programmes(self) -> list[content.Programme]:
        told = {sitting.id for sitting in self.sittings}
        parts = agenda.public(agenda.released(self.event)) if told else []
        return [content.programme(part) for part in parts if part.sitting.id in told]

    def _letter(self, guest: Guest) -> tuple[str, str]:
        """Text and HTML for guests of one site, stand-ins where the guest is named: laid out once for all."""
        person = guest.person
        key = (guest.site_id, bool(wording.office(person)), bool(guest.seat))
        if key not in self._letters:
            values = self._common | {
                "addressee": self._stand_ins.addressee,
                "office": self._stand_ins.office if key[1] else "",
                "seat": self._stand_ins.seat if key[2] else "",
                "occasions": [
                    content.occasion(guest.site, sitting, of=len(self.sittings)) for sitting in self.sittings
                ],
            }
            _subject, text, html = self._templates
            self._letters[key] = text.render(values), html.render(values)
        return self._letters[key]

    def _calendar(self, invitation: Invitation, recipient: str) -> bytes | None:
        """The entries; only the UID, the name and the address differ between guests who are told the same."""
        if not self.sittings:
            return None
        changed_at = invitation.changed_at.replace(microsecond=0)
        key = (invitation.guest.site_id, invitation.place_changes, invitation.answer, changed_at)
        if key not in self._calendars:
            items = entries.entries(
                invitation,
                self.sittings,
                link=self.link,
                sender=self.sender,
                attendee=(self._stand_ins.addressee, self._stand_ins.address),
            )
            stream = ical.cancel(items) if self.kind == CANCELLATION else ical.request(items)
            self._calendars[key] = invitation.uid, ical.unfold(stream)
        uid, stream_text = self._calendars[key]
        named = {
            uid: invitation.uid,
            self._stand_ins.addressee: ical.parameter(wording.plain(invitation.guest.person.full_name)),
            self._stand_ins.address: recipient,
        }
        return ical.fold(_filled(stream_text, named))


class _StandIns:
    """Words that nobody can have written, to be replaced by the guest's own after the layout is done."""

    def __init__(self) -> None:
        stem = f"q{os.urandom(8).hex()}"
        self.addressee, self.office, self.seat = f"{stem}a", f"{stem}o", f"{stem}s"
        self.address = f"{stem}@x.invalid"


def _filled(text: str, values: Mapping[str, str]) -> str:
    for stand_in, words in values.items():
        text = text.replace(stand_in, words)
    return text


def preview(event: Event, guest: Guest, now: datetime) -> Words:
    """The invitation as this guest would get it now, invited or not; dots for the tokens, a sample for the code."""
    stand_in = Invitation(
        event=event, guest=guest, uid="preview", answer=Answer.NEEDS_ACTION, own_changes=0, changed_at=now
    )
    words = Composer(event, INVITATION, now).words(stand_in, guest.person.email or "")
    sample = b64encode(qr.png("MAU-KHONG-CO-GIA-TRI")).decode()
    html = mask(words.html).replace("cid:pass-qr", f"data:image/png;base64,{sample}")
    return Words(words.subject, mask(words.text), html, None)


def to_hand_over(composer: Composer, invitation: Invitation, pass_: Pass | None) -> str:
    """The text of the invitation with its link and code, to be copied or printed for someone without e-mail."""
    return fill(composer.words(invitation, "").text, composer.secrets_of(invitation, pass_))


def _sittings_told(event: Event, kind: str, now: datetime) -> list[Sitting]:
    """What is still to come; a cancellation also speaks of what has been called off."""
    if kind != CANCELLATION:
        return rules.upcoming(event, now)
    return [each for each in entries.dated(event) if each.starts_at and each.starts_at > now]


def _template(kind: str, name: str) -> Template:
    return current_app.jinja_env.get_template(f"email/{kind}/{name}")
