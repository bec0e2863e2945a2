"""``make conformance``: runs every suite, prints the table, writes build/earl.ttl.

Exit code 1: an unknown failure, a known one that passes, an empty suite, or no suites at all.
"""

from __future__ import annotations

import http.client
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import kg
from kg import noise
from tests.conformance import description, protocol, shapes, sparql, suites
from tests.conformance.manifest import ManifestError, read
from tests.conformance.report import Outcome, earl, faults, read_known, table
from tests.conformance.surface import SurfaceError, served

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.conformance.manifest import Sources, Test
    from tests.conformance.surface import Surface

    Run = Callable[[Test, Surface, Path], str]

KNOWN = Path(__file__).parent / "known_failures.toml"
EARL_FILE = suites.ROOT / "build" / "earl.ttl"

RUNS: dict[str, Run] = {
    "QueryEvaluationTest": sparql.evaluate,
    "CSVResultFormatTest": sparql.evaluate,
    "PositiveSyntaxTest": sparql.query_syntax,
    "PositiveSyntaxTest11": sparql.query_syntax,
    "NegativeSyntaxTest": sparql.query_syntax,
    "NegativeSyntaxTest11": sparql.query_syntax,
    "UpdateEvaluationTest": sparql.change,
    "PositiveUpdateSyntaxTest11": sparql.update_syntax,
    "NegativeUpdateSyntaxTest11": sparql.update_syntax,
    "ProtocolTest": protocol.protocol,
    "GraphStoreProtocolTest": protocol.graph_store,
    "ServiceDescriptionTest": description.describe,
    "Validate": shapes.validate,
}


def outcomes(root: Path, surface: Surface) -> list[Outcome]:
    """Run every test of every source; ManifestError where one has none.

    Tests on the same data run one after the other, so that these are loaded once: a load is a
    revision, and takes most of the time.
    """
    tests = [(source.excluded, test) for source in suites.SOURCES for test in read(source, root)]
    found = {}
    for place in sorted(range(len(tests)), key=lambda place: _data_first(tests[place][1])):
        excluded, test = tests[place]
        wrong = "" if excluded else _wrong(test, surface, root)
        found[place] = Outcome(test.iri, test.suite, wrong, excluded)
    return [found[place] for place in range(len(tests))]


def _data_first(test: Test) -> tuple[str, Sources]:
    return test.kind, test.given


def _wrong(test: Test, surface: Surface, root: Path) -> str:
    """Run one test; what keeps it from being run, or its answer from being read, is a failure."""
    try:
        return RUNS[test.kind](test, surface, root)
    except (SurfaceError, http.client.HTTPException, OSError, ValueError, SyntaxError) as error:
        return f"{type(error).__name__}: {error}"


def main() -> int:
    """Run all of it and return the exit code."""
    root = suites.folder()
    if not root.is_dir():
        print("the suites are not here: set STANCEGRAPH_SUITES to their folder", file=sys.stderr)  # noqa: T201  # a command's message
        return 1
    noise.quieten()
    known = read_known(KNOWN)
    with tempfile.TemporaryDirectory() as folder, served(Path(folder) / "data") as surface:
        try:
            found = outcomes(root, surface)
        except ManifestError as error:
            print(error, file=sys.stderr)  # noqa: T201  # a command's message
            return 1
    EARL_FILE.parent.mkdir(exist_ok=True)
    earl(found, kg.__version__).serialize(EARL_FILE, format="turtle")
    print(table(found, known))  # noqa: T201  # what the command is for
    red = faults(found, known, suites.EXPECTED)
    for line in red:
        print(line, file=sys.stderr)  # noqa: T201  # likewise
    return 1 if red else 0


if __name__ == "__main__":
    sys.exit(main())
