"""Take any one rule out of the table of outcomes, and a test of the table fails."""

import ast
import copy
import inspect
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from eventsvc.checkins import rules
from tests.checkins import test_rules
from tests.checkins.planted import replaced

SOURCE = Path(rules.__file__).read_text("utf-8")


def mutants() -> Iterator[Any]:
    """The source without one `if`, or without one part of a condition, with the words of what is missing."""
    tree = ast.parse(SOURCE)
    places = [node for node in ast.walk(tree) if isinstance(node, ast.If | ast.BoolOp)]
    for number, node in enumerate(places):
        if isinstance(node, ast.If):
            yield pytest.param(
                _without_if(tree, number), id=f"{node.lineno} if {ast.unparse(node.test)[:60]}"
            )
            continue
        for at, part in enumerate(node.values):
            words = f"{node.lineno} {ast.unparse(part)[:60]} of {ast.unparse(node)[:30]}"
            yield pytest.param(_without_part(tree, number, at), id=words)


def _place(tree: ast.Module, number: int) -> tuple[ast.Module, Any]:
    changed = copy.deepcopy(tree)
    return changed, [node for node in ast.walk(changed) if isinstance(node, ast.If | ast.BoolOp)][number]


def _without_if(tree: ast.Module, number: int) -> str:
    changed, node = _place(tree, number)
    node.test = ast.Constant(False)
    return ast.unparse(changed)


def _without_part(tree: ast.Module, number: int, at: int) -> str:
    changed, node = _place(tree, number)
    del node.values[at]
    return ast.unparse(changed)


def lines_of_the_table() -> Iterator[tuple[str, Any, dict[str, Any]]]:
    """Every test of tests/checkins/test_rules.py with every line of its table; those with drawn examples last."""
    tests = [one for one in inspect.getmembers(test_rules, inspect.isfunction) if one[0].startswith("test_")]
    for name, test in sorted(tests, key=lambda one: hasattr(one[1], "hypothesis")):
        tables = [mark.args for mark in getattr(test, "pytestmark", []) if mark.name == "parametrize"]
        for row in product(*(lines for _names, lines, *_more in tables)):
            given: dict[str, Any] = {}
            for (names, *_rest), line in zip(tables, row, strict=True):
                names = [one.strip() for one in names.split(",")] if isinstance(names, str) else list(names)
                values = getattr(line, "values", line if len(names) > 1 else (line,))
                given |= dict(zip(names, values, strict=True))
            yield name, test, given


def passes() -> bool:
    for _name, test, given in lines_of_the_table():
        try:
            test(**given)
        except (Exception, pytest.fail.Exception):
            return False
    return True


def test_the_table_holds_as_it_is():
    assert len(list(lines_of_the_table())) > 40
    assert passes()


@pytest.mark.parametrize("source", list(mutants()))
def test_without_it_a_test_fails(source):
    with replaced(rules, source):
        assert not passes()
