"""Finds the files that ship with the package: in a wheel inside ``kg``, in a checkout beside it."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path


def folder(name: str) -> Path:
    """Return the folder ``ontology``, ``shapes`` or ``graphs``; its absence is a broken install."""
    package = Path(str(files("kg")))
    for place in (package / name, package.parent / name):
        if place.is_dir():
            return place
    raise FileNotFoundError(f"the folder {name} is not in this installation: install it again")


def turtle(name: str) -> tuple[Path, ...]:
    """Return every Turtle file under a folder, in a fixed order; none at all is an error."""
    found = tuple(sorted(folder(name).rglob("*.ttl")))
    if not found:
        raise FileNotFoundError(f"no Turtle file in {name}: install the package again")
    return found
