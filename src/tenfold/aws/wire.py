"""What we mend on the wire: timestamps as text, path-style endpoints, answers that AWS would never send."""

from datetime import UTC
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import botocore.session
import msgspec
from botocore.awsrequest import AWSRequest
from botocore.model import OperationModel
from botocore.utils import parse_timestamp

from tenfold.aws.faults import MalformedAnswerError

_OK = range(200, 300)


def prepare(session: botocore.session.Session, endpoint_url: str | None) -> None:
    """Register what every client of the session needs."""
    session.get_component("response_parser_factory").set_parser_defaults(timestamp_parser=iso_timestamp)
    session.register("before-parse.*.*", refuse_foreign_answer)
    if endpoint_url:
        session.register("before-sign.s3-control.*", strip_account_from_host)


def iso_timestamp(value: Any) -> str:
    """A timestamp of any of AWS's wire forms as ISO 8601 text in UTC, wherever we run: facts are JSON."""
    moment = parse_timestamp(value)
    return str((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC).isoformat())


def strip_account_from_host(request: AWSRequest, **_: Any) -> None:
    """S3 Control puts the account id in the host name; an endpoint given by URL is one host."""
    account = request.headers.get("x-amz-account-id")
    parts = urlsplit(request.url)
    if account and parts.netloc.startswith(f"{account}."):
        request.url = urlunsplit(parts._replace(netloc=parts.netloc.removeprefix(f"{account}.")))


def refuse_foreign_answer(operation_model: OperationModel, response_dict: dict[str, Any], **_: Any) -> None:
    """Refuse an HTML page, an empty body where the operation answers something, and JSON that is none.

    Botocore itself takes the last two for an answer in which nothing stands.

    Raises:
        MalformedAnswerError: so that a proxy's page or a dead endpoint is never read as "nothing there".
    """
    body, status = response_dict.get("body"), response_dict.get("status_code")
    if not isinstance(body, bytes):
        return
    if body[:64].lstrip().lower().startswith((b"<!doctype html", b"<html")):
        raise MalformedAnswerError(reason=f"the endpoint answered an HTML page with status {status}")
    if status not in _OK or not _has_body(operation_model):
        return
    if not body:
        raise MalformedAnswerError(reason="the endpoint answered with an empty body")
    if _is_json(operation_model) and not _decodes(body):
        raise MalformedAnswerError(reason="the endpoint answered with a body that is no JSON object")


def _has_body(operation_model: OperationModel) -> bool:
    shape = operation_model.output_shape
    if shape is None or operation_model.has_streaming_output:
        return False
    members = getattr(shape, "members", {})
    return any("location" not in member.serialization for member in members.values())


def _is_json(operation_model: OperationModel) -> bool:
    """Whether the whole body is JSON; a payload is whatever the user once put."""
    protocol = operation_model.service_model.resolved_protocol
    return protocol in ("json", "rest-json") and "payload" not in operation_model.output_shape.serialization


def _decodes(body: bytes) -> bool:
    try:
        return isinstance(msgspec.json.decode(body), dict)
    except msgspec.DecodeError:
        return False


def paging_by_next_token(operation_model: OperationModel) -> dict[str, str] | None:
    """How to page an operation that botocore has no table for but that takes and gives a `NextToken`.

    S3 Control's ListAccessPoints is one: without this its first page would pass for the whole list.
    """
    takes, gives = operation_model.input_shape, operation_model.output_shape
    if takes is None or gives is None or "NextToken" not in takes.members or "NextToken" not in gives.members:
        return None
    items = next((name for name, shape in gives.members.items() if shape.type_name == "list"), "NextToken")
    return {"input_token": "NextToken", "output_token": "NextToken", "result_key": items}
