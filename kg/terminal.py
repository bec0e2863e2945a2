"""What the command line prints, and how it ends on errors."""

from __future__ import annotations

import errno
import json
import sys
from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, NoReturn

import click
from rich import box
from rich.console import Console
from rich.table import Table

from kg.citation import State
from kg.curies import curie
from kg.errors import StancegraphError
from kg.settings import toml
from kg.text import NORM

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rich.status import Status

    from kg.citation import Verdict
    from kg.credentials import Token
    from kg.model import Span, Text
    from kg.report import Report
    from kg.settings import Settings
    from kg.store.base import Outcome, Revision

REPORTS = ("text", "turtle", "json")


class Commands(click.Group):
    """A group whose commands end on our errors with one line on stderr and exit code 1."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command; a StancegraphError becomes a line that says what to do."""
        try:
            return super().invoke(ctx)
        except StancegraphError as error:
            fail(str(error))
        except OSError as error:
            if error.errno == errno.EPIPE:  # `| head`: click ends that quietly
                raise
            fail(f"{error.filename or 'the system'}: {error.strerror}")


def fail(problem: str) -> NoReturn:
    """Say on stderr what was wrong, in one line, and end with code 1."""
    click.echo(f"stancegraph: {problem}", err=True)
    sys.exit(1)


def report(found: Report, style: str) -> None:
    """Print a report: for people, or as a SHACL ValidationReport."""
    if style == "turtle":
        click.echo(found.to_graph().serialize(format="turtle"), nl=False)
    elif style == "json":
        click.echo(json.dumps(found.to_json(), indent=2, ensure_ascii=False))
    else:
        click.echo(found.to_text())


def outcome(reached: Outcome) -> None:
    """Print which revision came of a commit."""
    if reached.changed:
        click.echo(f"published revision {reached.revision}")
    else:
        click.echo(f"nothing to do: revision {reached.revision} holds all of it already")


def indexed(revision: int, found: dict[str, int]) -> None:
    """Print what the tables of a revision hold."""
    held = ", ".join(f"{name} {number:,}" for name, number in found.items() if number)
    click.echo(f"indexed revision {revision}: {held or 'nothing'}")


def working(what: str) -> Status:
    """Show on a terminal that something is under way."""
    return Console(stderr=True).status(what)


def revisions(entries: list[Revision]) -> None:
    """Print the log as a table."""
    table = _table("revision", "time", "by", "added", "removed", "quads", "message")
    for entry in entries:
        number = str(entry.number) if entry.kept else f"{entry.number}, pruned"
        added, removed = ("-" if n is None else f"{n:,}" for n in (entry.added, entry.removed))
        when = entry.time.replace("T", " ").removesuffix("+00:00")
        table.add_row(number, when, entry.author, added, removed, f"{entry.quads:,}", entry.message)
    _console().print(table)


def made(token: Token) -> None:
    """Say on stderr what a token is good for that standard output shows."""
    until = _until(token)
    click.echo(f"made {token.id} ({token.name}, {token.role}), expires: {until}", err=True)
    click.echo("keep it now: it is shown this once", err=True)


def tokens(found: list[Token]) -> None:
    """Print what is known of tokens as a table."""
    table = _table("id", "name", "role", "made", "expires")
    for token in found:
        when = f"{token.made:%Y-%m-%d %H:%M:%S}"
        table.add_row(token.id, token.name, token.role, when, _until(token))
    _console().print(table)


def _until(token: Token) -> str:
    if token.expires is None:
        return "never"
    over = " (over)" if token.expired(datetime.now(UTC)) else ""
    return f"{token.expires:%Y-%m-%d %H:%M:%S}{over}"


def solutions(results: bytes) -> None:
    """Print SPARQL JSON results as a table, or a yes or no."""
    answer = json.loads(results)
    if "boolean" in answer:
        click.echo("yes" if answer["boolean"] else "no")
        return
    names = answer["head"]["vars"]
    table = _table(*names)
    for row in answer["results"]["bindings"]:
        table.add_row(*(_cell(row[name]) if name in row else "" for name in names))
    _console().print(table)


def _cell(term: dict[str, str]) -> str:
    """Show a term of SPARQL's JSON results: an IRI with its prefix, a literal by its text."""
    return curie(term["value"]) if term["type"] == "uri" else term["value"]


def _console() -> Console:
    """Make a console that takes nothing in the data for markup or a smiley."""
    return Console(markup=False, emoji=False, highlight=False)


def _table(*names: str) -> Table:
    """Make a table that folds what is too wide for it; nothing is cut."""
    table = Table(box=box.SIMPLE_HEAD)
    for name in names:
        table.add_column(name, overflow="fold")
    return table


def chunks(found: Iterable[bytes]) -> None:
    """Write bytes to standard output as they come."""
    sys.stdout.buffer.writelines(found)
    sys.stdout.buffer.flush()


def counts(found: dict[str, int]) -> None:
    """Print a number for each name."""
    table = Table(box=None, show_header=False)
    table.add_column()
    table.add_column(justify="right")
    for name, number in found.items():
        table.add_row(name, f"{number:,}")
    _console().print(table)


def settings(set_: Settings, known: dict[str, str]) -> None:
    """Print every setting as TOML, and in a comment where its value comes from."""
    lines = {name: f"{name} = {toml(value)}" for name, value in asdict(set_).items()}
    width = max(map(len, lines.values()))
    for name, line in lines.items():
        click.echo(f"{line:<{width}}  # {known[name]}")


def citations(name: str, text: Text, spans: dict[str, Span]) -> None:
    """Print the Turtle that cites a text as a whole, and spans of it by what they quote."""
    click.echo(f"# {name}")
    click.echo(f'    sg:textHash "{text.hash}" ;')
    click.echo(f'    sg:textLength "{text.length}"^^xsd:nonNegativeInteger ;')
    click.echo(f'    sg:textNorm "{NORM}" ;')
    for phrase, span in spans.items():
        click.echo(f"\n# {phrase}")
        click.echo(f'    oa:start "{span.start}"^^xsd:nonNegativeInteger ;')
        click.echo(f'    oa:end "{span.end}"^^xsd:nonNegativeInteger ;')
        click.echo(f'    sg:spanHash "{span.hash}" ;')


def verdict(reached: Verdict) -> None:
    """Print what became of each span, and a sentence on the whole."""
    for cited in reached.citations:
        name = cited.evidence.rpartition("#")[2]
        records = ", ".join(record.rpartition("#")[2] for record in cited.records)
        places = " or ".join(f"{start}-{end}" for start, end in cited.places)
        now = "" if cited.state is not State.MOVED else f" now {places}"
        was = f"{cited.span.start}-{cited.span.end}"
        click.echo(f"{name:<5} {cited.state:<9} {was:<10}{now} ({records})")
    click.echo(reached.statement)
