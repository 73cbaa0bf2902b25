"""Make the database ready to be served: words, tables, organizations, and on the very first start the demo.

    prepare.py                make ready; print the lines that say how to get in
    prepare.py --demo-reset   throw away the embedded database, mail and files, and load the demo anew

Safe to repeat. A database that already holds tables is migrated and never given the demo; one in which
loading the demo was interrupted is made anew. What is printed on standard output is for the person at the
terminal; how the work goes is told on standard error.
"""

import argparse
import contextlib
import fcntl
import hashlib
import io
import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))


class Refused(Exception):
    """A command of the application said no, in a sentence."""


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def compile_words() -> None:
    """The .mo file is not in the repository: it is made from the .po file when that is newer."""
    import translations

    words = translations.po_path(ROOT)
    built = words.with_suffix(".mo")
    if words.exists() and (not built.exists() or built.stat().st_mtime < words.stat().st_mtime):
        translations.compile_catalog(ROOT)


def command(app, *words: str) -> None:
    """A command of the application, run in this process: starting it once is enough."""
    import click
    from flask.cli import ScriptInfo

    script = ScriptInfo(create_app=lambda: app)
    try:
        app.cli.main(args=list(words), prog_name="flask", standalone_mode=False, obj=script)
    except click.ClickException as refusal:
        raise Refused(f"flask {' '.join(words)}: {refusal.format_message()}") from refusal


def prepare() -> None:
    from config import Config
    from eventsvc.app import create_app

    config = Config()
    development = config.ENV == "development"
    with contextlib.redirect_stdout(sys.stderr), one_at_a_time(Path(config.INSTANCE_PATH)):
        compile_words()
        demo = Demo(config)
        if demo.was_begun and not os.environ.get("DATABASE_URL"):
            remove_database(Path(config.INSTANCE_PATH))  # half a demo, which nobody has seen
        app = create_app(config)
        if development and is_empty(app):
            demo.begin()
        command(app, "db", "upgrade")
        with contextlib.redirect_stdout(io.StringIO()):
            command(app, "organizations", "load")
        if development and demo.was_begun:
            say("Loading the demo …")
            command(app, "demo", "load")
            demo.end()
    if development:
        show_ways_in(app)


class Demo:
    """Remembers, beside the database, that its demo was begun and has not come to its end."""

    def __init__(self, config) -> None:
        self.mark = Path(config.INSTANCE_PATH) / "demo-unfinished"
        self.database = hashlib.sha256(config.SQLALCHEMY_DATABASE_URI.encode()).hexdigest()

    @property
    def was_begun(self) -> bool:
        return self.mark.exists() and self.mark.read_text() == self.database

    def begin(self) -> None:
        self.mark.write_text(self.database)

    def end(self) -> None:
        self.mark.unlink()


def is_empty(app) -> bool:
    import sqlalchemy as sa

    from eventsvc.db import db

    with app.app_context():
        return not sa.inspect(db.engine).get_table_names()


def show_ways_in(app) -> None:
    try:
        command(app, "demo", "links")
    except Refused:  # the demo was removed, or never was here
        print("  A way in:  .venv/bin/flask --app wsgi users create E-MAIL --role organizer")


def remove_database(folder: Path) -> None:
    """The embedded database and the queue of jobs about it."""
    for name in ("eventsvc.db", "jobs.db"):
        for part in ("", "-wal", "-shm", "-journal"):
            (folder / (name + part)).unlink(missing_ok=True)


@contextlib.contextmanager
def one_at_a_time(folder: Path) -> Iterator[None]:
    """Two starts at once, on two ports: the second finds everything made."""
    folder.mkdir(parents=True, exist_ok=True)
    with open(folder / "preparing.lock", "w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


@contextlib.contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Nobody serves from this folder meanwhile; scripts/serve.py holds the same lock, shared."""
    folder.mkdir(parents=True, exist_ok=True)
    with open(folder / "serving.lock", "w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            sys.exit("The service is running; stop it first (Ctrl-C where it was started).")
        yield


def demo_reset() -> None:
    from config import Config, instance_folder

    folder = instance_folder()
    if Config().is_production or os.environ.get("DATABASE_URL"):
        sys.exit("The demo is reset only in development and in the embedded database of instance/.")
    with alone(folder):
        remove_database(folder)
        shutil.rmtree(folder / "mail", ignore_errors=True)
        shutil.rmtree(folder / "files", ignore_errors=True)
        prepare()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--demo-reset", action="store_true")
    try:
        demo_reset() if parser.parse_args().demo_reset else prepare()
    except Refused as refusal:
        sys.exit(str(refusal))
