"""The calendar entry of a visitor: one for the sitting they come to."""

from flask_babel import gettext as _

from eventsvc.ical import CalendarEntry
from eventsvc.invitations import wording
from eventsvc.visitors.models import Visit


def entries(visit: Visit, *, link: str, sender: str) -> list[CalendarEntry]:
    """What the visitor's calendar is to show; nothing while the sitting has no time. `link` may be a marker."""
    open_doors = visit.open_doors
    event, sitting = open_doors.event, open_doors.sitting
    if sitting.starts_at is None:
        return []
    lines = [
        _("Free entry on registration: %(title)s.", title=wording.plain(open_doors.title)),
        "",
        _("Your place and QR code: %(link)s", link=link),
    ]
    return [
        CalendarEntry(
            uid=f"visit-{visit.id}@eventsvc",
            sequence=sitting.sequence + open_doors.site.place_changes + visit.changes,
            start=sitting.starts_at,
            end=wording.assumed_end(sitting),
            summary=wording.plain(f"{open_doors.title} – {event.short_title}"),
            description="\n".join(lines),
            location=wording.plain(wording.where(open_doors.site, sitting)),
            last_changed=max(
                filter(None, (sitting.changed_at, visit.registered_at, visit.placed_at, visit.told_at))
            ),
            url=link,
            organizer_name=wording.plain(event.host.name),
            organizer_email=sender,
            status="CANCELLED" if event.is_cancelled or sitting.cancelled_at else "CONFIRMED",
        )
    ]
