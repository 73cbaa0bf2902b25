"""Count the statements that a block of code sends to the database."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import sqlalchemy as sa

from eventsvc.db import db


@dataclass
class Count:
    number: int = 0


@contextmanager
def counted() -> Iterator[Count]:
    count = Count()

    def add(*_arguments: object) -> None:
        count.number += 1

    engine = db.engine
    sa.event.listen(engine, "before_cursor_execute", add)
    try:
        yield count
    finally:
        sa.event.remove(engine, "before_cursor_execute", add)
