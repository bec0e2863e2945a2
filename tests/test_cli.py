from __future__ import annotations

import gzip
import json
from typing import TYPE_CHECKING

import click
import pytest
from click.testing import CliRunner, Result
from rdflib import RDF, SH, Graph

from kg import cli, iris, resources
from kg.store import lock

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Run = Callable[..., Result]

BROKEN = """
@prefix sg: <https://w3id.org/stancegraph/ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .

<https://w3id.org/stancegraph/id/person/robin-vale> a sg:Person ;
    rdfs:label "Robin Vale"@en .
"""


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run a command on a data directory of its own, in a folder of its own."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("STANCEGRAPH_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("STANCEGRAPH_LOCK_SECONDS", "0.1")

    def invoke(*words: object, text: str | None = None) -> Result:
        return CliRunner().invoke(cli.main, [str(word) for word in words], input=text)

    return invoke


@pytest.fixture(scope="module")
def example() -> Path:
    """A worked example that conforms."""
    return min((resources.folder("ontology") / "examples").glob("*.ttl"))


def test_init_twice(run: Run) -> None:
    """The shipped graphs make revision 1; loading them again makes none."""
    assert run("init").output == "published revision 1\n"
    assert run("init").output == "nothing to do: revision 1 holds all of it already\n"


def test_no_data_yet(run: Run) -> None:
    """Without data a command says what to run, in one line, and ends with 1."""
    result = run("stats")
    assert result.exit_code == 1
    assert result.stderr == (
        "stancegraph: there is no data yet: run `stancegraph init` or `load` first\n"
    )


def test_load(run: Run, example: Path) -> None:
    """A conforming file is published; the same file again is not."""
    assert run("load", example).output.endswith("published revision 1\n")
    assert "revision 1 holds all of it already" in run("load", example).output
    assert "Article" in run("stats").output


def test_load_that_does_not_conform(run: Run, tmp_path: Path) -> None:
    """A file that does not conform is explained, line and rule included, and nothing is stored."""
    (tmp_path / "vale.ttl").write_text(BROKEN)
    result = run("load", "vale.ttl")
    assert result.exit_code == 1
    assert "vale.ttl:6" in result.output
    assert "person:robin-vale" in result.output
    assert "nothing was stored" in result.stderr
    assert run("stats").exit_code == 1


@pytest.mark.parametrize("command", ["load", "validate"])
def test_report_as_shacl(run: Run, tmp_path: Path, command: str) -> None:
    """The report is to be had as a SHACL ValidationReport in Turtle, and as JSON."""
    (tmp_path / "vale.ttl").write_text(BROKEN)
    turtle = run(command, "vale.ttl", "--format", "turtle")
    graph = Graph().parse(data=turtle.stdout)
    assert len(list(graph.subjects(RDF.type, SH.ValidationReport))) == 1
    assert (None, SH.resultSeverity, SH.Violation) in graph
    found = json.loads(run(command, "vale.ttl", "--format", "json").stdout)
    assert found["conforms"] is False
    assert found["results"]


def test_validate_stores_nothing(run: Run, example: Path) -> None:
    """Validation says whether a file conforms, by its exit code too, and makes no revision."""
    result = run("validate", example)
    assert result.exit_code == 0
    assert run("log").output.count("load") == 0


def test_standard_input_and_graph(run: Run) -> None:
    """Turtle comes from standard input too; --graph names the graph of what names none."""
    result = run("load", "-", "--graph", "urn:mine", text='<urn:a> <urn:b> "c" .')
    assert result.exit_code == 0
    rows = run("query", "SELECT ?g { GRAPH ?g { ?s ?p 'c' } }", "--format", "csv")
    assert rows.stdout.split() == ["g", "urn:mine"]


def test_unowned(run: Run) -> None:
    """A triple that no graph owns is refused with what to do."""
    result = run("load", "-", text='<urn:a> <urn:b> "c" .')
    assert result.exit_code == 1
    assert "no graph owns <urn:a>" in result.stderr


def test_ill_formed(run: Run, tmp_path: Path) -> None:
    """Ill-formed Turtle is refused with file, line and column."""
    (tmp_path / "bad.ttl").write_text("<urn:a> <urn:b>\n  ;; .\n")
    result = run("load", "bad.ttl")
    assert result.exit_code == 1
    assert result.stderr.startswith("stancegraph: bad.ttl:2:3: ")
    assert result.stderr.count("\n") == 1


def test_query(run: Run) -> None:
    """A query answers as a table, or in the format asked for."""
    run("init")
    table = run("query", "SELECT ?s { ?s a <https://w3id.org/stancegraph/ns#Article> }")
    assert "2024-04-zuckerberg-open-source" in table.output
    assert run("query", "ASK { ?s ?p ?o }").output == "yes\n"
    found = run("query", "ASK { ?s ?p ?o }", "--format", "json")
    assert json.loads(found.stdout)["boolean"] is True
    turtle = run("query", "CONSTRUCT { ?s a ?c } { ?s a ?c } LIMIT 1")
    assert len(Graph().parse(data=turtle.stdout)) == 1


