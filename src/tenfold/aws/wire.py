"""What we mend on the wire: timestamps as text, path-style endpoints, answers that AWS would never send."""

import re
from collections.abc import Mapping
from datetime import UTC
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import botocore.session
import msgspec
from botocore.awsrequest import AWSRequest
from botocore.model import OperationModel, ServiceModel, Shape
from botocore.utils import parse_timestamp

from tenfold.aws.faults import MalformedAnswerError
from tenfold.model.errors import ConfigError

_OK = range(200, 300)
_XML, _JSON = ("rest-xml", "query", "ec2"), ("json", "rest-json")
_START = 4096
"""Bytes within which a document says what it is."""
_PROLOG = rb"(?:\xef\xbb\xbf)?\s*(?:(?:<!--.*?-->|<\?.*?\?>)\s*)*"
_HTML = re.compile(_PROLOG + rb"(?:<!doctype\s+html|<html)\b", re.DOTALL | re.IGNORECASE)
_ROOT = re.compile(_PROLOG + rb"<(?:[\w.-]+:)?(?P<name>[\w.-]+)", re.DOTALL)
_S3_ROOTS: Mapping[str, tuple[str, ...]] = {
    # the root elements that botocore's model of S3 does not name, as the S3 API reference gives them
    "GetBucketAccelerateConfiguration": ("AccelerateConfiguration",),
    "GetBucketAcl": ("AccessControlPolicy",),
    "GetBucketCors": ("CORSConfiguration",),
    "GetBucketLifecycleConfiguration": ("LifecycleConfiguration",),
    "GetBucketLocation": ("LocationConstraint",),
    "GetBucketLogging": ("BucketLoggingStatus",),
    "GetBucketNotificationConfiguration": ("GetBucketNotificationResponse",),  # a simulator's, where there is none
    "GetBucketRequestPayment": ("RequestPaymentConfiguration",),
    "GetBucketTagging": ("Tagging",),
    "GetBucketVersioning": ("VersioningConfiguration",),
    "GetBucketWebsite": ("WebsiteConfiguration",),
    "GetObjectAcl": ("AccessControlPolicy",),
    "GetObjectTagging": ("Tagging",),
    "ListBuckets": ("ListAllMyBucketsResult",),
    "ListObjectVersions": ("ListVersionsResult",),
    "ListObjects": ("ListBucketResult",),
    "ListObjectsV2": ("ListBucketResult",),
}


def prepare(session: botocore.session.Session, endpoint_url: str | None) -> None:
    """Register what every client of the session needs."""
    session.get_component("response_parser_factory").set_parser_defaults(timestamp_parser=iso_timestamp)
    session.register("before-parse.*.*", refuse_foreign_answer)
    session.register("before-call.s3", stay)
    if endpoint_url:
        session.register("before-sign.s3-control.*", strip_account_from_host)


def checked_endpoint(endpoint_url: str | None) -> None:
    """Let no endpoint through that is no http(s) URL.

    Raises:
        ConfigError: with the endpoint.
    """
    if endpoint_url is not None and not _is_web_address(endpoint_url):
        raise ConfigError(f"the endpoint {endpoint_url!r} is no http(s) URL", next="Write it as https://host:port")


def _is_web_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False


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


def stay(params: Mapping[str, Any], **_: Any) -> None:
    """Follow no redirect of S3: each bucket is asked where it lies.

    Botocore looks for the new place with a HeadBucket that it redirects again, without an end where an endpoint
    answers every request with a redirect, and outside the ledger.
    """
    params["context"]["s3_redirect"]["redirected"] = True


def refuse_foreign_answer(operation_model: OperationModel, response_dict: dict[str, Any], **_: Any) -> None:
    """Refuse what AWS would never answer: an HTML page, an empty body, another document, JSON that is none.

    Botocore itself takes the last three for an answer in which nothing stands.

    Raises:
        MalformedAnswerError: so that a proxy's page or a dead endpoint is never read as "nothing there".
    """
    body, status = response_dict.get("body"), response_dict.get("status_code")
    if not isinstance(body, bytes):
        return
    if _HTML.match(body[:_START]):
        raise MalformedAnswerError(reason=f"the endpoint answered an HTML page with status {status}")
    if status in _OK and _has_body(operation_model):
        reason = _foreign(operation_model, body)
        if reason:
            raise MalformedAnswerError(reason=f"the endpoint answered with {reason}")


def _has_body(operation_model: OperationModel) -> bool:
    shape = operation_model.output_shape
    if shape is None or operation_model.has_streaming_output:
        return False
    members = getattr(shape, "members", {})
    return any("location" not in member.serialization for member in members.values())


def _foreign(operation_model: OperationModel, body: bytes) -> str:
    """What the body of a successful answer is instead of AWS's; empty where it may be AWS's."""
    output, protocol = operation_model.output_shape, operation_model.service_model.resolved_protocol
    payload = output.members.get(output.serialization.get("payload"))
    if not body:
        return "an empty body"
    if payload is not None and payload.type_name != "structure":
        return ""  # whatever the user once put
    if protocol in _XML:
        return _foreign_xml(operation_model, body)
    return _foreign_json(output if payload is None else payload, body) if protocol in _JSON else ""


def _foreign_xml(operation_model: OperationModel, body: bytes) -> str:
    start = _ROOT.match(body[:_START])
    root = start["name"].decode() if start else ""
    wrapper = operation_model.output_shape.serialization.get("resultWrapper", "")
    if root not in roots(operation_model):
        return f"the document <{root}>, not with that of {operation_model.name}" if root else "no XML document"
    return "" if f"<{wrapper}".encode() in body else f"no {wrapper}"


def roots(operation_model: OperationModel) -> frozenset[str]:
    """The names that the root element of an XML answer may have."""
    name, output = operation_model.name, operation_model.output_shape
    known = {f"{name}Response", f"{name}Result", output.name}
    if operation_model.service_model.service_name == "s3":
        known |= {"Error", *_S3_ROOTS.get(name, ())}  # S3 has errors with status 200, which botocore then raises
    member = output.serialization.get("payload")
    if member:
        shape = output.members[member]
        known |= {member, shape.name, shape.serialization.get("name", member)}
    return frozenset(known)


def _foreign_json(shape: Shape, body: bytes) -> str:
    """An object without a single member that AWS documents is somebody else's; an empty one can be AWS's."""
    try:
        said = msgspec.json.decode(body, type=dict[str, msgspec.Raw])
    except msgspec.DecodeError:
        return "a body that is no JSON object"
    known = {member.serialization.get("name", name) for name, member in shape.members.items()}
    return "" if not said or said.keys() & known else "a JSON object of something else"


def omits_empty_lists(service_model: ServiceModel) -> bool:
    """Whether an answer of the service may lack the list that it is about: XML has no empty lists, JSON has."""
    return service_model.resolved_protocol in _XML


def paging_by_next_token(operation_model: OperationModel) -> dict[str, str] | None:
    """How to page an operation that botocore has no table for but that takes and gives a `NextToken`.

    S3 Control's ListAccessPoints is one: without this its first page would pass for the whole list.
    """
    takes, gives = operation_model.input_shape, operation_model.output_shape
    if takes is None or gives is None or "NextToken" not in takes.members or "NextToken" not in gives.members:
        return None
    items = next((name for name, shape in gives.members.items() if shape.type_name == "list"), "NextToken")
    return {"input_token": "NextToken", "output_token": "NextToken", "result_key": items}
