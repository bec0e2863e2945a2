"""Updates, worked out as changes: what they come to is what the engine makes of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import (
    BlankNode,
    CanonicalizationAlgorithm,
    Dataset,
    DefaultGraph,
    Literal,
    NamedNode,
    Quad,
)
from pyoxigraph import Store as Engine

from kg.errors import QueryError
from kg.query import Update
from kg.store import updates
from kg.store.terms import quad_to_engine

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kg.store.base import Change

REQUESTS = [
    "INSERT DATA { <urn:a> <urn:p> _:x , (1 _:x [ <urn:p> 05 ]) . GRAPH <urn:h> { _:x <urn:p> 2 }}",
    "DELETE DATA { <urn:a> <urn:p> <urn:b> . GRAPH <urn:g> { <urn:a> <urn:p> 05 } }",
    "DELETE WHERE { ?s ?p ?o }",
    "DELETE WHERE { ?s <urn:p> ?o . GRAPH ?g { ?s <urn:q> ?z . ?s ?p ?y } ?s ?r <urn:b> }",
    "WITH <urn:g> DELETE { ?s ?p ?o } INSERT { [] <urn:was> ?o ; <urn:of> ?s } WHERE { ?s ?p ?o }",
    "DELETE { ?s ?p ?o } USING <urn:g> USING NAMED <urn:h> WHERE { ?s ?p ?o GRAPH ?g { ?s ?q ?z }}",
    "WITH <urn:h> INSERT { ?s ?p ?o . GRAPH ?p { ?s ?p ?o } } USING <urn:g> WHERE { ?s ?p ?o }",
    """INSERT { GRAPH ?g { ?o ?s ?p . ?g <urn:n> _:n . _:n <urn:of> ?n } }
    WHERE { GRAPH ?g { ?s ?p ?o } BIND(STR(?o) AS ?n) OPTIONAL { ?o ?p ?none } }""",
    """DELETE { ?s <urn:p> ?o } INSERT { ?s <urn:p> ?o , ?c }
    WHERE { { SELECT ?s (COUNT(*) AS ?c) { ?s ?p ?x } GROUP BY ?s } ?s <urn:p> ?o }""",
    "PREFIX : <urn:> INSERT { ?s :is '}' } WHERE { ?s :p ?o FILTER(?o<?s&&?s>'{'||true) } # }",
    """INSERT { ?s <urn:new> _:b } WHERE { ?s ?p ?o } ;
    DELETE { ?s ?p ?b } INSERT { ?b ?p ?s } WHERE { ?s ?p ?b FILTER isBlank(?b) } ;
    INSERT { <urn:all> <urn:count> ?n } WHERE { SELECT (COUNT(*) AS ?n) { ?s ?p ?o } }""",
    """DELETE DATA { <urn:a> <urn:p> 5 } ; INSERT DATA { <urn:a> <urn:p> 5 , 6 } ;
    DELETE DATA { <urn:a> <urn:p> 6 }""",
    """INSERT DATA { GRAPH <urn:n> { <urn:a> <urn:p> 1 } } ; COPY <urn:n> TO <urn:h> ;
    DROP GRAPH <urn:n>""",
    *(
        f"{verb} {source} TO {target}"
        for verb in ("COPY", "ADD", "MOVE SILENT")
        for source in ("DEFAULT", "<urn:g>")
        for target in ("DEFAULT", "GRAPH <urn:h>", "<urn:g>")
    ),
    *(
        f"{verb} SILENT {graphs}"
        for verb in ("CLEAR", "DROP")
        for graphs in ("DEFAULT", "NAMED", "ALL", "GRAPH <urn:g>")
    ),
    "MOVE <urn:g> TO <urn:n> ; ADD <urn:n> TO <urn:h>",
    "CREATE GRAPH <urn:new> ; CLEAR GRAPH <urn:new> ; DROP GRAPH <urn:new>",
    "CREATE SILENT GRAPH <urn:g> ; DROP GRAPH <urn:g> ; CREATE GRAPH <urn:g>",
    "CREATE GRAPH <urn:new> ; DROP ALL ; CLEAR GRAPH <urn:new>",
    "INSERT DATA { GRAPH <urn:n> { <urn:a> <urn:p> 1 } } ; CREATE GRAPH <urn:n>",
    "DROP GRAPH <urn:g> ; CLEAR GRAPH <urn:g>",
    "MOVE <urn:g> TO <urn:h>",
    "INSERT DATA { } ;",
    "# nothing",
]

IRIS = st.sampled_from([NamedNode(f"urn:{name}") for name in "abpq"])
NODES = st.one_of(IRIS, st.sampled_from([BlankNode("x"), BlankNode("y")]))
LITERALS = st.one_of(
    st.text(max_size=5).map(Literal),
    st.integers(0, 9).map(lambda n: Literal(f"0{n}", datatype=NamedNode(f"{XSD}integer"))),
    st.sampled_from([Literal("x", language="de-AT"), Literal("z", datatype=NamedNode("urn:dt"))]),
)
GRAPHS = st.sampled_from([DefaultGraph(), NamedNode("urn:g"), NamedNode("urn:h")])
QUADS = st.builds(Quad, NODES, IRIS, st.one_of(NODES, LITERALS), GRAPHS)
XSD = "http://www.w3.org/2001/XMLSchema#"


def engine_of(quads: Iterable[Quad]) -> Engine:
    """Return a store in memory."""
    engine = Engine()
    engine.extend(quads)
    return engine


def labelled(quads: Iterable[Quad]) -> set[Quad]:
    """Return quads with labels that depend on the data alone."""
    dataset = Dataset(quads)
    dataset.canonicalize(CanonicalizationAlgorithm.UNSTABLE)
    return set(dataset)


def changed(engine: Engine, change: Change) -> set[Quad]:
    """Return what a store would hold after a change, which has to be all true."""
    before = set(engine)
    added, removed = (set(map(quad_to_engine, quads)) for quads in (change.added, change.removed))
    assert removed <= before
    assert not added & before
    return (before - removed) | added


def after(text: str, data: str = "", *, union: bool = False, **dataset: Any) -> set[str]:
    """Return what an update leaves of some data, as N-Quads without their ends."""
    engine = Engine()
    engine.update(f"INSERT DATA {{ {data} }}")
    update = Update(text, **dataset)
    return set(map(str, changed(engine, updates.effect(engine, update, union=union))))


@pytest.mark.parametrize("text", REQUESTS)
@settings(max_examples=30)
@given(quads=st.sets(QUADS, max_size=12))
def test_as_the_engine_does(text: str, quads: set[Quad]) -> None:
    """What an update is said to come to is what the engine makes of it, errors included."""
    engine, oracle = engine_of(quads), engine_of(quads)
    try:
        oracle.update(text)
    except RuntimeError:
        with pytest.raises(QueryError, match="SILENT"):
            updates.effect(engine, Update(text), union=False)
        return
    assert labelled(changed(engine, updates.effect(engine, Update(text), union=False))) == labelled(
        oracle
    )


UNNAMED = "<urn:a> <urn:p> 1"
NAMED = "GRAPH <urn:g> { <urn:a> <urn:p> 2 }"
INTEGER = f"^^<{XSD}integer>"


@pytest.mark.parametrize(("union", "said"), [(True, {"1", "2"}), (False, {"1"})])
def test_what_is_read(union: bool, said: set[str]) -> None:
    """A pattern reads the union of all graphs, or the unnamed one; the unnamed one is written."""
    found = after(
        "INSERT { <urn:n> <urn:p> ?o } WHERE { ?s ?p ?o }", UNNAMED + "." + NAMED, union=union
    )
    new = {quad for quad in found if quad.startswith("<urn:n>")}
    assert new == {f'<urn:n> <urn:p> "{value}"{INTEGER}' for value in said}


@pytest.mark.parametrize(
    ("text", "dataset", "values"),
    [
        ("INSERT { <urn:n> <urn:n> ?o } WHERE { ?s ?p ?o }", {"default_graphs": ("urn:g",)}, {"2"}),
        ("INSERT { <urn:n> <urn:n> ?o } WHERE { ?s ?p ?o }", {"named_graphs": ("urn:g",)}, set()),
        (
            "INSERT { <urn:n> <urn:n> ?o } WHERE { GRAPH ?g { ?s ?p ?o } }",
            {"named_graphs": ("urn:h",)},
            {"3"},
        ),
        ("INSERT { <urn:n> <urn:n> ?o } WHERE { ?s ?p ?o }", {"graph": "urn:h"}, {"3"}),
    ],
)
def test_protocols_dataset(text: str, dataset: dict[str, Any], values: set[str]) -> None:
    """The protocol's graphs are what a text that names none reads, whatever the default is."""
    data = f"{UNNAMED} . {NAMED} GRAPH <urn:h> {{ <urn:a> <urn:p> 3 }}"
    found = {
        quad.split()[2] for quad in after(text, data, union=True, **dataset) if "<urn:n>" in quad
    }
    assert found == {f'"{value}"{INTEGER}' for value in values}


