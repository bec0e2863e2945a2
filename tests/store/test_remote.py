"""Nothing is ever fetched: a server that nobody should ask listens, and hears nothing."""

from __future__ import annotations

import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import TYPE_CHECKING

import pytest

from kg import formats
from kg.errors import ParseError
from kg.store.reading import read

if TYPE_CHECKING:
    from collections.abc import Iterator


EX = "https://example.org/"
RDF_XML = (
    '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"\n'
    f'  xmlns:ex="{EX}">\n%s</rdf:RDF>'
)
ABOUT = f'<rdf:Description rdf:about="{EX}a">%s</rdf:Description>'


def json_ld(text: str) -> str:
    """Return the sentence with which JSON-LD is refused."""
    with pytest.raises(ParseError) as caught:
        read(text.encode(), formats.JSON_LD, "in.jsonld")
    return str(caught.value)


def rdf_xml(text: str) -> str:
    """Return the sentence with which RDF/XML is refused."""
    with pytest.raises(ParseError) as caught:
        read(text.encode(), formats.RDF_XML, "in.rdf")
    return str(caught.value)


class Canary(BaseHTTPRequestHandler):
    """Answers every request with a context, and remembers it."""

    sung: list[str]

    def do_GET(self) -> None:
        """Sing."""
        self.sung.append(self.path)
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b'{"@context": {"p": "https://example.org/p"}}')


@pytest.fixture
def canary() -> Iterator[tuple[str, list[str]]]:
    """The address of a server that nobody should ask, and the list of who did."""
    sung: list[str] = []
    server = HTTPServer(("127.0.0.1", 0), type("Listening", (Canary,), {"sung": sung}))
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/context", sung
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.parametrize(
    "document",
    [
        '{"@context": "%s", "p": 1}',
        '{"@context": [{}, "%s"], "p": 1}',
        '{"@context": {"@version": 1.1, "@import": "%s"}, "p": 1}',
        '{"https://example.org/p": {"@context": "%s", "p": 1}}',
        '{"@context": {"p": {"@id": "https://example.org/p", "@context": "%s"}}, "p": {"q": 1}}',
        '{"@context": {"C": {"@id": "https://example.org/C", "@context": "%s"}}, "@type": "C"}',
    ],
)
def test_a_remote_context_is_never_fetched(document: str, canary: tuple[str, list[str]]) -> None:
    """Wherever a context is named by an address, the document is refused; nobody is asked."""
    address, sung = canary
    assert "a remote @context is not fetched: put the context into" in json_ld(document % address)
    assert sung == []


def test_remote_entities_are_never_fetched(canary: tuple[str, list[str]]) -> None:
    """Neither a document type nor an entity of an address makes anybody be asked."""
    address, sung = canary
    body = RDF_XML % ABOUT % "<ex:p>x</ex:p>"
    assert len(read(f'<!DOCTYPE r SYSTEM "{address}">{body}'.encode(), formats.RDF_XML).quads) == 1
    rdf_xml(f'<!DOCTYPE r [<!ENTITY e SYSTEM "{address}">]>{body}')
    assert sung == []
