"""Namespaces and terms. A test holds this module equal to the ontology, both ways."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from rdflib import DCTERMS, FOAF, ORG, OWL, PROV, RDF, RDFS, SH, SKOS, XSD, Namespace, URIRef
from rdflib.namespace import SDO as SCHEMA
from rdflib.namespace import DefinedNamespace

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = [
    "CODE_LISTS",
    "COMMITMENTS",
    "CONDITION_KINDS",
    "CONTENT_PREDICATES",
    "DCTERMS",
    "ENTITY_CLASSES",
    "EXISTENCES",
    "FINDINGS",
    "FOAF",
    "LINK_PREDICATES",
    "MODALITIES",
    "OA",
    "ORG",
    "OWL",
    "POLARITIES",
    "PREFIXES",
    "PROV",
    "RDF",
    "RDFS",
    "RECORD_CLASSES",
    "SCHEMA",
    "SG",
    "SGSH",
    "SH",
    "SKOS",
    "SPEECH_FORMS",
    "WD",
    "XSD",
]


class SG(DefinedNamespace):
    """Every term of the ontology; a name that is not one raises AttributeError."""

    _NS = Namespace("https://w3id.org/stancegraph/ns#")
    _fail = True

    # Agents and things
    Agent: URIRef
    Person: URIRef
    Company: URIRef
    Group: URIRef
    Model: URIRef
    Project: URIRef
    Topic: URIRef

    # Sources
    Article: URIRef
    Occasion: URIRef
    Evidence: URIRef

    # Records
    Record: URIRef
    Stance: URIRef
    Claim: URIRef
    Estimate: URIRef
    Condition: URIRef

    # Of any record
    reportedIn: URIRef
    evidence: URIRef
    gloss: URIRef
    holder: URIRef
    speaker: URIRef
    onBehalfOf: URIRef
    saidAt: URIRef
    saidOn: URIRef
    condition: URIRef
    reason: URIRef

    # Of a stance
    target: URIRef
    polarity: URIRef
    commitment: URIRef
    unconditional: URIRef

    # Of a claim
    modality: URIRef
    negated: URIRef
    assesses: URIRef
    finding: URIRef

    # What a claim can say
    developedBy: URIRef
    openSourced: URIRef
    leadsTo: URIRef
    prevents: URIRef
    requires: URIRef

    # Of an estimate
    quantity: URIRef
    horizonFrom: URIRef
    horizonTo: URIRef
    horizonText: URIRef

    # Of conditions, evidence, articles, models and topics
    kind: URIRef
    spanHash: URIRef
    speechForm: URIRef
    textHash: URIRef
    textLength: URIRef
    textNorm: URIRef
    existence: URIRef
    concerns: URIRef

    # Between records
    revises: URIRef
    contradicts: URIRef
    repeats: URIRef

    # Code lists, each with its values
    Polarity: URIRef
    Favour: URIRef
    Against: URIRef
    Undecided: URIRef
    Neutral: URIRef

    Commitment: URIRef
    Promise: URIRef
    Intention: URIRef
    Willingness: URIRef
    Preference: URIRef

    Modality: URIRef
    Asserted: URIRef
    Expected: URIRef
    Possible: URIRef
    Hypothetical: URIRef

    Finding: URIRef
    Met: URIRef
    NotMet: URIRef
    Unclear: URIRef

    ConditionKind: URIRef
    Safety: URIRef
    Benefit: URIRef
    Business: URIRef
    Legal: URIRef
    Other: URIRef

    SpeechForm: URIRef
    Direct: URIRef
    Indirect: URIRef
    FreeIndirect: URIRef
    Reported: URIRef
    ArticleVoice: URIRef

    Existence: URIRef
    Released: URIRef
    Announced: URIRef
    Imagined: URIRef


class OA(DefinedNamespace):
    """The terms used here of the Web Annotation Vocabulary."""

    _NS = Namespace("http://www.w3.org/ns/oa#")
    _fail = True

    SpecificResource: URIRef
    hasSource: URIRef
    start: URIRef
    end: URIRef


SGSH = Namespace("https://w3id.org/stancegraph/shapes#")
WD = Namespace("http://www.wikidata.org/entity/")

ENTITY_CLASSES = frozenset(
    {SG.Person, SG.Company, SG.Group, SG.Model, SG.Project, SG.Topic, SG.Occasion}
)
"""What the entities graph holds; abstract classes are left out."""
RECORD_CLASSES = frozenset({SG.Stance, SG.Claim, SG.Estimate})
"""What is attributed; abstract classes are left out."""

POLARITIES = frozenset({SG.Favour, SG.Against, SG.Undecided, SG.Neutral})
COMMITMENTS = frozenset({SG.Promise, SG.Intention, SG.Willingness, SG.Preference})
MODALITIES = frozenset({SG.Asserted, SG.Expected, SG.Possible, SG.Hypothetical})
FINDINGS = frozenset({SG.Met, SG.NotMet, SG.Unclear})
CONDITION_KINDS = frozenset({SG.Safety, SG.Benefit, SG.Business, SG.Legal, SG.Other})
SPEECH_FORMS = frozenset({SG.Direct, SG.Indirect, SG.FreeIndirect, SG.Reported, SG.ArticleVoice})
EXISTENCES = frozenset({SG.Released, SG.Announced, SG.Imagined})

CODE_LISTS: Mapping[URIRef, frozenset[URIRef]] = MappingProxyType(
    {
        SG.Polarity: POLARITIES,
        SG.Commitment: COMMITMENTS,
        SG.Modality: MODALITIES,
        SG.Finding: FINDINGS,
        SG.ConditionKind: CONDITION_KINDS,
        SG.SpeechForm: SPEECH_FORMS,
        SG.Existence: EXISTENCES,
    }
)
"""Each code list's class with its values."""

CONTENT_PREDICATES = frozenset(
    {
        ORG.headOf,
        SG.developedBy,
        SG.openSourced,
        SG.leadsTo,
        SG.prevents,
        SG.requires,
        SG.revises,
    }
)
"""What a claim's rdf:predicate can be."""
LINK_PREDICATES = frozenset({SG.revises, SG.contradicts, SG.repeats})
"""What editors say between records, in the links graph."""

_KINDS = ("person", "company", "group", "model", "project", "topic", "occasion", "article")

PREFIXES: Mapping[str, str] = MappingProxyType(
    {
        "sg": str(SG),
        "sgsh": str(SGSH),
        "rdf": str(RDF),
        "rdfs": str(RDFS),
        "owl": str(OWL),
        "xsd": str(XSD),
        "skos": str(SKOS),
        "dcterms": str(DCTERMS),
        "prov": str(PROV),
        "schema": str(SCHEMA),
        "org": str(ORG),
        "oa": str(OA),
        "foaf": str(FOAF),
        "sh": str(SH),
        "wd": str(WD),
    }
    | {kind: f"https://w3id.org/stancegraph/id/{kind}/" for kind in _KINDS}
)
"""For writing Turtle and for messages; ``person:`` to ``article:`` name our own things."""
