"""How a document is answered: where its other formats are, and what it is about."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from flask import Response, make_response, url_for
from werkzeug.urls import iri_to_uri

from api import parameters
from api.addresses import Twin
from api.negotiate import DOCUMENTS, HTML, content_type
from kg import documents, formats

if TYPE_CHECKING:
    from collections.abc import Collection

    from flask.typing import ResponseReturnValue

    from kg.formats import Format
    from kg.store.base import Triple


@dataclass(frozen=True)
class Address:
    """Where a document is: its path without a suffix, and the query that every link keeps."""

    path: str
    query: str = ""

    def of(self, format_: Format | None) -> str:
        """Return the address in a format; None leaves it to Accept."""
        return self.path + ("" if format_ is None else f".{format_.endings[0]}") + self.query

    def twins(self) -> list[Twin]:
        """Return the formats for machines."""
        machines = (format_ for format_ in DOCUMENTS if format_ != HTML)
        return [Twin(item.name, item.media_type, self.of(item)) for item in machines]


@dataclass(frozen=True)
class Answer:
    """A document asked for: where it is, what it is about, in which format.

    ``negotiated``: the format was found by Accept and not by the suffix.
    """

    address: Address
    about: str
    format: Format
    negotiated: bool

    def page(self, page: ResponseReturnValue) -> Response:
        """Answer with a page."""
        return self._labelled(make_response(page))

    def data(self, triples: Collection[Triple]) -> Response:
        """Answer with triples."""
        format_ = formats.named(self.format.name, formats.GRAPHS)
        context = url_for("vocabulary.context", _external=True)
        body = documents.write(triples, self.about, format_, context)
        return self._labelled(Response(body, content_type=content_type(format_.media_type)))

    def _labelled(self, response: Response) -> Response:
        if self.negotiated:
            response.vary.add("Accept")
            response.headers["Content-Location"] = self.address.of(self.format)
        links = [f'<{self.address.of(None)}>; rel="canonical"']
        links += [f'<{iri_to_uri(self.about)}>; rel="describes"']
        links += [
            f'<{self.address.of(other)}>; rel="alternate"; type="{other.media_type}"'
            for other in DOCUMENTS
            if other != self.format
        ]
        response.headers["Link"] = ", ".join(links)
        return response


def query() -> str:
    """Return the query of this request, to go on with; empty, or with its question mark."""
    values = parameters.of_url()
    return f"?{urlencode(values, doseq=True)}" if values else ""
