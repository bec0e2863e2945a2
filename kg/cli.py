"""The command line: parsing only; kg.terminal prints. Imports are late, so that --help is quick."""

from __future__ import annotations

import json
import os
import sys
from contextlib import closing
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING

import click
from rdflib import URIRef

from kg import __version__, formats, noise, terminal
from kg.errors import InputError, NonConforming
from kg.options import FILE, REVISION, STYLE, TARGET, author, store_of
from kg.settings import CONFIG, Settings, sources
from kg.sparql_commands import query, update
from kg.token_commands import token

if TYPE_CHECKING:
    from kg.store.reading import Document

__all__ = ["main", "store_of"]


@click.group(cls=terminal.Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="stancegraph")
@click.option(
    "--data",
    type=click.Path(file_okay=False, path_type=Path),
    help="Data directory (default: STANCEGRAPH_DATA, or the user's data directory).",
)
@click.option(
    "--config",
    envvar=CONFIG,
    type=click.Path(path_type=Path),
    help=f"Read settings from a TOML file (default: {CONFIG}).",
)
@click.pass_context
def main(context: click.Context, data: Path | None, config: Path | None) -> None:
    """Query and keep a knowledge graph of who says what about AI."""
    noise.quieten()
    settings = Settings.read(os.environ, config)
    context.obj = settings if data is None else replace(settings, data=data)


for command in (query, update, token):
    main.add_command(command)


@main.command("settings")
@click.pass_context
def settings_(context: click.Context) -> None:
    """Print every setting as a file for --config, and where its value comes from."""
    given = context.find_root().params
    known = sources(os.environ, given["config"])
    if given["data"] is not None:
        known["data"] = "--data"
    settings: Settings = context.obj
    terminal.settings(replace(settings, data=settings.data.absolute()), known)


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
