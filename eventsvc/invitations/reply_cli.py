"""Mail that comes in: by the mailbox, or one message at a time."""

from typing import BinaryIO

import click
from flask.cli import AppGroup

from eventsvc import jobs
from eventsvc.deliveries.models import InboundMail
from eventsvc.deliveries.operations import receiving
from eventsvc.invitations import reply_operations

mail = AppGroup("mail", help="Answers and bounces that come in.")


def read_all() -> tuple[int, int]:
    """Fetch what lies in the mailbox, then read the answers in it; how many there were of each."""
    return receiving.read_mailbox(), reply_operations.read_new()


@jobs.job("mail.read", every_minutes=1)
def read_mail() -> None:
    """Fetch what lies in the mailbox, and let the answers in it take effect."""
    read_all()


@mail.command("receive")
@click.argument("file", type=click.File("rb"))
def receive(file: BinaryIO) -> None:
    """Take in one raw message (- for standard input) as the mailbox reader does, and say what became of it."""
    letter = receiving.receive(file.read())
    reply_operations.read(letter)
    click.echo(told(letter))


@mail.command("read")
def read() -> None:
    """Read the mailbox once, now."""
    fetched, answered = read_all()
    click.echo(f"{fetched} message{'' if fetched == 1 else 's'} fetched, {answered} read")


def told(letter: InboundMail) -> str:
    """What became of a message, for a log: no address, no words of it."""
    words = [f"message {letter.id}", letter.kind.value, letter.state.value]
    if letter.outcome:
        words.append(letter.outcome)
    if letter.delivery_id:
        words.append(f"delivery {letter.delivery_id}")
    return ", ".join(words)
