"""Commands about organizations."""

import click
from flask.cli import AppGroup

from eventsvc.organizations import operations

organizations = AppGroup("organizations", help="Administrative units and agencies.")


@organizations.command("load")
def load() -> None:
    """Take up the shipped lists of units and agencies; safe to repeat."""
    units, agencies = operations.load_units(), operations.load_agencies()
    click.echo(f"{units} units and {agencies} agencies new or changed")
