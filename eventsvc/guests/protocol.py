"""The order of protocol (thứ bậc lễ tân): by rank, then by number within it, then by group, then by given name."""

from typing import Any

import sqlalchemy as sa

from eventsvc.guests.models import Guest, GuestGroup, Rank
from eventsvc.people.models import Person

LAST = 10**6
"""Where those stand whom nobody has given a rank or a number."""

# Of the tables, not of the models: an alias of a model wants every model of the house to be known already.
_group = GuestGroup.__table__.alias("protocol_group")
_own, _of_group = Rank.__table__.alias("protocol_own"), Rank.__table__.alias("protocol_of_group")

RANK_ID = sa.func.coalesce(Guest.rank_id, _group.c.rank_id)
"""The rank in force: the guest's own before that of the group. For statements made by `in_order`."""


def in_order(statement: sa.Select[Any], *, unless: sa.ColumnElement[bool] | None = None) -> sa.Select[Any]:
    """Guests, joined to their people already, the highest first. `unless`: whom the rank of the group is not for."""
    of_group: Any = (
        _of_group.c.number if unless is None else sa.case((unless, None), else_=_of_group.c.number)
    )
    return (
        statement.outerjoin(_group, _group.c.id == Guest.group_id)
        .outerjoin(_own, _own.c.id == Guest.rank_id)
        .outerjoin(_of_group, _of_group.c.id == _group.c.rank_id)
        .order_by(None)
        .order_by(
            sa.func.coalesce(_own.c.number, of_group, LAST),
            sa.func.coalesce(Guest.protocol_number, LAST),
            sa.func.coalesce(_group.c.number, LAST),
            Person.sort_key,
            Guest.id,
        )
    )
