"""What a server and the processes that descend from it hold, read from ``/proc`` (Linux)."""

from __future__ import annotations

import os
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

PROC = Path("/proc")
PAGE = os.sysconf("SC_PAGE_SIZE")
DELETED = " (deleted)"
"""How the kernel marks an open file that has no name any more."""


@dataclass(frozen=True)
class Holdings:
    """What a family holds: memory in MiB that is resident, open files, files without a name.

    ``server`` is the one child of the command that takes the most memory, which answers requests.
    """

    processes: int
    family_mebibytes: float
    server_mebibytes: float
    server_files: int
    nameless_files: int


def members(root: int) -> dict[int, int]:
    """Return the processes that descend from ``root``, itself included, with when each started."""
    parents: dict[int, tuple[int, int]] = {}
    for folder in PROC.iterdir():
        if folder.name.isdigit():
            # What follows the name, which is in brackets and may hold anything: state, parent, ...
            with suppress(OSError):
                fields = (folder / "stat").read_text().rpartition(")")[2].split()
                if fields[0] != "Z":
                    parents[int(folder.name)] = int(fields[1]), int(fields[19])
    found = {root} & parents.keys()
    while more := {pid for pid, (parent, _) in parents.items() if parent in found} - found:
        found |= more
    return {pid: parents[pid][1] for pid in found}


def alive(known: dict[int, int]) -> list[int]:
    """Return those of some processes that still run: the same, and not another by their number."""
    return [pid for pid, started in known.items() if members(pid).get(pid) == started]


def holdings(root: int) -> Holdings:
    """Measure a family; a process that ends meanwhile holds nothing."""
    pids = members(root)
    memory = {pid: _mebibytes(pid) for pid in pids}
    children = [pid for pid in pids if pid != root and _parent(pid) == root]
    if not children:
        raise RuntimeError(f"process {root} has no child that answers requests")
    server = max(children, key=memory.__getitem__)
    links = {pid: _links(pid) for pid in pids}
    return Holdings(
        len(pids),
        sum(memory.values()),
        memory[server],
        len(links[server]),
        # What is mapped or memory alone bears the mark, too, and is no file.
        sum(
            link.endswith(DELETED) and not link.startswith(("/memfd:", "/dev/"))
            for some in links.values()
            for link in some
        ),
    )


def _mebibytes(pid: int) -> float:
    with suppress(OSError):
        return int((PROC / str(pid) / "statm").read_text().split()[1]) * PAGE / 2**20
    return 0.0


def _parent(pid: int) -> int:
    with suppress(OSError):
        return int((PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()[1])
    return 0


def _links(pid: int) -> list[str]:
    found = []
    with suppress(OSError):
        for entry in (PROC / str(pid) / "fd").iterdir():
            with suppress(OSError):
                found.append(str(entry.readlink()))
    return found
