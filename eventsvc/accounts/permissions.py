"""Who may do what: the roles, the permissions and the one table that joins them. What is not here is denied."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol


class Role(StrEnum):
    ADMIN = "admin"
    ORGANIZER = "organizer"
    OWNER = "owner"
    COORDINATOR = "coordinator"
    SUPERVISOR = "supervisor"
    DOOR = "door"
    RECEPTION = "reception"
    STAGE = "stage"
    JURY = "jury"
    VIEWER = "viewer"


class Permission(StrEnum):
    MANAGE_ACCOUNTS = "manage_accounts"
    READ_SYSTEM = "read_system"
    CREATE_EVENT = "create_event"
    READ_EVENT = "read_event"
    EDIT_EVENT = "edit_event"
    READ_SITES = "read_sites"
    EDIT_SITES = "edit_sites"
    READ_GUESTS = "read_guests"
    READ_CONTACTS = "read_contacts"
    EDIT_GUESTS = "edit_guests"
    IMPORT_GUESTS = "import_guests"
    SEND_MAIL = "send_mail"
    ANSWER_FOR = "answer_for"
    ISSUE_PASS = "issue_pass"
    MANAGE_DEVICES = "manage_devices"
    SCAN = "scan"
    CHECK_IN_BY_NAME = "check_in_by_name"
    ANNUL_SCAN = "annul_scan"
    READ_BOARD = "read_board"
    READ_TASKS = "read_tasks"
    EDIT_TASKS = "edit_tasks"
    READ_AUDIT = "read_audit"
    RUN_SHOW = "run_show"
    READ_RECEPTION = "read_reception"


_EVENT_WORK = frozenset(
    set(Permission) - {Permission.MANAGE_ACCOUNTS, Permission.READ_SYSTEM, Permission.CREATE_EVENT}
)

# Permissions that a grant for one site gives for that site alone; everything else it gives for the event.
OF_A_SITE = frozenset(
    {
        Permission.READ_SITES,
        Permission.EDIT_SITES,
        Permission.READ_GUESTS,
        Permission.READ_CONTACTS,
        Permission.EDIT_GUESTS,
        Permission.ANSWER_FOR,
        Permission.ISSUE_PASS,
        Permission.MANAGE_DEVICES,
        Permission.SCAN,
        Permission.CHECK_IN_BY_NAME,
        Permission.ANNUL_SCAN,
        Permission.READ_RECEPTION,
    }
)

PERMISSIONS: dict[Role, frozenset[Permission]] = {
    Role.ADMIN: frozenset({Permission.MANAGE_ACCOUNTS, Permission.READ_SYSTEM}),
    Role.ORGANIZER: _EVENT_WORK | {Permission.CREATE_EVENT},
    Role.OWNER: _EVENT_WORK,
    Role.COORDINATOR: frozenset(
        {
            Permission.READ_EVENT,
            Permission.READ_SITES,
            Permission.EDIT_SITES,
            Permission.READ_GUESTS,
            Permission.READ_CONTACTS,
            Permission.EDIT_GUESTS,
            Permission.ANSWER_FOR,
            Permission.ISSUE_PASS,
            Permission.MANAGE_DEVICES,
            Permission.SCAN,
            Permission.CHECK_IN_BY_NAME,
            Permission.ANNUL_SCAN,
            Permission.READ_BOARD,
            Permission.READ_RECEPTION,
        }
    ),
    Role.SUPERVISOR: frozenset(
        {
            Permission.READ_EVENT,
            Permission.READ_SITES,
            Permission.READ_GUESTS,
            Permission.ISSUE_PASS,
            Permission.MANAGE_DEVICES,
            Permission.SCAN,
            Permission.CHECK_IN_BY_NAME,
            Permission.ANNUL_SCAN,
            Permission.READ_BOARD,
            Permission.READ_RECEPTION,
        }
    ),
    Role.DOOR: frozenset({Permission.SCAN}),
    Role.RECEPTION: frozenset({Permission.READ_EVENT, Permission.READ_RECEPTION}),
    Role.STAGE: frozenset({Permission.READ_EVENT, Permission.RUN_SHOW}),
    Role.JURY: frozenset(),
    Role.VIEWER: frozenset({Permission.READ_EVENT, Permission.READ_BOARD, Permission.READ_TASKS}),
}


class GrantLike(Protocol):
    """A role with what it reaches: one organization's events, one event, or one site of an event."""

    role: Role
    organization_id: int | None
    event_id: int | None
    site_id: int | None


@dataclass(frozen=True)
class Access:
    """What one actor may reach with one permission; made by @requires, asked by every look-up."""

    actor: Any
    permission: Permission

    @property
    def grants(self) -> Iterable[GrantLike]:
        return [grant for grant in self.actor.grants if self.permission in PERMISSIONS[grant.role]]

    @property
    def is_empty(self) -> bool:
        return not self.grants

    def to(self, permission: Permission) -> "Access":
        """The same actor with another permission, for a part of a page that needs more."""
        return Access(self.actor, permission)

    @property
    def event_ids(self) -> set[int]:
        return {grant.event_id for grant in self.grants if grant.event_id is not None}

    @property
    def organization_ids(self) -> set[int]:
        """Organizations all of whose events are within reach."""
        return {
            grant.organization_id
            for grant in self.grants
            if grant.organization_id is not None and grant.event_id is None
        }

    @property
    def campaign_ids(self) -> set[int]:
        """Events whose parts are within reach, too: a grant for one site reaches no further than its site."""
        return {
            grant.event_id for grant in self.grants if grant.event_id is not None and grant.site_id is None
        }

    def covers(self, event: Any) -> bool:
        """Whether this permission holds somewhere in the event, by itself or through the campaign it belongs to."""
        return (
            event.id in self.event_ids
            or event.host_id in self.organization_ids
            or event.part_of_id in self.campaign_ids
        )

    def site_ids(self, event: Any) -> frozenset[int] | None:
        """The sites of the event it holds for; None means all of them."""
        sites = set()
        for grant in self.grants:
            if (
                grant.event_id == event.id
                or (grant.event_id is None and grant.organization_id == event.host_id)
                or (grant.event_id == event.part_of_id and grant.event_id and grant.site_id is None)
            ):
                if grant.site_id is None or self.permission not in OF_A_SITE:
                    return None
                sites.add(grant.site_id)
        return frozenset(sites)

    def extends_to(self, permission: Permission, event: Any) -> bool:
        """Whether the actor holds another permission too, at every site of the event that this one reaches."""
        other = self.to(permission)
        if not other.covers(event):
            return False
        theirs, own = other.site_ids(event), self.site_ids(event)
        return theirs is None or (own is not None and own <= theirs)

    def covers_site(self, site: Any) -> bool:
        """Whether it holds for this site (an object with `event` and `id`)."""
        if not self.covers(site.event):
            return False
        reach = self.site_ids(site.event)
        return reach is None or site.id in reach
