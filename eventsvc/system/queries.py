"""How the service itself is doing."""

from pathlib import Path

import sqlalchemy as sa
from alembic.config import Config
from alembic.script import ScriptDirectory
from prometheus_client import CollectorRegistry, Gauge, generate_latest

from eventsvc.checkins.models import Scan
from eventsvc.db import db
from eventsvc.deliveries.models import Delivery
from eventsvc.events.models import Event

MIGRATIONS = Path(__file__).resolve().parent.parent.parent / "migrations"


def schema_is_current() -> bool:
    """Whether every migration has been applied to the database."""
    return schema_versions() == set(migrations().get_heads())


def migrations() -> ScriptDirectory:
    """The migrations that come with this version."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    return ScriptDirectory.from_config(config)


def schema_versions() -> set[str]:
    """The last migrations the database has had; none when it has no tables yet."""
    if not sa.inspect(db.engine).has_table("alembic_version"):
        return set()
    return set(db.session.scalars(sa.text("SELECT version_num FROM alembic_version")))


def has_events() -> bool:
    """Whether there is something to lose in the database."""
    if not sa.inspect(db.engine).has_table(Event.__tablename__):
        return False
    return db.session.scalar(sa.select(Event.id).limit(1)) is not None


def metrics() -> bytes:
    """Figures for Prometheus, read from the tables so that every process gives the same."""
    registry = CollectorRegistry()
    deliveries = Gauge("eventsvc_deliveries", "Messages in the outbox by state", ["state"], registry=registry)
    for state, count in db.session.execute(
        sa.select(Delivery.state, sa.func.count()).group_by(Delivery.state)
    ):
        deliveries.labels(state.value).set(count)
    scans = Gauge("eventsvc_scans", "Scans stored by outcome", ["outcome"], registry=registry)
    for outcome, count in db.session.execute(sa.select(Scan.outcome, sa.func.count()).group_by(Scan.outcome)):
        scans.labels(outcome.value).set(count)
    return generate_latest(registry)
