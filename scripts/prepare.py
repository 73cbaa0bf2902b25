"""Make the database ready to be served: words, tables, and on the very first start the demo.

    prepare.py                make ready; print the lines that say how to get in
    prepare.py --demo-reset   throw away the embedded database and mail, and load the demo anew

Safe to repeat. A database that already holds tables is migrated and never given the demo, unless
loading it was interrupted. What is printed on standard output is for the person at the terminal;
how the work goes is told on standard error.
"""

import argparse
import contextlib
import fcntl
import hashlib
import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))


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
    from flask.cli import ScriptInfo

    app.cli.main(
        args=list(words), prog_name="flask", standalone_mode=False, obj=ScriptInfo(create_app=lambda: app)
    )


def migrate(app) -> bool:
    """Bring the tables up to date; True when there were none."""
    import flask_migrate
    import sqlalchemy as sa

    from eventsvc.db import db

    with app.app_context():
        fresh = not sa.inspect(db.engine).has_table("alembic_version")
        flask_migrate.upgrade(directory=str(ROOT / "migrations"))
    return fresh


def load_demo(app, *, fresh: bool) -> None:
    """On the first start of a database, or again where the first attempt was cut short."""
    import click

    mark = Path(app.instance_path) / "demo-unfinished"
    database = hashlib.sha256(app.config["SQLALCHEMY_DATABASE_URI"].encode()).hexdigest()
    if not fresh and not (mark.exists() and mark.read_text() == database):
        return
    mark.write_text(database)
    say("Loading the demo …")
    try:
        command(app, "demo", "load")
    except click.ClickException as refusal:
        sys.exit(f"The demo could not be loaded: {refusal.format_message()}")
    mark.unlink()


def prepare() -> None:
    from eventsvc.app import create_app

    with contextlib.redirect_stdout(sys.stderr):
        compile_words()
        app = create_app()
        fresh = migrate(app)
        development = app.config["ENV"] == "development"
        if development:
            load_demo(app, fresh=fresh)
    if development:
        show_ways_in(app)


def show_ways_in(app) -> None:
    import click

    try:
        command(app, "demo", "links")
    except click.ClickException:  # the demo was removed, or never was here
        print("  A way in:  .venv/bin/flask --app wsgi users create E-MAIL --role organizer")


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
    kept = folder / "eventsvc.db"
    if Config().is_production or os.environ.get("DATABASE_URL"):
        sys.exit("The demo is reset only in development and in the embedded database of instance/.")
    with alone(folder):
        for name in ("", "-wal", "-shm", "-journal"):
            kept.with_name(kept.name + name).unlink(missing_ok=True)
        shutil.rmtree(folder / "mail", ignore_errors=True)
        prepare()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--demo-reset", action="store_true")
    demo_reset() if parser.parse_args().demo_reset else prepare()
