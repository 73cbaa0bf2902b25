"""The invitation as text for a group chat: nothing in it is anybody's own. Pure; in the language in force."""

from collections.abc import Sequence

from flask_babel import gettext as _

from eventsvc.events.models import Event, Sitting
from eventsvc.invitations import content, wording
from eventsvc.sites.models import Site


def text(
    event: Event, site: Site, sittings: Sequence[Sitting], programmes: Sequence[content.Programme], link: str
) -> str:
    """What to paste for the guests of one site; `link` to the public programme, or empty."""
    lines = [event.host.name.upper(), _("respectfully invites you to attend:"), event.title.upper(), ""]
    for sitting in sittings:
        occasion = content.occasion(site, sitting, of=len(sittings))
        lines += [occasion.name] if occasion.name else []
        until = f" ({_('until %(time)s', time=occasion.until)})" if occasion.until else ""
        lines += [f"- {_('Time')}: {occasion.when}{until}", f"- {_('Place')}: {occasion.where}"]
        lines += [f"- {occasion.arrive}"] if occasion.arrive else []
    if not sittings and wording.window(event):
        lines += [f"- {_('Time')}: {wording.window(event)}", f"- {_('Place')}: {wording.site_name(site)}"]
    for label, value in ((_("Dress"), event.dress_code), (_("Contact"), wording.contact(event))):
        lines += [f"- {label}: {wording.plain(value)}"] if value else []
    for programme in programmes:
        lines += ["", f"{_('Programme')}{': ' if programme.name else ''}{programme.name}"]
        lines += [
            f"{line.time or f'{number}.'} {line.title}{f' – {line.speaker}' if line.speaker else ''}"
            for number, line in enumerate(programme.lines, 1)
        ]
    if link:
        lines += ["", f"{_('Programme')}: {link}"]
    return "\n".join(
        [*lines, "", _("Each delegate receives a personal invitation with a QR code for check-in.")]
    )