def test_graph_of_a_patch() -> None:
    """With a graph given, all that names none reads and writes that one; WITH names another."""
    text = (
        "INSERT DATA { <urn:n> <urn:p> 1 } ; DELETE DATA { <urn:a> <urn:p> 2 } ;"
        "WITH <urn:h> INSERT { <urn:h> <urn:p> 1 } WHERE { } ;"
        "DELETE { ?s ?p 1 } INSERT { ?s ?p 7 } WHERE { ?s ?p 1 }"
    )
    assert after(text, UNNAMED + "." + NAMED, union=True, graph="urn:g") == {
        f'<urn:a> <urn:p> "1"{INTEGER}',
        f'<urn:n> <urn:p> "7"{INTEGER} <urn:g>',
        f'<urn:h> <urn:p> "1"{INTEGER} <urn:h>',
    }


@pytest.mark.parametrize(
    "text",
    ["WITH <urn:g> DELETE { ?s ?p 1 } WHERE { ?s ?p 1 }", "DELETE {} USING <urn:g> WHERE {}"],
)
def test_dataset_named_twice(text: str) -> None:
    """Graphs are named by the protocol or by the text, and not by both."""
    with pytest.raises(QueryError, match="named twice"):
        after(text, default_graphs=("urn:g",))


@pytest.mark.parametrize("dataset", [{"graph": "no iri"}, {"default_graphs": ("no iri",)}])
def test_no_iri(dataset: dict[str, Any]) -> None:
    """A graph's name that is no IRI is refused by name."""
    with pytest.raises(QueryError, match="'no iri' is no IRI"):
        after("INSERT { ?s ?p 1 } WHERE { ?s ?p 1 }", **dataset)


