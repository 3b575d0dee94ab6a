"""What each failure means, as a table."""

import pytest
from botocore.exceptions import (
    ClientError,
    ConnectionClosedError,
    EndpointConnectionError,
    NoRegionError,
    ReadTimeoutError,
    UnknownServiceError,
)
from botocore.parsers import ResponseParserError
from tests.clock import START

from tenfold.aws import faults
from tenfold.model.gap import GapKind

SCP = "arn:aws:organizations::999988887777:policy/o-example/service_control_policy/p-nobody"
FENCE = f"not authorized to perform: s3:GetObject with an explicit deny in a service control policy: {SCP}."


def said(code: str, status: int = 400, message: str = "") -> ClientError:
    return ClientError(
        {"Error": {"Code": code, "Message": message}, "ResponseMetadata": {"HTTPStatusCode": status}}, "GetThing"
    )


KINDS = [
    (said("AccessDenied", 403), GapKind.DENIED, ""),
    (said("AccessDeniedException", 400), GapKind.DENIED, ""),
    (said("UnauthorizedOperation", 403), GapKind.DENIED, ""),
    (said("AccessDenied", 403, FENCE), GapKind.FENCED, SCP),
    (said("AccessDenied", 403, "with an explicit deny in a service control policy"), GapKind.FENCED, "unnamed"),
    (said("AccessDenied", 403, "with an explicit deny in a resource-based policy"), GapKind.DENIED, ""),
    (said("OptInRequired", 403), GapKind.NOT_SUBSCRIBED, ""),
    (said("SubscriptionRequiredException"), GapKind.NOT_SUBSCRIBED, ""),
    (said("SignatureDoesNotMatch", 403), GapKind.DENIED, ""),
    (said("InvalidClientTokenId", 403), GapKind.DENIED, ""),
    (said("UnrecognizedClientException"), GapKind.DENIED, ""),
    (said("AuthFailure", 401), GapKind.DENIED, ""),
    (faults.ThrottledOutError(patience=60.0), GapKind.THROTTLED, ""),
    (said("NoSuchBucket", 404), GapKind.GONE, ""),
    (said("NoSuchEntity", 404), GapKind.GONE, ""),
    (said("TrailNotFoundException"), GapKind.GONE, ""),
    (said("Throttling"), GapKind.THROTTLED, ""),
    (said("SlowDown", 503), GapKind.THROTTLED, ""),
    (said("Whatever", 429), GapKind.THROTTLED, ""),
    (said("InvalidAction"), GapKind.ENDPOINT, ""),
    (said("404", 404), GapKind.ENDPOINT, ""),
    (said("ExpiredToken", 403), GapKind.FAILED, ""),
    (said("InternalError", 500), GapKind.FAILED, ""),
    (said("SomethingNew"), GapKind.FAILED, ""),
    (EndpointConnectionError(endpoint_url="https://nowhere"), GapKind.ENDPOINT, ""),
    (UnknownServiceError(service_name="x", known_service_names=[]), GapKind.ENDPOINT, ""),
    (NoRegionError(), GapKind.ENDPOINT, ""),
    (ResponseParserError("no element found"), GapKind.MALFORMED, ""),
    (faults.MalformedAnswerError(reason="an HTML page"), GapKind.MALFORMED, ""),
    (ReadTimeoutError(endpoint_url="https://slow"), GapKind.FAILED, ""),
]


@pytest.mark.parametrize(("error", "kind", "scp"), KINDS, ids=[f"{str(e)[:60]}" for e, _, _ in KINDS])
def test_kind(error: Exception, kind: GapKind, scp: str) -> None:
    gap = faults.gap_of(error, "s3:GetThing", START)
    assert (gap.kind, gap.scp, gap.call, gap.at) == (kind, scp, "s3:GetThing", START)
    assert gap.reason.startswith("s3:GetThing: ")


@pytest.mark.parametrize(
    ("error", "again"),
    [
        (said("InternalError", 500), True),
        (said("ServiceUnavailable", 503), True),
        (ConnectionClosedError(endpoint_url="x"), True),
        (ReadTimeoutError(endpoint_url="x"), True),
        (said("AccessDenied", 403), False),
        (said("501", 501), False),
        (EndpointConnectionError(endpoint_url="x"), False),
        (ResponseParserError("x"), False),
    ],
    ids=str,
)
def test_whether_the_same_call_may_succeed_a_moment_later(error: Exception, again: bool) -> None:
    assert faults.is_transient(error) is again


@pytest.mark.parametrize(
    ("code", "meaning"),
    [
        ("InvalidClientTokenId", "not enabled, or wrong keys"),
        ("UnrecognizedClientException", "not enabled, or wrong keys"),
        ("AuthFailure", "not enabled, or wrong keys"),
        ("SignatureDoesNotMatch", "clock is wrong"),
        ("RequestTimeTooSkewed", "clock is wrong"),
    ],
)
def test_bad_credentials_are_said_in_words(code: str, meaning: str) -> None:
    reason = faults.gap_of(said(code, 403, "AWS's words"), "ec2:DescribeRegions", START).reason
    assert meaning in reason
    assert reason.endswith(f"{code}: AWS's words")


def test_a_reason_says_code_and_message() -> None:
    gap = faults.gap_of(said("AccessDenied", 403, "not yours"), "s3:GetBucketPolicy", START)
    assert gap.reason == "s3:GetBucketPolicy: AccessDenied: not yours"
