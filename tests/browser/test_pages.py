"""Every kind of page in a browser: no violation of WCAG 2.2 AA, nothing wider than the window."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from axe_playwright_python.sync_playwright import (  # type: ignore[import-untyped]  # has no types
    Axe,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page

    Visitor = Callable[..., Page]

SEED = "2024-04-zuckerberg-open-source"
PAGES = {
    "home": "/",
    "search": "/search?q=zuck",
    "nothing found": "/search?q=qqqqqq",
    "stances": "/stances",
    "stances narrowed": "/stances?holder=person/odd&polarity=Favour&said_from=2024",
    "claims": "/claims",
    "estimates": "/estimates",
    "articles": "/articles",
    "entities": "/entities?kind=topic",
    "timeline": "/timeline?unit=quarter",
    "timeline of months": "/timeline?unit=month",
    "changes": "/changes",
    "compare": "/compare?holder=person/mara-lindqvist&holder=person/tomas-adeyemi",
    "choice": "/stances?holder=ann",
    "person": "/doc/person/mark-zuckerberg",
    "topic": "/doc/topic/opening-ai-models",
    "odd person": "/doc/person/odd",
    "odd topic": "/doc/topic/long",
    "article": f"/doc/article/{SEED}",
    "odd article": "/doc/article/2026-03-odd",
    "stance": f"/record/{SEED}/s1",
    "stance with a finding": f"/record/{SEED}/s4",
    "claim": f"/record/{SEED}/k20",
    "estimate": "/record/2026-03-odd/q1",
    "odd stance": "/record/2026-03-odd/s1",
    "not found": "/doc/person/mark-zuckerburg",
    "refused": "/stances?polarity=Favor",
    "ontology": "/ns",
    "shapes": "/shapes",
}
ERRORS = {"choice": 300, "not found": 404, "refused": 400}
DESK = {"width": 1280, "height": 900}
PHONE = {"width": 390, "height": 844}
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
ALL = {"runOnly": {"type": "tag", "values": TAGS}}
SEEN = {"runOnly": {"type": "rule", "values": ["color-contrast", "target-size"]}}
"""The rules for what colours and widths change."""
WIDER = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


@pytest.mark.parametrize(
    ("viewport", "scheme", "rules", "passing"),
    [
        pytest.param(DESK, "light", ALL, 15, id="desk, light"),
        pytest.param(PHONE, "dark", ALL, 15, id="phone, dark"),
        pytest.param(DESK, "dark", SEEN, 2, id="desk, dark"),
        pytest.param(PHONE, "light", SEEN, 2, id="phone, light"),
    ],
)
def test_accessible(
    visitor: Visitor, viewport: dict[str, int], scheme: str, rules: dict[str, Any], passing: int
) -> None:
    """Axe finds nothing to complain of on any page, at both widths, light and dark."""
    page = visitor(locale="en-GB", viewport=viewport, color_scheme=scheme)
    found = {}
    for name, address in PAGES.items():
        response = page.goto(address)
        assert response is not None
        assert response.status == ERRORS.get(name, 200), name
        page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
        checked: dict[str, Any] = Axe().run(page, options=rules).response
        assert len(checked["passes"]) >= passing, name
        if checked["violations"]:
            found[name] = [
                (each["id"], [node["html"] for node in each["nodes"]][:3])
                for each in checked["violations"]
            ]
    assert found == {}


@pytest.mark.parametrize("locale", ["en-GB", "de-DE"])
def test_nothing_is_wider_than_a_phone(visitor: Visitor, locale: str) -> None:
    """No page scrolls sideways at 390 pixels, nor at 320, in either language."""
    page = visitor(locale=locale, viewport=PHONE)
    for name, address in PAGES.items():
        page.goto(address)
        for width in (390, 320):
            page.set_viewport_size({"width": width, "height": 844})
            assert page.evaluate(WIDER) <= 0, (name, width)


def test_targets(visitor: Visitor) -> None:
    """Fields and buttons are tall enough for a thumb."""
    page = visitor(locale="en-GB", viewport=PHONE)
    for address in ("/", "/stances", "/timeline"):
        page.goto(address)
        boxes = [each.bounding_box() for each in page.locator("button, input, select").all()]
        heights = [box["height"] for box in boxes if box]
        assert len(heights) > 1
        assert min(height for height in heights if height > 0) >= 17
