"""The command line: parsing and printing only."""

from __future__ import annotations

import getpass
import json
import os
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn, TextIO

import click
from rdflib import URIRef
from rich.console import Console
from rich.table import Table

from kg import __version__, formats
from kg.errors import NonConforming, StancegraphError
from kg.settings import Settings

if TYPE_CHECKING:
    from kg.report import Report
    from kg.store.base import Outcome
    from kg.store.reading import Document
    from kg.store.revisions import Revisions

REPORTS = ("text", "turtle", "json")


class Commands(click.Group):
    """A group whose commands end on our errors with one line on stderr and exit code 1."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command; a StancegraphError becomes a line that says what to do."""
        try:
            return super().invoke(ctx)
        except StancegraphError as error:
            fail(str(error))


def fail(problem: str) -> NoReturn:
    """Say on stderr what was wrong, in one line, and end with code 1."""
    click.echo(f"stancegraph: {problem}", err=True)
    sys.exit(1)


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="stancegraph")
@click.option(
    "--data",
    type=click.Path(file_okay=False, path_type=Path),
    help="Data directory (default: STANCEGRAPH_DATA, or the user's data directory).",
)
@click.pass_context
def main(context: click.Context, data: Path | None) -> None:
    """Query and keep a knowledge graph of who says what about AI."""
    settings = Settings.from_environment(os.environ)
    context.obj = settings if data is None else replace(settings, data=data)


def store_of(settings: Settings) -> Revisions:
    """Open the store; imported late, so that --help stays quick."""
    from kg.store.revisions import Revisions

    return Revisions(settings)


@main.command()
@click.pass_obj
def init(settings: Settings) -> None:
    """Load the ontology, the shapes and the articles that ship with the package."""
    from kg import pipeline

    with working("loading the shipped graphs"):
        outcome = pipeline.initialise(store_of(settings))
    say(outcome)


@main.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--graph", help="Put triples that name no graph into this one.")
@click.option("--message", default="", help="What the log says of it (default: the files' names).")
@click.option("--format", "style", type=click.Choice(REPORTS), default="text")
@click.pass_obj
def load(
    settings: Settings, files: tuple[Path, ...], graph: str | None, message: str, style: str
) -> None:
    """Validate FILES together and publish them as one revision, or nothing of them.

    Turtle, TriG, N-Triples, N-Quads, RDF/XML and JSON-LD are read, also with .gz; - is Turtle on
    standard input.
    """
    from kg import pipeline

    with working("reading"):
        documents = read_all(files)
    named = None if graph is None else URIRef(graph)
    message = message or "load " + ", ".join(document.name for document in documents)
    try:
        with working("validating and publishing"):
            outcome = pipeline.publish(
                store_of(settings), documents, named, message, getpass.getuser()
            )
    except NonConforming as error:
        render(error.report, style)
        raise
    if outcome.report.results:
        render(outcome.report, style)
    say(outcome)


@main.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--graph", help="Take triples that name no graph as this one's.")
@click.option("--format", "style", type=click.Choice(REPORTS), default="text")
@click.pass_obj
def validate(settings: Settings, files: tuple[Path, ...], graph: str | None, style: str) -> None:
    """Say whether FILES would be accepted, and store nothing."""
    from kg import pipeline

    documents = read_all(files)
    report = pipeline.check(store_of(settings), documents, None if graph is None else URIRef(graph))
    render(report, style)
    sys.exit(0 if report.conforms else 1)


@main.command()
@click.argument("text", required=False)
@click.option("--file", "-f", type=click.File(encoding="utf-8"), help="Read the query from a file.")
@click.option(
    "--format",
    "style",
    default="table",
    help="table, json, xml, csv, tsv; for CONSTRUCT and DESCRIBE turtle, ntriples, rdfxml, jsonld.",
)
@click.option("--revision", type=int, help="Ask an older revision.")
@click.pass_obj
def query(
    settings: Settings,
    text: str | None,
    file: TextIO | None,
    style: str,
    revision: int | None,
) -> None:
    """Answer a SPARQL query, given as TEXT or in a file, over the union of all graphs."""
    if (text is None) == (file is None):
        raise click.UsageError("give the query as one argument, or by --file")
    from kg.query import Request
    from kg.store.workers import QueryPool

    table = style == "table"
    bindings = formats.JSON if table else formats.find(style, formats.BINDINGS)
    graph = formats.TURTLE if table else formats.find(style, formats.GRAPHS)
    if bindings is None and graph is None:
        formats.named(style, (*formats.BINDINGS, *formats.GRAPHS))
    request = Request(
        file.read() if file else text or "",
        bindings_format=bindings,
        graph_format=graph,
        revision=revision,
    )
    with QueryPool(store_of(settings), replace(settings, workers=1)) as pool:
        answer = pool.query(request)
        if table and answer.media_type == formats.JSON.media_type:
            tabulate(b"".join(answer.chunks()))
        else:
            for chunk in answer.chunks():
                click.get_binary_stream("stdout").write(chunk)


