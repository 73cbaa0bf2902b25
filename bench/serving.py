"""An application under gunicorn, as the service runs it, for the measurements; and how their times are told."""

import os
import signal
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from config import TestConfig

ROOT = Path(__file__).resolve().parent.parent
PATIENCE = 60.0


class Server(NamedTuple):
    port: int
    pid: int


def environment(config: TestConfig, database: str) -> dict[str, str]:
    """For a server that works with this database, in the folder and with the secrets of the configuration."""
    return {
        "DATABASE_URL": database,
        "INSTANCE_PATH": config.INSTANCE_PATH,
        "SECRET_KEY": config.SECRET_KEY,
        "TOKEN_KEY": config.TOKEN_KEY,
        "EVENTSVC_ENV": "development",
    }


@contextmanager
def serving(
    target: str, environment: dict[str, str], *, threads: int = 4, root: Path = ROOT
) -> Iterator[Server]:
    """Two workers of so many threads on a port of their own; `root` may be another checkout."""
    port = free_port()
    command = [sys.executable, "-m", "gunicorn", target, "--bind", f"127.0.0.1:{port}"]
    command += ["--worker-class", "gthread", "--workers", "2", "--threads", str(threads)]
    command += ["--keep-alive", "15", "--no-control-socket", "--preload", "--log-level", "error"]
    process = subprocess.Popen(command, cwd=root, env={**os.environ, **environment}, start_new_session=True)
    try:
        wait_for(port, b"GET /nothing HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")
        yield Server(port, process.pid)
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        try:
            process.wait(PATIENCE)  # it waits for connections that are kept alive
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for(port: int, said: bytes = b"") -> None:
    """Until something is answered, be it that there is nothing: gunicorn listens long before it serves."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        try:
            with socket.create_connection(("127.0.0.1", port), 5) as line:
                line.sendall(said)
                if line.recv(12):
                    return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError("the server does not answer")


def spread(seconds: list[float]) -> str:
    cuts = statistics.quantiles(seconds, n=100)
    return (
        f"p50 {cuts[49] * 1000:7.1f} ms   p99 {cuts[98] * 1000:7.1f} ms   max {max(seconds) * 1000:7.1f} ms"
    )
