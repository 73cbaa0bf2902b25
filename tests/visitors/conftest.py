"""A fair of two places in the main hall, which people register for."""

from dataclasses import dataclass, field
from datetime import timedelta
from itertools import count
from typing import Any

import pytest

from eventsvc import clock, secrets
from eventsvc.db import atomic
from eventsvc.events.models import Event, Sitting
from eventsvc.sites.models import Site
from eventsvc.visitors import operations
from eventsvc.visitors.models import OpenDoors, Visit
from eventsvc.visitors.operations import Registrant
from tests import factories


@dataclass
class Fair:
    event: Event
    sitting: Sitting
    main: Site
    doors: OpenDoors
    numbers: Any = field(default_factory=count)

    def visitor(self, name: str = "", **details: Any) -> Registrant:
        """Somebody with a telephone of their own, unless contacts are given."""
        number = next(self.numbers)
        if not details.keys() & {"phone", "email"}:
            details["phone"] = f"+84503{number:06d}"
        return Registrant(name or f"Người Xem {number}", **details)

    def register(self, name: str = "", *, browser: str | None = None, **details: Any) -> Visit:
        return operations.register(self.doors, self.visitor(name, **details), browser=browser)

    @property
    def address(self) -> str:
        return f"/p/{self.event.slug}/visit/{self.doors.number}"


def token(visit: Visit) -> str:
    return secrets.unseal(visit.token_sealed)


@pytest.fixture
def fair(app) -> Fair:
    event = factories.data_notice(factories.approved_event(starts_at=clock.now() + timedelta(minutes=30)))
    with atomic():
        event.created_at = clock.now() - timedelta(days=3)
    main = factories.main_site(event)
    doors = operations.make_open_doors(
        event, site=main, sitting=event.sittings[0], title="Triển lãm sản phẩm số", capacity=2, by=None
    )
    return Fair(event, event.sittings[0], main, doors)
