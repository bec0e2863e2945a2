"""The commands ``token …``: who may write. Imports are late, so that --help is quick."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from kg import terminal

if TYPE_CHECKING:
    from kg.access import Access
    from kg.settings import Settings


@click.group()
def token() -> None:
    """Make, list and revoke the tokens that writing over HTTP needs."""


@token.command()
@click.option(
    "--role",
    type=click.Choice(("writer", "admin")),
    required=True,
    help="What it may: an admin may all that a writer may.",
)
@click.option("--name", default="", help="Who its revisions are by (default: made of its id).")
@click.option("--expires", metavar="30d|2027-01-31", help="In days, or the last day (UTC).")
@click.pass_obj
def create(settings: Settings, role: str, name: str, expires: str | None) -> None:
    """Make a token, and print it, this once, on standard output; all else is on stderr."""
    from datetime import UTC, datetime

    from kg.credentials import Role, expiry

    until = expiry(expires, datetime.now(UTC)) if expires is not None else None
    text, made = access_of(settings).create(Role(role), name, until)
    terminal.made(made)
    click.echo(text)


@token.command("list")
@click.pass_obj
def list_(settings: Settings) -> None:
    """List the tokens, without what is secret of them."""
    terminal.tokens(access_of(settings).tokens())


@token.command()
@click.argument("id_", metavar="ID")
@click.pass_obj
def revoke(settings: Settings, id_: str) -> None:
    """Make the token ID good for nothing, at once."""
    gone = access_of(settings).revoke(id_)
    click.echo(f"revoked {gone.id} ({gone.name}, {gone.role})")


def access_of(settings: Settings) -> Access:
    """Open the tokens of the data directory."""
    from kg.access import Access

    return Access(settings.data, settings.lock_seconds)
