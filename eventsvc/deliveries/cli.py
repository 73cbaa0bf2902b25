"""Sending from the command line, and as a job of the worker."""

import os
import socket
import threading

import click
from flask.cli import AppGroup

from eventsvc import jobs
from eventsvc.deliveries import operations

deliveries = AppGroup("deliveries", help="The outbox.")


def worker_name() -> str:
    return f"{socket.gethostname()[:40]}:{os.getpid()}:{threading.get_ident() % 10**6}"


@jobs.job("deliveries.drain", every_minutes=1)
def drain() -> None:
    """Send everything that is due."""
    operations.drain(worker=worker_name())


@deliveries.command("work")
@click.option("--once", is_flag=True, help="One drain, then exit.")
def work(once: bool) -> None:
    """Send what is due, oldest first, until told to stop."""
    jobs.stop_on_signals()
    tried = operations.drain(worker=worker_name(), once=once)
    click.echo(f"{tried} deliveries attempted")
