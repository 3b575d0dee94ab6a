"""Parameters and answers of S3 and S3 Control in CloudTrail's form: bucket, host, query keys, headers and body."""

import json
from collections.abc import Iterator
from typing import Any
from xml.parsers.expat import ExpatError

from werkzeug.datastructures import Headers

from tenfold.sandbox.calls import Call
from tenfold.sandbox.elements import Elements
from tenfold.sandbox.endpoints import endpoint_host
from tenfold.sandbox.tables import S3_TRANSPORT
from tenfold.sandbox.wire import Reply
from tenfold.sandbox.xml_elements import tree_of

_BODY_LIMIT = 100_000  # of a field of a record


def host(call: Call, account: str) -> str:
    """The host that the call would have gone to on AWS."""
    if call.service == "s3control":
        return f"{account}.{endpoint_host('s3-control', call.region)}"
    return endpoint_host("s3", call.region)


def request_parameters(call: Call, account: str) -> Elements:
    """The parameters of a call of S3 or S3 Control."""
    rendered: Elements = {}
    if "Bucket" in call.parameters:
        rendered["bucketName"] = call.parameters["Bucket"]
    if call.service == "s3control" and "Name" in call.parameters:
        rendered["name"] = call.parameters["Name"]
    rendered["Host"] = host(call, account)
    if "Key" in call.parameters:
        rendered["key"] = call.parameters["Key"]
    rendered.update(_query(call))
    rendered.update(_headers(call.wire.request().headers))
    return rendered | _body(call)


def response_elements(call: Call, reply: Reply) -> Elements | None:
    """The answer to a write of S3: its own headers; null when there are none."""
    if call.service != "s3":
        return None
    names = ("x-amz-version-id", "x-amz-delete-marker", "x-amz-server-side-encryption", "x-amz-expiration")
    return {name: reply.header(name) for name in names if reply.header(name)} or None


def _query(call: Call) -> Iterator[tuple[str, str]]:
    for key, value in call.wire.request().args.items():
        if not key.lower().startswith(S3_TRANSPORT):
            yield key, value


def _headers(headers: Headers) -> Iterator[tuple[str, str]]:
    for name, value in headers.items():
        if name.lower().startswith("x-amz-") and not name.lower().startswith(S3_TRANSPORT):
            yield name.lower(), value


def _body(call: Call) -> Elements:
    """A document of the API; the bytes of an object are not recorded."""
    if call.model is None or call.model.has_streaming_input or not 0 < len(call.wire.body) <= _BODY_LIMIT:
        return {}
    try:
        document: Any = json.loads(call.wire.body)
    except ValueError:
        return _xml(call.wire.body)
    return {"bucketPolicy": document}


def _xml(body: bytes) -> Elements:
    try:
        return tree_of(body)
    except ExpatError:
        return {}  # no document: S3 refuses it
