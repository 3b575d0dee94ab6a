"""Decisions for machines: one JSON object in, one out. The form of both is in docs/policy-simulate.md."""

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

import msgspec

from tenfold.model.arn import Arn
from tenfold.model.errors import InputError
from tenfold.policy.access import LAYERS, Access, Door, Policies
from tenfold.policy.attempt import Attempt, attempt
from tenfold.policy.callers import principal
from tenfold.policy.document import Effect
from tenfold.policy.evaluate import evaluate
from tenfold.policy.parse import Policy, PolicyError, parse

DECISIONS = {
    Effect.ALLOW: "Allowed",
    Effect.IMPLICIT_DENY: "ImplicitlyDenied",
    Effect.EXPLICIT_DENY: "ExplicitlyDenied",
    Effect.UNKNOWN: "Unknown",
}
Raw = msgspec.Raw
Scalar = str | bool | int | float | None
_ID = re.compile(rb'"id"\s*:\s*("(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?)')
_NULL = Raw(b"null")
_IDENTITY = (("Resource",), ("Principal",))
# What the statements of each kind of policy must have, and may not have.
_GRAMMAR: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    **dict.fromkeys(("identity", "boundaries", "session", "scps"), _IDENTITY),
    **dict.fromkeys(("rcps", "endpoint", "bucket policy"), (("Principal", "Resource"), ())),
    "resource policy": (("Principal",), ()),
}


class Asked(msgspec.Struct):
    """The request of a line."""

    action: str
    resource: str
    principal: str | None
    resource_account: str | None = None
    context: dict[str, list[Scalar] | Scalar] | None = None


class Point(msgspec.Struct):
    """The access point of a line."""

    arn: str
    bucket: str
    policy: Raw = _NULL
    bucket_account: str = ""
    vpc: str = ""
    public_access_block: dict[str, bool] | None = None

    @property
    def owner(self) -> str:
        """The account in the ARN."""
        try:
            return Arn.parse(self.arn).account
        except ValueError:
            raise InputError(f"access_point.arn: {self.arn!r} is not a whole ARN") from None


class Line(msgspec.Struct):
    """One line. What is left out, or null, is not there."""

    request: Asked
    id: Raw = _NULL
    identity: list[Raw] | None = None
    resource_policy: Raw = _NULL
    boundaries: list[Raw] | None = None
    session: list[Raw] | None = None
    scps: list[list[Raw]] | None = None
    rcps: list[list[Raw]] | None = None
    endpoint: list[Raw] | None = None
    public_access_block: dict[str, dict[str, bool] | None] | None = None
    acl: dict[str, Any] | None = None
    ownership: str | None = None
    object_owner: str | None = None
    canonical_users: dict[str, str] | None = None
    access_point: Point | None = None
    unknown: list[str] | None = None


class _Named(msgspec.Struct):
    id: Raw = _NULL


_LINES = msgspec.json.Decoder(Line)
_NAMES = msgspec.json.Decoder(_Named)
_ANSWERS = msgspec.json.Encoder()


def simulate(line: bytes) -> tuple[bytes, bool]:
    """The answer to one line, as JSON, and whether the line could be read.

    A line that cannot be read gets `{"id": ..., "error": ...}`, with the same id as far as it can be made out.
    """
    try:
        read = _LINES.decode(line)
        verdict = evaluate(_attempt(read), _access(read))
    except (msgspec.MsgspecError, UnicodeError, RecursionError) as error:
        return unanswered(line, error)
    except InputError as error:
        return _ANSWERS.encode({"id": read.id, "error": error.what}), False
    answer = {"id": read.id, "decision": DECISIONS[verdict.effect], "why": verdict.why}
    return _ANSWERS.encode(answer), True


def unanswered(line: bytes, error: Exception) -> tuple[bytes, bool]:
    """The answer to a line that an error stopped."""
    return _ANSWERS.encode({"id": _id(line), "error": f"the line cannot be read: {error}"}), False


def _id(line: bytes) -> Raw:
    """The id of a line that is not of the right form, or not even JSON."""
    try:
        return _NAMES.decode(line).id
    except (msgspec.MsgspecError, UnicodeError, RecursionError):
        found = _ID.search(line)
    try:
        msgspec.json.decode(found[1] if found else b"null")
    except (msgspec.MsgspecError, UnicodeError):
        return _NULL
    return Raw(found[1]) if found else _NULL


