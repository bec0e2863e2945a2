from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest
from rdflib import Graph
from rdflib.collection import Collection

from tests.conformance import run, suites
from tests.conformance.manifest import MF, read

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def root() -> Path:
    """The folder of suites; where it is absent the test is skipped, or fails in CI."""
    folder = suites.folder()
    if not folder.is_dir():
        if os.environ.get("CI") == "true":
            pytest.fail(f"CI needs the suites in {folder}")
        pytest.skip("the suites (../shared/suites, or STANCEGRAPH_SUITES) are not here")
    return folder


@pytest.mark.slow
@pytest.mark.conformance
@pytest.mark.filterwarnings(
    "ignore::UserWarning:rdflib.*"
)  # of literals that are ill-typed on purpose
@pytest.mark.usefixtures("root")
def test_conformance() -> None:
    """Every test of the suites passes, but for the failures that are known."""
    assert run.main() == 0


@pytest.mark.filterwarnings("ignore::UserWarning:rdflib.*")  # likewise
def test_nothing_left_out(root: Path) -> None:
    """Every test of every manifest in the folder is run, or excluded with a reason."""
    listed = {test.iri for source in suites.SOURCES for test in read(source, root)}
    entries = set()
    for base, name in suites.BASES.items():
        for path in (root / name).rglob("*.ttl"):
            iri = base + path.relative_to(root / name).as_posix()
            if "mf:entries" in path.read_text(encoding="utf-8") and iri not in suites.LEFT_OUT:
                graph = Graph().parse(path, format="turtle", publicID=iri)
                for head in graph.objects(None, MF.entries):
                    entries |= set(map(str, Collection(graph, head)))
    assert len(entries) > 1000
    assert entries == listed


def test_no_suites(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A run without the suites' folder is red, and says what to set."""
    monkeypatch.setenv("STANCEGRAPH_SUITES", str(tmp_path / "gone"))
    assert run.main() == 1
    assert "STANCEGRAPH_SUITES" in capsys.readouterr().err


def test_every_suite_is_expected() -> None:
    """Each kind of test has its runner."""
    assert run.RUNS.keys() == suites.CATEGORIES.keys()
