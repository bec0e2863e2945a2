"""What several commands share: their options, the store they open, and who runs them."""

from __future__ import annotations

import getpass
import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kg import terminal

if TYPE_CHECKING:
    from kg.settings import Settings
    from kg.store.revisions import Revisions

FILE = click.Path(exists=True, dir_okay=False, allow_dash=True, path_type=Path)
TARGET = click.Path(dir_okay=False, path_type=Path)
STYLE = click.option(
    "--format", "style", type=click.Choice(terminal.REPORTS), default="text", help="Of the report."
)
REVISION = click.option("--revision", type=int, help="Read an older revision.")


def store_of(settings: Settings) -> Revisions:
    """Open the store."""
    from kg.store.revisions import Revisions

    return Revisions(settings)


def author() -> str:
    """Name who runs this, for the log."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container may run as a user that has no name
        return f"user {os.getuid()}"
