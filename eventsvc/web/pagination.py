"""Pages of a list: one count, one slice."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar
from urllib.parse import urlencode

import sqlalchemy as sa
from flask import request, url_for

from eventsvc.db import db
from eventsvc.web.arguments import whole

T = TypeVar("T")


@dataclass(frozen=True)
class Page(Generic[T]):
    items: list[T]
    total: int
    page: int
    per_page: int

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // self.per_page))

    @property
    def has_prev(self) -> bool:
        return self.page > 1

    @property
    def has_next(self) -> bool:
        return self.page < self.pages

    def url(self, page: int) -> str:
        """The address of another page of the same list with the same filters."""
        filters = [(name, value) for name, value in request.args.items(multi=True) if name != "page"]
        here = url_for(request.endpoint, **(request.view_args or {}))  # type: ignore[arg-type]
        return f"{here}?{urlencode([*filters, ('page', page)])}"


def number(name: str, default: int, most: int) -> int:
    """A positive whole number from the query string; anything else is the default."""
    value = whole(request.args.get(name))
    return default if value is None else min(max(value, 1), most)


def paginate(statement: sa.Select[Any], *, per_page: int = 50, most: int = 500) -> Page[Any]:
    """The page that the request asks for (`page`, `per_page`) of a select of one entity."""
    page = number("page", 1, 10**9)
    size = number("per_page", per_page, most)
    total = (
        db.session.scalar(sa.select(sa.func.count()).select_from(statement.order_by(None).subquery())) or 0
    )
    items = db.session.scalars(statement.limit(size).offset((page - 1) * size)).unique().all()
    return Page(list(items), total, page, size)


def page_of(rows: Sequence[T], *, per_page: int = 50) -> Page[T]:
    """The page that the request asks for of what had to be read as a whole, to be summed up or put in order."""
    page = number("page", 1, 10**6)
    return Page(list(rows[(page - 1) * per_page : page * per_page]), len(rows), page, per_page)
