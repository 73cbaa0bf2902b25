"""Starts workers in processes of their own, so that a test can kill them: one name a line in, one pid a line out.

Arguments: folder, database, mail port. Forking what is imported already makes a new worker cost milliseconds.
"""

import os
import signal
import sys
import time

from config import TestConfig
from eventsvc.app import create_app
from eventsvc.deliveries import operations


def work(folder: str, database_url: str, port: str, name: str) -> None:
    config = TestConfig(folder, database_url)
    config.MAIL_SERVER, config.MAIL_PORT = "127.0.0.1", int(port)
    config.MAIL_DOMAIN_RATE, config.MAIL_LEASE_SECONDS = 0, 600
    with create_app(config).app_context():
        while True:
            operations.drain(worker=name)
            time.sleep(0.05)


if __name__ == "__main__":
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            work(*sys.argv[1:], name=line.strip())
            os._exit(0)
        print(child, flush=True)
