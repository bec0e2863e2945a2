"""``/dump.*``: a whole revision as a file, streamed."""

from __future__ import annotations

from contextlib import ExitStack, closing
from itertools import chain
from typing import TYPE_CHECKING

from flask import Blueprint, Response
from werkzeug.exceptions import NotFound

from api import parameters, validators
from api.clients import client, until_sent
from api.negotiate import content_type
from api.state import state
from kg import export, formats

if TYPE_CHECKING:
    from collections.abc import Generator

    from kg.formats import Format
    from kg.store.snapshot import RevisionSnapshot

blueprint = Blueprint("dumps", __name__)


@blueprint.get("/dump.<ending>")
def dump(ending: str) -> Response:
    """Send the graph in the format that ``ending`` names, compressed where it ends in .gz."""
    plain = ending.removesuffix(".gz")
    format_ = next((item for item in formats.DUMPS if item.endings[0] == plain), None)
    if format_ is None:
        names = ", ".join(f"/dump.{item.endings[0]}" for item in formats.DUMPS)
        raise NotFound(f"there is no dump of this name; there are {names}, each also with .gz")
    here, wanted = state(), parameters.revision(parameters.of_url())
    with ExitStack() as held:
        held.enter_context(here.transfers.begin(client().name))
        snapshot = held.enter_context(here.store.snapshot(wanted))
        chunks = held.enter_context(closing(_chunks(snapshot, format_, compressed=plain != ending)))
        first = next(chunks, b"")  # what goes wrong here is still an error status
        kept = held.pop_all()
    validators.decides(snapshot.revision)
    name = f"stancegraph-{snapshot.revision}.{ending}"
    media_type = "application/gzip" if plain != ending else format_.media_type
    sent = until_sent(chain([first], chunks), kept)
    response = Response(sent, content_type=content_type(media_type))
    response.call_on_close(kept.close)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _chunks(
    snapshot: RevisionSnapshot, format_: Format, *, compressed: bool
) -> Generator[bytes, None, None]:
    plain = export.dump(snapshot, format_)
    yield from export.gzipped(plain) if compressed else plain
