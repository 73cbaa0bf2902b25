"""Make .venv hold exactly what the requirements files pin; quick when it already does.

    install.py runtime | dev

Runs on the Python found on the machine, before anything is installed: standard library only.
"""

import hashlib
import os
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
VENV = os.path.join(ROOT, ".venv")
PYTHON = os.path.join(VENV, "bin", "python")
SETS = {
    "runtime": ["requirements.txt"],
    "server": ["requirements.txt", "requirements-postgres.txt"],
    "dev": ["requirements.txt", "requirements-postgres.txt", "requirements-dev.txt"],
}
OLDEST = (3, 11)


def fingerprint(files):
    """Changes when a pin does, or when the Python of .venv does."""
    digest = hashlib.sha256(subprocess.check_output([PYTHON, "-VV"]))
    for name in files:
        with open(os.path.join(ROOT, name), "rb") as file:
            digest.update(file.read())
    return digest.hexdigest()


def works(python):
    """A folder that was moved, or whose Python was upgraded away, must be made again."""
    if not os.path.exists(python):
        return False
    try:
        return subprocess.run([python, "-c", "import pip"], capture_output=True).returncode == 0
    except OSError:
        return False


def make_venv():
    if sys.version_info < OLDEST:
        found = ".".join(map(str, sys.version_info[:3]))
        sys.exit(
            "Python {}.{} or newer is needed, this is {}. Name another: make PYTHON=…".format(*OLDEST, found)
        )
    try:
        subprocess.run([sys.executable, "-m", "venv", "--clear", VENV], check=True, stdout=subprocess.PIPE)
    except subprocess.CalledProcessError:
        sys.exit("This Python cannot make a virtual environment; on Debian: apt-get install python3-venv")


def install(name):
    if not works(PYTHON):
        print("Making .venv …", flush=True)
        make_venv()
    files = SETS[name]
    wanted = fingerprint(files)
    stamp = os.path.join(VENV, "installed-" + name)
    if os.path.exists(stamp):
        with open(stamp) as file:
            if file.read() == wanted:
                return
    print("Installing the pinned packages ({}) …".format(", ".join(files)), flush=True)
    command = [PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input"]
    command += ["--only-binary", ":all:"]
    for file in files:
        command += ["--requirement", os.path.join(ROOT, file)]
    if subprocess.run(command).returncode != 0:
        sys.exit("The packages could not be installed; see the lines above.")
    with open(stamp, "w") as file:
        file.write(wanted)


if __name__ == "__main__":
    if len(sys.argv) != 2 or sys.argv[1] not in SETS:
        sys.exit("usage: install.py " + " | ".join(SETS))
    install(sys.argv[1])
