"""A real IMAP server for tests: Debian's dovecot, or pymap from a wheel where there is none.

    server = start()
    server.deliver(raw)
    stop(server)

A child of the caller, on a port of this machine, gone with it. One account (USERNAME, PASSWORD) whose inbox is a
Maildir; what is delivered there is new mail.
"""

import ctypes
import grp
import itertools
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from pysasl.hashing import BuiltinHash

USERNAME, PASSWORD = "moi", "mat-khau-hop-thu"
PATIENCE = 20.0
_numbers = itertools.count(1)

# Written for dovecot 2.3 (Debian 12); 2.4 (Debian 13) has other names for the same.
COMMON = """
protocols = imap
base_dir = {home}/run
state_dir = {home}/state
log_path = {home}/dovecot.log
ssl = no
auth_failure_delay = 0
first_valid_uid = 1
default_internal_user = {user}
default_internal_group = {group}
default_login_user = {login}
service imap-login {{
  chroot =
  inet_listener imap {{
    {listen} = 127.0.0.1
    port = {port}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
service anvil {{
  chroot =
}}
service stats {{
  chroot =
}}
"""
OLD = """
service anvil {{
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
disable_plaintext_auth = no
mail_location = maildir:{home}/mail
mail_uid = {owner}
mail_gid = {owner_group}
passdb {{
  driver = passwd-file
  args = scheme=PLAIN {home}/users
}}
userdb {{
  driver = static
  args = uid={owner} gid={owner_group} home={home}
}}
"""
NEW = """
auth_allow_cleartext = yes
mail_driver = maildir
mail_path = {home}/mail
passdb passwd-file {{
  default_password_scheme = plain
  passwd_file_path = {home}/users
}}
userdb static {{
  fields {{
    uid = {owner}
    gid = {owner_group}
    home = {home}
  }}
}}
"""


@dataclass
class Server:
    port: int
    folder: Path
    process: subprocess.Popen[bytes]
    owner: tuple[int, int]

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.port}"

    def deliver(self, raw: bytes) -> None:
        """New mail, as a delivery agent leaves it: written beside, then moved in."""
        name = f"{time.time_ns()}.{next(_numbers)}.test"
        unfinished = self.folder / "mail" / "tmp" / name
        unfinished.write_bytes(raw)
        os.chown(unfinished, *self.owner)
        unfinished.rename(self.folder / "mail" / "new" / name)

    def clear(self) -> None:
        """An empty inbox again."""
        for folder in ("new", "cur"):
            for message in (self.folder / "mail" / folder).iterdir():
                message.unlink()


def dovecot() -> str | None:
    """The dovecot to test with: the one named in DOVECOT (empty: none), else this machine's."""
    if "DOVECOT" in os.environ:
        return os.environ["DOVECOT"] or None
    return shutil.which("dovecot", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")


def start() -> Server:
    """A server that answers, with an empty inbox."""
    home = Path(tempfile.mkdtemp(prefix="eventsvc-imap-"))  # short: sockets have long names inside
    home.chmod(0o755)
    user, login = _identities()
    owner = pwd.getpwnam(user)
    for folder in ("mail", "mail/new", "mail/cur", "mail/tmp", "run", "state"):
        (home / folder).mkdir()
        os.chown(home / folder, owner.pw_uid, owner.pw_gid)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    found = dovecot()
    command = _dovecot(found, home, port, user, login) if found else _pymap(home, port)
    with open(home / "out.log", "wb") as output:
        process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=output, stderr=output, start_new_session=True,
            preexec_fn=_die_with_parent,
        )  # fmt: skip
    server = Server(port, home, process, (owner.pw_uid, owner.pw_gid))
    try:
        _wait_for(server)
    except BaseException:
        stop(server)
        raise
    return server


def _dovecot(program: str, home: Path, port: int, user: str, login: str) -> list[str]:
    """Its settings written down, and how it is called."""
    owner = pwd.getpwnam(user)
    (home / "users").write_text(f"{USERNAME}:{PASSWORD}\n")
    said = subprocess.run([program, "--version"], capture_output=True, text=True).stdout
    version = said.split(" ")[0].strip()
    is_old = version.startswith(("2.2", "2.3"))
    head = "" if is_old else f"dovecot_config_version = {version}\ndovecot_storage_version = {version}\n"
    words = (head + COMMON + (OLD if is_old else NEW)).format(
        home=home, user=user, group=grp.getgrgid(owner.pw_gid).gr_name, login=login, port=port,
        owner=owner.pw_uid, owner_group=owner.pw_gid, listen="address" if is_old else "listen",
    )  # fmt: skip
    (home / "dovecot.conf").write_text(words)
    return [program, "-F", "-c", str(home / "dovecot.conf")]


def _pymap(home: Path, port: int) -> list[str]:
    (home / "pymap-etc-passwd").write_text(f"{USERNAME}:::::mail:\n")
    secret = BuiltinHash(rounds=1000).hash(PASSWORD)
    (home / "pymap-etc-shadow").write_text(f"{USERNAME}:{secret}:::::::\n")
    (home / "pymap-etc-group").touch()
    program = Path(sys.executable).parent / "pymap"
    return [str(program), "--host", "127.0.0.1", "--port", str(port), "--no-tls", "maildir", str(home)]


def stop(server: Server) -> None:
    """Gone with its children and its mail; safe to repeat."""
    if server.process.poll() is None:
        server.process.terminate()
        try:
            server.process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            with suppress(ProcessLookupError):
                os.killpg(server.process.pid, signal.SIGKILL)
            server.process.wait()
    shutil.rmtree(server.folder, ignore_errors=True)


def _identities() -> tuple[str, str]:
    """As whom its parts run: the users of the Debian package when we are root, else ourselves."""
    if os.geteuid() == 0 and dovecot():
        return "dovecot", "dovenull"
    own = pwd.getpwuid(os.geteuid()).pw_name
    return own, own


def _wait_for(server: Server) -> None:
    deadline = time.monotonic() + PATIENCE
    while True:
        with suppress(OSError), socket.create_connection(("127.0.0.1", server.port), timeout=5) as door:
            if door.recv(100).startswith(b"* OK"):
                return
        if server.process.poll() is not None or time.monotonic() > deadline:
            said = "".join(
                (server.folder / name).read_text("utf-8", "replace")[-2000:]
                for name in ("out.log", "dovecot.log")
                if (server.folder / name).exists()
            )
            raise RuntimeError(f"the IMAP server did not start:\n{said}")
        time.sleep(0.05)


def _die_with_parent() -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, int(signal.SIGTERM), 0, 0, 0)
