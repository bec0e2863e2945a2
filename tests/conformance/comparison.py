"""Whether two results are the same, up to the labels of blank nodes. Pure.

Rows stand for everything: a solution is a row of its values, a triple a row of three terms, a quad
one of four. Two results are the same where some bijection of their blank nodes makes the one
multiset of rows out of the other.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING

from pyoxigraph import BlankNode, Literal, NamedNode

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

Term = NamedNode | BlankNode | Literal
Row = tuple[Term | None, ...]

_XSD = "http://www.w3.org/2001/XMLSchema#"
_INTEGERS = frozenset(
    _XSD + name
    for name in (
        *("integer", "long", "int", "short", "byte", "nonNegativeInteger", "positiveInteger"),
        *("unsignedLong", "unsignedInt", "unsignedShort", "unsignedByte"),
        *("nonPositiveInteger", "negativeInteger"),
    )
)
_FLOATS = frozenset({_XSD + "double", _XSD + "float"})


def by_value(row: Row, kept: frozenset[Term] = frozenset()) -> Row:
    """Write the numbers of a row in one way each, and language tags in lower case.

    Literals in ``kept`` stay as they are.
    """
    return tuple(term if term in kept else _written_once(term) for term in row)


def _written_once(term: Term | None) -> Term | None:
    if not isinstance(term, Literal):
        return term
    if term.language:
        return Literal(term.value, language=term.language.lower())
    try:
        return Literal(_number(term.value, term.datatype.value), datatype=term.datatype)
    except (ValueError, InvalidOperation):
        return term


def _number(text: str, datatype: str) -> str:
    """Write a number in one way; what is of no numeric datatype stays as it is."""
    if datatype in _INTEGERS:
        return str(int(text))
    if datatype == _XSD + "decimal":
        return f"{Decimal(text).normalize():f}"
    if datatype in _FLOATS:
        return repr(float(text))
    return text


def same(expected: Sequence[Row], actual: Sequence[Row], *, ordered: bool = False) -> bool:
    """Tell whether the rows are the same, ``ordered``: in the same order."""
    if len(expected) != len(actual):
        return False
    if ordered:
        expected = [(*row, _place(index)) for index, row in enumerate(expected)]
        actual = [(*row, _place(index)) for index, row in enumerate(actual)]
    ours, theirs = _classes(expected), _classes(actual)
    if {colour: len(ours[colour]) for colour in ours} != {
        colour: len(theirs[colour]) for colour in theirs
    }:
        return False
    pending = [(node, colour) for colour in sorted(ours, key=hash) for node in ours[colour]]
    return _matched(pending, theirs, {}, (expected, actual))


def same_within(expected: Sequence[Row], actual: Sequence[Row]) -> bool:
    """Tell whether ``actual`` has each expected row, at least once and no oftener than there."""
    most, found = Counter(expected), Counter(actual)
    return most.keys() == found.keys() and all(found[row] <= most[row] for row in most)


def _place(index: int) -> Literal:
    return Literal(str(index))


def _classes(rows: Sequence[Row]) -> dict[object, list[BlankNode]]:
    """Group the blank nodes by what is said of them, looked at ever more closely."""
    nodes = {term for row in rows for term in row if isinstance(term, BlankNode)}
    colours: dict[BlankNode, object] = dict.fromkeys(nodes, 0)
    count = 0
    while len(set(colours.values())) > count:
        count = len(set(colours.values()))
        seen: defaultdict[BlankNode, list[int]] = defaultdict(list)
        for row in rows:
            painted = tuple(_painted(term, colours) for term in row)
            for node in {term for term in row if isinstance(term, BlankNode)}:
                places = tuple(place for place, term in enumerate(row) if term == node)
                seen[node].append(hash((painted, places)))
        colours = {node: hash((colours[node], tuple(sorted(seen[node])))) for node in nodes}
    classes: defaultdict[object, list[BlankNode]] = defaultdict(list)
    for node, colour in colours.items():
        classes[colour].append(node)
    return dict(classes)


def _painted(term: Term | None, colours: Mapping[BlankNode, object]) -> object:
    return ("blank", colours[term]) if isinstance(term, BlankNode) else term


def _matched(
    pending: Sequence[tuple[BlankNode, object]],
    theirs: Mapping[object, Sequence[BlankNode]],
    chosen: Mapping[BlankNode, BlankNode],
    rows: tuple[Sequence[Row], Sequence[Row]],
) -> bool:
    """Try the bijections that go with the classes, one node at a time."""
    expected, actual = rows
    if not pending:
        return Counter(_renamed(expected, chosen)) == Counter(actual)
    (node, colour), *rest = pending
    taken = set(chosen.values())
    for candidate in theirs[colour]:
        if candidate in taken:
            continue
        following = {**chosen, node: candidate}
        if _possible(expected, actual, following) and _matched(rest, theirs, following, rows):
            return True
    return False


def _possible(
    expected: Iterable[Row], actual: Iterable[Row], chosen: Mapping[BlankNode, BlankNode]
) -> bool:
    """Tell whether every row that has only chosen blank nodes has its counterpart."""
    whole = (row for row in expected if all(t in chosen for t in row if isinstance(t, BlankNode)))
    return not Counter(_renamed(whole, chosen)) - Counter(actual)


def _renamed(rows: Iterable[Row], names: Mapping[BlankNode, BlankNode]) -> list[Row]:
    return [
        tuple(names[term] if isinstance(term, BlankNode) else term for term in row) for row in rows
    ]
