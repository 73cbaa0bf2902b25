"""The service under gunicorn, as it runs in production, on a port that stays the same when it is stopped and begun."""

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

from flask import Flask

ROOT = Path(__file__).resolve().parent.parent
PATIENCE = 60.0


class Service:
    """Serves the database of an application of this process. `stop()` ends it as a power cut does."""

    def __init__(self, app: Flask, folder: Path, port: int | None = None) -> None:
        self.port = port or _free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        self.log = folder / "gunicorn.log"
        self.environment = {
            **os.environ,
            "DATABASE_URL": app.config["SQLALCHEMY_DATABASE_URI"],
            "INSTANCE_PATH": str(folder),
            "SECRET_KEY": app.config["SECRET_KEY"],
            "TOKEN_KEY": app.config["TOKEN_KEY"],
            "PUBLIC_URL": self.address,
            "EVENTSVC_ENV": "development",
        }
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        words = [
            "wsgi:app",
            "--bind",
            f"127.0.0.1:{self.port}",
            "--worker-class",
            "gthread",
            "--workers",
            "1",
        ]
        words += ["--threads", "8", "--log-level", "error", "--no-control-socket"]
        with open(self.log, "ab") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "gunicorn", *words], cwd=ROOT, env=self.environment,
                stdin=subprocess.DEVNULL, stdout=output, stderr=output, start_new_session=True,
            )  # fmt: skip
        deadline = time.monotonic() + PATIENCE
        while not self.answers():
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"the service did not start:\n{self.log.read_text()[-2000:]}")
            time.sleep(0.05)

    def answers(self) -> bool:
        try:
            with socket.create_connection(("127.0.0.1", self.port), 5) as line:
                line.sendall(b"GET /nothing HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")
                return bool(line.recv(12))
        except OSError:
            return False

    def stop(self) -> None:
        """Gone at once with its workers; safe to repeat."""
        if self.process is not None and self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
