"""Tests of plan files; `plan(number, …)` is one of the five plans, changed as asked."""

from pathlib import Path

DATA = Path(__file__).parent / "data"


def plan(number: str, *changes: tuple[str, str]) -> bytes:
    """The plan's file with the first occurrence of each text replaced; every text must be there."""
    (path,) = DATA.glob(f"{number}_*.yaml")
    content = path.read_text("utf-8")
    for old, new in changes:
        assert old in content, old
        content = content.replace(old, new, 1)
    return content.encode()
