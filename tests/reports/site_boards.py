"""Events whose sites stand in mixed states, made in one go: for the board of sites, its map and its measurements."""

from datetime import timedelta
from random import Random

from eventsvc import clock
from eventsvc.db import atomic, db
from eventsvc.events.models import Event
from eventsvc.sites import operations, report_queries
from eventsvc.sites.models import Milestone, Site, SiteStep
from eventsvc.sites.report_models import Fault, FaultKind, HeadCount, HeadCountPart
from tests import factories

HOW_FAR = (
    Milestone.CONFIRMED,
    Milestone.TESTED,
    Milestone.REHEARSED,
    Milestone.TECHNICIAN_PRESENT,
    Milestone.READY,
    Milestone.CONNECTED,
)


def event(*, minutes: int = 10, **details) -> Event:
    """An event that begins in some minutes, so that most rules are due; sites are not made yet."""
    made = factories.approved_event(starts_at=clock.now() + timedelta(minutes=minutes), **details)
    factories.open_doors(made)
    return made


def whole(**details) -> Event:
    """The main hall and a site for every unit of the province."""
    made = event(**details)
    factories.main_site(made)
    operations.add_all_sites(made, by=None)
    return made


@atomic()
def mix(event: Event, *, seed: int = 5, at_fault: int = 4) -> None:
    """Most sites are on line and have counted, some stopped on the way, a few are at fault. The same each time.

    Rows instead of operations: three thousand sites are wanted in seconds.
    """
    random, now, sitting = Random(seed), clock.now(), event.sittings[0]
    groups = report_queries.count_groups(event)
    sites = list(db.session.scalars(db.select(Site).where(Site.event_id == event.id).order_by(Site.id)))
    for site in sites:
        reached = HOW_FAR if random.random() < 0.8 else HOW_FAR[: random.randint(0, len(HOW_FAR))]
        for place, milestone in enumerate(reached):
            moment = now - timedelta(minutes=random.randint(5, 60) + 300 * (len(HOW_FAR) - place))
            setattr(site, f"{milestone}_at", moment)
            db.session.add(
                SiteStep(
                    site_id=site.id, milestone=milestone, at=moment, actor_kind="site", by_name="Trần Thị Mẫu"
                )
            )
        site.contact_name, site.contact_phone = "Trần Thị Mẫu", "+84501234567"
        if random.random() < 0.9:
            _count(site, sitting, groups, random, now - timedelta(minutes=random.randint(1, 30)))
        site.status = site.standing
    for site in random.sample(sites, at_fault):
        kind = random.choice(list(FaultKind))
        raised = now - timedelta(minutes=random.randint(2, 50))
        db.session.add(Fault(event_id=event.id, site=site, kind=kind, raised_at=raised))
        site.open_faults, site.status = 1, "fault"


def _count(site: Site, sitting, groups, random: Random, at) -> None:
    people = [(group, random.randint(3, 20)) for group in groups]
    parts = [
        HeadCountPart(number=number, name=group.name, people=some)
        for number, (group, some) in enumerate(people, start=1)
    ]
    count = HeadCount(
        site=site, sitting=sitting, people=sum(some for _group, some in people), counted_at=at, parts=parts,
        actor_kind="site", by_name="Trần Thị Mẫu",
        spoke_with="Trần Thị Mẫu" if random.random() < 0.1 else None,
    )  # fmt: skip
    db.session.add(count)
    site.counted_at = at
