"""The HTTP API: JSON under /api/v1, bearer tokens only, described at /api/v1/openapi.json."""

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from flask import Flask, Response, jsonify
from flask_smorest import Api, Blueprint
from marshmallow import Schema, fields

from eventsvc.accounts.access import public
from eventsvc.extensions import csrf
from eventsvc.web.pagination import paginate

PREFIX = "/api/v1"


class ErrorBody(Schema):
    code = fields.String(required=True, metadata={"description": "for programs; stable"})
    message = fields.String(required=True, metadata={"description": "for people, in the caller's language"})
    request_id = fields.String(required=True)


class ErrorSchema(Schema):
    error = fields.Nested(ErrorBody, required=True)


class HouseApi(Api):
    """flask-smorest, with the house's own error answers."""

    ERROR_SCHEMA = ErrorSchema

    def _register_error_handlers(self) -> None:
        """Errors are answered by web/errors.py, for pages and API alike."""


class PageQuery(Schema):
    """Which part of a list; a number out of range is not refused but taken as the nearest that is served."""

    page = fields.Integer(load_default=1, metadata={"description": "from 1; less is taken as 1"})
    per_page = fields.Integer(load_default=50, metadata={"description": "1 to 500; the nearest is taken"})
    q = fields.String(load_default="", metadata={"description": "search; ignores diacritics"})


def page_of(items: type[Schema]) -> Schema:
    """The schema of a list answer: items, total, page, per_page."""
    return Schema.from_dict(
        {
            "items": fields.List(fields.Nested(items), required=True),
            "total": fields.Integer(required=True),
            "page": fields.Integer(required=True),
            "per_page": fields.Integer(required=True),
        },
        name=f"{items.__name__.removesuffix('Schema')}Page",
    )()


def listed(statement: sa.Select[Any], as_item: Any) -> dict[str, Any]:
    """The page of the select that the request asks for, each row through `as_item`."""
    page = paginate(statement)
    return {
        "items": [as_item(row) for row in page.items],
        "total": page.total,
        "page": page.page,
        "per_page": page.per_page,
    }


def init_app(
    app: Flask,
    blueprints: tuple[Blueprint, ...],
    paths: Mapping[str, Any] | None = None,
    schemas: Mapping[str, Any] | None = None,
) -> None:
    """Register the features' API blueprints; tokens stand in for CSRF fields there.

    `paths` and `schemas` describe what plain blueprints answer under the same address.
    """
    app.config.update(
        API_TITLE="eventsvc",
        API_VERSION="v1",
        OPENAPI_VERSION="3.1.0",
        OPENAPI_URL_PREFIX=PREFIX,
        OPENAPI_JSON_PATH="openapi.json",
        API_SPEC_OPTIONS={
            "info": {"description": "Events, agendas, sites, guests, the board and check-in."},
            "components": {"securitySchemes": {"bearer": {"type": "http", "scheme": "bearer"}}},
            "security": [{"bearer": []}],
        },
    )
    api = HouseApi(app)
    for blueprint in blueprints:
        csrf.exempt(blueprint)
        api.register_blueprint(blueprint, url_prefix=PREFIX)

    def description() -> Response:
        whole = api.spec.to_dict()
        parts = whole["components"]
        parts = {**parts, "schemas": {**(schemas or {}), **parts.get("schemas", {})}}
        return jsonify({**whole, "paths": {**whole["paths"], **(paths or {})}, "components": parts})

    app.view_functions["api-docs.openapi_json"] = public(description)
