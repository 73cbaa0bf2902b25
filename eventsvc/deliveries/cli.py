"""Sending from the command line, and as a job of the worker."""

import os
import socket
import threading
import time

import click
from flask.cli import AppGroup

from eventsvc import jobs
from eventsvc.deliveries import operations, sign_in_operations

LOOK_AGAIN = 1.0  # seconds

deliveries = AppGroup("deliveries", help="The outbox.")


def worker_name() -> str:
    return f"{socket.gethostname()[:40]}:{os.getpid()}:{threading.get_ident() % 10**6}"


def send_all() -> int:
    """Queue what other features left to be sent, put away what no longer may, then send everything that is due; how
    many were tried."""
    sign_in_operations.queue_links()
    operations.discard_called_off()
    return operations.drain(worker=worker_name())


@jobs.job("deliveries.drain", every_minutes=1)
def drain() -> None:
    """Send everything that is due."""
    send_all()


@deliveries.command("work")
@click.option("--once", is_flag=True, help="One drain, then exit.")
def work(once: bool) -> None:
    """Send what is due, oldest first, until told to stop."""
    jobs.stop_on_signals()
    tried = send_all()
    while not once and not jobs.is_stopping():
        time.sleep(LOOK_AGAIN)
        tried += send_all()
    click.echo(f"{tried} deliveries attempted")
