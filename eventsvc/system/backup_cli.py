"""`flask backup`: everything in one file, and back."""

from pathlib import Path

import click
from flask.cli import AppGroup

from eventsvc import secrets
from eventsvc.errors import DomainError
from eventsvc.system import backup_operations as operations

backup = AppGroup("backup", help="Copies of the whole installation but its keys.")

PATH = click.Path(dir_okay=False, path_type=Path)


@backup.command("create")
@click.argument("path", type=PATH)
def create(path: Path) -> None:
    """Write database and files to PATH, a new file; the service may go on meanwhile."""
    try:
        operations.create(path)
    except (DomainError, OSError) as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"TOKEN_KEY is not in it (id {secrets.key_id()}): keep it in another place.", err=True)
    click.echo(path)


@backup.command("restore")
@click.argument("path", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--replace", is_flag=True, help="Also when the database here has events; it is copied aside first."
)
def restore(path: Path, replace: bool) -> None:
    """Bring back what PATH holds. Devices then send again; messages wait until somebody lets them go."""
    try:
        done = operations.restore(path, replace=replace)
    except (DomainError, OSError) as error:
        raise click.ClickException(str(error)) from error
    if done.kept:
        click.echo(f"What stood here is kept in {done.kept}.", err=True)
    if done.is_upgraded:
        click.echo("The database was brought to the schema of this version.", err=True)
    click.echo("Messages are paused: look at what was sent since, then let them go in the outbox.", err=True)
    click.echo(f"restored as of {done.made_at}, {done.files} files brought back")
