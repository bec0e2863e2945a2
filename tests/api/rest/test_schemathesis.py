"""Requests made up from the OpenAPI document, right ones and wrong ones.

Whatever comes, the answer is one that the document describes: its status, its type, its shape.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import GenerationMode
from schemathesis.checks import CHECKS

if TYPE_CHECKING:
    from flask import Flask
    from schemathesis import Case
    from schemathesis.checks import CheckFunction
    from schemathesis.schemas import BaseSchema

PATHS = [
    "/api/stances",
    "/api/claims",
    "/api/estimates",
    "/api/conditions",
    "/api/records/{article}/{fragment}",
    "/api/entities",
    "/api/entities/{kind}/{slug}",
    "/api/search",
    "/api/articles",
    "/api/articles/{article}",
    "/api/timeline",
    "/api/changes",
    "/api/compare",
]
NAMES = [
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_schema_conformance",
    "response_headers_conformance",
]
UNHURRIED = settings(
    deadline=None,
    database=None,
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture(scope="module")
def described(app: Flask) -> BaseSchema:
    """What the document describes."""
    schema = schemathesis.openapi.from_wsgi("/api/openapi.json", app)
    assert set(schema) == set(PATHS)
    return schema


def try_out(described: BaseSchema, path: str, mode: GenerationMode, limits: settings) -> None:
    """Make requests to a path up, and check what comes of each."""
    statuses: set[int] = set()
    checks = cast("list[CheckFunction]", [CHECKS.get_one(name) for name in NAMES])

    @limits
    @given(case=described[path]["GET"].as_strategy(generation_mode=mode))
    def tried(case: Case[Any]) -> None:
        plain = {"Accept-Encoding": "identity"}  # its client for WSGI unpacks nothing
        answer = case.call_and_validate(checks=checks, headers=plain)
        statuses.add(answer.status_code)

    tried()
    assert statuses


@pytest.mark.parametrize("mode", list(GenerationMode))
@pytest.mark.parametrize("path", PATHS)
def test_made_up_requests(described: BaseSchema, path: str, mode: GenerationMode) -> None:
    """Requests of all kinds get answers as documented, and never an error of the server."""
    try_out(described, path, mode, settings(UNHURRIED, derandomize=True, max_examples=25))


@pytest.mark.slow
@pytest.mark.parametrize("mode", list(GenerationMode))
@pytest.mark.parametrize("path", PATHS)
def test_more_made_up_requests(described: BaseSchema, path: str, mode: GenerationMode) -> None:
    """So do many more, which are others each time."""
    try_out(described, path, mode, settings(UNHURRIED, max_examples=100))
