"""Pages of a list: one count, one slice."""

from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import sqlalchemy as sa
from flask import request, url_for

from eventsvc.db import db

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
        arguments: dict[str, Any] = {**(request.view_args or {}), **request.args.to_dict(), "page": page}
        return url_for(request.endpoint, **arguments)  # type: ignore[arg-type]


def number(name: str, default: int, most: int) -> int:
    """A positive whole number from the query string; anything else is the default."""
    value = request.args.get(name, "")
    if not value.isascii() or not value.isdigit() or len(value) > 9:
        return default
    return min(max(int(value), 1), most)


def paginate(statement: sa.Select[Any], *, per_page: int = 50, most: int = 500) -> Page[Any]:
    """The page that the request asks for (`page`, `per_page`) of a select of one entity."""
    page = number("page", 1, 10**9)
    size = number("per_page", per_page, most)
    total = (
        db.session.scalar(sa.select(sa.func.count()).select_from(statement.order_by(None).subquery())) or 0
    )
    items = db.session.scalars(statement.limit(size).offset((page - 1) * size)).unique().all()
    return Page(list(items), total, page, size)
