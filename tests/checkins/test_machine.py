"""Whatever phones, networks, clocks and restored backups do: no scan lost, none double, the right first entry."""

import os

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from tests import servers
from tests.checkins.machine import Doors
from tests.checkins.planted import BUGS, planted

ENOUGH = 25
"""Runs of the sound product, which passes as many as the deep test has time for."""
MET_WITHIN = 80
"""Runs in which every planted mistake must have been met; most are met in the first few."""


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    """Where backups go, and the client programs that came with the server of the tests."""
    monkeypatch.setenv("PATH", f"{servers.PROGRAMS / 'bin'}{os.pathsep}{os.environ['PATH']}")
    Doors.folder = tmp_path


def run(examples: int) -> None:
    run_state_machine_as_test(
        Doors,
        settings=settings(
            max_examples=examples,
            stateful_step_count=60,
            deadline=None,
            derandomize=True,
            report_multiple_bugs=False,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        ),
    )


@pytest.mark.parametrize("examples", [ENOUGH, pytest.param(400, marks=pytest.mark.deep)])
def test_the_board_is_right_whatever_happens_on_the_way(app, examples):
    run(examples)


@pytest.mark.parametrize("bug", BUGS, ids=str)
@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_a_planted_mistake_is_met(app, bug, monkeypatch):
    if not bug.is_of_restoring:
        monkeypatch.setattr(Doors, "folder", None)
    with planted(bug), pytest.raises(Exception):  # noqa: B017  (an assertion, or the database that refuses)
        run(MET_WITHIN)
