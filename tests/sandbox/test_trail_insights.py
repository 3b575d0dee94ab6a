"""Insights: unusual rates of calls and errors, with their beginning and end."""

import gzip
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from tests.sandbox import aws
from tests.sandbox.trails import ACCOUNT, BUCKET, Queue, trail

from tenfold.sandbox.clock import SandboxClock
from tenfold.sandbox.server import Sandbox
from tenfold.sandbox.trails.insight_series import Series

START = datetime(2031, 2, 3, 4, 0, tzinfo=UTC)
HOUR, MINUTE = 3600, 60
CALLS, ERRORS = "ApiCallRateInsight", "ApiErrorRateInsight"


@pytest.fixture
def still() -> Iterator[Sandbox]:
    clock = SandboxClock(start=START)
    clock.hold()
    with Sandbox(delivery_seconds=3600, clock=clock) as running:
        yield running


def leap(sandbox: Sandbox, seconds: int) -> None:
    aws.control(sandbox, "clock", {"seconds": seconds})


def asking(sandbox: Sandbox, *kinds: str) -> Any:
    """A trail that asks for Insights."""
    cloudtrail = trail(sandbox)
    cloudtrail.put_insight_selectors(TrailName="main", InsightSelectors=[{"InsightType": kind} for kind in kinds])
    return cloudtrail


def delete_keys(sandbox: Sandbox, times: int) -> None:
    """Writes that work."""
    ec2 = aws.client(sandbox, "ec2")
    for _ in range(times):
        ec2.delete_key_pair(KeyName="none")


def found(sandbox: Sandbox) -> list[tuple[str, dict[str, Any]]]:
    """Key and record of each Insight that was delivered."""
    s3 = aws.client(sandbox, "s3")
    insights = []
    for entry in s3.list_objects_v2(Bucket=BUCKET).get("Contents", []):
        if "/CloudTrail-Insight/" in entry["Key"]:
            body = s3.get_object(Bucket=BUCKET, Key=entry["Key"])["Body"].read()
            insights += [(entry["Key"], record) for record in json.loads(gzip.decompress(body))["Records"]]
    return sorted(insights, key=lambda one: str(one[1]["eventTime"]))


def test_a_burst_of_writes_begins_and_ends(still: Sandbox) -> None:
    cloudtrail = asking(still, CALLS)
    delete_keys(still, 3)
    leap(still, 37 * HOUR)
    for _ in range(2):
        delete_keys(still, 30)
        leap(still, MINUTE)
    leap(still, 20 * MINUTE)
    (key, start), (_, end) = found(still)
    folder = f"AWSLogs/{ACCOUNT}/CloudTrail-Insight/us-east-1/2031/02/04/"
    assert key.startswith(f"{folder}{ACCOUNT}_CloudTrail-Insight_us-east-1_20310204T17")
    assert (start["eventType"], start["eventCategory"]) == ("AwsCloudTrailInsight", "Insight")
    assert start["sharedEventID"] == end["sharedEventID"]
    assert start["eventID"] != end["eventID"]
    first, last = start["insightDetails"], end["insightDetails"]
    assert (first.pop("state"), last.pop("state")) == ("Start", "End")
    context = first.pop("insightContext")
    assert first == {"eventSource": "ec2.amazonaws.com", "eventName": "DeleteKeyPair", "insightType": CALLS}
    minutes = 37 * 60
    assert context["statistics"] == {
        "baseline": {"average": 3 / minutes},
        "insight": {"average": 30.0},
        "insightDuration": 1,
        "baselineDuration": minutes,
    }
    by = {one["attribute"]: one for one in context["attributions"]}
    arn = f"arn:aws:iam::{ACCOUNT}:user/sandbox"
    assert by["userIdentityArn"]["insight"] == [{"value": arn, "average": 30.0}]
    assert by["errorCode"]["baseline"] == [{"value": "null", "average": 3 / minutes}]
    assert last["insightContext"]["statistics"]["insightDuration"] == 2
    events = cloudtrail.lookup_events(EventCategory="insight")["Events"]
    assert [json.loads(event["CloudTrailEvent"])["insightDetails"]["state"] for event in events] == ["End", "Start"]
    names = {event["EventName"] for event in cloudtrail.lookup_events()["Events"]}
    assert "AwsCloudTrailInsight" not in names


