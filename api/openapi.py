"""``/api/openapi.json``: the look-ups described, made from the types they use.

Spectree makes the document; here it checks nothing, since requests are read strictly by
``api.rest.reading`` and answers are made of the very types that are documented.
"""

from __future__ import annotations

import json
import re
from functools import lru_cache
from threading import Lock
from typing import TYPE_CHECKING, Any, TypeVar, cast

from flask import Blueprint, Response, request
from pydantic.json_schema import GenerateJsonSchema
from spectree import Response as Answers
from spectree import SpecTree
from spectree.model_adapter.pydantic_adapter import PydanticModelAdapter
from spectree.models import Tag
from spectree.plugins.flask_plugin import FlaskPlugin

from api import errors
from api.errors import PROBLEMS
from api.problems import HEADERS, KINDS, Problem, example
from kg import __version__

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from pydantic import BaseModel
    from pydantic.json_schema import JsonSchemaValue
    from pydantic_core import core_schema
    from spectree._types import ModelAdapterType
    from werkzeug.wrappers import Response as AnyResponse

    View = TypeVar("View", bound=Callable[..., AnyResponse])

blueprint = Blueprint("openapi", __name__, url_prefix="/api")

ABOUT = """\
Look-ups over a knowledge graph of who says what about AI, on which condition, cited to the span.

Every answer is JSON and, by its `@context`, JSON-LD: what it says is in the graph. Labels and
glosses are in one language, which `Content-Language` names. Lists go on by `next`, which is a value
for `after`; the same address stands in the header `Link`. Things are named by their IRI, or shorter
by kind and slug (`person/mark-zuckerberg`), or by the slug alone where only one kind can be meant.

Parameters that are not known, given twice, empty or ill-formed are refused, never passed over.
Errors are problem details (RFC 9457); their `type` says which kind it is. Where reading is
private a token is needed, as `Authorization: Bearer sg_…`.

What is not here speaks for itself: `/sparql`, `/update` and `/graphs` are the W3C's protocols, and
`/` lists the rest.
"""

RECORDS = Tag("Records", "Who says what: stances, claims, estimates, and their conditions.")
ENTITIES = Tag("Entities", "Who and what there is.")
ARTICLES = Tag("Articles", "What reports the records.")
TRENDS = Tag("Over time", "Stances in time and side by side.")

PARTS = {
    "kind": {
        "description": "The kind of entity.",
        "schema": {
            "type": "string",
            "enum": ["person", "company", "group", "model", "project", "topic", "occasion"],
            "examples": ["person"],
        },
    },
    "slug": {
        "description": "The last part of its IRI.",
        "schema": {"type": "string", "examples": ["mark-zuckerberg"]},
    },
    "article": {
        "description": "The slug of an article.",
        "schema": {"type": "string", "examples": ["2024-04-zuckerberg-open-source"]},
    },
    "fragment": {
        "description": "The fragment of a record's IRI.",
        "schema": {"type": "string", "examples": ["s1"]},
    },
}
"""What stands in paths."""


LINKS = {
    "Link": {
        "description": "rel=self is this address; rel=next is where a list goes on (RFC 8288).",
        "schema": {"type": "string"},
    },
    "Content-Language": {
        "description": "The language of labels and glosses.",
        "schema": {"type": "string", "enum": ["en", "de"]},
    },
}

TOKEN = {
    "type": "http",
    "scheme": "bearer",
    "description": "A token of the service, which begins with sg_. It is needed where reading is "
    "private, and counts for nothing where it is open.",
}

MOVED = {
    "description": "It was merged into another one, whose address is in Location.",
    "headers": {"Location": {"schema": {"type": "string"}}},
}
LAST = ("limit", "after", "facets", "language", "revision")
MEDIA_TYPES = ("application/json", "application/ld+json")
_MAKING = Lock()
"""Spectree takes its models apart when it makes the document: one thread at a time."""


class Documented(FlaskPlugin):
    """Documents views, and leaves their requests and answers alone."""

    def validate(self, func: Callable[..., AnyResponse], *_: Any, **path: Any) -> AnyResponse:
        """Call the view."""
        return func(**path)

    def parse_path(
        self, route: Any, path_parameter_descriptions: Mapping[str, str] | None
    ) -> tuple[str, list[dict[str, Any]]]:
        """Say more of the parts of a path than its rule does."""
        path, parts = super().parse_path(route, path_parameter_descriptions)
        return path, [part | PARTS[part["name"]] for part in parts]


