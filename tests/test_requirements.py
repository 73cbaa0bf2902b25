"""The lists of packages: exact, complete, and no heavier than what the service imports."""

import ast
import re
import sys
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent
USED_WITH_A_SERVER = {"psycopg", "redis"}


def wanted(name: str) -> set[str]:
    lines = (ROOT / name).read_text().splitlines()
    return {
        canonicalize_name(Requirement(line).name)
        for line in lines
        if line and not line.startswith(("#", "-"))
    }


def imported(*places: str) -> set[str]:
    """The packages, by the name they are installed under, that the files of these places import."""
    files = [
        file
        for place in places
        for file in ([ROOT / place] if place.endswith(".py") else (ROOT / place).rglob("*.py"))
    ]
    names = set()
    for file in files:
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Import):
                names |= {alias.name.split(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                names.add(node.module.split(".")[0])
    owners = packages_distributions()
    foreign = names - sys.stdlib_module_names
    return {canonicalize_name(owner) for name in foreign for owner in owners.get(name, [])}


@pytest.mark.parametrize("name", ["requirements", "requirements-postgres", "requirements-dev"])
def test_every_package_is_pinned_exactly(name):
    lines = (ROOT / f"{name}.txt").read_text().splitlines()

    assert lines
    assert [line for line in lines if not re.fullmatch(r"[a-z0-9.-]+==[0-9][\w.]*( ; .+)?", line)] == []
    assert wanted(f"{name}.in") <= wanted(f"{name}.txt")


def test_what_the_service_imports_is_required():
    service = imported(
        "eventsvc", "config.py", "wsgi.py", "scripts/serve.py", "scripts/prepare.py", "scripts/tls.py"
    )

    assert service - wanted("requirements.txt") - USED_WITH_A_SERVER == set()


def test_what_the_tests_import_is_required():
    every = wanted("requirements.txt") | wanted("requirements-postgres.txt") | wanted("requirements-dev.txt")

    assert imported("tests", "scripts", "bench") - every == set()


def test_tools_of_development_are_not_in_the_service():
    assert wanted("requirements.txt") & wanted("requirements-dev.in") == set()
