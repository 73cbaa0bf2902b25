"""Who reports something about a site: its coordinator by link, somebody with an account, or the province on behalf."""

from typing import Any, NamedTuple

from flask_babel import gettext as _


class Reporter(NamedTuple):
    """`by` acts: it has `actor_kind` and `id` (a user, a site by its link, None for the system). `name` is kept beside
    what they report, for a link has no account. `spoke_with`: entered for the site after speaking with this person."""

    by: Any
    name: str | None = None
    spoke_with: str | None = None

    @property
    def columns(self) -> dict[str, Any]:
        """What a row keeps of whoever made it; rows that nobody may make on behalf have no `spoke_with`."""
        return {
            "actor_kind": self.by.actor_kind if self.by is not None else "system",
            "actor_id": self.by.id if self.by is not None else None,
            "by_name": (self.name or "")[:200] or None,
        }

    @property
    def columns_on_behalf(self) -> dict[str, Any]:
        return self.columns | {"spoke_with": (self.spoke_with or "")[:200] or None}


def of_site(site: Any) -> Reporter:
    """The coordinator of a site, who holds its link."""
    return Reporter(site, site.contact_name or site.name)


def of_account(user: Any, spoke_with: str | None = None) -> Reporter:
    """Somebody with an account. Whoever holds the link of a site reads the name: never an e-mail address."""
    return Reporter(user, user.name or _("Organizing committee"), spoke_with)
