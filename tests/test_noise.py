from __future__ import annotations

import subprocess
import sys

PROGRAM = """
import sys
from rdflib import XSD, Literal
if sys.argv[1] == "quietly":
    from kg import noise
    noise.quieten()
Literal("maybe", datatype=XSD.boolean)
Literal("many", datatype=XSD.integer)
"""


def said(how: str) -> str:
    """Return what making ill-typed literals puts on stderr."""
    command = [sys.executable, "-c", PROGRAM, how]
    return subprocess.run(command, capture_output=True, text=True, check=True).stderr


def test_ill_typed_literals_are_made_quietly() -> None:
    """Of an ill-typed literal nothing is said on stderr, where rdflib alone would say a lot."""
    assert "rdflib" in said("aloud")
    assert said("quietly") == ""
