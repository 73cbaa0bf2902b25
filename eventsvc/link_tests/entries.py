"""Calendar entries of link tests and rehearsals: one per site, under a UID that never changes. Pure.

The mail and the feed of a site tell the same entry: a program that knows both takes them for one.
"""

from datetime import datetime

from flask_babel import gettext as _

from eventsvc.deliveries.markers import plain
from eventsvc.ical import CalendarEntry
from eventsvc.link_tests.models import InvitedSite, LinkTest, LinkTestKind

# Neither the address of the site nor that of the sender, which may both change while an invitation stands.
UID_DOMAIN = "eventsvc"


def uid(invited: InvitedSite) -> str:
    return f"{invited.link_test.key}-{invited.site_id}@{UID_DOMAIN}"


def kind_name(link_test: LinkTest) -> str:
    return _("Rehearsal") if link_test.kind is LinkTestKind.REHEARSAL else _("Link test")


def entry(
    invited: InvitedSite,
    *,
    url: str = "",
    sender: str = "",
    attendee: tuple[str, str] = ("", ""),
    changed_at: datetime | None = None,
) -> CalendarEntry:
    """What the calendar of this site is to show. A feed, which may be shared, names no attendee and nobody to call.

    `url` may hold a marker. `changed_at`: when something else that is told here changed last.
    """
    link_test = invited.link_test
    moments = [link_test.changed_at, invited.changed_at, changed_at, link_test.event.cancelled_at]
    return CalendarEntry(
        uid=uid(invited),
        sequence=invited.sequence,
        start=link_test.starts_at,
        end=link_test.ends_at,
        summary=f"{plain(link_test.title)} – {plain(link_test.event.short_title)}",
        location=plain(invited.site.name),
        description="\n".join(_lines(link_test, names_contact=bool(attendee[1]))),
        url=url,
        video_link=plain(link_test.video_link or ""),
        organizer_email=sender,
        attendee_name=attendee[0],
        attendee_email=attendee[1],
        partstat="ACCEPTED" if invited.accepted_at and attendee[1] else "NEEDS-ACTION",
        status="CONFIRMED" if invited.is_expected else "CANCELLED",
        last_changed=max(moment for moment in moments if moment is not None),
    )


def _lines(link_test: LinkTest, *, names_contact: bool) -> list[str]:
    lines = [kind_name(link_test), plain(link_test.event.title)]
    if link_test.contact and names_contact:
        lines.append(_("Contact") + f": {plain(link_test.contact)}")
    if link_test.note:
        lines.append(plain(link_test.note))
    return lines
