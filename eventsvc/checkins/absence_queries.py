"""Why people, or whole organizations, are not there. Whether they are is read from the scans."""

from collections.abc import Collection

import sqlalchemy as sa

from eventsvc.checkins.attendance_models import Absence
from eventsvc.db import db
from eventsvc.events.models import Sitting


def recorded(sittings: Collection[Sitting]) -> list[Absence]:
    """What was written down for these sittings, in that order. One statement."""
    ids = [sitting.id for sitting in sittings]
    return list(
        db.session.scalars(sa.select(Absence).where(Absence.sitting_id.in_(ids)).order_by(Absence.id))
    )
