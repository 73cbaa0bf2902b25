"""Calendar entries of an invitation: one per guest and sitting, under UIDs that never change."""

from collections.abc import Iterable
from datetime import datetime

from flask_babel import gettext as _

from eventsvc.events.models import Event, Sitting, TimeState
from eventsvc.ical import CalendarEntry
from eventsvc.invitations import rules, wording
from eventsvc.invitations.models import Answer, Invitation

# Neither the address of the site nor that of the sender, which may both change while an invitation stands.
UID_DOMAIN = "eventsvc"

PARTSTAT = {
    Answer.NEEDS_ACTION: "NEEDS-ACTION",
    Answer.ACCEPTED: "ACCEPTED",
    Answer.DECLINED: "DECLINED",
    Answer.TENTATIVE: "TENTATIVE",
}


def uid(invitation: Invitation, sitting: Sitting) -> str:
    return f"{invitation.uid}-{sitting.number}@{UID_DOMAIN}"


def entries(
    invitation: Invitation,
    sittings: Iterable[Sitting],
    *,
    link: str,
    sender: str,
    attendee: tuple[str, str] = ("", ""),
) -> list[CalendarEntry]:
    """What this guest's calendar is to show. `link` may be a marker; a download names no attendee."""
    return [_entry(invitation, sitting, link, sender, attendee) for sitting in sittings]


def dated(event: Event) -> list[Sitting]:
    """The sittings that have an approved time, cancelled ones too."""
    return [
        sitting
        for sitting in event.sittings
        if sitting.time_state is TimeState.APPROVED and sitting.starts_at is not None
    ]


def tentative(invitation: Invitation, *, link: str, sender: str) -> list[CalendarEntry]:
    """The window as days, while no exact time is approved; empty when not even the window is known."""
    event = invitation.event
    if not (event.window_start and event.window_end):
        return []
    return [
        CalendarEntry(
            uid=f"{invitation.uid}-1@{UID_DOMAIN}",
            sequence=invitation.place_changes,
            start=event.window_start,
            end=event.window_end,
            summary=wording.plain(event.short_title),
            description=_description(invitation, link),
            location=wording.plain(wording.site_name(invitation.guest.site)),
            last_changed=max(event.changed_at, invitation.changed_at),
            url=link,
            organizer_name=wording.plain(event.host.name),
            organizer_email=sender,
            status="CANCELLED" if event.is_cancelled else "TENTATIVE",
        )
    ]


def _entry(
    invitation: Invitation, sitting: Sitting, link: str, sender: str, attendee: tuple[str, str]
) -> CalendarEntry:
    event, guest = invitation.event, invitation.guest
    assert isinstance(sitting.starts_at, datetime)
    is_cancelled = event.is_cancelled or sitting.cancelled_at or invitation.revoked_at
    return CalendarEntry(
        uid=uid(invitation, sitting),
        sequence=sitting.sequence + invitation.place_changes,
        start=sitting.starts_at,
        end=wording.assumed_end(sitting),
        summary=_summary(event, sitting),
        description=_description(invitation, link, sitting),
        location=wording.plain(wording.where(guest.site, sitting)),
        last_changed=max(sitting.changed_at, invitation.changed_at),
        url=link,
        video_link=wording.plain(event.video_link or ""),
        organizer_name=wording.plain(event.host.name),
        organizer_email=sender,
        attendee_name=attendee[0],
        attendee_email=attendee[1],
        partstat=PARTSTAT[invitation.answer],
        status="CANCELLED" if is_cancelled else "CONFIRMED",
    )


def _summary(event: Event, sitting: Sitting) -> str:
    if len(event.standing_sittings) < 2 and not sitting.title:
        return wording.plain(event.short_title)
    return wording.plain(f"{event.short_title} – {rules.sitting_name(sitting)}")


def _description(invitation: Invitation, link: str, sitting: Sitting | None = None) -> str:
    event = invitation.event
    lines = [
        _(
            "%(host)s invites you to attend: %(title)s.",
            host=wording.plain(event.host.name),
            title=wording.plain(event.title),
        ),
        *([arrival] if (arrival := wording.arrival(sitting) if sitting else "") else []),
        "",
        _("Answer, QR code and programme: %(link)s", link=link),
    ]
    if event.contact_name or event.contact_phone:
        lines += ["", _("Contact: %(contact)s", contact=wording.plain(wording.contact(event)))]
    return "\n".join(lines)
