"""The runner: who is asked about what, what an alert carries, and that one detection's failure is its own."""

import msgspec
from tests.detections.records import ADMIN_SESSION, event_of, record_of

from tenfold.detections.registry import Detection, Hit, detection, detections_of
from tenfold.detections.run import Failure, Runner
from tenfold.model.alert import Alert
from tenfold.model.event import Event, Origin
from tenfold.model.finding import Severity

STOPPED = record_of(
    {"action": "cloudtrail:StopLogging", "caller": "bob", "requestParameters": {"name": "main"}, "eventID": "e-1"}
)


@detection("test", id="t-1", severity=Severity.LOW, technique="T1000")
def asked_always(event: Event) -> bool:
    """Everything is bad."""
    return bool(event.id)


@detection("test", id="t-2", severity=Severity.LOW, technique="T1000", events=("cloudtrail:StopLogging",))
def raises(event: Event) -> Hit | None:
    """It reads what is not there."""
    return Hit(event.record["notThere"])


def mark(function: object) -> Detection:
    found: Detection = vars(function)["__tenfold_detection__"]
    return found


def alerts(*detections: Detection, record: dict[str, object] | None = None) -> list[Alert]:
    runner = Runner(detections)
    found = list(runner.alerts([event_of(record or STOPPED)]))
    assert runner.failures == []
    return found


def test_a_failure_is_kept_and_the_others_go_on() -> None:
    runner = Runner([mark(raises), mark(asked_always)])
    found = list(runner.alerts([event_of(STOPPED), event_of(STOPPED | {"eventID": "e-2"})]))
    assert [alert.detection for alert in found] == ["t-1", "t-1"]
    assert runner.failures == [
        Failure("t-2", "e-1", "KeyError: 'notThere'"),
        Failure("t-2", "e-2", "KeyError: 'notThere'"),
    ]


def test_a_detection_is_asked_about_its_events_only() -> None:
    other = record_of({"action": "cloudtrail:StartLogging"})
    runner = Runner([mark(raises), mark(asked_always)])
    assert len(list(runner.alerts([event_of(other)]))) == 1
    assert runner.failures == []


def test_an_alert_carries_its_evidence() -> None:
    event = event_of(STOPPED, Origin("logs", "AWSLogs/x.json.gz", 7))
    (alert,) = Runner(detections_of("cloudtrail")).alerts([event])
    assert alert.at == event.time
    fact, chain, origin = alert.evidence
    assert (fact.source, fact.as_of) == ("e-1", event.time)
    assert fact.seen == {
        "eventSource": "cloudtrail.amazonaws.com",
        "eventName": "StopLogging",
        "awsRegion": "eu-west-1",
        "sourceIPAddress": "198.51.100.7",
        "requestParameters": {"name": "main"},
    }
    assert chain.source == "actors"
    assert [link["type"] for link in chain.seen] == ["AssumedRole", "Role"]
    assert (origin.source, origin.seen) == ("origin", {"bucket": "logs", "key": "AWSLogs/x.json.gz", "index": 7})
    assert msgspec.json.decode(msgspec.json.encode(alert), type=Alert).incident == alert.incident


def test_what_a_hit_worked_out_stands_beside_what_the_record_shows() -> None:
    document = {"Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}
    record = record_of(
        {"action": "iam:PutRolePolicy", "requestParameters": {"roleName": "app", "policyDocument": document}}
    )
    (alert,) = alerts(*detections_of("cloudtrail"), record=record)
    assert alert.evidence[0].seen["requestParameters.policyDocument.Statement[0]"] == (
        "Allow, Action *, Resource *, no condition"
    )


def test_the_incident_falls_back_on_the_target_and_then_on_the_actor() -> None:
    target = {"resources": [{"ARN": "arn:aws:s3:::pail", "type": "AWS::S3::Bucket"}]}
    (by_target,) = alerts(mark(asked_always), record=STOPPED | target)
    (by_actor,) = alerts(mark(asked_always))
    assert by_target.incident == "t-1|111122223333|arn:aws:s3:::pail"
    assert by_actor.incident == f"t-1|111122223333|{ADMIN_SESSION['arn']}"


def test_who_has_no_arn_is_named_by_the_service_or_by_the_kind_of_identity() -> None:
    service = STOPPED | {"userIdentity": {"type": "AWSService", "invokedBy": "cloudformation.amazonaws.com"}}
    nobody = STOPPED | {"userIdentity": {}}
    (by_service,) = alerts(mark(asked_always), record=service)
    (by_nobody,) = alerts(mark(asked_always), record=nobody)
    assert by_service.message == "Everything is bad, by cloudformation.amazonaws.com"
    assert by_nobody.message == "Everything is bad, by somebody unnamed"


def test_a_denied_attempt_is_told_only_where_it_is_the_point() -> None:
    denied = STOPPED | {"errorCode": "AccessDeniedException"}
    assert alerts(mark(asked_always), record=denied) == []
    (alert,) = alerts(*detections_of("cloudtrail"), record=denied)
    assert alert.severity is Severity.MEDIUM
    assert alert.evidence[0].seen["errorCode"] == "AccessDeniedException"


def test_the_log_chooses_the_detections() -> None:
    assert detections_of("test") == ()  # only the folder is walked, and nothing in it asks this log
    assert {each.log for each in detections_of("cloudtrail")} == {"cloudtrail"}