class Statuses(Answers):
    """What a view answers, by status, each in its media type."""

    def generate_spec(self, *args: Any) -> dict[str, Any]:
        """Describe the answers; the kinds of problems are examples of theirs."""
        found: dict[str, Any] = super().generate_spec(*args)
        for status, answer in found.items():
            content = answer.get("content", {}).pop("application/json", None)
            if status == "200":
                answer["content"] = dict.fromkeys(MEDIA_TYPES, content)
                answer["headers"] = LINKS
            elif status == "308":
                answer.update(MOVED)
            elif content is not None:
                kinds = [kind for kind in KINDS if kind.status == int(status)]
                examples = {kind.name: {"value": example(kind)} for kind in kinds}
                answer["description"] = "; ".join(f"`{PROBLEMS}{kind.name}`" for kind in kinds)
                answer["content"] = {errors.MEDIA_TYPE: {**content, "examples": examples}}
                if status in HEADERS:
                    answer["headers"] = HEADERS[status]
        return found


class Written(GenerateJsonSchema):
    """Schemas of what is read and written: nothing is null; in answers lists are always there."""

    def default_schema(self, schema: core_schema.WithDefaultSchema) -> JsonSchemaValue:
        """Leave out null where it means that the member is not there."""
        inner = schema["schema"]
        if inner["type"] == "nullable" and schema.get("default", ()) is None:
            return self.generate_inner(inner["schema"])
        if self.mode == "serialization":
            return self.generate_inner(inner)
        return super().default_schema(schema)

    def field_is_required(
        self,
        field: core_schema.ModelField | core_schema.DataclassField | core_schema.TypedDictField,
        total: bool,
    ) -> bool:
        """Tell whether a member is always there."""
        inner = field["schema"]
        if self.mode != "serialization" or inner["type"] != "default":
            return super().field_is_required(field, total)
        return "serialization_exclude_if" not in field and inner.get("default", ()) is not None

    def field_title_should_be_set(self, schema: object) -> bool:  # noqa: ARG002  # for any field
        """Set none: the name of a member is its title."""
        return False


class Schemas(PydanticModelAdapter):
    """Makes schemas of models."""

    def json_schema(self, model: Any, *, ref_template: str, mode: Any = "validation") -> Any:
        """Make the schema of a model."""
        return model.model_json_schema(
            ref_template=ref_template, mode=mode, schema_generator=Written
        )


SPEC = SpecTree(
    backend=Documented,
    model_adapter=cast("ModelAdapterType", Schemas()),
    annotations=False,
    mode="strict",
    path="api/openapi",
    page_templates={},
    naming_strategy=lambda model: model.__name__,
    nested_naming_strategy=lambda _, name: re.sub(r"Listing_(\w+)_", r"\1Listing", name),
    validation_error_status=400,
    validation_error_model=Problem,
    title="stancegraph look-ups",
    description=ABOUT,
    version=__version__,
    license={"name": "Apache-2.0 AND CC-BY-4.0"},
)


def documented(
    asked: type[BaseModel], answer: type[BaseModel], tag: Tag, *more: int
) -> Callable[[View], View]:
    """Have a view described: what it can be asked, what it answers, statuses it has besides."""
    problems = {f"HTTP_{kind.status:d}": Problem for kind in KINDS}
    plain = [f"HTTP_{status}" for status in more]
    answers = Statuses(*plain, HTTP_200=answer, **problems)

    def decorate(view: View) -> View:
        described: Callable[[View], View] = SPEC.validate(
            query=asked, resp=answers, tags=[tag], operation_id=view.__name__
        )
        return described(view)

    return decorate


@blueprint.get("/openapi.json")
def document() -> Response:
    """Send the OpenAPI document of the look-ups."""
    return Response(_document(request.script_root or "/"), content_type="application/json")


@lru_cache(maxsize=4)
def _document(root: str) -> str:
    with _MAKING:
        made: dict[str, Any] = SPEC.spec
    paths = {path: {"get": _in_order(item["get"])} for path, item in made["paths"].items()}
    content = {**made, "servers": [{"url": root}], "paths": paths, "security": [{}, {"token": []}]}
    schemas = content.pop("components")["schemas"]
    text = json.dumps([content, schemas])
    used = {name: schema for name, schema in schemas.items() if f'/{name}"' in text}
    components = {"schemas": used, "securitySchemes": {"token": TOKEN}}
    return json.dumps({**content, "components": components}, ensure_ascii=False)


def _in_order(operation: dict[str, Any]) -> dict[str, Any]:
    """Put the parameters that every look-up has last, and show an example of each of the others."""
    parameters = sorted(operation["parameters"], key=lambda item: item["name"] in LAST)
    return {**operation, "parameters": [_exemplified(item) for item in parameters]}


def _exemplified(parameter: dict[str, Any]) -> dict[str, Any]:
    """Name an example in words: pages show them nowhere else, or fill them in unasked."""
    examples = parameter["schema"].get("examples")
    if not examples:
        return parameter
    first = ",".join(examples[0]) if isinstance(examples[0], list) else examples[0]
    return {**parameter, "description": f"{parameter['description']} Example: `{first}`"}
