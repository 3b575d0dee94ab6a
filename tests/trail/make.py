"""CloudTrail records and files, made up."""

import gzip
import json
import uuid
from pathlib import Path
from typing import Any

from tests.clock import ManualClock

from tenfold.lake.lake import Lake
from tenfold.model.clock import Clock
from tenfold.store.ledger import Ledger
from tenfold.store.store import Store
from tenfold.trail.ingest import Ingest, Listener
from tenfold.trail.objects import Fetched, Objects

ACCOUNT = "111122223333"
FOLDER = f"AWSLogs/{ACCOUNT}/CloudTrail/eu-west-1/2026/03/01"


def record(number: int = 0, **changes: Any) -> dict[str, Any]:
    """A record of its own; a change to None takes the field away."""
    made = {
        "eventVersion": "1.11",
        "userIdentity": {
            "type": "AssumedRole",
            "principalId": "AROAEXAMPLE:ana",
            "arn": f"arn:aws:sts::{ACCOUNT}:assumed-role/admin/ana",
            "accountId": ACCOUNT,
            "accessKeyId": "ASIAEXAMPLE",
            "sessionContext": {
                "sessionIssuer": {"type": "Role", "arn": f"arn:aws:iam::{ACCOUNT}:role/admin"},
                "webIdFederationData": {},
                "attributes": {"creationDate": "2026-03-01T11:00:00Z", "mfaAuthenticated": "true"},
                "sourceIdentity": "ana@example.com",
            },
        },
        "eventTime": f"2026-03-01T11:{number // 60 % 60:02}:{number % 60:02}Z",
        "eventSource": "s3.amazonaws.com",
        "eventName": "PutBucketPolicy",
        "awsRegion": "eu-west-1",
        "sourceIPAddress": "198.51.100.7",
        "userAgent": "aws-cli/2",
        "requestParameters": {"bucketName": "plans", "Host": "s3.eu-west-1.amazonaws.com"},
        "responseElements": None,
        "requestID": f"R{number}",
        "eventID": str(uuid.UUID(int=number + 1)),
        "readOnly": False,
        "resources": [{"accountId": ACCOUNT, "type": "AWS::S3::Bucket", "ARN": "arn:aws:s3:::plans"}],
        "eventType": "AwsApiCall",
        "managementEvent": True,
        "recipientAccountId": ACCOUNT,
        "eventCategory": "Management",
        "sessionCredentialFromConsole": "true",
    }
    return {
        name: value for name, value in {**made, **changes}.items() if value is not None or name == "responseElements"
    }


def document(*records: Any) -> bytes:
    return json.dumps({"Records": records}).encode()


def fetched(data: bytes, key: str = f"{FOLDER}/a.json.gz") -> Fetched:
    return Fetched("logs", key, "etag", data)


def write(folder: Path, name: str, data: bytes) -> Path:
    path = folder / FOLDER / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(gzip.compress(data) if name.endswith(".gz") else data)
    return path


class Home:
    """A state and a lake in one folder."""

    def __init__(self, folder: Path, clock: Clock | None = None) -> None:
        self.clock = clock or ManualClock()
        self.store = Store.open(folder / "state.sqlite", self.clock)
        self.ledger = Ledger(self.store, self.clock)
        self.lake = Lake.open(folder / "lake", clock=self.clock, lease=self.store.lease)

    def ingest(self, *listeners: Listener, objects: Objects | None = None, **settings: Any) -> Ingest:
        return Ingest(self.lake, self.ledger, objects or Objects(), self.clock, listeners=listeners, **settings)

    def event_ids(self) -> list[str]:
        """The lake's rows by event id, doubles and all."""
        return sorted(self.lake.rows(columns=("event_id",)).column("event_id").to_pylist())

    def reasons(self) -> dict[str, str]:
        return {letter.kind: letter.reason for letter in self.ledger.letters()}

    def close(self) -> None:
        self.lake.close()
        self.store.close()
