"""Rows as JSON and lists as parameters, in the words of both databases: what the statements of the hot path are made
of. Pure."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement


class Rows(FunctionElement[Any]):
    """The rows of a select as one JSON array of arrays; nothing instead of an empty one on PostgreSQL."""

    name, type, inherit_cache = "rows", sa.JSON(), True


class Row(FunctionElement[Any]):
    """One row as a JSON array."""

    name, type, inherit_cache = "row", sa.JSON(), True


class Set(FunctionElement[Any]):
    """Rows from a sub-select, to stand inside another JSON array: SQLite forgets what they are."""

    name, type, inherit_cache = "set", sa.JSON(), True


@compiles(Rows, "sqlite")
def _rows_on_sqlite(element: Rows, compiler: Any, **kw: Any) -> str:
    return f"json_group_array(json_array({compiler.process(element.clauses, **kw)}))"


@compiles(Rows, "postgresql")
def _rows_on_postgresql(element: Rows, compiler: Any, **kw: Any) -> str:
    return f"json_agg(json_build_array({compiler.process(element.clauses, **kw)}))"


@compiles(Row, "sqlite")
def _row_on_sqlite(element: Row, compiler: Any, **kw: Any) -> str:
    return f"json_array({compiler.process(element.clauses, **kw)})"


@compiles(Row, "postgresql")
def _row_on_postgresql(element: Row, compiler: Any, **kw: Any) -> str:
    return f"json_build_array({compiler.process(element.clauses, **kw)})"


@compiles(Set, "sqlite")
def _set_on_sqlite(element: Set, compiler: Any, **kw: Any) -> str:
    return f"json({compiler.process(element.clauses, **kw)})"


@compiles(Set, "postgresql")
def _set_on_postgresql(element: Set, compiler: Any, **kw: Any) -> str:
    return compiler.process(element.clauses, **kw)


class List(sa.TypeDecorator[Any]):
    """Many values in one parameter."""

    impl, cache_ok = sa.JSON, True

    def __init__(self, item: type[Any]) -> None:
        super().__init__()
        self.item = item

    def load_dialect_impl(self, dialect: sa.Dialect) -> Any:
        return dialect.type_descriptor(
            postgresql.ARRAY(self.item()) if dialect.name == "postgresql" else sa.JSON()
        )


class Among(FunctionElement[Any]):
    """Whether the first is one of the list that is the second."""

    name, type, inherit_cache = "among", sa.Integer(), True


@compiles(Among, "sqlite")
def _among_on_sqlite(element: Among, compiler: Any, **kw: Any) -> str:
    column, values = (compiler.process(clause, **kw) for clause in element.clauses)
    return f"{column} IN (SELECT value FROM json_each({values}))"


@compiles(Among, "postgresql")
def _among_on_postgresql(element: Among, compiler: Any, **kw: Any) -> str:
    column, values = (compiler.process(clause, **kw) for clause in element.clauses)
    return f"{column} = ANY ({_uncounted(element.clauses.clauses[1], values, compiler)})"


class Members(FunctionElement[Any]):
    """The members of a list, one row each."""

    name, inherit_cache = "members", True


@compiles(Members, "sqlite")
def _members_on_sqlite(element: Members, compiler: Any, **kw: Any) -> str:
    return f"json_each({compiler.process(element.clauses, **kw)})"


@compiles(Members, "postgresql")
def _members_on_postgresql(element: Members, compiler: Any, **kw: Any) -> str:
    [values] = element.clauses
    return f"unnest({_uncounted(values, compiler.process(values, **kw), compiler)})"


def _uncounted(values: Any, text: str, compiler: Any) -> str:
    """The list behind a sub-select, where PostgreSQL does not count its members before it plans. Otherwise a list
    shorter than the ten that it guesses looks cheaper than any plan for all lists, and it plans anew each time."""
    return f"((SELECT {text})::{compiler.dialect.type_compiler_instance.process(values.type)})"
