"""Devices at the doors while their server is killed: what is lost, double, or first that was not first?

    python bench/chaos_checkin.py [--postgres] [--devices 374] [--scans 200000] [--seed 1]

gunicorn as in production gets SIGKILL 1.5 s after each time it is ready. Of the replies 5 % get lost, of the
scans 10 % come again, of the uploads 20 % are shuffled; the clocks of half the devices are wrong. Afterwards every scan
must be stored once, the first entry of everybody must be the one that was first, and all ten invariants must hold.
"""

import argparse
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from flask_migrate import upgrade

from config import TestConfig
from eventsvc.app import create_app
from eventsvc.db import db
from eventsvc.organizations import operations as organizations
from tests import servers
from tests.checkins import chaos


def prepared(config: TestConfig) -> TestConfig:
    """With tables and organizations."""
    with create_app(config).app_context():
        upgrade()
        organizations.load_units()
        organizations.load_agencies()
        db.session.remove()
        db.engine.dispose()
    return config


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--postgres", action="store_true", help="a server of its own instead of SQLite")
    parser.add_argument("--devices", type=int, default=374)
    parser.add_argument("--scans", type=int, default=200_000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    size = chaos.Size(options.devices, options.scans)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        server = servers.start_postgres(folder / "postgres") if options.postgres else None
        try:
            url = servers.create_database(server.url, "eventsvc_bench") if server else None
            result = chaos.run(prepared(TestConfig(folder, url)), size, seed=options.seed)
        finally:
            if server:
                servers.stop_postgres(server)
    print("PostgreSQL" if options.postgres else "SQLite", f"{options.devices} devices:", result.describe())
    for breach in result.breaches[:20]:
        print(" ", breach)
    return 0 if result.is_sound and result.stored == size.scans else 1


if __name__ == "__main__":
    raise SystemExit(main())
