"""Start the web server and the worker together, and stop them together.

    serve.py             check the address, start both, say where they answer, stop both on Ctrl-C
    serve.py --prepare   the same after scripts/prepare.py (migrations, the first demo, sign-in links)
    serve.py --check     only say whether the address can be used

Each child is the head of its own process group, so Ctrl-C in the terminal reaches only this
process, which passes on the gentle signal: requests in flight and a running job come to their end.
When one child dies the other is stopped, and the exit code tells.
"""

import argparse
import contextlib
import ctypes
import errno
import fcntl
import http.client
import ipaddress
import os
import signal
import socket
import ssl
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from urllib.parse import urlsplit

ROOT = Path(__file__).resolve().parent.parent
POLL = 0.05
WEB_GRACE = 1.2  # seconds for requests in flight; browsers hold idle connections open for much longer
JOB_GRACE = 10.0  # seconds for a running job; cutting it short is a fault
PR_SET_PDEATHSIG = 1


class Unusable(Exception):
    """The service cannot start like this; the message is for the person at the terminal."""


# -- where -----------------------------------------------------------------------------------


class Address:
    """Where to listen, and what others call that place."""

    def __init__(self, host: str, port: int, *, tls: bool, public_url: str | None = None) -> None:
        self.host, self.port, self.tls = host, port, tls
        default = f"{'https' if tls else 'http'}://{_bracketed(reachable(host))}:{port}"
        self.public_url = (public_url or default).rstrip("/")

    @classmethod
    def from_environment(cls) -> "Address":
        host = os.environ.get("HOST") or "127.0.0.1"
        port = os.environ.get("PORT") or "8000"
        if not port.isascii() or not port.isdigit() or not 0 < int(port) < 65536:
            raise Unusable(f"PORT must be a number from 1 to 65535, not '{port}'.")
        tls = os.environ.get("TLS", "").lower() in {"1", "true", "yes", "on"}
        return cls(host, int(port), tls=tls, public_url=os.environ.get("PUBLIC_URL") or None)

    @property
    def bind(self) -> str:
        return f"{_bracketed(self.host)}:{self.port}"

    @property
    def public_host(self) -> str:
        return urlsplit(self.public_url).hostname or self.host

    def check(self) -> None:
        """Refuse before anything is started when somebody else listens there."""
        try:
            found = socket.getaddrinfo(self.host, self.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
        except OSError:
            raise Unusable(f"HOST '{self.host}' is not an address or name of this machine.") from None
        for family, kind, protocol, _name, place in found[:1]:
            with socket.socket(family, kind, protocol) as probe:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                try:
                    probe.bind(place)
                    probe.listen(1)
                except OSError as error:
                    raise Unusable(self._why_not(error)) from None

    def _why_not(self, error: OSError) -> str:
        if error.errno == errno.EADDRINUSE:
            return (
                f"Port {self.port} of {self.host} is in use by another program. "
                f"Stop that one, or choose another: make run PORT={8000 if self.port != 8000 else 8001}"
            )
        if error.errno == errno.EADDRNOTAVAIL:
            return f"HOST '{self.host}' is not an address of this machine."
        if error.errno == errno.EACCES:
            return f"Port {self.port} is reserved for the system; choose one above 1023: make run PORT=8000"
        return f"Cannot listen on {self.bind}: {error.strerror}."

    def answers(self, authority: Path | None) -> bool:
        """Whether the service itself says that it is up."""
        local = {"0.0.0.0": "127.0.0.1", "::": "::1", "": "127.0.0.1"}.get(self.host, self.host)
        connection: http.client.HTTPConnection
        if authority:
            context = ssl.create_default_context(cafile=str(authority))
            connection = http.client.HTTPSConnection(local, self.port, timeout=0.5, context=context)
        else:
            connection = http.client.HTTPConnection(local, self.port, timeout=0.5)
        try:
            connection.request("GET", "/healthz", headers={"Host": urlsplit(self.public_url).netloc})
            return connection.getresponse().status < 500
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()


def reachable(host: str) -> str:
    """The name that other machines use: for 'all addresses', the one on the local network."""
    if host not in {"0.0.0.0", "::", ""}:
        return host
    return local_network_address() or "127.0.0.1"


def local_network_address() -> str | None:
    """The address this machine would use towards the outside; nothing is sent."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe, contextlib.suppress(OSError):
        probe.connect(("192.0.2.1", 9))
        found = str(probe.getsockname()[0])
        return None if ipaddress.ip_address(found).is_unspecified else found
    return None


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host


# -- children --------------------------------------------------------------------------------


class Child:
    """One program in a process group of its own; it goes when we go, even by force."""

    def __init__(
        self,
        name: str,
        command: list[str],
        *,
        gentle: signal.Signals,
        grace: float,
        must_finish: bool = False,
        stdout=None,
    ) -> None:
        self.name, self.gentle, self.grace, self.must_finish = name, gentle, grace, must_finish
        self.asked = self.cleared = False
        self.process = subprocess.Popen(
            command,
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=stdout,
            start_new_session=True,
            preexec_fn=lambda: _die_with_parent(gentle),
        )

    @property
    def code(self) -> int | None:
        return self.process.poll()

    def ask_to_stop(self) -> None:
        if self.code is None and not self.asked:
            self.asked = True
            self.process.send_signal(self.gentle)

    def kill_group(self) -> None:
        """Nothing of it stays behind, not even what its head left."""
        if self.cleared:
            return
        self.cleared = True
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


def _die_with_parent(gentle: signal.Signals) -> None:
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, int(gentle), 0, 0, 0)


class Stop:
    """Asked to stop by Ctrl-C, by TERM, or by a terminal that went away; asked twice means at once."""

    def __init__(self) -> None:
        self.times = 0
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._count)

    def _count(self, *_args: object) -> None:
        self.times += 1

    @property
    def asked(self) -> bool:
        return self.times > 0

    @property
    def at_once(self) -> bool:
        return self.times > 1


def web_command(address: Address, certificate: "tuple[Path, Path] | None") -> list[str]:
    command = [sys.executable, "-m", "gunicorn", "wsgi:app", "--bind", address.bind]
    command += ["--worker-class", "gthread", "--workers", os.environ.get("WEB_WORKERS") or "2"]
    command += ["--threads", os.environ.get("WEB_THREADS") or "16", "--keep-alive", "15"]
    command += ["--preload", "--no-control-socket", "--log-level", "warning"]  # read once, then forked
    if certificate:
        command += ["--certfile", str(certificate[0]), "--keyfile", str(certificate[1])]
    return command


def worker_command() -> list[str]:
    return [sys.executable, "-m", "flask", "--app", "wsgi", "worker"]


def web_grace() -> float:
    given = os.environ.get("WEB_GRACE") or str(WEB_GRACE)
    if not given.replace(".", "", 1).isdigit():
        raise Unusable(f"WEB_GRACE must be a number of seconds, not '{given}'.")
    return float(given)


# -- the run ---------------------------------------------------------------------------------


def supervise(children: list[Child], stop: Stop, each_time) -> int:
    """Until told to stop, or until one child is gone; then stop all. 0 only for an end that was asked for."""
    while not stop.asked and all(child.code is None for child in children):
        each_time()
        time.sleep(POLL)
    gone = [child for child in children if child.code is not None]
    if gone and not stop.asked:
        for child in gone:
            print(f"The {child.name} ended by itself ({_ending(child.code)}); stopping.", file=sys.stderr)
    cut_short = [child for child in end(children, stop) if child.must_finish]
    for child in cut_short:
        print(f"The {child.name} did not stop in time and was killed.", file=sys.stderr)
    if cut_short:
        return 1
    return 0 if not gone or stop.asked else _exit_code(gone[0].code)


def end(children: list[Child], stop: Stop) -> list[Child]:
    """Ask, wait as long as each may take, then kill; returns those that had to be killed."""
    begun = time.monotonic()
    killed = []
    for child in children:
        child.ask_to_stop()
    while running := [child for child in children if child.code is None]:
        for child in running:
            if stop.at_once or time.monotonic() > begun + child.grace:
                child.kill_group()
                killed.append(child)
        time.sleep(POLL)
    for child in children:
        child.kill_group()
    return killed


def _ending(code: int | None) -> str:
    return f"signal {-code}" if code is not None and code < 0 else f"exit code {code}"


def _exit_code(code: int | None) -> int:
    if code is None or code == 0:
        return 1  # a server that leaves in good order still leaves
    return 128 - code if code < 0 else code


def prepare(stop: Stop) -> str:
    """Run scripts/prepare.py; what it prints are the lines for the person at the terminal."""
    with tempfile.TemporaryFile() as output:
        child = Child(
            "preparation",
            [sys.executable, str(ROOT / "scripts" / "prepare.py")],
            gentle=signal.SIGTERM,
            grace=WEB_GRACE,
            stdout=output,
        )
        while child.code is None and not stop.asked:
            time.sleep(POLL)
        end([child], stop)
        if stop.asked:
            return ""
        if child.code != 0:
            raise Unusable("The database could not be made ready; see the lines above.")
        output.seek(0)
        return output.read().decode("utf-8", "replace").rstrip()


class Announcement:
    """Says once, when the service answers, where it is and how to get in."""

    def __init__(self, address: Address, authority: Path | None, lines: str) -> None:
        self.address, self.authority, self.lines = address, authority, lines
        self.made = False

    def __call__(self) -> None:
        if self.made or not self.address.answers(self.authority):
            return
        self.made = True
        print(f"\n  eventsvc   {self.address.public_url}\n")
        if self.lines:
            print(self.lines + "\n")
        if self.authority:
            self._for_phones(self.authority)
        print("Ctrl-C stops everything.", flush=True)

    def _for_phones(self, authority: Path) -> None:
        with contextlib.suppress(UnicodeEncodeError, ImportError):
            import qrcode

            code = qrcode.QRCode(border=2)
            code.add_data(self.address.public_url)
            code.print_ascii(invert=True)
        shown = authority.relative_to(ROOT) if authority.is_relative_to(ROOT) else authority
        print(f"Phones warn until they trust {shown}; docs/operations.md says how, in four lines.\n")


def run(address: Address, *, with_preparation: bool) -> int:
    address.check()
    stop = Stop()
    os.environ["PUBLIC_URL"] = address.public_url
    instance = Path(os.environ.get("INSTANCE_PATH") or ROOT / "instance")
    serving = serving_lock(instance)
    (instance / "address").write_text(address.public_url + "\n", "utf-8")
    certificate = authority = None
    if address.tls:
        import tls

        issued = tls.ensure(instance / "tls", tls.names_of(address.host, address.public_host))
        certificate, authority = (issued.certificate, issued.key), issued.authority
    lines = prepare(stop) if with_preparation else ""
    if stop.asked:
        return 0
    children = [
        Child("web server", web_command(address, certificate), gentle=signal.SIGTERM, grace=web_grace()),
        Child("worker", worker_command(), gentle=signal.SIGINT, grace=JOB_GRACE, must_finish=True),
    ]
    try:
        return supervise(children, stop, Announcement(address, authority, lines))
    finally:
        for child in children:
            child.kill_group()
        os.close(serving)


def serving_lock(instance: Path) -> int:
    """Tells 'make demo-reset' that the folder is in use; several servers may share it."""
    instance.mkdir(parents=True, exist_ok=True)
    lock = os.open(instance / "serving.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(lock)
        raise Unusable("The demo is being loaded anew; start again when that is done.") from None
    return lock


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    mode = parser.add_mutually_exclusive_group()
    mode.add_argument("--check", action="store_true", help="only say whether the address can be used")
    mode.add_argument("--prepare", action="store_true", help="migrate and load the demo first")
    options = parser.parse_args()
    with contextlib.suppress(ImportError):  # --check runs before anything is installed
        from dotenv import load_dotenv

        load_dotenv(ROOT / ".env")
    try:
        address = Address.from_environment()
        if options.check:
            address.check()
            return 0
        return run(address, with_preparation=options.prepare)
    except Unusable as error:
        print(error, file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())
