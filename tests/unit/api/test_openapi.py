"""schemathesis: requests made from the OpenAPI, good and bad, and the answers held against it."""

from typing import Any

import pytest
import schemathesis
from fastapi import FastAPI
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    ignored_auth,
    response_schema_conformance,
    status_code_conformance,
    unsupported_method,
)

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
    unsupported_method,
    ignored_auth,
]


EXAMPLES = 8


@pytest.mark.slow
def test_the_api_keeps_to_its_openapi(app: FastAPI) -> None:
    schema = schemathesis.openapi.from_asgi("/openapi.json", app)
    tried, failures = 0, dict[str, str]()
    for found in schema.get_all_operations():
        assert isinstance(found, Ok)
        operation = found.ok()

        @settings(max_examples=EXAMPLES, deadline=None, database=None, suppress_health_check=list(HealthCheck))
        @given(case=strategy(operation))
        def hold(case: schemathesis.Case[Any]) -> None:
            case.call_and_validate(headers={"Authorization": "Bearer folder"}, checks=CHECKS)

        try:
            hold()
        except (FailureGroup, AssertionError) as error:
            failures[operation.label] = str(error)
        tried += 1
    assert not failures, "\n".join(f"{label}\n{failure}" for label, failure in failures.items())
    assert tried > 40


def strategy(
    operation: schemathesis.schemas.APIOperation[Any, Any, Any, Any],
) -> SearchStrategy[schemathesis.Case[Any]]:
    """Requests that follow the schema, and requests that break it."""
    good = operation.as_strategy(generation_mode=GenerationMode.POSITIVE)
    bad = operation.as_strategy(generation_mode=GenerationMode.NEGATIVE)
    return st.one_of(good, bad)
