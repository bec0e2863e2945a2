"""The command line: parsing only; kg.terminal prints. Imports are late, so that --help is quick."""

from __future__ import annotations

import getpass
import json
import os
import sys
from contextlib import closing
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

import click
from rdflib import URIRef

from kg import __version__, formats, noise, terminal
from kg.errors import InputError, NonConforming
from kg.settings import Settings
from kg.token_commands import token

if TYPE_CHECKING:
    from kg.store.base import Change
    from kg.store.reading import Document
    from kg.store.revisions import Revisions

FILE = click.Path(exists=True, dir_okay=False, allow_dash=True, path_type=Path)
TARGET = click.Path(dir_okay=False, path_type=Path)
STYLE = click.option(
    "--format", "style", type=click.Choice(terminal.REPORTS), default="text", help="Of the report."
)
REVISION = click.option("--revision", type=int, help="Read an older revision.")


@click.group(cls=terminal.Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="stancegraph")
@click.option(
    "--data",
    type=click.Path(file_okay=False, path_type=Path),
    help="Data directory (default: STANCEGRAPH_DATA, or the user's data directory).",
)
@click.pass_context
def main(context: click.Context, data: Path | None) -> None:
    """Query and keep a knowledge graph of who says what about AI."""
    noise.quieten()
    settings = Settings.from_environment(os.environ)
    context.obj = settings if data is None else replace(settings, data=data)


main.add_command(token)


def store_of(settings: Settings) -> Revisions:
    """Open the store."""
    from kg.store.revisions import Revisions

    return Revisions(settings)


@main.command()
@click.pass_obj
def init(settings: Settings) -> None:
    """Load the ontology, the shapes and the articles that ship with the package."""
    from kg import pipeline

    with terminal.working("loading the shipped graphs"):
        outcome = pipeline.initialise(store_of(settings), author())
    terminal.outcome(outcome)


@main.command()
@click.argument("files", nargs=-1, required=True, type=FILE)
@click.option("--graph", help="Put triples that name no graph into this one.")
@click.option("--message", help="What the log says of it (default: the first file's name).")
@STYLE
@click.pass_obj
def load(
    settings: Settings, files: tuple[Path, ...], graph: str | None, message: str | None, style: str
) -> None:
    """Validate FILES together and publish them as one revision, or nothing of them.

    Turtle, TriG, N-Triples, N-Quads, RDF/XML and JSON-LD are read, also with .gz; - is Turtle on
    standard input.
    """
    from kg import pipeline

    with terminal.working("reading"):
        documents = read_all(files)
    if message is None:
        more = f" and {len(files) - 1:,} more" if len(files) > 1 else ""
        message = f"load {documents[0].name}{more}"
    change = pipeline.change(documents, URIRef(graph) if graph else None, message)
    try:
        with terminal.working("validating and publishing"):
            outcome = store_of(settings).commit(change, author())
    except NonConforming as error:
        terminal.report(pipeline.locate(error.report, documents), style)
        raise
    if outcome.report.results:
        terminal.report(pipeline.locate(outcome.report, documents), style)
    terminal.outcome(outcome)


@main.command()
@click.argument("files", nargs=-1, required=True, type=FILE)
@click.option("--graph", help="Take triples that name no graph as this one's.")
@STYLE
@click.pass_obj
def validate(settings: Settings, files: tuple[Path, ...], graph: str | None, style: str) -> None:
    """Say whether FILES would be accepted, and store nothing."""
    from kg import pipeline

    documents = read_all(files)
    change = pipeline.change(documents, URIRef(graph) if graph else None)
    report = store_of(settings).check(change)
    terminal.report(pipeline.locate(report, documents), style)
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
@REVISION
@click.pass_obj
def query(
    settings: Settings, text: str | None, file: TextIO | None, style: str, revision: int | None
) -> None:
    """Answer a SPARQL query, given as TEXT or in a file, over the union of all graphs."""
    if (text is None) == (file is None):
        raise click.UsageError("give the query as one argument, or by --file")
    from kg.query import Request
    from kg.store.workers import QueryPool

    table = style == "table"
    if not table:
        formats.named(style, (*formats.BINDINGS, *formats.GRAPHS))
    request = Request(
        file.read() if file else text or "",
        union=settings.default_graph == "union",
        bindings_format=formats.JSON if table else formats.find(style, formats.BINDINGS),
        graph_format=formats.TURTLE if table else formats.find(style, formats.GRAPHS),
        revision=revision,
    )
    with QueryPool(store_of(settings), replace(settings, workers=1)) as pool:
        answer = pool.query(request)
        if table and answer.media_type == formats.JSON.media_type:
            terminal.solutions(b"".join(answer.chunks()))
            return
        terminal.chunks(answer.chunks())


