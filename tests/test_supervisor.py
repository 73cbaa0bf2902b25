"""scripts/serve.py with real children: gunicorn and a Flask command, of a tiny project."""

import http.client
import os
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

SCRIPTS = Path(__file__).resolve().parent.parent / "scripts"
PATIENCE = 60.0  # seconds for what takes about one and a half on a machine at rest

WSGI = '''
import os, signal, time
from pathlib import Path
import click
from flask import Flask

app = Flask("small")
app.add_url_rule("/healthz", "up", lambda: "up")

@app.get("/slow")
def slow():
    Path("slow-begun").touch()
    time.sleep(0.7)
    return "finished"

@app.cli.command("worker")
def worker():
    """Works on one job; asked to stop, it finishes the job first."""
    asked = []
    stubborn = os.environ.get("STUBBORN")
    signal.signal(signal.SIGINT, lambda *_: None if stubborn else asked.append(1))
    Path("job-begun").touch()
    while not asked:
        time.sleep(0.02)
        if Path("leave").exists():
            return
    time.sleep(0.3)
    Path("job-ended").touch()
'''


class Service:
    """A running supervisor and everything it started."""

    def __init__(self, folder: Path, *words: str, **environment: str) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.folder = folder
        self.output = folder / "output"
        self.process = psutil.Popen(
            [sys.executable, "scripts/serve.py", *words],
            cwd=folder,
            env=clean_environment(**{"PORT": str(self.port), **environment}),
            stdin=subprocess.DEVNULL,
            stdout=self.output.open("wb"),
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        self.family: list[psutil.Process] = []

    def wait_until_up(self) -> "Service":
        eventually(lambda: "Ctrl-C stops everything" in self.said() or self.process.poll() is not None)
        assert self.process.poll() is None, self.said()
        eventually(lambda: (self.folder / "job-begun").exists())
        eventually(
            lambda: len(self.process.children(recursive=True)) == 4
        )  # a master with two, and the worker
        self.family = self.process.children(recursive=True)
        return self

    def said(self) -> str:
        return self.output.read_text()

    def head_of(self, word: str) -> psutil.Process:
        return next(child for child in self.process.children() if word in child.cmdline())

    def ended_with(self) -> int:
        return self.process.wait(timeout=PATIENCE)

    def left_behind(self) -> list[psutil.Process]:
        return [one for one in self.family if one.is_running() and one.status() != psutil.STATUS_ZOMBIE]


def clean_environment(**more: str) -> dict[str, str]:
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "TMPDIR") if name in os.environ}
    return {**kept, "PYTHONIOENCODING": "utf-8", "PYTHONUNBUFFERED": "1", **more}


def eventually(true) -> None:
    deadline = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < deadline, "did not come true in time"
        time.sleep(0.02)


@pytest.fixture
def project(tmp_path):
    (tmp_path / "scripts").mkdir()
    for name in ("serve.py", "tls.py"):
        shutil.copy(SCRIPTS / name, tmp_path / "scripts")
    (tmp_path / "wsgi.py").write_text(WSGI)
    return tmp_path


@pytest.fixture
def service(project):
    started = []

    def start(*words: str, **environment: str) -> Service:
        started.append(Service(project, *words, **environment))
        return started[-1]

    yield start
    for one in started:
        if one.process.poll() is None:
            one.family += one.process.children(recursive=True)
            one.process.kill()
            one.process.wait(timeout=PATIENCE)
        for process in one.left_behind():
            process.kill()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_stops_everything_soon_and_the_running_job_ends(service, number):
    running = service().wait_until_up()

    running.process.send_signal(number)

    assert running.ended_with() == 0
    assert running.left_behind() == []
    assert (running.folder / "job-ended").exists()


def test_idle_connections_do_not_delay_the_stop_and_a_request_in_flight_is_answered(service):
    running = service(WEB_GRACE="5").wait_until_up()
    silent = socket.create_connection(("127.0.0.1", running.port))  # as browsers open them in advance
    idle, slow = (http.client.HTTPConnection("127.0.0.1", running.port, timeout=PATIENCE) for _ in range(2))
    idle.request("GET", "/healthz")
    assert idle.getresponse().read() == b"up"
    slow.request("GET", "/slow")
    eventually((running.folder / "slow-begun").exists)

    running.process.send_signal(signal.SIGINT)

    assert slow.getresponse().read() == b"finished"
    assert running.ended_with() == 0
    assert running.left_behind() == []
    silent.close()


