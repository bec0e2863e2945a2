"""How long a commit takes on a store with the shipped graphs alone, and on one of many articles.

Copies of the shipped article, each about occasions of its own, go through the gate like anything
else. Commits are made in turn to both stores, in one run; printed are the medians and their ratio.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import statistics
import sys
import tempfile
import time
from functools import cache
from pathlib import Path

from rdflib import Graph, Literal, URIRef

from kg import iris, pipeline, resources
from kg.settings import Settings
from kg.store.base import Change
from kg.store.projection import FOLDER, TABLES, THINGS
from kg.store.revisions import Revisions

ARTICLE = min((resources.folder("graphs") / "articles").glob("*.ttl"))


@cache
def _occasions() -> Graph:
    entities = Graph().parse(resources.folder("graphs") / "entities.ttl")
    found = Graph()
    for triple in entities:
        if "/id/occasion/" in str(triple[0]):
            found.add(triple)
    return found


def copies(numbers: range) -> Change:
    """Make copies of the shipped article and of the occasions it reports, each with a number."""
    text = ARTICLE.read_text(encoding="utf-8")
    graphs = {iris.ENTITIES_GRAPH: Graph()}
    for number in numbers:
        renamed = text.replace(ARTICLE.stem, f"copy-{number}")
        renamed = re.sub(r"(occasion[:/][\w-]*\w)", rf"\1-{number}", renamed)
        graphs[URIRef(f"{iris.ID}article/copy-{number}")] = Graph().parse(data=renamed)
        for subject, predicate, value in _occasions():
            said = value
            if isinstance(value, Literal) and value.language:
                said = Literal(f"{value} {number}", lang=value.language)
            graphs[iris.ENTITIES_GRAPH].add((URIRef(f"{subject}-{number}"), predicate, said))
    return Change(graphs, message=f"copies {numbers.start} to {numbers.stop - 1}")


def seconds(store: Revisions, change: Change) -> float:
    """Measure one commit."""
    started = time.perf_counter()
    if not store.commit(change).changed:
        raise RuntimeError("the commit changed nothing: there is nothing to measure")
    return time.perf_counter() - started


def mebibytes(path: Path) -> float:
    """Measure a file, or all files in a folder."""
    files = path.rglob("*") if path.is_dir() else [path]
    return sum(file.stat().st_size for file in files) / 2**20


def main() -> None:
    """Commit in turn to both stores, and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path, help="a data directory, as made by data.py")
    parser.add_argument("--commits", type=int, default=30)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=options.data.parent) as folder:
        # hard links: a published revision is never written again
        shutil.copytree(options.data, Path(folder) / "large", copy_function=os.link)
        stores = {
            name: Revisions(Settings(data=Path(folder) / name, keep_revisions=3))
            for name in ("small", "large")
        }
        for store in stores.values():
            pipeline.initialise(store)
        times: dict[str, list[float]] = {name: [] for name in stores}
        for number in range(options.commits):
            change = copies(range(number, number + 1))
            for name, store in stores.items():
                times[name].append(seconds(store, change))
        for name, found in times.items():
            entry = stores[name].log()[0]
            revision = Path(folder) / name / "revisions" / f"{entry.number:06}"
            tables, things = (mebibytes(revision / FOLDER / part) for part in (TABLES, THINGS))
            spread = f"{min(found) * 1e3:.0f} to {max(found) * 1e3:.0f}"
            sys.stdout.write(
                f"{name}: {entry.quads:,} quads, tables {tables:.1f} MiB, things {things:.1f} MiB, "
                f"{statistics.median(found) * 1e3:.0f} ms ({spread})\n"
            )
        ratio = statistics.median(times["large"]) / statistics.median(times["small"])
        sys.stdout.write(f"ratio of the medians: {ratio:.2f}\n")


if __name__ == "__main__":
    main()