def test_blank_nodes_stay_the_ones_they_are() -> None:
    """A blank node that a pattern finds is the one in the store, also where it is deleted."""
    data = "_:x <urn:p> _:y . _:y <urn:p> 1"
    text = "DELETE { ?s <urn:p> ?o } INSERT { ?s <urn:q> ?o } WHERE { ?s <urn:p> ?o }"
    found = after(text, data)
    assert len(found) == 2
    (middle,) = {quad.split()[0] for quad in found} & {quad.split()[2] for quad in found}
    assert middle.startswith("_:")
    assert {quad.split()[1] for quad in found} == {"<urn:q>"}


def test_blank_node_names_no_graph() -> None:
    """What a template would put into a graph that a blank node names is left out, as in RDF."""
    template = "{ GRAPH ?b { <urn:a> <urn:p> 1 } ?b ?b ?b . ?b <urn:p> ?b }"
    text = f"INSERT {template} WHERE {{ BIND(BNODE() AS ?b) }}"
    assert len(after(text)) == 1


def test_values_are_not_rewritten() -> None:
    """IRIs with dots in their path, quotes and line ends go through templates as they are."""
    data = "<http://a/b/../c> <urn:p> '''\"\\\\\n\r\u0001''' , <http://B/%7e>"
    text = "BASE <http://b/> DELETE { ?s ?p ?o } INSERT { ?s <urn:p> ?o } WHERE { ?s ?p ?o }"
    assert after(text, data) == after("", data)


def test_triple_terms() -> None:
    """A triple as a term cannot be kept, and is refused rather than lost."""
    with pytest.raises(QueryError, match="triple within a triple"):
        after("INSERT DATA { <urn:a> <urn:p> <<( <urn:a> <urn:p> 1 )>> }")
    with pytest.raises(QueryError, match="base direction"):
        after("INSERT DATA { <urn:a> <urn:p> 'x'@en--ltr }")


def test_declarations_between_operations() -> None:
    """Each operation may declare more names, or the same anew; those before it hold on."""
    text = (
        "PREFIX a: <urn:1:> INSERT DATA { a:s a:p a:o } ;"
        "PREFIX b: <urn:b:> INSERT DATA { a:s b:p a:o } ;"
        "PREFIX a: <urn:2:> BASE <urn:x:y> INSERT DATA { a:s b:p <z> } ; PREFIX c: <urn:c:>"
    )
    assert after(text) == {
        "<urn:1:s> <urn:1:p> <urn:1:o>",
        "<urn:1:s> <urn:b:p> <urn:1:o>",
        "<urn:2:s> <urn:b:p> <urn:z>",
    }


@pytest.mark.parametrize(
    "text",
    [
        "DROP GRAPH <urn:n>",
        "CLEAR GRAPH <urn:n>",
        "MOVE <urn:n> TO DEFAULT",
        "CREATE GRAPH <urn:g>",
    ],
)
def test_graphs_that_are_not_there(text: str) -> None:
    """A graph that is missing, or there already, is an error that SILENT does away with."""
    with pytest.raises(QueryError, match=r"graph <urn:[ng]>.*: [A-Z]+ SILENT does not mind"):
        after(text, NAMED)
    after(text.replace(" ", " SILENT ", 1), NAMED)


def test_huge_insert() -> None:
    """Twenty thousand triples in one text are all there."""
    rows = "\n".join(f"<urn:{i}> <urn:p> 'load {i}' ." for i in range(20_000))
    change = updates.effect(Engine(), Update(f"INSERT DATA {{ {rows} }}"), union=True)
    assert (len(change.added), len(change.removed)) == (20_000, 0)
