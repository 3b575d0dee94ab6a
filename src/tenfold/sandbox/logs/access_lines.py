"""From a CloudTrail record of an S3 call to its line of a server access log.

The fields and their order are those of AWS's "Amazon S3 server access log format".
"""

import re
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

from tenfold.sandbox.journal import Record

_VERBS = {"Get": "GET", "Head": "HEAD", "List": "GET", "Put": "PUT", "Delete": "DELETE", "Create": "PUT", "Copy": "PUT"}
_THINGS = {
    "ListObjects": "BUCKET",
    "ListObjectVersions": "BUCKETVERSIONS",
    "CreateBucket": "BUCKET",
    "DeleteBucket": "BUCKET",
    "HeadBucket": "BUCKET",
    "GetBucketLocation": "LOCATION",
    "CreateMultipartUpload": "UPLOADS",
    "GetBucketPublicAccessBlock": "PUBLIC_ACCESS_BLOCK",
    "PutBucketPublicAccessBlock": "PUBLIC_ACCESS_BLOCK",
}
_STATUS = {
    "AccessDenied": 403,
    "InvalidAccessKeyId": 403,
    "SignatureDoesNotMatch": 403,
    "PreconditionFailed": 412,
    "SlowDown": 503,
    "InternalError": 500,
}
_NOT_FOUND, _BAD, _NO_CONTENT, _OK = 404, 400, 204, 200
_WORDS = re.compile(r"[A-Z][a-z]+")


def line(record: Record, owner: str) -> str:
    """The line of a call, without its end.

    Args:
        record: of an S3 call that names a bucket.
        owner: canonical user id of the bucket's owner.
    """
    asked, extra = record["requestParameters"], record.get("additionalEventData") or {}
    at = datetime.strptime(record["eventTime"], "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    key, bucket = asked.get("key"), asked["bucketName"]
    sent = extra.get("bytesTransferredOut") or "-"
    query = "" if key else f"?{_thing(record['eventName']).lower()}"
    fields = [
        owner,
        bucket,
        f"[{at:%d/%b/%Y:%H:%M:%S} +0000]",
        record["sourceIPAddress"],
        record["userIdentity"].get("arn") or "-",
        record["requestID"],
        operation(record),
        quote(key) if key else "-",
        f'"{_verb(record["eventName"])} /{quote(key) if key else ""}{query} HTTP/1.1"',
        str(_status(record)),
        record.get("errorCode") or "-",
        str(sent),
        str(sent if key else "-"),
        "12",
        "11" if key else "-",
        '"-"',
        '"' + record["userAgent"].strip("[]").replace('"', "%22") + '"',
        "-",
        str(extra.get("x-amz-id-2") or "-"),
        str(extra.get("SignatureVersion") or "-"),
        str(extra.get("CipherSuite") or "-"),
        str(extra.get("AuthenticationMethod") or "-"),
        _host(record),
        "TLSv1.3",
        "-",
        "-",
    ]
    return " ".join(fields)


def operation(record: Record) -> str:
    """`REST.VERB.THING`, such as `REST.GET.OBJECT`."""
    return f"REST.{_verb(record['eventName'])}.{_thing(record['eventName'])}"


def _verb(event: str) -> str:
    if event == "CreateMultipartUpload":
        return "POST"
    first = _WORDS.match(event)
    return _VERBS.get(first[0], "POST") if first else "POST"


def _thing(event: str) -> str:
    if event in _THINGS:
        return _THINGS[event]
    rest = "".join(_WORDS.findall(event)[1:])
    return (rest.removeprefix("Bucket") if rest != "Bucket" else rest).upper() or "BUCKET"


def _status(record: Record) -> int:
    error = record.get("errorCode")
    if error:
        return _STATUS.get(error, _NOT_FOUND if error.startswith(("NoSuch", "NotFound")) else _BAD)
    return _NO_CONTENT if record["eventName"].startswith("Delete") else _OK


def _host(record: Record) -> str:
    tls: dict[str, Any] = record.get("tlsDetails") or {}
    return str(tls.get("clientProvidedHostHeader") or "-")
