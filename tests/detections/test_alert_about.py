"""Where an alert happened and what it is about: what its owner is looked for by."""

from typing import Any

import pytest
from tests.detections.records import event_of, record_of

from tenfold.detections.registry import detections_of
from tenfold.detections.run import Runner
from tenfold.model.arn import Scope

WEB = "arn:aws:s3:::web"
TRAIL = "arn:aws:cloudtrail:us-east-1:111122223333:trail/main"


@pytest.mark.parametrize(
    ("given", "about"),
    [
        ({"action": "s3:DeleteBucketPublicAccessBlock", "requestParameters": {"bucketName": "web"}}, (WEB,)),
        ({"action": "cloudtrail:StopLogging", "requestParameters": {"name": TRAIL}}, (TRAIL,)),
        ({"action": "s3:DeleteAccountPublicAccessBlock"}, ("arn:aws:iam::111122223333:root",)),
    ],
)
def test_scope_and_arns_of_an_alert(given: dict[str, Any], about: tuple[str, ...]) -> None:
    event = event_of(record_of(given))
    (alert,) = Runner(detections_of("cloudtrail")).alerts([event])
    assert alert.about == about
    assert alert.scope == event.scope
    assert isinstance(alert.scope, Scope)
    assert alert.scope.account == "111122223333"
