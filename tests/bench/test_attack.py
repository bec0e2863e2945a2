"""The attack's own parts: what it counts as right, what it complains of, and what it reads."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from dataclasses import replace

import pytest

from tests.bench import family
from tests.bench.attack import Remains, Round, complaints, ratio
from tests.bench.attackers import outcome, surprises
from tests.bench.family import Holdings
from tests.bench.probe import Latencies, latencies, percentile, places
from tests.bench.queries import HUGE, WORST
from tests.bench.serving import serving

HELD = Holdings(5, 400, 180, 36, 0)
SOUND = Remains(HELD, HELD, [], [], {1})
IDLE, SLOW = Latencies(5, 20, 30, 200), Latencies(9, 61, 90, 200)
ROUND = Round(IDLE, replace(IDLE, p99=60), Counter({"503 busy": 4, "left": 9}), frozenset({"a"}))


def test_a_percentile_is_one_of_the_values() -> None:
    """The 99th percentile of 200 values is the third largest but one: 198 are not above it."""
    values = list(range(200, 0, -1))
    assert [percentile(values, each) for each in (50, 99, 100)] == [100, 198, 200]
    assert percentile([7.0], 1) == 7.0


def test_nothing_has_no_percentile() -> None:
    """A phase in which nothing was looked up is no good one."""
    with pytest.raises(ValueError, match="no percentile"):
        latencies([])


def test_latencies_are_milliseconds() -> None:
    """Seconds become milliseconds, and are counted."""
    assert latencies([0.001, 0.003, 0.002]) == Latencies(2, 3, 3, 3)


@pytest.mark.parametrize("count", [1, 4, 6, 7])
def test_no_address_comes_twice(count: int) -> None:
    """Each thing is asked for in each of its three forms, once, whatever the count."""
    some = list(places([f"person/{number}" for number in range(count)]))
    assert len(set(some)) == len(some) == 3 * count
    assert {accept for _, accept in some[:3]} >= {some[0][1]}


def test_what_went_well_is_no_complaint() -> None:
    """Three times the idle p99 is still right."""
    assert ratio([ROUND]) == 3
    assert complaints([ROUND], SOUND) == []


@pytest.mark.parametrize(
    ("rounds", "remains", "said"),
    [
        ([replace(ROUND, attacked=SLOW)], SOUND, "3.0 times the idle one"),
        ([replace(ROUND, reached=frozenset())], SOUND, "nobody attacked"),
        ([replace(ROUND, outcomes=Counter({"503 busy": 1, "502": 1}))], SOUND, "1 x 502"),
        ([ROUND], replace(SOUND, after=replace(HELD, processes=6)), "6 processes, 5 before"),
        ([ROUND], replace(SOUND, after=replace(HELD, server_files=99)), "99 open files"),
        ([ROUND], replace(SOUND, after=replace(HELD, nameless_files=1)), "1 files without a name"),
        ([ROUND], replace(SOUND, after=replace(HELD, server_mebibytes=300)), "the server holds"),
        ([ROUND], replace(SOUND, after=replace(HELD, family_mebibytes=600)), "all processes hold"),
        ([ROUND], replace(SOUND, files=["spool"]), "temporary folder: spool"),
        ([ROUND], replace(SOUND, processes=[12]), "not ended by SIGTERM"),
        ([ROUND], replace(SOUND, revisions={1, 2}), "other revisions"),
    ],
)
def test_what_went_wrong_is_one_complaint(rounds: list[Round], remains: Remains, said: str) -> None:
    """Each condition that does not hold is said, and no other."""
    (sentence,) = complaints(rounds, remains)
    assert said in sentence


def test_only_a_lost_worker_excuses_500() -> None:
    """An unforeseen error is a surprise, as is an answer that did not come."""
    lost = b'{"type": "https://w3id.org/stancegraph/problem/worker-lost"}'
    assert outcome(500, lost) == "500 worker-lost"
    counted = Counter({outcome(500, b"{}"): 1, outcome(500, lost): 1, "ResetError": 2})
    assert surprises(counted) == {"500": 1, "ResetError": 2}


def test_the_worst_queries_differ() -> None:
    """No name comes twice and no text either; one is ten megabytes, some are no text at all."""
    assert len({worst.name for worst in WORST}) == len(WORST) > 50
    assert len({worst.text for worst in WORST}) == len(WORST)
    assert max(len(worst.text) for worst in WORST) > HUGE


def test_a_family_is_all_that_descends() -> None:
    """A child's child counts, and a file without a name; what has ended is gone."""
    child = "import sys, tempfile; file = tempfile.TemporaryFile(); print(1, flush=True); input()"
    parent = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {child!r}])"
    with subprocess.Popen(
        (sys.executable, "-c", parent),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,  # pytest's own is a file without a name
    ) as process:
        assert process.stdout is not None
        process.stdout.readline()
        known = family.members(process.pid)
        held = family.holdings(process.pid)
        assert sorted(family.alive(known)) == sorted(known)
        process.communicate(b"\n")
    assert (len(known), held.processes, held.nameless_files) == (2, 2, 1)
    assert held.family_mebibytes > held.server_mebibytes > 1
    assert family.alive(known) == []


def test_a_server_that_does_not_start_is_said() -> None:
    """A command that ends before it listens is an error that names it."""
    with (
        pytest.raises(RuntimeError, match="did not start"),
        serving(1, sys.executable, "-c", "0"),
    ):
        pytest.fail("that cannot be served")
