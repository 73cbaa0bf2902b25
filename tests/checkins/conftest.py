"""A small ceremony whose doors are open: two halls, three guests, a device at each hall."""

from dataclasses import dataclass, field
from datetime import timedelta
from itertools import count
from typing import Any
from uuid import uuid4

import pytest

from eventsvc import clock, secrets
from eventsvc.checkins import operations
from eventsvc.checkins.models import Device, Profile
from eventsvc.db import atomic
from eventsvc.events.models import Event, Sitting
from eventsvc.guests.models import Guest
from eventsvc.invitations import operations as invitations
from eventsvc.invitations.models import Pass
from eventsvc.sites.models import Site
from tests import factories


@dataclass
class Hall:
    event: Event
    sitting: Sitting
    main: Site
    school: Site
    minh: Guest
    hoa: Guest
    tam: Guest
    numbers: Any = field(default_factory=count)

    def device(self, site: Site | None = None, profile: Profile = Profile.SCAN, name: str = "") -> Device:
        """A phone enrolled for the site (the main hall unless one is given)."""
        site = site or self.main
        name = name or f"Cửa {next(self.numbers) + 1}"
        _row, token = operations.create_enrolment(self.event, site=site, name=name, profile=profile, by=None)
        device, device.secret = operations.enrol(token)
        return device

    def code(self, guest: Guest) -> str:
        return secrets.unseal(self.pass_of(guest).code_sealed)

    def pass_of(self, guest: Guest) -> Pass:
        return invitations.issue_pass(guest)


def scan(code: str | None, *, minutes_ago: float = 0, **fields: Any) -> dict[str, Any]:
    """A scan as a phone makes it; mode offline when it was some time ago."""
    moment = clock.now() - timedelta(minutes=minutes_ago)
    made = {
        "scan_id": str(uuid4()),
        "seq": next(_seq),
        "code": code,
        "site": "main",
        "kind": "entry",
        "mode": "offline" if minutes_ago else "online",
        "scanned_at": moment.isoformat(),
    }
    return {**made, **fields}


_seq = count(1)


@pytest.fixture
def hall(app) -> Hall:
    event = factories.approved_event(starts_at=clock.now() + timedelta(minutes=30))
    with atomic():
        event.created_at = clock.now() - timedelta(days=3)
    main, school = factories.main_site(event), factories.site(event)
    minh = factories.guest(
        main, full_name="Nguyễn Văn Minh", honorific="Ông", position="Giám đốc", organization_name="Sở Y tế"
    )
    hoa = factories.guest(main, full_name="Trần Thị Hoa", honorific="Bà", position="Chủ tịch UBND xã")
    tam = factories.guest(school, full_name="Lê Văn Tám", honorific="Ông", position="Hiệu trưởng")
    return Hall(event, event.sittings[0], main, school, minh, hoa, tam)
