"""One application for many tests: made once a process, lent to each with everything put back as it was made.

Making an application costs more than most tests do, and so does saying every statement anew in SQL, which an engine
remembers. Lent is: the application, its pages as compiled, and the engine. Each test's own are: configuration, folders,
extensions, queue, limits, and the database that the configuration names. An application to which a test has added
anything (a route, a hook, a filter) is not lent again.
"""

from pathlib import Path
from typing import Any

import sqlalchemy as sa
from flask import Flask
from jinja2.bccache import Bucket, BytecodeCache

from config import TestConfig
from eventsvc import jobs, logs
from eventsvc.app import create_app
from eventsvc.db import db
from eventsvc.extensions import limiter

# What belongs to one test, and what Flask fills in by itself.
OF_THE_TEST = {"config", "extensions", "instance_path", "_got_first_request"}
_houses: dict[str, "House"] = {}


class CompiledTemplates(BytecodeCache):
    """Page templates, compiled once for all the applications that tests make."""

    def __init__(self) -> None:
        self._codes: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if bucket.key in self._codes:
            bucket.bytecode_from_string(self._codes[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._codes[bucket.key] = bucket.bytecode_to_string()


COMPILED = CompiledTemplates()


def lend(kind: str, config: TestConfig) -> Flask:
    """The application of this kind as `create_app(config)` would make it; give it back when the test is over.

    A kind is a use that always wants the same database system and the same limits.
    """
    house = _houses.get(kind)
    if house is not None and not house.is_as_made():
        house.engine.dispose()
        house = None
    if house is None:
        house = _houses[kind] = House(config)
    house.furnish(config)
    return house.app


def give_back(app: Flask) -> None:
    """End what the test had open. Connections to a server are kept for the next test, if none is still in use."""
    db.session.remove()
    for engine in db.engines.values():
        if engine.dialect.name == "sqlite" or engine.pool.checkedout():  # type: ignore[attr-defined]
            engine.dispose()


def hang_up() -> None:
    """Let go of every connection that is kept for the next test: a database is only copied while nobody uses it."""
    for house in _houses.values():
        house.engine.dispose()


class House:
    """An application, and how it was when it was made."""

    def __init__(self, config: TestConfig) -> None:
        self.app = create_app(config)
        self.app.jinja_env.bytecode_cache = COMPILED
        self.config, self.extensions = dict(self.app.config), dict(self.app.extensions)
        for made_when_needed in ("jinja_loader", "logger", "name"):
            getattr(self.app, made_when_needed)
        with self.app.app_context():
            self.engine = db.engine
        if self.engine.dialect.name == "sqlite":
            sa.event.listen(self.engine, "do_connect", self._connect_to_the_file)
        self.made = _registered(self.app)

    def is_as_made(self) -> bool:
        return _registered(self.app) == self.made

    def furnish(self, config: TestConfig) -> None:
        app, url = self.app, sa.make_url(config.SQLALCHEMY_DATABASE_URI)
        app._got_first_request = False
        app.config.clear()
        app.config.update(self.config)
        app.config.from_object(config)
        app.instance_path = str(Path(config.INSTANCE_PATH).absolute())
        app.extensions.clear()
        app.extensions.update(self.extensions)
        if url.get_backend_name() == "sqlite":
            app.extensions["write_lock"] = f"{url.database}.lock"
        app.extensions["jobs"] = jobs.Queue(app)
        logs.init_app(app)
        limiter.init_app(app)
        if url != self.engine.url:
            self.engine.dispose()
            self.engine.url = url
        with app.app_context():
            db.engines[None] = self.engine.execution_options()  # whoever listens, listens to this test alone

    def _connect_to_the_file(self, dialect: Any, record: Any, arguments: list[Any], named: Any) -> None:
        arguments[0] = self.engine.url.database


def _registered(app: Flask) -> Any:
    """All that the application knows: routes, views, hooks, handlers, commands, what templates may use."""
    templates = app.jinja_env
    known = {name: value for name, value in vars(app).items() if name not in OF_THE_TEST}
    return _listed(known), [
        *app.url_map.iter_rules(),
        dict(app.cli.commands),
        dict(templates.globals),
        dict(templates.filters),
        dict(templates.tests),
    ]


def _listed(value: Any) -> Any:
    """What stands in it, but for lists that are empty or hold nothing but such: Flask makes those by looking."""
    if isinstance(value, dict):
        listed = {key: _listed(each) for key, each in value.items()}
        return {key: each for key, each in listed.items() if each or not isinstance(each, dict | list)}
    return list(value) if isinstance(value, list) else value
