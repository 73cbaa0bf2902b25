"""How fast people are invited: writing the messages of a batch, and handing them to a mail server on this machine.

    python bench/invite.py [PEOPLE [LETTERS]]

Each message has HTML, text, a calendar and a QR code; LETTERS of them have a letter of invitation as a PDF too, set as
they are handed over. One worker process does everything; the mail server, in a process of its own, takes everything.
What counts is the ratio to a bare loop that hands the same bytes over one connection in the same run, and the seconds
of processor time: both stand still when the machine is busy with other things. Memory is read all along.
DATABASE_URL may name an empty PostgreSQL database; otherwise a new SQLite file is used.
"""

import contextlib
import os
import smtplib
import subprocess
import sys
import tempfile
import time
from datetime import date, timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import sqlalchemy as sa

from bench.serving import free_port, wait_for
from config import TestConfig
from eventsvc import clock
from eventsvc.agenda import operations as agenda
from eventsvc.agenda.models import ItemKind
from eventsvc.app import create_app
from eventsvc.db import atomic, db
from eventsvc.deliveries import handover
from eventsvc.deliveries import operations as outbox
from eventsvc.deliveries.models import Batch, BatchState, Delivery, DeliveryState
from eventsvc.deliveries.operations import sending
from eventsvc.documents import paper_operations as papers
from eventsvc.documents import signature_operations as signatures
from eventsvc.documents import signing_operations as signing
from eventsvc.documents.models import DocumentKind
from eventsvc.events import operations as events
from eventsvc.events.models import Event, EventForm, EventKind, LegalBasis
from eventsvc.extensions import mail
from eventsvc.guests import operations as guests
from eventsvc.guests import rank_operations as ranks
from eventsvc.guests.models import Guest
from eventsvc.guests.operations import Entry
from eventsvc.invitations import batch_operations as batches
from eventsvc.invitations import kinds
from eventsvc.invitations import letter_operations as letters
from eventsvc.invitations.letter_models import Audience
from eventsvc.organizations import operations as units
from eventsvc.organizations import queries as organizations
from eventsvc.people.operations import Details
from eventsvc.sites import operations as sites
from eventsvc.sites.models import SiteLevel

NOT_COUNTED: set[int] = set()
DAY = date(2023, 7, 15)


def serve(port: int) -> subprocess.Popen:
    """A mail server that takes every message and keeps none."""
    sink = ["-m", "aiosmtpd", "-n", "-c", "aiosmtpd.handlers.Sink", "-l", f"127.0.0.1:{port}"]
    return subprocess.Popen([sys.executable, *sink])


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


def issue_letter(event: Event, number: int) -> None:
    """A letter of invitation, signed on paper and issued, to the rank of so many guests."""
    rank = ranks.add_rank(event, name="Lãnh đạo xã", rules=ranks.RankRules(), by=None)
    block = signatures.add_block(
        event.host, name="PCT ký thay", lines=["TM. ỦY BAN NHÂN DÂN", "KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH"],
        signer="Nguyễn Văn Mẫu", user=None, by=None,
    )  # fmt: skip
    kind, words = DocumentKind.INVITATION_LETTER, {"block_id": block.id, "symbol": "GM-UBND"}
    paper = papers.add_paper(event, kind, words, by=None)
    signing.sign(signing.submit(paper, version=None, by=None), version=None, by=None)
    signing.issue(paper, by=None)
    with atomic():
        some = sa.select(Guest.id).where(Guest.event_id == event.id).order_by(Guest.id).limit(number)
        db.session.execute(sa.update(Guest).where(Guest.id.in_(some)).values(rank_id=rank.id))
    letters.assign_letters(event, {(Audience.PEOPLE, rank.id): paper}, by=None)


