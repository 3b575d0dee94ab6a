"""Messages as a service of AWS sends them: to whichever account and region the ARN names."""

from contextlib import suppress
from typing import Any, NamedTuple

from moto.core.exceptions import ServiceException
from moto.logs.models import logs_backends
from moto.moto_api._internal import mock_random
from moto.sns.models import sns_backends
from moto.sqs.models import sqs_backends
from moto.utilities.arns import parse_arn
from werkzeug.exceptions import HTTPException

_REFUSED = (ServiceException, HTTPException)
"""What moto raises where AWS refuses."""


_REACHED = frozenset({"http", "https", "sqs"})
"""Protocols of subscriptions that lead anywhere: there is no mail here, and nothing that runs functions."""


class Line(NamedTuple):
    """A log event: `at` in milliseconds since 1970."""

    at: int
    text: str


def to_queue(arn: str, body: str, group: str | None = None) -> str:
    """Send a message to a queue; `group` is the message group of a FIFO queue.

    Returns:
        Why it did not arrive, as an error code; empty when it did.
    """
    queue = parse_arn(arn)
    try:
        sqs_backends[queue.account][queue.region].send_message(queue.resource_id, body, group_id=group)
    except _REFUSED as refused:
        return _code(refused)
    return ""


def to_topic(arn: str, message: str) -> str:
    """Publish to a topic; answers like `to_queue`. A subscriber that is gone misses it, the others do not."""
    topic = parse_arn(arn)
    sns = sns_backends[topic.account][topic.region]
    try:
        subscriptions, _ = sns.list_subscriptions_by_topic(arn)
    except _REFUSED as refused:
        return _code(refused)
    message_id = str(mock_random.uuid4())
    for subscription in subscriptions:
        with suppress(*_REFUSED, OSError):  # a web server that does not answer is an OSError
            if subscription.protocol in _REACHED:
                subscription.publish(message, message_id)
    return ""


def to_log_group(arn: str, stream: str, lines: list[Line]) -> str:
    """Put events into a stream of a log group, made when it is missing; answers like `to_queue`."""
    _, _, _, region, account, _, group = arn.removesuffix(":*").split(":", 6)
    logs = logs_backends[account][region]
    events = [{"timestamp": line.at, "message": line.text} for line in sorted(lines)]
    try:
        logs.ensure_log_stream(group, stream)
        logs.put_log_events(group, stream, events)
    except _REFUSED as refused:
        return _code(refused)
    return ""


def _code(refused: Any) -> str:
    """The error code of what moto raised."""
    return str(getattr(refused, "error_type", None) or getattr(refused, "code", None) or type(refused).__name__)