def _attempt(line: Line) -> Attempt:
    asked = line.request
    service, colon, operation = asked.action.partition(":")
    if not (service and colon and operation):
        raise InputError(f"request.action: {asked.action!r} is not service:Operation")
    if not asked.resource:
        raise InputError("request.resource: there is none")
    context = _context(asked.context or {}) | _through(line.access_point)
    unknown = frozenset(name.lower() for name in line.unknown or () if name not in LAYERS)
    return attempt(
        principal(asked.principal, context),
        asked.action,
        asked.resource,
        account=asked.resource_account or "",
        context=context,
        unknown=unknown,
    )


def _through(point: Point | None) -> dict[str, tuple[str, ...]]:
    """The keys of an access point."""
    if point is None:
        return {}
    return {
        "s3:dataaccesspointarn": (point.arn,),
        "s3:dataaccesspointaccount": (point.owner,),
        "s3:accesspointnetworkorigin": ("VPC" if point.vpc else "Internet",),
    }


def _context(given: Mapping[str, list[Scalar] | Scalar]) -> dict[str, tuple[str, ...]]:
    rows = ((key.lower(), value if isinstance(value, list) else [value]) for key, value in given.items())
    return {key: tuple(_text(one) for one in row if one is not None) for key, row in rows if row != [None]}


def _text(value: Scalar) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _access(line: Line) -> Access:
    owner = line.request.resource_account or ""
    of_bucket = line.request.action.lower().startswith("s3:")
    return Access(
        identity=_policies("identity", line.identity),
        resource_policy=_policy(
            line.resource_policy, "bucket policy" if of_bucket else "resource policy", "resource_policy"
        ),
        boundaries=_policies("boundaries", line.boundaries),
        session=_policies("session", line.session),
        scps=_levels("scps", line.scps),
        rcps=_levels("rcps", line.rcps),
        endpoint=_policies("endpoint", line.endpoint),
        blocks={level: block or {} for level, block in (line.public_access_block or {}).items()},
        acl=line.acl,
        ownership=line.ownership or "",
        object_owner=line.object_owner or "",
        canonical=_canonical(line.acl, owner) | (line.canonical_users or {}),
        door=_door(line.access_point, owner),
        unknown=frozenset(name for name in line.unknown or () if name in LAYERS),
    )


def _canonical(acl: Mapping[str, Any] | None, account: str) -> dict[str, str]:
    """The canonical user id of the resource's account, which its ACL tells."""
    owner = (acl or {}).get("Owner")
    name = owner.get("ID") if isinstance(owner, dict) else owner
    return {name: account} if isinstance(name, str) and name and account else {}


def _door(point: Point | None, owner: str) -> Door | None:
    if point is None:
        return None
    policy = _policy(point.policy, "bucket policy", "access_point.policy")
    behind, block = point.bucket_account or owner, point.public_access_block or {}
    return Door(point.arn, point.bucket, policy, point.owner, behind, point.vpc, block)


def _levels(layer: str, levels: Iterable[list[Raw]] | None) -> tuple[Policies, ...]:
    return tuple(_policies(layer, level, f"{layer}[{index}]") for index, level in enumerate(levels or ()))


def _policies(layer: str, documents: Iterable[Raw] | None, place: str = "") -> Policies:
    where = place or layer
    read = (_policy(document, layer, f"{where}[{index}]") for index, document in enumerate(documents or ()))
    return tuple(policy for policy in read if policy is not None)


def _policy(document: Raw, kind: str, place: str) -> Policy | None:
    text = bytes(document)
    try:
        return None if text == b"null" else _parsed(text, kind)
    except PolicyError as error:
        raise InputError(f"{place}: {error.what}") from None


@lru_cache(maxsize=8192)
def _parsed(text: bytes, kind: str) -> Policy:
    """A policy by its text, which may be JSON inside a JSON string."""
    needs, bars = _GRAMMAR[kind]
    document = msgspec.json.decode(text) if text.startswith(b'"') else text
    return parse(document, needs=needs, bars=bars)
