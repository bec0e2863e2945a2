"""A server over the shipped graphs and invented ones, and Debian's Chromium to walk through it.

Where there is no Chromium the tests skip and say so, but fail where CI is set. Whatever a page does
that it should not, every test of this folder notices: an error in the console, an answer that is
an error, a request to another host.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import sync_playwright

from kg import pipeline, resources
from kg.settings import Settings
from kg.store.reading import read
from kg.store.revisions import Revisions

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Response

    Visitor = Callable[..., Page]

ODD = Path(__file__).parent / "odd.ttl"
COMMAND = "from api.cli import main; main()"
SWITCHES = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
DESK = {"width": 1280, "height": 900}
PHONE = {"width": 390, "height": 844}


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a server, without the slash at its end."""
    data = tmp_path_factory.mktemp("browser") / "data"
    store = Revisions(Settings(data=data))
    pipeline.initialise(store)
    examples = sorted((resources.folder("ontology") / "examples").glob("*.ttl"))
    assert store.commit(pipeline.change([read(path) for path in (*examples, ODD)])).changed
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    command = [sys.executable, "-c", COMMAND, "--data", str(data), "serve", "--port", str(port)]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, text=True, start_new_session=True
    ) as process:
        try:
            assert process.stdout is not None
            lines = iter(process.stdout.readline, "")
            assert any("stancegraph is at" in line for line in lines)
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()
            process.wait(timeout=15)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium without a window."""
    program = shutil.which("chromium")
    if program is None:
        if os.environ.get("CI") == "true":
            pytest.fail("CI needs Chromium: apt-get install chromium")
        pytest.skip("there is no Chromium here (Debian's package is called chromium)")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=program, args=list(SWITCHES))
        yield started
        started.close()


@pytest.fixture
def visitor(browser: Browser, site: str) -> Iterator[Visitor]:
    """Open a page of a browser of its own, with what a context can be given; see the module."""
    contexts: list[BrowserContext] = []
    wrong: list[str] = []

    def opened(**options: object) -> Page:
        options.setdefault("viewport", DESK)
        context = browser.new_context(base_url=site, **options)  # type: ignore[arg-type]
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda said: wrong.append(said.text) if _error(said) else None)
        page.on("response", lambda got: wrong.append(got.url) if _failed(got) else None)
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("request", lambda sent: wrong.append(sent.url) if _foreign(sent.url) else None)
        return page

    def _error(said: ConsoleMessage) -> bool:
        """Tell whether a page complains; that a page itself is an error may well be meant."""
        return said.type == "error" and "Failed to load resource" not in said.text

    def _failed(got: Response) -> bool:
        return got.status >= HTTPStatus.BAD_REQUEST and got.request.resource_type != "document"

    def _foreign(url: str) -> bool:
        return urlsplit(url).scheme != "data" and not url.startswith(site + "/")

    yield opened
    for context in contexts:
        context.close()
    assert wrong == []
