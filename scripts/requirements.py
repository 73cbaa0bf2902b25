"""Pin every package, with those it brings along, for every Python from 3.11 on.

requirements.py             after a change of a requirements*.in file: keep the pins that still fit
requirements.py --upgrade   take the newest of everything
"""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FILES = ("requirements", "requirements-postgres", "requirements-dev")  # each is bound by those before it

for name in FILES:
    command = [sys.executable, "-m", "uv", "pip", "compile", "--quiet", "--universal"]
    command += ["--python-version", "3.11", "--only-binary", ":all:"]
    command += ["--no-header", "--no-annotate", "--no-emit-index-url", *sys.argv[1:]]
    subprocess.run([*command, f"{name}.in", "--output-file", f"{name}.txt"], cwd=ROOT, check=True)
