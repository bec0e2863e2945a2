"""The commands ``query`` and ``update``. Imports are late, so that --help is quick."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, TextIO

import click

from kg import formats, terminal
from kg.errors import NonConforming
from kg.options import REVISION, STYLE, author, store_of

if TYPE_CHECKING:
    from kg.settings import Settings
    from kg.store.base import Change


@click.command()
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


@click.command()
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