def test_update(run: Run, tmp_path: Path) -> None:
    """An update makes a revision, with its operations or a message in the log, or says why not."""
    run("init")
    text = "INSERT DATA { GRAPH <urn:mine> { <urn:a> <urn:b> 1 } }"
    assert run("update", text).output == "published revision 2\n"
    assert "revision 2 holds all of it already" in run("update", text).output
    (tmp_path / "change.ru").write_text("DROP GRAPH <urn:mine>")
    assert run("update", "--file", "change.ru", "--message", "away").output.endswith("revision 3\n")
    entries = json.loads(run("log", "--format", "json").output)
    assert [entry["message"] for entry in entries[:2]] == ["away", "update: INSERT DATA"]


def test_update_that_does_not_conform(run: Run) -> None:
    """An update that breaks the shapes is explained like a file, and nothing is stored."""
    run("init")
    graph = BROKEN.replace("@prefix", "PREFIX").replace("> .", ">", 2)
    prefixes, _, body = graph.partition("\n\n")
    text = f"{prefixes} INSERT DATA {{ GRAPH <{iris.ENTITIES_GRAPH}> {{ {body} }} }}"
    result = run("update", text)
    assert result.exit_code == 1
    assert "person:robin-vale" in result.output
    assert "nothing was stored" in result.stderr
    assert len(json.loads(run("log", "--format", "json").output)) == 1


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["update"], 2, "give the update as one argument, or by --file"),
        (["update", "INSRT DATA {}"], 1, "line 1, column 1: INSRT is not known here"),
        (["update", "LOAD <http://127.0.0.1/>"], 1, "LOAD would reach another host"),
        (["query"], 2, "give the query as one argument, or by --file"),
        (["query", "SELECT"], 1, "stancegraph: line 1, column "),
        (["query", "ASK {}", "--format", "pdf"], 1, "'pdf' is no format here; there are json,"),
        (["query", "ASK {}", "--revision", "9"], 1, "there is no revision 9"),
        (["rollback", "9"], 1, "there is no revision 9"),
        (["export", "x.pdf"], 1, "'pdf' is no format here; there are turtle,"),
        (["load", "nowhere.ttl"], 2, "'nowhere.ttl' does not exist"),
        (["verify", "nothing", "nowhere.txt"], 2, "'nowhere.txt' does not exist"),
        (["nonsense"], 2, "No such command 'nonsense'"),
    ],
)
def test_errors(run: Run, words: list[str], code: int, said: str) -> None:
    """What cannot be done is said on stderr, with 1 for the data's fault and 2 for the words'."""
    run("init")
    result = run(*words)
    assert result.exit_code == code
    assert said in result.stderr


def test_export_and_load(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A dump loaded into an empty store makes the same dump, compressed or not."""
    run("init")
    assert "revision 1" in run("export", "all.trig").output
    assert run("export", "all.trig.gz").exit_code == 0
    dumped = (tmp_path / "all.trig").read_bytes()
    assert gzip.decompress((tmp_path / "all.trig.gz").read_bytes()) == dumped
    monkeypatch.setenv("STANCEGRAPH_DATA", str(tmp_path / "other"))
    assert run("load", "all.trig.gz").exit_code == 0
    assert run("export", "--format", "trig").stdout_bytes == dumped


def test_log_and_rollback(run: Run, example: Path) -> None:
    """The log lists who did what; a rollback brings an older revision back as a new one."""
    run("init")
    run("load", example, "--message", "an example")
    assert "an example" in run("log").output
    assert run("rollback", 1).output == "published revision 3\n"
    entries = json.loads(run("log", "--format", "json").output)
    assert [entry["number"] for entry in entries] == [3, 2, 1]
    assert entries[0]["quads"] == entries[2]["quads"] < entries[1]["quads"]


def test_locked(run: Run, tmp_path: Path, example: Path) -> None:
    """A writer that finds the store locked says by whom, and ends."""
    run("init")
    with lock.exclusive(tmp_path / "data" / "lock", 0):
        result = run("load", example)
    assert result.exit_code == 1
    assert "the store is locked by process" in result.stderr


def test_reindex(run: Run) -> None:
    """``reindex`` makes the tables of a revision anew, and says in one line what they hold."""
    run("init")
    found = run("reindex", "--revision", 1).output
    assert found.startswith("indexed revision 1: Article 1, Stance 4, Claim 22, Estimate 2, ")
    assert found.count("\n") == 1
    assert run("reindex", "--revision", 2).exit_code == 1


def test_every_command_is_documented() -> None:
    """Every command has a line of help and stands in the README's list of commands."""
    assert isinstance(cli.main, click.Group)
    assert cli.main.commands
    assert all(command.get_short_help_str() for command in cli.main.commands.values())


def test_verify_by_iri(run: Run, tmp_path: Path) -> None:
    """An article is named by its IRI or by the last part of it; an unknown one is an error."""
    run("init")
    (tmp_path / "copy.txt").write_text("This is another text altogether.")
    name = "2024-04-zuckerberg-open-source"
    short, full = (run("verify", n, "copy.txt") for n in (name, f"{iris.ID}article/{name}"))
    assert short.output == full.output
    assert "orphaned" in short.output
    assert run("verify", "2001-01-nothing", "copy.txt").exit_code == 1
