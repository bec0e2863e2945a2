"""What rdflib says aside."""

from __future__ import annotations

import logging
import warnings


def quieten() -> None:
    """Keep rdflib's tracebacks and warnings about ill-typed literals off stderr.

    They name files of the installation, and whoever sent the literal reads of it in the report.
    """
    logging.getLogger("rdflib.term").setLevel(logging.ERROR)
    warnings.filterwarnings("ignore", module=r"rdflib\.")