class Memory:
    """How much this process holds, read while it works."""

    def __init__(self) -> None:
        self.read: list[int] = []

    def look(self) -> None:
        pages = int(Path("/proc/self/statm").read_text().split()[1])
        self.read.append(pages * os.sysconf("SC_PAGE_SIZE") // 1024 // 1024)

    def report(self) -> None:
        tenth = max(len(self.read) // 10, 1)
        early, late = max(self.read[:tenth]), max(self.read[-tenth:])
        print(f"memory: {early} MB at the beginning, {late} MB at the end, {max(self.read)} MB at most")


class Clock:
    """Seconds on the wall and of the processor, of this process and of the press that sets its letters."""

    def __init__(self) -> None:
        self.wall, self.own, self.press = time.perf_counter(), time.process_time(), _of_children()

    def report(self, what: str, number: int) -> float:
        wall, own = time.perf_counter() - self.wall, time.process_time() - self.own
        press = _of_children() - self.press
        rate = number / wall
        print(
            f"{what:<34}{number:6} in {wall:6.1f} s  {rate:7.1f}/s   processor {own / number * 1000:6.2f} ms each"
            + (f", its press {press / number * 1000:.2f} ms" if press > 0.05 else "")
        )
        return rate


def _of_children() -> float:
    """Processor seconds of the processes that this one has started and that still run."""
    ticks = 0
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            fields = stat.read_text().rpartition(")")[2].split()
            if int(fields[1]) == os.getpid() and int(stat.parent.name) not in NOT_COUNTED:
                ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def compose(event: Event, memory: Memory) -> Batch:
    """A batch to everybody, written a slice at a time."""
    batch = batches.start(event, kinds.INVITATION, by=None)
    clock_ = Clock()
    while batch.state is BatchState.COMPOSING:
        batches._slice(batch)
        memory.look()
    clock_.report("write a message", batch.composed)
    return batch


@atomic()
def hold_letters(batch: Batch) -> None:
    """Those with a letter are measured by themselves."""
    enclosing = sa.update(Delivery).where(Delivery.batch_id == batch.id, Delivery.paper_id.is_not(None))
    db.session.execute(enclosing.values(state=DeliveryState.HELD))


def hand_over(what: str, number: int, memory: Memory) -> float:
    seen = sending.hand_over

    def watched(*arguments):
        memory.look()
        return seen(*arguments)

    sending.hand_over = watched
    clock_ = Clock()
    tried = outbox.drain(worker="bench:1")
    sending.hand_over = seen
    if tried != number:
        raise SystemExit(f"{tried} messages tried instead of {number}")
    return clock_.report(what, number)


def bare(port: int, number: int) -> float:
    """The same messages, ready made, over one connection and without an outbox."""
    ready = []
    for delivery in db.session.scalars(
        sa.select(Delivery).where(Delivery.paper_id.is_(None)).order_by(Delivery.id).limit(number)
    ):
        message = handover.as_message(delivery)
        ready.append((*message.envelope, message.as_bytes()))
    db.session.rollback()
    clock_ = Clock()
    with smtplib.SMTP("127.0.0.1", port) as server:
        for sender, recipient, data in ready:
            server.sendmail(sender, [recipient], data)
    return clock_.report("bare SMTP loop", len(ready))


def measure(people: int, with_letter: int, port: int) -> None:
    memory = Memory()
    with tempfile.TemporaryDirectory() as folder:
        config = TestConfig(folder, os.environ.get("DATABASE_URL"))
        config.MAIL_SERVER, config.MAIL_PORT, config.MAIL_DOMAIN_RATE = "127.0.0.1", port, 0
        config.MAIL_SECOND_PERSON_ABOVE = people
        app = create_app(config)
        with app.app_context():
            mail.init_app(app)
            db.create_all()
            units.load_units()
            units.load_agencies()
            event_id = event_with(people).id
            db.session.remove()
            event = db.session.get_one(Event, event_id)
            print(f"{db.engine.dialect.name}, {people} people, {with_letter} of them with a letter")
            if with_letter:
                issue_letter(event, with_letter)
            batch = compose(event, memory)
            hold_letters(batch)
            batches.outbox.submit(batch, by=None)
            plain = hand_over("hand over a message", people - with_letter, memory)
            alone = bare(port, min(people - with_letter, 500))
            print(f"ratio: the outbox hands over {plain / alone:.2f} of what a bare loop does")
            if with_letter:
                outbox.release(event, by=None)
                slower = hand_over("hand over a message with letter", with_letter, memory)
                print(f"ratio: with a letter {slower / plain:.2f} of the messages without")
            memory.report()
            db.session.remove()


def main() -> None:
    people = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    enclosed = int(sys.argv[2]) if len(sys.argv) > 2 else people // 10
    port = free_port()
    server = serve(port)
    NOT_COUNTED.add(server.pid)
    try:
        wait_for(port)
        measure(people, enclosed, port)
    finally:
        server.terminate()


if __name__ == "__main__":
    main()
