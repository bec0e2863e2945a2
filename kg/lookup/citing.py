"""Ready citations: a sentence, and the same as BibTeX."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from kg import iris
from kg.lookup.results import Citation

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from kg.lookup.results import Article, Claim, Language, Named, Source, Stance

_WORDS: Mapping[Language, Mapping[str, str]] = {
    "en": {
        "quoted": "“{}”",
        "in": "In",
        "at": "characters {}",
        "voice": "in the article's own voice",
        "says": "according to {}",
        "revision": "stancegraph, revision {}",
    },
    "de": {
        "quoted": "„{}“",
        "in": "In",
        "at": "Zeichen {}",
        "voice": "in der Stimme des Artikels",
        "says": "laut {}",
        "revision": "stancegraph, Revision {}",
    },
}
_SPECIAL = {
    "\\": r"\textbackslash{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    # not \{ and \}: BibTeX pairs braces without regard to what stands before them
    "{": r"\textbraceleft{}",
    "}": r"\textbraceright{}",
    **{character: "\\" + character for character in "$&#%_"},
}


def record(said: Stance | Claim, revision: int, language: Language) -> Citation:
    """Cite a record: whose it is, what it says, where the article shows it."""
    words = _WORDS[language]
    who = "; ".join(holder.label for holder in said.holder)
    by = who or words["voice"]
    if said.speaker is not None:
        by += f" ({words['says'].format(said.speaker.label)})"
    spans = ", ".join(f"{span.start}-{span.end}" for span in said.evidence)
    place = f"{words['in']}: {_source(said.reported_in, words)}"
    if spans:
        place += f", {words['at'].format(spans)}"
    graph = words["revision"].format(revision)
    return Citation(
        text=f"{by}: {words['quoted'].format(said.gloss)} {place}. {graph}, {said.id}",
        bibtex=_bibtex(
            said.id,
            {
                "author": _authors(said.holder) or _publisher(said.reported_in),
                "title": _braced(said.gloss),
                "year": _year(said.said_on.value if said.said_on else None, said.reported_in),
                "howpublished": _braced(graph),
                "url": _address(said.id),
                "note": _escaped(place),
            },
        ),
        revision=revision,
        permalink=said.id,
    )


def article(found: Article, revision: int, language: Language) -> Citation:
    """Cite an article with its records as this graph has them."""
    words = _WORDS[language]
    graph = words["revision"].format(revision)
    return Citation(
        text=f"{_source(found, words)}. {graph}, {found.id}",
        bibtex=_bibtex(
            found.id,
            {
                "author": _publisher(found),
                "title": _braced(found.headline or iris.key(found.id)),
                "year": _year(None, found),
                "howpublished": _braced(graph),
                "url": _address(found.id),
                "note": _escaped(found.url or ""),
            },
        ),
        revision=revision,
        permalink=found.id,
    )


def _source(source: Source, words: Mapping[str, str]) -> str:
    """Name an article: headline, publisher, date."""
    parts = (
        words["quoted"].format(source.headline) if source.headline else iris.key(source.id),
        source.publisher.label if source.publisher else "",
        source.date_published.value if source.date_published else "",
    )
    return ", ".join(part for part in parts if part)


def _bibtex(iri: str, fields: Mapping[str, str]) -> str:
    name = re.sub(r"[^A-Za-z0-9]+", "-", f"stancegraph-{iris.key(iri)}").strip("-")
    lines = (f"  {field} = {{{value}}}," for field, value in fields.items() if value)
    return "\n".join((f"@misc{{{name},", *lines, "}"))


def _authors(holders: Sequence[Named]) -> str:
    """Join names; in braces of their own, none is taken apart into given and family names."""
    return " and ".join(_braced(holder.label) for holder in holders)


def _publisher(source: Source) -> str:
    return _braced(source.publisher.label) if source.publisher else ""


def _year(said: str | None, source: Source) -> str:
    published = source.date_published.value if source.date_published else ""
    return (said or published)[:4]


def _braced(text: str) -> str:
    """Escape text and keep its case."""
    return f"{{{_escaped(text)}}}" if text else ""


def _escaped(text: str) -> str:
    """Escape what TeX would read as more than text, and put it on one line."""
    plain = " ".join(text.split())
    return "".join(_SPECIAL.get(character, character) for character in plain)


def _address(iri: str) -> str:
    """Write an IRI for a field that is set as it stands; it keeps braces balanced."""
    return iri.replace("{", "%7B").replace("}", "%7D").replace("\\", "%5C")
