"""Things as a projection shows them, for ``handmade``: what a test does not say is plain."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

    Thing = dict[str, Any]


def _said(**fields: object) -> Thing:
    """Leave out what is not said, as kg.store.derivation does."""
    return {name: value for name, value in fields.items() if value is not None}


def article(published: str | None = None, **more: object) -> Thing:
    """Make an article."""
    text: Thing = {"text_hash": "0" * 64, "text_length": 9, "text_norm": "norm/1"}
    return text | _said(**{"class": "Article"}, published=published, **more)


def stance(
    source: str, target: str = "topic/t", holders: Iterable[str] = ("person/x",), **more: object
) -> Thing:
    """Make a stance that an article reports."""
    kind: Thing = {"class": "Stance", "polarity": "Favour"}
    return kind | _said(article=source, target=target, holders=sorted(holders), **more)


def claim(source: str, **more: object) -> Thing:
    """Make a claim that an article reports."""
    kind: Thing = {"class": "Claim", "modality": "Asserted"}
    return kind | _said(article=source, **more)


def condition(source: str, **more: object) -> Thing:
    """Make a condition of an article."""
    kind: Thing = {"class": "Condition", "kind": "Safety"}
    return kind | _said(article=source, **more)


def entity(kind: str, label: str, **more: object) -> Thing:
    """Make an entity with one name."""
    return _said(**{"class": kind}, label_en=label, names=[[label, "en", True]], **more)
