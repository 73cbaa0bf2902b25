"""Whether somebody else is the coordinator of a site. Pure."""

from collections.abc import Mapping
from typing import Any

from eventsvc.text import same_words

COLUMNS = ("contact_name", "contact_phone", "contact_email")


def contact_of(site: Any) -> dict[str, str | None]:
    """Who looks after a site, and how they are reached."""
    return {name: getattr(site, name) for name in COLUMNS}


def is_another_contact(former: Mapping[str, str | None], now: Mapping[str, str | None]) -> bool:
    """Whether somebody else is the coordinator now. Under the same name it is the same person, whose telephone or
    e-mail was corrected; where one of the two has no name, another telephone or e-mail is another person. What was
    empty may be filled in, and a name written otherwise."""
    before, after = (same_words(contact["contact_name"] or "") for contact in (former, now))
    if before and after:
        return before != after
    return any(former[name] and former[name] != now[name] for name in ("contact_phone", "contact_email"))