def test_the_worker_stops_when_the_web_server_dies(service):
    running = service().wait_until_up()

    running.head_of("gunicorn").kill()

    assert running.ended_with() == 128 + signal.SIGKILL
    assert running.left_behind() == []
    assert (running.folder / "job-ended").exists()
    assert "The web server ended by itself (signal 9)" in running.said()


def test_the_web_server_stops_when_the_worker_dies(service):
    running = service().wait_until_up()

    running.head_of("worker").kill()

    assert running.ended_with() == 128 + signal.SIGKILL
    assert running.left_behind() == []
    assert "The worker ended by itself (signal 9)" in running.said()


def test_a_worker_that_leaves_in_good_order_is_still_a_failure(service):
    running = service().wait_until_up()

    (running.folder / "leave").touch()

    assert running.ended_with() == 1
    assert running.left_behind() == []


def test_asked_twice_it_kills_what_does_not_listen(service, project):
    script = project / "scripts" / "serve.py"
    patient = script.read_text("utf-8").replace("JOB_GRACE = 10.0", "JOB_GRACE = 600.0")
    assert patient != script.read_text("utf-8")
    script.write_text(patient, "utf-8")
    running = service(STUBBORN="1").wait_until_up()
    web = running.head_of("gunicorn")

    running.process.send_signal(signal.SIGINT)
    eventually(lambda: not web.is_running())  # it has heard the first one
    assert running.process.poll() is None
    running.process.send_signal(signal.SIGINT)

    assert running.ended_with() == 1
    assert running.left_behind() == []
    assert "The worker did not stop in time and was killed." in running.said()


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a child that its parent is gone")
def test_children_go_when_the_supervisor_is_killed(service):
    running = service().wait_until_up()

    running.process.kill()

    eventually(lambda: running.left_behind() == [])


def test_a_port_in_use_is_said_before_anything_starts(service, project):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        refused = service("--prepare", PORT=str(taken.getsockname()[1]))

        assert refused.ended_with() == 2

    assert "is in use by another program" in refused.said()
    assert not (project / "job-begun").exists()


@pytest.mark.parametrize(
    ("environment", "sentence"),
    [
        ({"PORT": "eighty"}, "PORT must be a number from 1 to 65535, not 'eighty'."),
        ({"PORT": "70000"}, "PORT must be a number from 1 to 65535, not '70000'."),
        ({"HOST": "192.0.2.77"}, "HOST '192.0.2.77' is not an address of this machine."),
        ({"HOST": "no such host"}, "HOST 'no such host' is not an address or name of this machine."),
    ],
)
def test_an_address_that_cannot_be_used_is_refused_in_a_sentence(service, environment, sentence):
    refused = service("--check", **environment)

    assert refused.ended_with() == 2
    assert refused.said().strip() == sentence


def test_what_the_preparation_prints_is_shown_with_the_address(service, project):
    (project / "scripts" / "prepare.py").write_text(
        "import os; print('sign in at', os.environ['PUBLIC_URL'])"
    )

    running = service("--prepare").wait_until_up()

    assert f"eventsvc   http://127.0.0.1:{running.port}" in running.said()
    assert f"sign in at http://127.0.0.1:{running.port}" in running.said()


def test_a_failed_preparation_starts_nothing(service, project):
    (project / "scripts" / "prepare.py").write_text("raise SystemExit(1)")

    refused = service("--prepare")

    assert refused.ended_with() == 2
    assert "The database could not be made ready" in refused.said()
    assert not (project / "job-begun").exists()


def test_a_signal_during_the_preparation_stops_it(service, project):
    (project / "scripts" / "prepare.py").write_text(
        "import pathlib, time; pathlib.Path('preparing').touch(); time.sleep(60)"
    )
    running = service("--prepare")
    eventually((project / "preparing").exists)
    running.family = running.process.children(recursive=True)

    running.process.send_signal(signal.SIGINT)

    assert running.ended_with() == 0
    assert running.left_behind() == []


def test_tls_serves_https_under_an_authority_of_its_own(service, project):
    running = service(TLS="1").wait_until_up()

    trusted = ssl.create_default_context(cafile=str(project / "instance" / "tls" / "ca.crt"))
    for name in ("127.0.0.1", "localhost"):
        connection = http.client.HTTPSConnection(name, running.port, timeout=PATIENCE, context=trusted)
        connection.request("GET", "/healthz")
        assert connection.getresponse().read() == b"up"

    assert f"https://127.0.0.1:{running.port}" in running.said()
    assert "█" in running.said()  # the code for phones
    assert (project / "instance" / "tls" / "ca.key").stat().st_mode & 0o077 == 0
