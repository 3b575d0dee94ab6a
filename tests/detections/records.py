"""CloudTrail records for the tests of detections: made ones from cases, and real ones where they lie beside the project."""

import json
import os
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from tenfold.detections.registry import Detection
from tenfold.model.arn import Scope
from tenfold.model.event import Actor, Event, Origin

Record = dict[str, Any]
Case = dict[str, Any]
HERE = Path(__file__).parent
SHARED = Path(os.environ.get("TENFOLD_SHARED", HERE.parents[2] / "shared")) / "data"
MISSING = "the folder of real events does not lie beside the project (TENFOLD_SHARED)"

ALICE: Record = {
    "type": "IAMUser", "principalId": "AIDAAAAAAAAAAAAAAAAAA", "arn": "arn:aws:iam::111122223333:user/alice",
    "accountId": "111122223333", "accessKeyId": "AKIAAAAAAAAAAAAAAAAA", "userName": "alice",
}  # fmt: skip
ADMIN_SESSION: Record = {
    "type": "AssumedRole", "principalId": "AROAAAAAAAAAAAAAAAAAA:bob", "accountId": "111122223333",
    "arn": "arn:aws:sts::111122223333:assumed-role/Admin/bob", "accessKeyId": "ASIAAAAAAAAAAAAAAAAA",
    "sessionContext": {
        "sessionIssuer": {
            "type": "Role", "principalId": "AROAAAAAAAAAAAAAAAAAA", "accountId": "111122223333", "userName": "Admin",
            "arn": "arn:aws:iam::111122223333:role/Admin",
        },
        "attributes": {"creationDate": "2026-06-01T11:00:00Z", "mfaAuthenticated": "false"},
    },
}  # fmt: skip
ROOT: Record = {
    "type": "Root",
    "principalId": "111122223333",
    "arn": "arn:aws:iam::111122223333:root",
    "accountId": "111122223333",
}
CALLERS = {"alice": ALICE, "bob": ADMIN_SESSION, "root": ROOT}


def record_of(given: Case) -> Record:
    """A whole record of a case: `action` gives source and name, `caller` one of CALLERS, the rest is taken as it is."""
    service, _, name = given["action"].partition(":")
    return {
        "eventVersion": "1.11",
        "userIdentity": CALLERS[given.get("caller", "alice")],
        "eventTime": "2026-06-01T12:00:00Z",
        "eventSource": f"{service}.amazonaws.com",
        "eventName": name,
        "awsRegion": "eu-west-1",
        "sourceIPAddress": "198.51.100.7",
        "userAgent": "aws-cli/2.27.0",
        "requestParameters": None,
        "responseElements": None,
        "eventID": "0e0e0e0e-0000-4000-8000-000000000001",
        "eventType": "AwsApiCall",
        "managementEvent": True,
        "recipientAccountId": "111122223333",
        "eventCategory": "Management",
    } | {key: value for key, value in given.items() if key not in ("action", "caller")}


def event_of(record: Record, origin: Origin | None = None) -> Event:
    identity = record["userIdentity"]
    service = record["eventSource"].split(".")[0]
    return Event(
        id=record["eventID"],
        time=datetime.fromisoformat(record["eventTime"]),
        scope=Scope("aws", record["recipientAccountId"], record["awsRegion"], service),
        actor=Actor(
            identity.get("type", ""),
            identity.get("arn", ""),
            identity.get("accountId", ""),
            identity.get("accessKeyId", ""),
        ),
        action=f"{service}:{record['eventName']}",
        targets=tuple(found["ARN"] for found in record.get("resources") or () if "ARN" in found),
        source=record["sourceIPAddress"],
        record=record,
        origin=origin,
    )


def cases_of(detection: Detection) -> list[Case]:
    found: list[Case] = json.loads((HERE / f"{detection.name}.json").read_text())
    return found


def real_files(dataset: str) -> Iterator[tuple[str, list[Record]]]:
    """Name and records of each file of a data set: `{"Records": [...]}` or a bare array."""
    for file in sorted((SHARED / dataset).rglob("*.json")):
        content = json.loads(file.read_bytes())
        yield file.stem, content["Records"] if isinstance(content, dict) else content