@main.command()
@click.argument("text", required=False)
@click.option("--file", "-f", type=click.File(encoding="utf-8"), help="Read it from a file.")
@click.option("--message", help="What the log says of it (default: its operations).")
@STYLE
@click.pass_obj
def update(
    settings: Settings, text: str | None, file: TextIO | None, message: str | None, style: str
) -> None:
    """Make a SPARQL update, given as TEXT or in a file: validated, one revision or nothing."""
    if (text is None) == (file is None):
        raise click.UsageError("give the update as one argument, or by --file")
    from kg.query import Update
    from kg.store import updates

    store = store_of(settings)

    def prepare(asked: Update, union: bool) -> Change:
        change = updates.prepared(store, asked, union)
        return change if message is None else replace(change, message=message)

    request = Update(file.read() if file else text or "")
    union = settings.default_graph == "union"
    try:
        with terminal.working("validating and publishing"):
            outcome = updates.publish(store, request, author(), union=union, prepare=prepare)
    except NonConforming as error:
        terminal.report(error.report, style)
        raise
    terminal.outcome(outcome)


@main.command()
@click.argument("target", required=False, type=TARGET)
@click.option("--format", "style", help="turtle, trig, nquads or jsonld (default: by the ending).")
@REVISION
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
            terminal.chunks(chunks)
            return
        with terminal.working(f"writing {target.name}"):
            dumps.write(target, dumps.gzipped(chunks) if target.suffix == ".gz" else chunks)
        click.echo(f"{target.name}: revision {snapshot.revision}, {len(snapshot):,} quads")


@main.command()
@click.option("--format", "style", type=click.Choice(("table", "json")), default="table")
@click.pass_obj
def log(settings: Settings, style: str) -> None:
    """List the revisions, the newest first."""
    entries = store_of(settings).log()
    if style == "json":
        click.echo(json.dumps([asdict(entry) for entry in entries], indent=2, ensure_ascii=False))
    else:
        terminal.revisions(entries)


@main.command()
@click.argument("revision", type=int)
@click.pass_obj
def rollback(settings: Settings, revision: int) -> None:
    """Publish what REVISION held as a new revision; nothing is lost."""
    terminal.outcome(store_of(settings).rollback(revision, author()))


@main.command()
@REVISION
@click.pass_obj
def stats(settings: Settings, revision: int | None) -> None:
    """Count what the graph holds."""
    from kg.lookup import questions

    with store_of(settings).snapshot(revision) as snapshot:
        terminal.counts(
            {"Revision": snapshot.revision, "Quads": len(snapshot), **questions.counts(snapshot)}
        )


@main.command()
@REVISION
@click.pass_obj
def reindex(settings: Settings, revision: int | None) -> None:
    """Make the tables that look-ups read anew, from the graph alone.

    They are kept up to date without it, and made anew where they are missing or stale.
    """
    from kg.lookup.overview import overview

    with terminal.working("reading the graph"):
        projection = store_of(settings).reindex(revision)
    with closing(projection):
        terminal.indexed(projection.revision, overview(projection))


@main.command()
@click.argument("copy", type=FILE)
@click.argument("phrases", nargs=-1)
def cite(copy: Path, phrases: tuple[str, ...]) -> None:
    """Work out, as Turtle, how an article's graph cites PHRASES of a COPY of its text."""
    from kg import text

    normalised = text.normalise(read_text(copy))
    spans = {phrase: text.find(normalised, phrase) for phrase in phrases}
    terminal.citations(copy.name, normalised, spans)


@main.command()
@click.argument("article")
@click.argument("copy", type=FILE)
@REVISION
@click.pass_obj
def verify(settings: Settings, article: str, copy: Path, revision: int | None) -> None:
    """Check the spans that an ARTICLE's graph cites against a COPY of its text.

    ARTICLE is its IRI, or the last part of it. Each span is found where the graph says, moved
    (then where to), or orphaned: not in this copy. Ends with 1 if any is orphaned.
    """
    from kg import citation, iris

    name = URIRef(article if ":" in article else f"{iris.ID}article/{article}")
    with store_of(settings).snapshot(revision) as snapshot:
        graph = snapshot.graph(name)
    verdict = citation.check(graph, name, read_text(copy))
    terminal.verdict(verdict)
    sys.exit(1 if verdict.count(citation.State.ORPHANED) else 0)


def author() -> str:
    """Name who runs this, for the log."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container may run as a user that has no name
        return f"user {os.getuid()}"


def read_text(path: Path) -> str:
    """Read a text file, which has to be UTF-8."""
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(f"{path.name}: byte {error.start + 1} is not UTF-8: convert it") from None


def read_all(files: tuple[Path, ...]) -> list[Document]:
    """Read files; ``-`` is Turtle on standard input."""
    from kg.store.reading import read

    return [
        read(sys.stdin.buffer.read(), formats.TURTLE, "standard input")
        if str(path) == "-"
        else read(path)
        for path in files
    ]
