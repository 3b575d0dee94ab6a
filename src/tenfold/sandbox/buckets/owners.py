"""The canonical user id of each account. moto has one for all: it goes out and comes in as the account's own."""

import hashlib
from collections.abc import Callable
from dataclasses import replace

from moto.s3.models import OWNER

from tenfold.sandbox.buckets.blocks import bucket_named
from tenfold.sandbox.calls import Call
from tenfold.sandbox.identity import Caller
from tenfold.sandbox.wire import Reply, Wire

_SAID_IN = frozenset(
    {
        "GetBucketAcl",
        "GetObjectAcl",
        "ListMultipartUploads",
        "ListObjectVersions",
        "ListObjects",
        "ListObjectsV2",
        "ListParts",
    }
)
_TAKEN_IN = frozenset({"PutBucketAcl", "PutObjectAcl"})


def canonical_id(account: str) -> str:
    """The account's canonical user id: 64 hexadecimal digits, always the same for one account."""
    return hashlib.sha256(f"canonical user of {account}".encode()).hexdigest()


def ask_as_owner(call: Call, caller: Caller, ask: Callable[[Call], Reply]) -> Reply:
    """What moto answers, with the owner's own id going in and coming out."""
    wire = _id_in(call, caller)
    return _id_out(call, caller, ask(call if wire is call.wire else replace(call, wire=wire)))


def _id_in(call: Call, caller: Caller) -> Wire:
    """The request with moto's id in place of the owner's, where it holds an ACL."""
    if call.service != "s3" or call.operation not in _TAKEN_IN:
        return call.wire
    body = call.wire.body.replace(canonical_id(_owner(call, caller)).encode(), OWNER.encode())
    return Wire(call.wire.environ, body)


def _id_out(call: Call, caller: Caller, reply: Reply) -> Reply:
    """The answer with the owner's id in place of moto's, where it names owners."""
    if call.service != "s3" or call.operation not in _SAID_IN or OWNER.encode() not in reply.body:
        return reply
    body = reply.body.replace(OWNER.encode(), canonical_id(_owner(call, caller)).encode())
    return Reply(reply.status, reply.headers, body)


def _owner(call: Call, caller: Caller) -> str:
    bucket = bucket_named(call.parameters.get("Bucket", ""))
    return str(bucket.account_id) if bucket else caller.account
