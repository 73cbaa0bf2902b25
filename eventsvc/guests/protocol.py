"""The order of protocol (thứ bậc lễ tân): by rank, then by number within it, then by group, then by given name."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from eventsvc.guests.models import Guest, GuestGroup, Rank
from eventsvc.people.models import Person

LAST = 10**6
"""Where those stand whom nobody has given a rank or a number."""

_Group, _Own, _OfGroup = aliased(GuestGroup), aliased(Rank), aliased(Rank)

RANK_ID = sa.func.coalesce(Guest.rank_id, _Group.rank_id)
"""The rank in force: the guest's own before that of the group. For statements made by `in_order`."""


def in_order(statement: sa.Select[Any], *, unless: sa.ColumnElement[bool] | None = None) -> sa.Select[Any]:
    """Guests, joined to their people already, the highest first. `unless`: whom the rank of the group is not for."""
    of_group: Any = _OfGroup.number if unless is None else sa.case((unless, None), else_=_OfGroup.number)
    return (
        statement.outerjoin(_Group, _Group.id == Guest.group_id)
        .outerjoin(_Own, _Own.id == Guest.rank_id)
        .outerjoin(_OfGroup, _OfGroup.id == _Group.rank_id)
        .order_by(None)
        .order_by(
            sa.func.coalesce(_Own.number, of_group, LAST),
            sa.func.coalesce(Guest.protocol_number, LAST),
            sa.func.coalesce(_Group.number, LAST),
            Person.sort_key,
            Guest.id,
        )
    )
