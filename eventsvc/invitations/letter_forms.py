"""Which letter goes to whom."""

from collections.abc import Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm

from eventsvc.documents import sheet
from eventsvc.documents.models import Document
from eventsvc.guests.models import Rank
from eventsvc.invitations.letter_models import Audience, Letter
from eventsvc.web.fields import RowField
from eventsvc.web.labels import label

Key = tuple[Audience, int | None]


def keys(ranks: Sequence[Rank]) -> list[Key]:
    """The audiences in the order of the page: all people, each rank, organizations."""
    people: list[Key] = [(Audience.PEOPLE, None), *((Audience.PEOPLE, rank.id) for rank in ranks)]
    return [*people, (Audience.ORGANIZATIONS, None)]


def letters_form(
    ranks: Sequence[Rank], papers: Sequence[Document], rows: Sequence[Letter], words: Any
) -> "LettersForm":
    """A form with one choice for each audience; `words` names a paper."""
    wanted = keys(ranks)
    fields = {name_of(key): RowField(_l("Letter of invitation"), empty=_l("no letter")) for key in wanted}
    standing = {name_of((row.audience, row.rank_id)): row.document for row in rows}
    form = type("LettersForm", (LettersForm,), fields)(data=standing)
    for key in wanted:
        form[name_of(key)].offer(papers, words)
    form.wanted = wanted
    return form


def name_of(key: Key) -> str:
    audience, rank_id = key
    return audience.value if rank_id is None else f"rank_{rank_id}"


class LettersForm(FlaskForm):
    wanted: list[Key]

    @property
    def values(self) -> dict[Key, Document | None]:
        return {key: self[name_of(key)].row for key in self.wanted}


def paper_words(paper: Document) -> str:
    number = paper.number or label(paper.state)
    return f"{number} – {' '.join(sheet.filled_title(paper).split())[:80]}"
