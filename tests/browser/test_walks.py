"""From the front page by search to a stance and its evidence, as people go."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Locator, Page

    Visitor = Callable[..., Page]

WORDS = {
    "en-GB": {
        "search": "Search",
        "stance": "Zuckerberg would have Meta open even a model",
        "conditions": "Conditions",
        "condition": "The model is safe.",
        "evidence": "Evidence",
        "article": "What it reports",
        "switch": "Deutsch",
        "switched": "de",
    },
    "de-DE": {
        "search": "Suchen",
        "stance": "Zuckerberg würde Meta selbst ein Zehn-Milliarden-Modell",
        "conditions": "Bedingungen",
        "condition": "Vom Modell geht keine Gefahr aus.",
        "evidence": "Belege",
        "article": "Was er berichtet",
        "switch": "English",
        "switched": "en",
    },
}


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
@pytest.mark.parametrize("locale", WORDS)
def test_from_home_to_the_evidence(visitor: Visitor, locale: str, *, scripts: bool) -> None:
    """A search finds a person, the person's page a stance, and that its conditions and evidence."""
    words = WORDS[locale]
    page = visitor(locale=locale, java_script_enabled=scripts)
    page.goto("/")
    expect(page.locator("html")).to_have_attribute("lang", locale[:2])
    page.locator("main").get_by_role("searchbox").fill("zuckerb")
    page.locator("main").get_by_role("button", name=words["search"]).click()
    page.get_by_role("link", name="Mark Zuckerberg").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Mark Zuckerberg")
    page.get_by_role("link", name=words["stance"]).first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(words["stance"])
    conditions = page.get_by_role("region", name=words["conditions"])
    expect(conditions.get_by_text(words["condition"])).to_be_visible()
    evidence = page.get_by_role("region", name=words["evidence"])
    expect(evidence.locator("tbody tr")).to_have_count(2)
    expect(evidence.locator("tbody tr").first).to_contain_text(re.compile(r"[0-9a-f]{64}"))
    evidence.get_by_role("link").first.click()
    expect(page.get_by_role("heading", name=words["article"])).to_be_visible()


@pytest.mark.parametrize("locale", WORDS)
def test_language_switch(visitor: Visitor, locale: str) -> None:
    """The switch keeps the address and its query, and the links that follow keep the language."""
    words = WORDS[locale]
    page = visitor(locale=locale)
    page.goto("/stances?polarity=Favour")
    page.get_by_role("link", name=words["switch"]).click()
    expect(page).to_have_url(re.compile(r"/stances\?polarity=Favour&language=" + words["switched"]))
    expect(page.locator("html")).to_have_attribute("lang", words["switched"])
    page.locator("main .entry h3 a").first.click()
    expect(page.locator("html")).to_have_attribute("lang", words["switched"])


def test_by_keyboard(visitor: Visitor) -> None:
    """Tab and Enter are enough: to skip to the content, to search, to open what was found."""
    page = visitor(locale="en-GB")
    page.goto("/doc/person/mark-zuckerberg")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    expect(page.get_by_role("link", name="Skip to the content")).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()
    page.goto("/")
    box = page.locator("main").get_by_role("searchbox")
    _tab_to(page, box)
    page.keyboard.type("opening ai models")
    page.keyboard.press("Enter")
    hit = page.locator(".hits").get_by_role("link").first
    _tab_to(page, hit)
    page.keyboard.press("Enter")
    stance = page.locator(".entry h3").get_by_role("link").first
    _tab_to(page, stance)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Evidence")).to_be_visible()
    opener = page.locator("summary", has_text="Check it against your own copy")
    _tab_to(page, opener)
    page.keyboard.press("Enter")
    expect(page.get_by_text("stancegraph verify https://")).to_be_visible()


def test_filter_by_name(visitor: Visitor) -> None:
    """The form takes a name, shows whom it stands for, and a link takes the filter away."""
    page = visitor(locale="en-GB", java_script_enabled=False)
    page.goto("/stances")
    page.get_by_label("Who", exact=True).fill("zuckerberg")
    page.get_by_role("checkbox", name="against").check()
    page.get_by_role("button", name="Show").click()
    expect(page).to_have_url(
        re.compile(r"/stances\?holder=person/mark-zuckerberg&polarity=Against$")
    )
    expect(page.locator(".entry")).to_have_count(1)
    page.get_by_role("list", name="Filters").get_by_role("link", name="against").click()
    expect(page).to_have_url(re.compile(r"/stances\?holder=person/mark-zuckerberg$"))
    expect(page.locator(".entry")).to_have_count(3)


def test_look_ups_described(visitor: Visitor) -> None:
    """Under its Content-Security-Policy the page of the look-ups shows them and tries one out."""
    page = visitor(locale="en-GB")
    response = page.goto("/api/docs")
    assert response is not None
    policy = response.header_value("content-security-policy") or ""
    assert "script-src 'self'" in policy
    assert "unsafe-inline" not in policy.partition("script-src")[2].partition(";")[0]
    page.locator("#operations-Records-stances .opblock-summary-control").click()
    page.get_by_role("button", name="Try it out").click()
    page.get_by_role("button", name="Execute").click()
    status = page.locator(".live-responses-table tbody .response-col_status").first
    expect(status).to_contain_text("200")


def _tab_to(page: Page, goal: Locator) -> None:
    for _ in range(200):
        page.keyboard.press("Tab")
        if goal.evaluate("element => element === document.activeElement"):
            return
    raise AssertionError("Tab does not get there")
