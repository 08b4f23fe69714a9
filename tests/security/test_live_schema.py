"""schemathesis against a running service under a low descriptor limit: good and bad requests over real connections.

The service answers all of them without an error of its own, goes on publishing, and its memory stays in bounds.
"""

import os
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import status_code_conformance

from tests.security.attacked import DESCRIPTORS, MIB, Service, service
from tests.unit.api.test_openapi import strategy

EXAMPLES = int(os.environ.get("VEILLE_TEST_SCHEMA_EXAMPLES", "1"))
"""For each operation; more by hand: VEILLE_TEST_SCHEMA_EXAMPLES=100."""
SLOW = {"/v1/backup", "/v1/channels/{name}/test"}
"""Left out: they write folders and send pages."""


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    with service(tmp_path_factory.mktemp("schema") / "data", VEILLE_RESEARCH__PUBLISH="false") as found:
        yield found


def test_the_running_service_keeps_to_its_openapi(running: Service) -> None:
    token = {"Authorization": running.caller.headers["Authorization"]}
    schema = schemathesis.openapi.from_url(f"{running.address}/openapi.json")
    idle, before = running.resident(), running.status()["published_batch"]
    most, failures, tried = idle, dict[str, str](), 0
    for found in schema.get_all_operations():
        assert isinstance(found, Ok)
        operation = found.ok()
        if operation.path in SLOW:
            continue

        @settings(max_examples=EXAMPLES, deadline=None, database=None, suppress_health_check=list(HealthCheck))
        @given(case=strategy(operation))
        def hold(case: schemathesis.Case[Any]) -> None:
            case.call_and_validate(headers=token, checks=[not_a_server_error, status_code_conformance])

        try:
            hold()
        except (FailureGroup, AssertionError) as error:
            failures[operation.label] = str(error)
        tried += 1
        most = max(most, running.resident())
    assert not failures, "\n".join(f"{label}\n{failure}" for label, failure in failures.items())
    assert tried > 40
    assert running.status()["published_batch"] > before
    assert most - idle < 512 * MIB
    assert running.descriptors() < DESCRIPTORS * 3 / 4
    assert "Traceback" not in running.log()
