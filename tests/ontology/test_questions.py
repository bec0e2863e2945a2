"""The questions that the graph has to answer, each with the rows that are expected, in order.

Each is asked of the article that ships (``.seed.tsv``) and of invented ones (``.invented.tsv``),
there about the counterparts of the people and things it names. No file stands for no rows.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from pyoxigraph import QueryResultsFormat, QuerySolutions, RdfFormat, Store

FOLDER = Path(__file__).parent / "questions"
QUESTIONS = sorted(FOLDER.glob("*.rq"))
DATA = ("seed", "invented")
COUNTERPARTS = {
    "2024-04-zuckerberg-open-source": "2025-05-hearing",
    "company:meta": "company:brackwater-labs",
    "person:mark-zuckerberg": "person:mara-lindqvist",
    "topic:cost-of-an-ai-model": "topic:cost-of-training",
    "topic:opening-ai-models": "topic:publishing-weights",
    '"2024-06-30"': '"2025-05-31"',
}
"""What the questions name, and what takes its place in the invented data."""


@pytest.fixture(scope="module")
def invented_store() -> Store:
    """The invented articles."""
    store = Store()
    store.load(path=FOLDER / "invented.trig", format=RdfFormat.TRIG)
    return store


def expected(question: Path, data: str) -> Path:
    """Name the file of the rows that are expected."""
    return question.with_suffix(f".{data}.tsv")


def answer(question: Path, data: str, store: Store) -> str:
    """Ask a question over the union of all graphs; the answer is SPARQL's TSV."""
    query = question.read_text(encoding="utf-8")
    if data == "invented":
        for name, counterpart in COUNTERPARTS.items():
            query = query.replace(name, counterpart)
    found = store.query(query, use_default_graph_as_union=True)
    assert isinstance(found, QuerySolutions)
    return (found.serialize(format=QueryResultsFormat.TSV) or b"").decode()


@pytest.mark.parametrize("data", DATA)
@pytest.mark.parametrize("question", QUESTIONS, ids=lambda path: path.stem)
def test_the_answer_has_the_expected_rows(
    question: Path, data: str, seed_store: Store, invented_store: Store
) -> None:
    """Row by row and in order, the answer is the one expected; where no file is, there is none."""
    found = answer(question, data, seed_store if data == "seed" else invented_store)
    file = expected(question, data)
    if file.exists():
        assert found == file.read_text(encoding="utf-8")
    else:
        assert len(found.splitlines()) == 1


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda path: path.stem)
def test_the_question_is_answered_by_something(question: Path) -> None:
    """Each is put in a sentence, asks for an order, and has a row to be right or wrong about."""
    first, *lines = question.read_text(encoding="utf-8").splitlines()
    assert re.fullmatch(r"# [A-Z].*\?", first)
    assert any(line.startswith("ORDER BY ") for line in lines)
    assert expected(question, "invented").exists()


def test_there_are_seventeen_questions_and_no_other_expectations() -> None:
    """They are numbered from 001 to 017; every file of rows is one's, and has a row at least."""
    assert [path.name[:4] for path in QUESTIONS] == [f"{number:03}_" for number in range(1, 18)]
    files = set(FOLDER.glob("*.tsv"))
    assert files <= {expected(question, data) for question in QUESTIONS for data in DATA}
    assert all(len(file.read_text(encoding="utf-8").splitlines()) > 1 for file in files)


def test_the_counterparts_are_named_in_questions() -> None:
    """A name that no question has would take no place of anything."""
    asked = "".join(question.read_text(encoding="utf-8") for question in QUESTIONS)
    assert [name for name in COUNTERPARTS if name not in asked] == []
