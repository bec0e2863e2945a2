"""Checks an article's evidence against a copy of the article: found, moved or orphaned.

The graph holds offsets and hashes and no text, so the only question one can ask of a copy is
whether a window of it hashes right. A hash that fits is not yet the right place, since short spans
occur more than once. A place counts only where its *shift* (new offset minus old) is borne out:

- Spans that share a shift stand to each other as they stood in the article. Together they have to
  cover enough of the text to be no coincidence (``_enough``).
- A span that fits several such shifts goes with its nearest neighbours.
- A span that fits none is looked for between its neighbours. One place there is its place; several
  are all reported, as ambiguous; none means orphaned.

So nothing is guessed: whatever place is reported hashes right, and holds the very same text.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from hashlib import sha256
from itertools import accumulate
from typing import TYPE_CHECKING

from rdflib import RDF, Graph, URIRef

from kg.errors import InputError, NotFound
from kg.model import Span, Text
from kg.terms import OA, SG
from kg.text import NORM, normalise

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping
    from typing import Final

    from rdflib.term import Node

    Places = Mapping[Span, tuple[int, ...]]
    """The offsets in the copy at which each span begins; none: orphaned."""

BORNE_OUT: Final = 64
"""Code points, some ten words: another text about the same thing hardly shares so many by chance.
A quarter of it is enough where the shift is an expected one, and a third of all that is cited is
always enough, for articles with little evidence."""


class State(StrEnum):
    """What became of a span in the copy."""

    FOUND = "found"
    MOVED = "moved"
    ORPHANED = "orphaned"


@dataclass(frozen=True)
class Citation:
    """One piece of evidence, the records that cite it, and its places in the copy.

    ``places`` holds start and end in code points of the copy, normalised: one pair, none where the
    span is orphaned, several where the copy has it more than once and nothing tells which is meant.
    """

    evidence: URIRef
    records: tuple[URIRef, ...]
    span: Span
    places: tuple[tuple[int, int], ...]

    @property
    def state(self) -> State:
        """Found where it was, moved to another place (or to one of several), or orphaned."""
        if not self.places:
            return State.ORPHANED
        unmoved = self.places == ((self.span.start, self.span.end),)
        return State.FOUND if unmoved else State.MOVED

    @property
    def ambiguous(self) -> bool:
        """Whether the span is in the copy more than once and nothing tells which is meant."""
        return len(self.places) > 1


@dataclass(frozen=True)
class Verdict:
    """All citations of an article, by offset. ``identical``: the copy is the cited text itself."""

    article: URIRef
    identical: bool
    citations: tuple[Citation, ...]

    def count(self, state: State) -> int:
        """Count the citations in a state."""
        return sum(citation.state is state for citation in self.citations)

    @property
    def statement(self) -> str:
        """Say in a sentence what the copy is."""
        count, orphaned = len(self.citations), self.count(State.ORPHANED)
        if self.identical:
            return f"This is the cited text, word for word; all {count} spans are in their places."
        if orphaned == count:
            return f"None of the {count} spans is in this text: it is no copy of the article."
        ambiguous = sum(citation.ambiguous for citation in self.citations)
        return (
            f"This text differs from the cited one: of {count} spans "
            f"{self.count(State.FOUND)} found, {self.count(State.MOVED)} moved"
            f"{f' ({ambiguous} ambiguous)' if ambiguous else ''}, {orphaned} orphaned."
        )


def check(graph: Graph, article: URIRef, copy: str) -> Verdict:
    """Check the evidence that ``graph`` holds of an article against a plain-text copy of it.

    :raises NotFound: where the graph has no evidence from the article
    :raises InputError: where the article was normalised by other rules than ours
    """
    cited = {evidence: _span(graph, evidence) for evidence in _evidence(graph, article)}
    norm = graph.value(article, SG.textNorm)
    if str(norm) != NORM:
        raise InputError(f"<{article}> was normalised by {norm}; only {NORM} can be checked")
    text = normalise(copy)
    identical = str(graph.value(article, SG.textHash)) == text.hash
    if identical:
        places: Places = {span: (span.start,) for span in cited.values()}
    else:
        grown = text.length - int(str(graph.value(article, SG.textLength)))
        places = align(cited.values(), text, grown)
    citations = (
        Citation(
            evidence,
            tuple(sorted(URIRef(str(record)) for record in graph.subjects(SG.evidence, evidence))),
            span,
            tuple((start, start + span.length) for start in places[span]),
        )
        for evidence, span in cited.items()
    )
    return Verdict(article, identical, tuple(sorted(citations, key=lambda citation: citation.span)))


def align(spans: Iterable[Span], copy: Text, grown: int) -> Places:
    """Find spans in a copy that is ``grown`` code points longer than the text they are from."""
    spans = sorted(set(spans))
    windows = _Windows(copy)
    fitting = _shifts(spans, windows, (0, grown))
    cited = _covered(spans)
    trusted = {
        shift
        for shift, those in fitting.items()
        if _covered(those) >= _enough(cited, expected=shift in {0, grown})
    }
    options = {span: [shift for shift in trusted if span in fitting[shift]] for span in spans}
    sure = {span: some[0] for span, some in options.items() if len(some) == 1}
    places = {}
    for span, some in options.items():
        if some:
            shifts = some if span in sure else _with_neighbours(span, some, sure)
            places[span] = tuple(sorted(span.start + shift for shift in shifts))
        else:
            places[span] = _between_neighbours(span, windows, sure)
    return places


def _shifts(
    spans: Collection[Span], windows: _Windows, expected: Iterable[int]
) -> dict[int, frozenset[Span]]:
    """Map each shift at which a span fits to all the spans that fit there.

    The whole copy is searched only for a span that fits at no shift known so far; the longest
    come first, because they are the least likely to fit at a wrong one.
    """
    known = set(expected)
    for span in sorted(spans, key=lambda span: (-span.length, span)):
        if not any(windows.fits(span, shift) for shift in known):
            known.update(start - span.start for start in windows.starts(span))
    return {
        shift: frozenset(span for span in spans if windows.fits(span, shift)) for shift in known
    }


def _enough(cited: int, *, expected: bool) -> float:
    """How many code points spans with one shift have to cover, of ``cited`` ones in all."""
    return min(BORNE_OUT / 4 if expected else BORNE_OUT, cited / 3)


def _covered(spans: Iterable[Span]) -> int:
    """Count the code points that lie in any of the spans."""
    covered = reached = 0
    for span in sorted(spans):
        covered += max(0, span.end - max(span.start, reached))
        reached = max(reached, span.end)
    return covered


def _neighbours(span: Span, sure: Mapping[Span, int]) -> tuple[Span | None, Span | None]:
    """Return the nearest of the sure spans that begin before and after, or where this one does."""
    before = max((other for other in sure if other.start <= span.start), default=None)
    after = min((other for other in sure if other.start >= span.start), default=None)
    return before, after


def _with_neighbours(span: Span, options: list[int], sure: Mapping[Span, int]) -> list[int]:
    """Keep the shifts that a neighbour shares; of two, no shift at all is the better one."""
    theirs = {sure[other] for other in _neighbours(span, sure) if other is not None}
    kept = [shift for shift in options if shift in theirs]
    return [0] if 0 in kept else kept or options


def _between_neighbours(span: Span, windows: _Windows, sure: Mapping[Span, int]) -> tuple[int, ...]:
    """Find every place of a span that keeps its order among its neighbours."""
    if not sure:
        return ()
    before, after = _neighbours(span, sure)
    first = before.start + sure[before] if before else 0
    last = after.start + sure[after] if after else windows.last
    return tuple(start for start in windows.starts(span) if first <= start <= last)


class _Windows:
    """The windows of a text, by their hashes. Code points may take several bytes of UTF-8."""

    def __init__(self, text: Text) -> None:
        self._bytes = text.content.encode()
        widths = (len(character.encode()) for character in text.content)
        self._edges = [0, *accumulate(widths)]
        self.last = text.length
        self.starts = cache(self._starts)

    def fits(self, span: Span, shift: int) -> bool:
        """Tell whether the window at a shift from the span's old place has the span's hash."""
        start, end = span.start + shift, span.end + shift
        if start < 0 or end > self.last:
            return False
        window = self._bytes[self._edges[start] : self._edges[end]]
        return sha256(window).hexdigest() == span.hash

    def _starts(self, span: Span) -> tuple[int, ...]:
        """Return where the windows begin that have the span's hash; all of them are tried.

        About 0.1 s for 100,000 code points.
        """
        wanted, content = bytes.fromhex(span.hash), self._bytes
        pairs = zip(self._edges, self._edges[span.length :], strict=False)
        return tuple(
            start
            for start, (first, last) in enumerate(pairs)
            if sha256(content[first:last]).digest() == wanted
        )


def _evidence(graph: Graph, article: URIRef) -> list[URIRef]:
    found = sorted(
        URIRef(str(evidence))
        for evidence in graph.subjects(OA.hasSource, article)
        if (evidence, RDF.type, SG.Evidence) in graph
    )
    if not found:
        raise NotFound(f"there is no evidence from <{article}>")
    return found


def _span(graph: Graph, evidence: Node) -> Span:
    start, end, hash_ = (
        str(graph.value(evidence, name)) for name in (OA.start, OA.end, SG.spanHash)
    )
    return Span(int(start), int(end), hash_)
