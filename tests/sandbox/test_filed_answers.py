"""Every entry of the file of answers: asked by boto3 over HTTP, read by its parser, and recorded like any other call.

The cases are one story in the order of the JSON file; `$name` stands for what an earlier answer gave.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from botocore import xform_name
from tests.sandbox import aws

from tenfold.model.errors import ConfigError
from tenfold.sandbox.filed.entries import shipped
from tenfold.sandbox.filed.proof import prove
from tenfold.sandbox.server import Sandbox

ACCOUNT = "123456789012"
CASES: dict[str, dict[str, Any]] = json.loads(
    Path(__file__).with_name("answers_cases.json").read_text(encoding="utf-8")
)
SAID: dict[str, Any] = {}
"""What answers gave to be used by later cases."""


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(delivery_seconds=3600) as running:
        SAID.clear()
        yield running


def filled(value: Any) -> Any:
    if isinstance(value, str):
        return SAID[value[1:]] if value.startswith("$") else value
    if isinstance(value, dict):
        return {key: filled(item) for key, item in value.items()}
    return [filled(item) for item in value] if isinstance(value, list) else value


def at(path: str, value: Any) -> Any:
    """The value at a path; None where there is none."""
    for step in path.split("."):
        if isinstance(value, list):
            value = value[int(step)] if int(step) < len(value) else None
        else:
            value = (value or {}).get(step)
    return value


def call(sandbox: Sandbox, service: str, operation: str, parameters: dict[str, Any]) -> Any:
    return getattr(aws.client(sandbox, service), xform_name(operation))(**filled(parameters))


def check(answer: Any, has: dict[str, Any]) -> None:
    assert {path: at(path, answer) for path in has} == {path: filled(value) for path, value in has.items()}


def arrange(sandbox: Sandbox, service: str, case: dict[str, Any]) -> None:
    if before := case.get("before"):
        answer = call(sandbox, service, before[0], before[1])
        SAID.update({name: at(path, answer) for name, path in before[2].items()})
    if other := case.get("other"):
        call(sandbox, *other)
    kind, rows = case.get("plant", ("", []))
    for facts in rows:
        planted = aws.control(sandbox, "plant", {"kind": kind, "account": ACCOUNT, "facts": filled(facts)})
        assert isinstance(planted, dict), planted


@pytest.mark.parametrize("name", CASES)
def test_entry(sandbox: Sandbox, name: str) -> None:
    service, operation = name.split(":")
    case = CASES[name]
    arrange(sandbox, service, case)
    answer = call(sandbox, service, operation, case["ask"])
    record = aws.records(sandbox)[-1]
    assert (record["eventName"], record.get("errorCode")) == (operation, None)
    SAID.update({key: at(path, answer) for key, path in case.get("keep", {}).items()})
    assert case.keys() & {"has", "then"}, "a case without an expectation"
    check(answer, case.get("has", {}))
    if then := case.get("then"):
        check(call(sandbox, service, then[0], then[1]), then[2])
    if gone := case.get("gone"):
        refused(sandbox, service, *gone)
    if refuse := case.get("refuse"):
        refused(sandbox, service, operation, *refuse)


def refused(sandbox: Sandbox, service: str, operation: str, parameters: dict[str, Any], code: str) -> None:
    method = getattr(aws.client(sandbox, service, parameter_validation=False), xform_name(operation))
    assert aws.refusal(method, **filled(parameters))[0] == code
    assert aws.records(sandbox)[-1]["errorCode"].removeprefix("Client.") == code


def test_every_entry_has_a_case() -> None:
    assert sorted(CASES) == sorted(shipped().entries)


def test_file_that_comes_along_fits_the_models() -> None:
    book = shipped()
    prove(book, book.kinds, "answers.toml")


def test_pages(sandbox: Sandbox) -> None:
    for number in range(7):
        facts = {"kind": "guardduty.finding", "account": ACCOUNT, "region": "eu-west-1", "facts": {"Id": f"p-{number}"}}
        aws.control(sandbox, "plant", facts)
    guardduty = aws.client(sandbox, "guardduty", region="eu-west-1")
    detector = guardduty.create_detector(Enable=True)["DetectorId"]
    pages = list(
        guardduty.get_paginator("list_findings").paginate(DetectorId=detector, PaginationConfig={"PageSize": 3})
    )
    assert [len(page["FindingIds"]) for page in pages] == [3, 3, 1]
    assert aws.refusal(guardduty.list_findings, DetectorId=detector, NextToken="no token")[0] == "ValidationException"


def test_objects_stay_in_their_account_and_region(sandbox: Sandbox) -> None:
    keys = aws.session(sandbox, "222222222222")
    for other in (aws.client(sandbox, "macie2", keys), aws.client(sandbox, "macie2", region="eu-west-1")):
        assert other.list_findings()["findingIds"] == []


def test_macie_that_is_off_answers_nothing(sandbox: Sandbox) -> None:
    macie = aws.client(sandbox, "macie2", aws.session(sandbox, "333333333333"))
    macie.disable_macie()
    assert aws.refusal(macie.list_findings) == ("AccessDeniedException", "Macie is not enabled")


@pytest.mark.parametrize(
    ("facts", "error"),
    [
        ({"kind": "guardduty.nothing", "facts": {}}, "PlantError: no kind guardduty.nothing"),
        ({"kind": "guardduty.finding", "facts": {"severity": 8}}, "PlantError: guardduty.finding has no severity"),
        ({"kind": "macie2.bucket", "facts": {"objectCount": 1}}, "PlantError: macie2.bucket needs bucketName"),
        ({"kind": "macie2.bucket"}, "KeyError: 'facts'"),
    ],
)
def test_what_cannot_be_planted_is_answered(sandbox: Sandbox, facts: dict[str, Any], error: str) -> None:
    status, answer = aws.control(sandbox, "plant", {"account": ACCOUNT} | facts)
    assert (status, answer["error"].startswith(error)) == (400, True)


def test_planting_without_a_request(sandbox: Sandbox) -> None:
    planted = sandbox.plant("macie2.finding", ACCOUNT, {"type": "Policy:IAMUser/S3BucketPublic"}, "eu-north-1")
    assert aws.client(sandbox, "macie2", region="eu-north-1").list_findings()["findingIds"] == [planted["id"]]
    with pytest.raises(ConfigError, match="not running"):
        Sandbox().plant("macie2.finding", ACCOUNT, {})