@pytest.mark.parametrize(
    ("kinds", "hours", "times"),
    [((), 37, 30), ((ERRORS,), 37, 30), ((CALLS,), 1, 30), ((CALLS,), 37, 5)],
    ids=["not asked for", "of another kind", "too soon", "too few"],
)
def test_nothing_to_tell(still: Sandbox, kinds: tuple[str, ...], hours: int, times: int) -> None:
    asking(still, *kinds)
    delete_keys(still, 3)
    leap(still, hours * HOUR)
    delete_keys(still, times)
    leap(still, 20 * MINUTE)
    assert found(still) == []


@pytest.mark.parametrize(("burst", "unusual"), [(29, False), (30, True)])
def test_unusual_is_against_what_is_usual(burst: int, unusual: bool) -> None:
    series = Series(START)
    for minute in range(40 * 60):
        for _ in range(3):
            series.add(START + timedelta(minutes=minute), {})
    end = START + timedelta(hours=40)
    assert list(series.advance(end, warm=True)) == []
    for _ in range(burst):
        series.add(end, {})
    assert [one.state for one in series.advance(end + timedelta(minutes=1), warm=True)] == ["Start"] * unusual


def test_a_week_is_remembered_and_an_unusual_time_is_not() -> None:
    series, day = Series(START), timedelta(days=1)
    for _ in range(600):
        series.add(START, {})
    assert list(series.advance(START + day, warm=False)) == []
    for _ in range(600):
        series.add(START + 2 * day, {})
    assert [one.state for one in series.advance(START + 3 * day, warm=True)] == ["Start", "End"]
    for _ in range(10):
        series.add(START + 9 * day, {})
    (start,) = series.advance(START + 9 * day + timedelta(minutes=1), warm=True)
    assert start.context["statistics"]["baseline"]["average"] == 0
    assert start.context["statistics"]["baselineDuration"] == 7 * 24 * 60


def test_errors_by_their_code_reads_too(still: Sandbox) -> None:
    asking(still, ERRORS)
    queue, events = Queue(still), aws.client(still, "events")
    events.put_rule(Name="rule", EventPattern=json.dumps({"detail-type": ["AWS Insight via CloudTrail"]}))
    events.put_targets(Rule="rule", Targets=[{"Id": "1", "Arn": queue.arn}])
    iam = aws.client(still, "iam")
    aws.refusal(iam.get_user, UserName="nobody")
    leap(still, 37 * HOUR)
    for _ in range(12):
        aws.refusal(iam.get_user, UserName="nobody")
    leap(still, 2 * MINUTE)
    ((_, start),) = found(still)
    details = start["insightDetails"]
    assert (details["eventName"], details["errorCode"]) == ("GetUser", "NoSuchEntityException")
    (event,) = queue.told()
    assert (event["source"], event["detail"]) == ("aws.cloudtrail", start)


def test_selectors_are_replaced_and_turned_off(sandbox: Sandbox) -> None:
    cloudtrail = asking(sandbox, CALLS)
    assert cloudtrail.get_trail(Name="main")["Trail"]["HasInsightSelectors"]
    cloudtrail.put_insight_selectors(TrailName="main", InsightSelectors=[{"InsightType": ERRORS}])
    assert cloudtrail.get_insight_selectors(TrailName="main")["InsightSelectors"] == [{"InsightType": ERRORS}]
    wrong = [{"InsightType": "Other"}]
    code, _ = aws.refusal(cloudtrail.put_insight_selectors, TrailName="main", InsightSelectors=wrong)
    assert code == "InvalidInsightSelectorsException"
    cloudtrail.put_insight_selectors(TrailName="main", InsightSelectors=[])
    assert aws.refusal(cloudtrail.get_insight_selectors, TrailName="main")[0] == "InsightNotEnabledException"
