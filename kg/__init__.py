"""stancegraph: who says what about AI, as a knowledge graph. This package knows no web."""

__version__ = "0.1.0"
