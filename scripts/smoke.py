"""Types "make run", looks at what it serves, presses Ctrl-C; twice, because the second start must be quick.

Takes HOST, PORT and INSTANCE_PATH from the environment, as "make run" does.
"""

import contextlib
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PATIENCE, STOP = 120.0, 3.0
QUICKER = 0.8
"""How much of the first start, which loads the demo, the second may take; a quiet machine needs half of it."""


def fetch(address: str) -> tuple[int, str]:
    try:
        with urllib.request.urlopen(address, timeout=5) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, ""
    except OSError:
        return 0, ""


def start_and_stop() -> tuple[float, str]:
    """The seconds until it served and what was printed; ends the program with a sentence when anything is not as
    promised."""
    address = f"http://{os.environ.get('HOST') or '127.0.0.1'}:{os.environ.get('PORT') or '8000'}"
    begun = time.monotonic()
    command = ["make", "--no-print-directory", "run"]
    service = subprocess.Popen(command, cwd=ROOT, start_new_session=True, stdout=subprocess.PIPE, text=True)
    try:
        while fetch(f"{address}/healthz")[0] != 200:
            if service.poll() is not None:
                sys.exit(f"make run ended with {service.returncode} before it served")
            if time.monotonic() - begun > PATIENCE:
                sys.exit(f"make run did not serve within {PATIENCE:.0f} seconds")
            time.sleep(0.05)
        took = time.monotonic() - begun
        status, page = fetch(f"{address}/sign-in")
        if status != 200 or "<form" not in page or 'lang="vi"' not in page:
            sys.exit(f"the sign-in page is not served (status {status})")
        time.sleep(0.5)  # for the lines that say how to get in
    finally:
        stopped = time.monotonic()
        with contextlib.suppress(ProcessLookupError):
            os.killpg(service.pid, signal.SIGINT)  # as a terminal does
        try:
            said, _ = service.communicate(timeout=15)
        except subprocess.TimeoutExpired:
            os.killpg(service.pid, signal.SIGKILL)
            sys.exit("make run did not stop on Ctrl-C")
    stopping = time.monotonic() - stopped
    print(f"make run: served after {took:.1f} s, stopped in {stopping:.1f} s")
    if stopping > STOP:
        sys.exit(f"stopping took longer than {STOP:.0f} seconds")
    if fetch(f"{address}/healthz")[0]:
        sys.exit("something still answers after the stop")
    return took, said


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("stopped from outside"))  # and so stops what it started
    first, _ = start_and_stop()
    second, said = start_and_stop()
    if second > QUICKER * first:
        sys.exit(f"the second start took {second / first:.0%} of the first: it must be quick")
    if "/sign-in/" not in said:
        sys.exit("no sign-in link was printed:\n" + said)