@main.command()
@click.argument("target", required=False, type=click.Path(dir_okay=False, path_type=Path))
@click.option("--format", "style", help="turtle, trig, nquads or jsonld.")
@click.option("--revision", type=int, help="Dump an older revision.")
@click.pass_obj
def export(
    settings: Settings, target: Path | None, style: str | None, revision: int | None
) -> None:
    """Write the whole graph to TARGET, or to standard output: the same bytes for the same graph.

    An ending .gz compresses.
    """
    from kg import export as dumps

    ending = "turtle" if target is None else target.name.removesuffix(".gz").rpartition(".")[2]
    chosen = formats.named(style or ending, formats.DUMPS)
    with store_of(settings).snapshot(revision) as snapshot:
        chunks = dumps.dump(snapshot, chosen)
        if target is None:
            for chunk in chunks:
                click.get_binary_stream("stdout").write(chunk)
            return
        with working(f"writing {target.name}"):
            dumps.write(target, dumps.gzipped(chunks) if target.suffix == ".gz" else chunks)
        number, quads = snapshot.revision, len(snapshot)
    click.echo(f"{target.name}: revision {number}, {quads:,} quads")


@main.command()
@click.option("--format", "style", type=click.Choice(("table", "json")), default="table")
@click.pass_obj
def log(settings: Settings, style: str) -> None:
    """List the revisions, the newest first."""
    entries = store_of(settings).log()
    if style == "json":
        from dataclasses import asdict

        click.echo(json.dumps([asdict(entry) for entry in entries], indent=2, ensure_ascii=False))
        return
    table = Table("revision", "time", "by", "added", "removed", "quads", "message", box=None)
    for entry in entries:
        number = str(entry.number) if entry.kept else f"{entry.number} (pruned)"
        added, removed = ("-" if n is None else f"{n:,}" for n in (entry.added, entry.removed))
        table.add_row(
            number, entry.time, entry.author, added, removed, f"{entry.quads:,}", entry.message
        )
    Console(soft_wrap=True).print(table)


@main.command()
@click.argument("revision", type=int)
@click.pass_obj
def rollback(settings: Settings, revision: int) -> None:
    """Publish what REVISION held as a new revision; nothing is lost."""
    say(store_of(settings).rollback(revision, getpass.getuser()))


def read_all(files: tuple[Path, ...]) -> list[Document]:
    """Read files; ``-`` is Turtle on standard input."""
    from kg.store.reading import read

    documents = []
    for path in files:
        if str(path) == "-":
            source = click.get_binary_stream("stdin").read()
            documents.append(read(source, formats.TURTLE, "standard input"))
        else:
            documents.append(read(path))
    return documents


def render(report: Report, style: str) -> None:
    """Print a report: for people, or as a SHACL ValidationReport."""
    if style == "turtle":
        click.echo(report.to_graph().serialize(format="turtle"))
    elif style == "json":
        click.echo(json.dumps(report.to_json(), indent=2, ensure_ascii=False))
    else:
        click.echo(report.to_text())


def say(outcome: Outcome) -> None:
    """Print which revision came of a commit."""
    if outcome.changed:
        click.echo(f"published revision {outcome.revision}")
    else:
        click.echo(f"nothing to do: revision {outcome.revision} holds all of it already")


def working(what: str) -> Any:
    """Show on a terminal that something is under way."""
    return Console(stderr=True).status(what)


def tabulate(results: bytes) -> None:
    """Print SPARQL JSON results as a table."""
    answer = json.loads(results)
    if "boolean" in answer:
        click.echo("yes" if answer["boolean"] else "no")
        return
    names = answer["head"]["vars"]
    table = Table(*names)
    for row in answer["results"]["bindings"]:
        table.add_row(*(row[name]["value"] if name in row else "" for name in names))
    Console().print(table)
