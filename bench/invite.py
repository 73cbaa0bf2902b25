"""How fast people are invited: writing the messages, and handing them to a mail server on this machine.

    python bench/invite.py [PEOPLE]

The messages go to a server in a process of its own that takes everything. The ratio compares the outbox, with
its claims, its records and its QR codes, to a bare loop that hands the same bytes over one connection.
DATABASE_URL may name an empty PostgreSQL database; otherwise a new SQLite file is used.
"""

import os
import smtplib
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import sqlalchemy as sa

from config import TestConfig
from eventsvc import clock
from eventsvc.agenda import operations as agenda
from eventsvc.agenda.models import ItemKind
from eventsvc.app import create_app
from eventsvc.db import db
from eventsvc.deliveries import handover
from eventsvc.deliveries import operations as outbox
from eventsvc.deliveries.models import Delivery, DeliveryState
from eventsvc.events import operations as events
from eventsvc.events.models import Event, EventForm, EventKind, LegalBasis
from eventsvc.extensions import mail
from eventsvc.guests import operations as guests
from eventsvc.guests.operations import Entry
from eventsvc.invitations import messages, queries
from eventsvc.invitations import operations as invitations
from eventsvc.organizations import operations as units
from eventsvc.organizations import queries as organizations
from eventsvc.people.operations import Details
from eventsvc.sites import operations as sites
from eventsvc.sites.models import SiteLevel

DAY = date(2023, 7, 15)


def serve(port: int) -> subprocess.Popen:
    """A mail server that takes every message and keeps none."""
    sink = ["-m", "aiosmtpd", "-n", "-c", "aiosmtpd.handlers.Sink", "-l", f"127.0.0.1:{port}"]
    return subprocess.Popen([sys.executable, *sink])


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for(port: int) -> None:
    for _ in range(400):
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            time.sleep(0.05)
    raise SystemExit("the mail server of the measurement did not start")


def event_with(people: int) -> Event:
    """A ceremony of the province with its sites and so many guests with an address, spread over all of them."""
    host = organizations.host_for("51", DAY)
    event = events.create_event(
        host=host, title="Lễ phát động phong trào chuyển đổi số tỉnh Quảng Ngãi", short_title="Lễ phát động",
        kind=EventKind.MOVEMENT_LAUNCH_CEREMONY, form=EventForm.HYBRID, units_as_of=DAY, by=None,
    )  # fmt: skip
    starts_at = clock.now() + timedelta(days=14)
    sitting = event.sittings[0]
    events.propose_time(sitting, starts_at=starts_at, ends_at=starts_at + timedelta(hours=2), by=None)
    events.approve_time(sitting, by=None)
    events.set_data_notice(
        event, purpose="Mời và đón tiếp đại biểu", legal_basis=LegalBasis.STATE_FUNCTION,
        controller="UBND tỉnh Quảng Ngãi", kept_until=clock.today() + timedelta(days=90), by=None,
    )  # fmt: skip
    for title in ("Khai mạc", "Phát biểu", "Phóng sự", "Bấm nút phát động", "Bế mạc"):
        agenda.add_item(event, kind=ItemKind.SPEECH, title=title, duration_minutes=15, by=None)
    halls = [sites.add_main_site(event, name="Trung tâm Hội nghị tỉnh", by=None)]
    halls += sites.add_sites(event, SiteLevel.DISTRICT, by=None)
    halls += sites.add_sites(event, SiteLevel.COMMUNE, by=None)
    entries = [
        Entry(
            Details(
                f"Nguyễn Văn {n}", honorific="Ông", position="Chủ tịch", organization_name="UBND xã",
                emails=[f"khach{n}@xa{n % 40}.example.vn"],
            ),
            halls[n % len(halls)],
        )
        for n in range(people)
    ]  # fmt: skip
    guests.add_guests(event, entries, by=None)
    return event


def timed(function: Callable, times: list[float]) -> Callable:
    def call(*arguments, **named):
        begin = time.perf_counter()
        try:
            return function(*arguments, **named)
        finally:
            times.append(time.perf_counter() - begin)

    return call


def report(what: str, seconds: float, times: list[float]) -> float:
    rate = len(times) / seconds
    cuts = statistics.quantiles(times, n=100) if len(times) > 1 else times * 99
    p50, p95, p99 = (cuts[cut - 1] * 1000 for cut in (50, 95, 99))
    print(
        f"{what:<28}{rate:8.0f}/s   p50 {p50:6.2f}  p95 {p95:6.2f}  p99 {p99:6.2f} ms   {seconds:6.1f} s in all"
    )
    return rate


def compose_and_queue(event: Event) -> None:
    times: list[float] = []
    composer = messages.Composer
    composer.message = timed(composer.message, times)  # type: ignore[method-assign]
    begin = time.perf_counter()
    number = invitations.invite(event, by=None)
    seconds = time.perf_counter() - begin
    print(f"{number} people invited in one transaction of {seconds:.1f} s")
    report("compose", sum(times), times)
    print(f"{'compose and queue':<28}{number / seconds:8.0f}/s")


def drain() -> float:
    times: list[float] = []
    original = outbox.attempt
    outbox.attempt = timed(original, times)  # type: ignore[assignment]
    begin = time.perf_counter()
    outbox.drain(worker="bench:1")
    seconds = time.perf_counter() - begin
    outbox.attempt = original
    sent = db.session.scalar(
        sa.select(sa.func.count()).select_from(Delivery).where(Delivery.state == DeliveryState.SENT)
    )
    if sent != len(times):
        raise SystemExit(f"{len(times)} messages tried, {sent} sent")
    return report("drain, one worker", seconds, times)


def bare(port: int, number: int) -> float:
    """The same messages, ready made, over one connection and without an outbox."""
    ready = []
    for delivery in db.session.scalars(sa.select(Delivery).order_by(Delivery.id).limit(number)):
        message = handover.as_message(delivery)
        ready.append((*message.envelope, message.as_bytes()))
    times: list[float] = []
    begin = time.perf_counter()
    with smtplib.SMTP("127.0.0.1", port) as server:
        for sender, recipient, data in ready:
            timed(server.sendmail, times)(sender, [recipient], data)
    return report("bare SMTP loop", time.perf_counter() - begin, times)


def measure(people: int, port: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        config = TestConfig(folder, os.environ.get("DATABASE_URL"))
        config.MAIL_SERVER, config.MAIL_PORT, config.MAIL_DOMAIN_RATE = "127.0.0.1", port, 0
        app = create_app(config)
        with app.app_context():
            mail.init_app(app)
            db.create_all()
            units.load_units()
            units.load_agencies()
            event_id = event_with(people).id
            db.session.remove()
            event = db.session.get_one(Event, event_id)
            print(f"{db.engine.dialect.name}, {queries.count(queries.uninvited(event))} guests to invite")
            compose_and_queue(event)
            through_the_outbox = drain()
            alone = bare(port, min(people, 500))
            print(f"ratio: the outbox hands over {through_the_outbox / alone:.2f} of what a bare loop does")
            db.session.remove()


def main() -> None:
    people = int(sys.argv[1]) if len(sys.argv) > 1 else 2000
    port = free_port()
    server = serve(port)
    try:
        wait_for(port)
        measure(people, port)
    finally:
        server.terminate()


if __name__ == "__main__":
    main()
