"""Several people who take the same thing out of an agenda at the same moment."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlalchemy.orm.exc import ObjectDeletedError

from eventsvc.agenda import operations
from eventsvc.agenda.models import AgendaItem, Ritual, Strand
from eventsvc.db import db
from eventsvc.errors import DomainError
from eventsvc.events import operations as events
from eventsvc.events.models import Sitting
from tests import factories

PEOPLE = 4


def _at_once(app, model, row_id, do) -> list[str]:
    """What each of some people is told who do this to one row, all of whom have loaded it."""
    ready = Barrier(PEOPLE)

    def one(_number: int) -> str:
        with app.app_context():
            row = db.session.get_one(model, row_id)
            ready.wait()
            try:
                do(row)
            except DomainError as refusal:
                return refusal.code
            except ObjectDeletedError:  # which pages answer in the same words (web/errors.py)
                return "not_found"
            finally:
                db.session.remove()
            return "done"

    db.session.remove()
    with ThreadPoolExecutor(PEOPLE) as pool:
        return sorted(pool.map(one, range(PEOPLE)))


@pytest.mark.parametrize("noun", ["item", "ritual", "strand", "sitting"])
def test_what_several_take_out_at_once_is_taken_out_once_and_the_others_are_told(app, noun):
    event = factories.event()
    factories.item(event, "Khai mạc", 5)
    made = {
        "item": lambda: factories.item(event, "Phát biểu", 5),
        "ritual": lambda: operations.add_ritual(event, title="Bấm nút", by=None),
        "strand": lambda: operations.add_strand(event, name="Triển lãm", by=None),
        "sitting": lambda: events.add_sitting(event, by=None),
    }[noun]()
    remove = {
        AgendaItem: operations.remove_item,
        Ritual: operations.remove_ritual,
        Strand: operations.remove_strand,
        Sitting: events.remove_sitting,
    }[type(made)]

    told = _at_once(app, type(made), made.id, lambda row: remove(row, by=None))

    assert told == ["done", *["not_found"] * (PEOPLE - 1)]
