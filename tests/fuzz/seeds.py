"""Well-formed documents, from which mutations start: RDF in every format, and SPARQL."""

from __future__ import annotations

TURTLE = b"""@prefix ex: <https://example.org/> .
@base <https://example.org/base/> .
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>
ex:a a ex:Thing ; ex:p "x"@en-GB , 'y' , \"\"\"long "one"\"\"\" , 1 , -2.5 , 3e7 , true ;
  ex:q [ ex:r ( 1 "two" <three> ) ; ex:s _:b ] ; ex:d "2024-02-29"^^xsd:date .
_:b ex:u "\\u00e4\\U0001F600\\n" , <https://example.org/%C3%A4?q#f> .
"""
TRIG = b"""@prefix ex: <https://example.org/> .
{ ex:a ex:p "x"@en } ex:g { ex:a ex:p ( 1 2 ) . [] ex:q "y" }
GRAPH <https://example.org/h> { ex:b ex:p _:c . _:c ex:p 1.5 }
"""
N_TRIPLES = (
    b'<https://example.org/a> <https://example.org/p> "x"@en .\n'
    b'_:b <https://example.org/p> "1"^^<http://www.w3.org/2001/XMLSchema#integer> . # said\n'
    b"<https://example.org/a> <https://example.org/p> _:b .\n"
)
N_QUADS = (
    b'<https://example.org/a> <https://example.org/p> "x\\u00e4" <https://example.org/g> .\n'
    b"_:b <https://example.org/p> _:c _:g .\n"
)
RDF_XML = b"""<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE rdf:RDF [ <!ENTITY ex "https://example.org/"> ]>
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:ex="https://example.org/"
  xml:base="https://example.org/">
<rdf:Description rdf:about="&ex;a" ex:said="yes"><ex:p xml:lang="en">x &amp; y</ex:p>
<ex:q rdf:parseType="Collection"><rdf:Description rdf:nodeID="b"/></ex:q>
<ex:r rdf:parseType="Resource"><ex:s rdf:datatype="&ex;t">1</ex:s></ex:r>
<ex:x rdf:parseType="Literal"><b>bold</b></ex:x></rdf:Description>
<ex:Thing rdf:ID="c"><rdf:li>1</rdf:li></ex:Thing>
</rdf:RDF>"""
JSON_LD = b"""{"@context": {"ex": "https://example.org/",
"p": {"@id": "ex:p", "@container": "@list"},
"@base": "https://example.org/",
"d": {"@id": "ex:d", "@type": "ex:date"}},
"@id": "a", "@type": "ex:Thing", "p": [1, 2.5, true, null, {"@value": "x", "@language": "en"}],
"d": "2024-02-29", "ex:q": {"@id": "_:b", "ex:u": "\\u00e4\\ud83d\\ude00"},
"@graph": [{"@id": "ex:c", "@reverse": {"ex:r": {"@id": "ex:e"}}}]}"""

ARTICLE = b"""PREFIX sg: <https://w3id.org/stancegraph/ns#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX schema: <https://schema.org/>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>
<https://w3id.org/stancegraph/id/person/robin-vale> a sg:Person ;
  rdfs:label "Robin Vale"@en , "Robin Vale"@de .
<https://w3id.org/stancegraph/id/article/2025-03-acme> a sg:Article ; schema:inLanguage "en" ;
  schema:datePublished "2025-03"^^xsd:gYearMonth ; sg:textNorm "norm/1" ;
  sg:textHash "e902479b5d354161ecaa9d130e478f5ea98f5c7bc31c053d90bd5764232fdd69" ;
  sg:textLength "132"^^xsd:nonNegativeInteger .
"""
"""What the shapes have something to say of."""

RDF = {
    "text/turtle": (TURTLE, ARTICLE),
    "application/trig": (TRIG,),
    "application/n-triples": (N_TRIPLES,),
    "application/n-quads": (N_QUADS,),
    "application/rdf+xml": (RDF_XML,),
    "application/ld+json": (JSON_LD,),
}

QUERIES = (
    b"SELECT * { ?s ?p ?o } LIMIT 3",
    b"PREFIX ex: <https://example.org/> SELECT DISTINCT ?s (COUNT(?o) AS ?n) WHERE { "
    b"GRAPH ?g { ?s ex:p+/^ex:q|!(ex:r) ?o } OPTIONAL { ?s a ?t } FILTER (?o > 3 && REGEX(STR(?s), "
    b"'^a.*b', 'i')) BIND (STRLEN('\\u00e4') AS ?l) VALUES (?t) { (ex:a) (UNDEF) } } "
    b"GROUP BY ?s HAVING (COUNT(?o) > 1) ORDER BY DESC(?n) LIMIT 5 OFFSET 1",
    b"CONSTRUCT { ?s ?p [ <urn:x> ?o ] } FROM <urn:g> WHERE { ?s ?p ?o MINUS { ?s a ?o } } LIMIT 5",
    b"DESCRIBE <https://w3id.org/stancegraph/id/person/mark-zuckerberg>",
    b"ASK { { SELECT ?s { ?s ?p 'x'@en } } UNION { ?s ?p '2024-02-29'^^<urn:date> } "
    b"FILTER NOT EXISTS { ?s ?p 1.0e6 } FILTER (?s IN (<urn:a>, _:b)) }",
)
UPDATES = (
    b"INSERT DATA { <urn:a> <urn:p> 1 . GRAPH <urn:g> { <urn:a> <urn:p> 'x'@en , _:b } }",
    b"PREFIX ex: <https://example.org/> WITH <urn:g> DELETE { ?s ?p ?o } INSERT { ?s ?p [] } "
    b"USING <urn:g> WHERE { ?s ?p ?o FILTER (?o != 3) } ; DELETE DATA { <urn:a> <urn:p> 1 }",
    b"CREATE SILENT GRAPH <urn:h> ; COPY <urn:g> TO <urn:h> ; MOVE SILENT <urn:h> TO DEFAULT ; "
    b"ADD <urn:g> TO <urn:i> ; CLEAR SILENT GRAPH <urn:i> ; DROP SILENT GRAPH <urn:g>",
    b"DELETE WHERE { GRAPH <urn:g> { ?s ?p ?o } }",
)
