"""Compose the messages to invitees: the invitation, its update, its withdrawal, news of the programme, reminders,
thanks. Recipients get Vietnamese."""

import os
from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import current_app
from flask_babel import force_locale
from flask_babel import gettext as _
from jinja2 import Template
from markupsafe import escape

from eventsvc import ical, qr, secrets
from eventsvc.agenda import queries as agenda
from eventsvc.deliveries import queries as deliveries
from eventsvc.deliveries.markers import fill, marker, mask
from eventsvc.deliveries.message import is_mailbox
from eventsvc.deliveries.schedule import last_try_before
from eventsvc.documents.models import DocumentState
from eventsvc.events.models import Event, Sitting
from eventsvc.guests.models import Guest
from eventsvc.invitations import (
    content,
    entries,
    kinds,
    passes,
    rules,
    substitution_queries,
    wording,
    wording_fields,
    wording_queries,
)
from eventsvc.invitations.letter_queries import Letters
from eventsvc.invitations.message_models import MessageWording
from eventsvc.invitations.models import Answer, Invitation, Pass
from eventsvc.invitations.queries import SUBJECT
from eventsvc.invitations.tokens import stop_token
from eventsvc.people.models import Person

INVITATION, UPDATE, CANCELLATION = kinds.INVITATION, kinds.UPDATE, kinds.CANCELLATION
WITH_LETTER = (INVITATION, UPDATE)
WITH_CALENDAR = (INVITATION, UPDATE, CANCELLATION)
WITH_CODE = (INVITATION, UPDATE)
LOCALE = "vi"
SUBJECT_WIDTH = 200
SAMPLE_CODE = "MAU-KHONG-CO-GIA-TRI"


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
        self,
        event: Event,
        kind: str,
        now: datetime,
        sittings: Sequence[Sitting] | None = None,
        *,
        news: Mapping[int, Sequence[str]] | None = None,
        own: MessageWording | None = None,
        is_trial: bool = False,
    ) -> None:
        """`sittings` names those that a cancellation is about, when it is not about all. `news` are sentences about the
        programme, by the id of the invitation whom they concern. `own` are words to try, instead of those kept; a trial
        of a cancellation needs no cancelled event."""
        self.event, self.kind, self.now = event, kind, now
        self.is_partial = sittings is not None
        self._news = news or {}
        self._as_if_cancelled = is_trial and kind == CANCELLATION
        self._own = own or self._kept_words()
        self.letters = Letters(event) if kind in WITH_LETTER else None
        self._stand_ins = _StandIns()
        self._letters: dict[tuple[Any, ...], tuple[str, str]] = {}
        self._calendars: dict[tuple[Any, ...], tuple[str, str]] = {}
        self.sender = deliveries.sender_mailbox()
        self.link = f"{current_app.config['PUBLIC_URL']}/i/{marker('link')}"
        self.sittings = list(sittings or _sittings_told(event, kind, now))
        self._replacements = substitution_queries.replacements(event)
        with force_locale(LOCALE):
            self._templates = [_template(kind, name) for name in ("subject.txt", "body.txt", "body.html")]
            self._common = self._common_values()
            self._of_event = wording_fields.of_event(event, self.sittings, self.link)
            self._subjects: dict[tuple[int, bool], str] = {}

    def words(self, invitation: Invitation, recipient: str) -> Words:
        guest, other = invitation.guest, self._other(invitation)
        names = {
            self._stand_ins.addressee: wording.plain(wording.addressee(guest.person)),
            self._stand_ins.office: wording.plain(wording.office(guest.person)),
            self._stand_ins.seat: wording.plain(guest.seat or ""),
            self._stand_ins.other: wording.plain(wording.addressee(other)) if other else "",
        }
        if self._own is not None:
            values = wording_fields.of_person(guest.person, guest.seat)
            names |= {self._stand_ins.field(name): wording.plain(value) for name, value in values.items()}
        with force_locale(LOCALE):
            text, html = self._letter(invitation, bool(other))
            plain = {stand_in: wording_fields.in_subject(words) for stand_in, words in names.items()}
            subject = _filled(self._subject(guest, bool(other)), plain)
            calendar = self._calendar(invitation, recipient) if is_mailbox(recipient) else None
        escaped = {stand_in: str(escape(words)) for stand_in, words in names.items()}
        return Words(
            " ".join(subject.split())[:SUBJECT_WIDTH], _filled(text, names), _filled(html, escaped), calendar
        )

    def _kept_words(self) -> MessageWording | None:
        """The organizers' own words; those for a cancellation are about the whole event, not about one person."""
        if self.kind == CANCELLATION and not (self.event.is_cancelled or self._as_if_cancelled):
            return None
        return wording_queries.of_kind(self.event, self.kind)

    def gaps(self, guest: Guest) -> list[str]:
        """The fields of the organizers' own words that would be empty for this guest."""
        if self._own is None:
            return []
        words = " ".join(filter(None, [self._own.subject, self._own.opening, self._own.closing]))
        with force_locale(LOCALE):
            values = (
                self._of_event
                | wording_fields.of_place(guest.site, self.sittings)
                | wording_fields.of_person(guest.person, guest.seat)
            )
        return wording_fields.empty(words, values)

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
            "inline_qr": self.kind in WITH_CODE,
            "secrets": self.secrets_of(invitation, pass_),
            "sender_name": self.event.host.name,
            "stop_path": f"/u/{marker('stop')}",
            "not_after": last_try_before(first, self.now) if first and first > self.now else None,
            "enclosed": self.letters.enclosed(invitation) if self.letters else None,
        }

    def secrets_of(self, invitation: Invitation, pass_: Pass | None) -> dict[str, str]:
        """The plain values of the markers."""
        values = {"link": secrets.unseal(invitation.token_sealed), "stop": stop_token(invitation)}
        if pass_ is not None and self.kind in WITH_CODE:
            code = secrets.unseal(pass_.code_sealed)
            values |= {"pass_code": code, "pass_letters": passes.grouped(code)}
        return values

    def _subject(self, guest: Guest, is_replaced: bool) -> str:
        """The subject for guests of one site, stand-ins where the guest is named."""
        key = (guest.site_id, is_replaced)
        if key not in self._subjects:
            if self._own is not None and self._own.subject:
                lines = wording_fields.paragraphs(self._own.subject, self._values(guest))
                self._subjects[key] = " ".join(lines)
            else:
                template = self._templates[0]
                self._subjects[key] = template.render(self._common | {"is_replaced": is_replaced})
        return self._subjects[key]

    def _values(self, guest: Guest) -> dict[str, str]:
        """The fields of the organizers' own words, stand-ins for those that are the guest's own."""
        of_place = wording_fields.of_place(guest.site, self.sittings)
        return {
            **self._of_event,
            **{name: wording.plain(value) for name, value in of_place.items()},
            **{name: self._stand_ins.field(name) for name in wording_fields.OF_PERSON},
        }

    def _other(self, invitation: Invitation) -> Person | None:
        """Who goes in this guest's place, when the invitation is taken back; else whose place the guest takes."""
        if self.kind == CANCELLATION:
            is_replaced = invitation.revoked_at is not None
            return self._replacements.by.get(invitation.id) if is_replaced else None
        return self._replacements.of.get(invitation.guest.person_id)

    def _common_values(self) -> dict[str, Any]:
        event = self.event
        return {
            "host": wording.plain(event.host.name),
            "title": wording.plain(event.title),
            "short_title": wording.plain(event.short_title),
            "form": event.form,
            "is_event_cancelled": event.is_cancelled or self._as_if_cancelled,
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

    def _letter(self, invitation: Invitation, has_other: bool) -> tuple[str, str]:
        """Text and HTML for guests of one site, stand-ins where the guest is named: laid out once for all."""
        guest = invitation.guest
        person = guest.person
        news = tuple(wording.plain(sentence) for sentence in self._news.get(invitation.id, ()))
        has_letter = self._has_letter(guest)
        key = (guest.site_id, bool(wording.office(person)), bool(guest.seat), has_other, has_letter, news)
        if key not in self._letters:
            values = self._common | {
                "addressee": self._stand_ins.addressee,
                "office": self._stand_ins.office if key[1] else "",
                "seat": self._stand_ins.seat if key[2] else "",
                "other": self._stand_ins.other if has_other else "",
                "has_letter": has_letter,
                "news": news,
                "opening": self._own_paragraphs("opening", guest),
                "closing": self._own_paragraphs("closing", guest),
                "occasions": [
                    content.occasion(guest.site, sitting, of=len(self.sittings)) for sitting in self.sittings
                ],
            }
            _title, text, html = self._templates
            self._letters[key] = text.render(values), html.render(values)
        return self._letters[key]

    def _own_paragraphs(self, part: str, guest: Guest) -> list[str]:
        words = getattr(self._own, part) if self._own is not None else None
        return wording_fields.paragraphs(words, self._values(guest)) if words else []

    def _has_letter(self, guest: Guest) -> bool:
        """Whether a letter goes with the message, as far as it has been issued."""
        letters = self.letters
        letter = letters.for_guest(guest) if letters else None
        return bool(letters and letter and letters.paper(letter).state is DocumentState.ISSUED)

    def _calendar(self, invitation: Invitation, recipient: str) -> bytes | None:
        """The entries; only the UID, the name and the address differ between guests who are told the same."""
        if not self.sittings or self.kind not in WITH_CALENDAR:
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
        self.other = f"{stem}r"
        self.address = f"{stem}@x.invalid"
        self._fields = {name: f"{stem}f{number}x" for number, name in enumerate(wording_fields.OF_PERSON)}

    def field(self, name: str) -> str:
        """The stand-in for one field of the organizers' own words."""
        return self._fields[name]


def _filled(text: str, values: Mapping[str, str]) -> str:
    for stand_in, words in values.items():
        text = text.replace(stand_in, words)
    return text


def preview(
    event: Event, guest: Guest, now: datetime, kind: str = INVITATION, own: MessageWording | None = None
) -> Words:
    """A message as this guest would get it now, invited or not; dots for the tokens, a sample for the code."""
    words = _sample(event, guest, now, kind, own)[0]
    sample = b64encode(qr.png(SAMPLE_CODE)).decode()
    html = mask(words.html).replace("cid:pass-qr", f"data:image/png;base64,{sample}")
    return Words(words.subject, mask(words.text), html, None)


def trial(
    event: Event, guest: Guest, now: datetime, kind: str, *, recipient: str, intent: str
) -> Mapping[str, Any]:
    """A message as this guest would get it, to be sent to an organizer: no token in it works, and no calendar is
    asked to enter it."""
    words, composer, stand_in = _sample(event, guest, now, kind, None)
    letters = composer.letters
    return {
        "intent": intent,
        "kind": "test",
        "recipient": recipient,
        "event_id": event.id,
        "subject": f"[Thư thử] {words.subject}"[:SUBJECT_WIDTH],
        "text_body": words.text,
        "html_body": words.html,
        "inline_qr": kind in WITH_CODE,
        "secrets": {"link": "thu", "stop": "thu", "pass_code": SAMPLE_CODE, "pass_letters": SAMPLE_CODE},
        "sender_name": event.host.name,
        "enclosed": letters.enclosed(stand_in) if letters else None,
    }


def _sample(
    event: Event, guest: Guest, now: datetime, kind: str, own: MessageWording | None
) -> tuple[Words, Composer, Invitation]:
    stand_in = Invitation(
        id=0,
        event=event,
        guest=guest,
        uid="preview",
        answer=Answer.NEEDS_ACTION,
        own_changes=0,
        changed_at=now,
    )
    with force_locale(LOCALE):
        example = _("For example: “Welcome” is now at 08:10 instead of 08:00.")
    news = {0: [example]} if kind == kinds.PROGRAMME else None
    composer = Composer(event, kind, now, news=news, own=own, is_trial=True)
    return composer.words(stand_in, guest.person.email or ""), composer, stand_in


def to_hand_over(composer: Composer, invitation: Invitation, pass_: Pass | None) -> str:
    """The text of the invitation with its link and code, to be copied or printed for someone without e-mail."""
    return fill(composer.words(invitation, "").text, composer.secrets_of(invitation, pass_))


def _sittings_told(event: Event, kind: str, now: datetime) -> list[Sitting]:
    """What is still to come; a cancellation also speaks of what has been called off, thanks of what has been."""
    if kind == kinds.THANKS:
        return [each for each in entries.dated(event) if each.cancelled_at is None]
    if kind != CANCELLATION:
        return rules.upcoming(event, now)
    return [each for each in entries.dated(event) if each.starts_at and each.starts_at > now]


def _template(kind: str, name: str) -> Template:
    return current_app.jinja_env.get_template(f"email/{kind}/{name}")
