"""scripts/prepare.py on a tiny project: what it does the first time, the second, and after an interruption."""

import fcntl
import os
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPTS = Path(__file__).resolve().parent.parent / "scripts"

CONFIG = """
import os
from pathlib import Path
instance_folder = lambda: Path(os.environ["INSTANCE_PATH"])

class Config:
    def __init__(self):
        self.ENV = os.environ.get("EVENTSVC_ENV", "development")
        self.is_production = self.ENV == "production"
        self.INSTANCE_PATH = str(instance_folder())
        default = f"sqlite:///{instance_folder() / 'eventsvc.db'}"
        self.SQLALCHEMY_DATABASE_URI = os.environ.get("DATABASE_URL", default)
"""
APP = '''
import os
import click, sqlalchemy as sa
from flask import Flask
from flask.cli import AppGroup
from eventsvc.db import db

def create_app(config):
    app = Flask("eventsvc", instance_path=config.INSTANCE_PATH)
    app.config.from_object(config)
    db.init_app(app)
    for group, names in {"db": ["upgrade"], "organizations": ["load"], "demo": ["load", "links"]}.items():
        commands = AppGroup(group)
        for name in names:
            commands.command(name)(does(f"{group} {name}"))
        app.cli.add_command(commands)
    return app

def does(words):
    def run():
        """Leaves a row, so that tests see in which database it was done, and how often."""
        if words == "demo links":
            click.echo("way in")
        if words == "db upgrade":
            db.session.execute(sa.text("CREATE TABLE IF NOT EXISTS done (words TEXT)"))
        else:
            db.session.execute(sa.text("INSERT INTO done VALUES (:words)"), {"words": words})
        db.session.commit()
        if os.environ.get("INTERRUPT") == words:
            os._exit(9)
        if os.environ.get("REFUSE") == words:
            raise click.ClickException("it must not be")
    return run
'''


class Project:
    def __init__(self, folder: Path) -> None:
        self.folder, self.instance = folder, folder / "instance"
        (folder / "scripts").mkdir()
        for name in ("prepare.py", "translations.py"):
            shutil.copy(SCRIPTS / name, folder / "scripts")
        (folder / "eventsvc").mkdir()
        (folder / "eventsvc" / "__init__.py").touch()
        (folder / "config.py").write_text(CONFIG)
        (folder / "eventsvc" / "app.py").write_text(APP)
        (folder / "eventsvc" / "db.py").write_text(
            "from flask_sqlalchemy import SQLAlchemy\ndb = SQLAlchemy()"
        )

    def prepare(self, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
        environment |= {"PATH": os.environ["PATH"], "INSTANCE_PATH": str(self.instance)}
        command = [sys.executable, "scripts/prepare.py", *words]
        return subprocess.run(command, cwd=self.folder, env=environment, capture_output=True, text=True)

    def done(self, database: Path | None = None) -> list[str]:
        connection = sqlite3.connect(database or self.instance / "eventsvc.db")
        return [words for (words,) in connection.execute("SELECT words FROM done ORDER BY rowid")]


@pytest.fixture
def project(tmp_path):
    return Project(tmp_path)


FIRST = ["organizations load", "demo load", "demo links"]
LATER = ["organizations load", "demo links"]


def test_the_demo_is_loaded_at_the_first_start_only(project):
    first, second = project.prepare(), project.prepare()

    assert project.done() == FIRST + LATER
    assert (first.stdout, second.stdout) == ("way in\n", "way in\n")


def test_production_gets_no_demo_and_prints_no_way_in(project):
    done = project.prepare(EVENTSVC_ENV="production")

    assert (done.returncode, done.stdout, project.done()) == (0, "", ["organizations load"])


@pytest.mark.parametrize("moment", ["db upgrade", "organizations load", "demo load"])
def test_an_interrupted_first_start_begins_anew(project, moment):
    assert project.prepare(INTERRUPT=moment).returncode == 9

    assert project.prepare().returncode == 0
    assert project.done() == FIRST


def test_an_interruption_never_brings_the_demo_into_another_database(project, tmp_path):
    project.prepare(INTERRUPT="demo load")
    other = tmp_path / "other.db"
    with sqlite3.connect(other) as connection:
        connection.execute("CREATE TABLE done (words TEXT)")

    project.prepare(DATABASE_URL=f"sqlite:///{other}")

    assert project.done(other) == LATER


def test_a_refusal_is_said_in_a_sentence(project):
    refused = project.prepare(REFUSE="demo load")

    assert refused.returncode == 1
    assert refused.stderr.splitlines()[-1] == "flask demo load: it must not be"


def test_without_a_demo_it_says_how_to_make_a_user(project):
    done = project.prepare(REFUSE="demo links")

    assert done.returncode == 0
    assert "users create" in done.stdout


def test_reset_begins_anew_and_empties_the_mail_folder(project):
    project.prepare()
    (project.instance / "mail").mkdir()

    assert project.prepare("--demo-reset").returncode == 0

    assert project.done() == FIRST
    assert not (project.instance / "mail").exists()


@pytest.mark.parametrize(
    "environment", [{"EVENTSVC_ENV": "production"}, {"DATABASE_URL": "sqlite:////tmp/x.db"}]
)
def test_reset_is_refused_where_it_could_hurt(project, environment):
    project.prepare()

    refused = project.prepare("--demo-reset", **environment)

    assert refused.returncode == 1
    assert "only in development and in the embedded database" in refused.stderr
    assert project.done() == FIRST


def test_reset_is_refused_while_the_service_runs(project):
    project.prepare()
    with open(project.instance / "serving.lock", "w") as serving:
        fcntl.flock(serving, fcntl.LOCK_SH)

        refused = project.prepare("--demo-reset")

    assert refused.returncode == 1
    assert "stop it first" in refused.stderr
    assert project.done() == FIRST
