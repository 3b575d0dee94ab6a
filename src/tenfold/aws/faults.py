"""What a failed call means: which kind of gap, whether to try again, whether it was throttled."""

import re
from datetime import datetime
from http import HTTPStatus

from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConnectionClosedError,
    ConnectTimeoutError,
    EndpointConnectionError,
    HTTPClientError,
    NoRegionError,
    ReadTimeoutError,
    UnknownEndpointError,
    UnknownServiceError,
)
from botocore.parsers import ResponseParserError

from tenfold.model.gap import Gap, GapKind

THROTTLED = frozenset(
    {
        "Throttling",
        "ThrottlingException",
        "ThrottledException",
        "RequestThrottled",
        "RequestThrottledException",
        "RequestLimitExceeded",
        "TooManyRequestsException",
        "BandwidthLimitExceeded",
        "SlowDown",
        "PriorRequestNotComplete",
        "ProvisionedThroughputExceededException",
        "TransactionInProgressException",
        "EC2ThrottledException",
        "LimitExceededException",
    }
)
DENIED = frozenset(
    {
        "AccessDenied",
        "AccessDeniedException",
        "AccessDeniedFault",
        "AllAccessDisabled",
        "AuthorizationError",
        "AuthorizationErrorException",
        "Forbidden",
        "ForbiddenException",
        "UnauthorizedAccess",
        "UnauthorizedOperation",
        "UnauthorizedException",
        "403",
    }
)
EXPIRED = frozenset({"ExpiredToken", "ExpiredTokenException", "RequestExpired"})
BAD_SIGNATURE = frozenset(
    {
        "IncompleteSignature",
        "InvalidSignatureException",
        "RequestTimeTooSkewed",
        "SignatureDoesNotMatch",
    }
)
BAD_KEYS = frozenset(
    {
        "AuthFailure",
        "InvalidAccessKeyId",
        "InvalidClientTokenId",
        "InvalidToken",
        "UnrecognizedClientException",
    }
)
"""AWS does not know the keys. It says the same in a region that the account has not enabled."""
KEYS_REFUSED = "credentials refused in this region (not enabled, or wrong keys)"
SIGNATURE_REFUSED = "signature refused (wrong secret key, or this machine's clock is wrong)"
NOT_SUBSCRIBED = frozenset(
    {"OptInRequired", "OptInRequiredException", "SubscriptionRequiredException", "SubscriptionRequired"}
)
GONE = frozenset(
    {
        "NoSuchBucket",
        "NoSuchEntity",
        "NoSuchAccessPoint",
        "ResourceNotFoundException",
        "TrailNotFoundException",
        "NotFoundException",
    }
)
NO_SUCH_OPERATION = frozenset(
    {"InvalidAction", "NotImplemented", "UnknownOperation", "UnknownOperationException", "404", "405", "501"}
)
UNNAMED = "unnamed"
"""Stands for an SCP that AWS does not name."""
_SCP = re.compile(r"explicit deny in a service control policy(?:: (?P<arn>arn:\S+))?")
FAILURES = (ClientError, BotoCoreError, ResponseParserError)
"""Everything that botocore raises for a call; the parser's error stands outside its tree."""
_TRANSIENT = (ConnectionClosedError, ReadTimeoutError, ConnectTimeoutError, HTTPClientError)


class ThrottledOutError(BotoCoreError):  # type: ignore[misc]  # botocore is not typed
    """The pace that AWS's throttling left would keep a call waiting for longer than patience lasts."""

    fmt = "AWS throttled other calls, and the turn of this one comes after the patience of {patience:g} s"


class MalformedAnswerError(BotoCoreError):  # type: ignore[misc]  # botocore is not typed
    """A successful answer whose body is not what AWS sends."""

    fmt = "{reason}"


def error_code(error: Exception) -> str:
    """The AWS error code; empty for errors that did not come from AWS."""
    return str(error.response.get("Error", {}).get("Code", "")) if isinstance(error, ClientError) else ""


def is_throttled(error: Exception) -> bool:
    """Whether AWS asked us to slow down."""
    if not isinstance(error, ClientError):
        return False
    return error_code(error) in THROTTLED or _status(error) == HTTPStatus.TOO_MANY_REQUESTS


def is_transient(error: Exception) -> bool:
    """Whether the same call may well succeed a moment later: a broken connection, or a 5xx."""
    if isinstance(error, ClientError):
        return _status(error) >= HTTPStatus.INTERNAL_SERVER_ERROR and error_code(error) not in NO_SUCH_OPERATION
    return isinstance(error, _TRANSIENT) and not isinstance(error, EndpointConnectionError)


def gap_of(error: Exception, call: str, at: datetime) -> Gap:
    """The gap that a failed call leaves.

    Args:
        error: what botocore raised.
        call: `service:Operation`.
        at: when.
    """
    kind, scp = _kind(error)
    return Gap(kind, _reason(error, call, kind), at, call, scp)


_LONGEST = 600
"""Characters of an error's text that are kept: AWS writes less, and others may write anything."""


def _status(error: ClientError) -> int:
    return int(error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0))


def _kind(error: Exception) -> tuple[GapKind, str]:
    code = error_code(error)
    if code in DENIED:
        fence = _SCP.search(str(error))
        return (GapKind.FENCED, (fence["arn"] or "").rstrip(".,)") or UNNAMED) if fence else (GapKind.DENIED, "")
    return _KIND_BY_CODE.get(code) or _kind_by_type(error), ""


def _kind_by_type(error: Exception) -> GapKind:
    if is_throttled(error) or isinstance(error, ThrottledOutError):
        return GapKind.THROTTLED
    if isinstance(error, ResponseParserError | MalformedAnswerError):
        return GapKind.MALFORMED
    if isinstance(error, EndpointConnectionError | UnknownEndpointError | UnknownServiceError | NoRegionError):
        return GapKind.ENDPOINT
    return GapKind.FAILED


_KIND_BY_CODE = {
    **dict.fromkeys(NOT_SUBSCRIBED, GapKind.NOT_SUBSCRIBED),
    **dict.fromkeys(BAD_KEYS | BAD_SIGNATURE, GapKind.DENIED),
    **dict.fromkeys(GONE, GapKind.GONE),
    **dict.fromkeys(NO_SUCH_OPERATION, GapKind.ENDPOINT),
}


def _reason(error: Exception, call: str, kind: GapKind) -> str:
    text = str(error)
    if isinstance(error, ClientError):
        said = error.response.get("Error", {})
        text = f"{said.get('Code', '')}: {said.get('Message', '')}".strip(": ")
    if kind is GapKind.MALFORMED:
        text = "the answer is not AWS's: " + text.splitlines()[0][:200] if text else "the answer is not AWS's"
    return f"{call}: {_refusal(error_code(error))}{text[:_LONGEST]}"


def _refusal(code: str) -> str:
    """What AWS's words for bad credentials mean, before the words themselves."""
    if code in BAD_KEYS:
        return f"{KEYS_REFUSED}: "
    return f"{SIGNATURE_REFUSED}: " if code in BAD_SIGNATURE else ""
