"""The gate before each call: the organization's policies and the buckets' always, the caller's own when switched on."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from moto.s3.models import FakeBucket
from moto.utilities.utils import get_partition

from tenfold.policy.document import Effect, Request
from tenfold.sandbox.authority.context import request_of
from tenfold.sandbox.authority.holdings import held_by
from tenfold.sandbox.authority.judge import judge
from tenfold.sandbox.authority.organization import RESOURCE_CONTROL, SERVICE_CONTROL, Level, levels_over
from tenfold.sandbox.buckets.access import bucket_says
from tenfold.sandbox.buckets.blocks import bucket_named
from tenfold.sandbox.calls import Call
from tenfold.sandbox.denial import iam_action, refusal
from tenfold.sandbox.faults import BAD_REQUEST, FORBIDDEN, fault
from tenfold.sandbox.identity import ANONYMOUS, Caller
from tenfold.sandbox.resources import owner_of, target_arn
from tenfold.sandbox.wire import Reply

# Calls that no policy can forbid
_FREE = frozenset({"sts:GetCallerIdentity", "sts:GetSessionToken", "sts:GetAccessKeyInfo"})
# Services whose resources resource control policies are about
_CONTROLLED = frozenset({"s3", "sts", "kms", "sqs", "secretsmanager", "ecr", "dynamodb", "logs"})
# What the root user may always do to a bucket of the account, whatever the bucket's policy says
_ROOT_MAY = frozenset({"GetBucketPolicy", "PutBucketPolicy", "DeleteBucketPolicy"})
_RESOURCE = "a resource-based policy"
_HELD = ("an identity-based policy", "a permissions boundary", "a session policy")


@dataclass(frozen=True)
class Gate:
    """Refuses calls by policies.

    Args:
        now: the time of the policies' conditions.
        enforce: whether identity policies, boundaries and session policies decide, bucket policies decide on more
            than objects, and sessions end.
    """

    now: Callable[[], datetime]
    enforce: bool = False

    def refusal(self, call: Call, caller: Caller) -> Reply | None:
        """The refusal of a call; None when it may go on."""
        bucket = bucket_named(call.parameters.get("Bucket", "")) if call.service == "s3" else None
        if caller is ANONYMOUS:
            return self._unsigned(call, bucket) if bucket else None
        if caller.provider:
            return None
        if stale := self._stale(call, caller):
            return stale
        if call.name in _FREE:
            return None
        owner = owner_of(call) or caller.account
        return self._controlled(call, caller, owner) or self._own(call, caller, owner, bucket)

    def holds(self, call: Call, caller: Caller) -> Effect:
        """What the caller's own policies say of a call: the strictest of them."""
        request = self._request(call, caller, caller.account)
        return _strictest([judge(documents, request) for documents in held_by(caller, call) if documents is not None])

    def _unsigned(self, call: Call, bucket: FakeBucket) -> Reply | None:
        """A key that is not there is known to be so only to those who may list the bucket."""
        actions = [iam_action(call)]
        if actions == ["s3:GetObject"] and call.parameters.get("Key") not in bucket.keys:
            actions.append("s3:ListBucket")
        target = target_arn(call, ANONYMOUS)
        for action in actions:
            request = request_of(
                call, ANONYMOUS, action=action, resource=target, now=self.now(), owner=bucket.account_id
            )
            if bucket_says(bucket, call, ANONYMOUS, request) is not Effect.ALLOW:
                return fault(call, "AccessDenied", "Access Denied", FORBIDDEN)
            target = target.split("/", 1)[0]
        return None

    def _stale(self, call: Call, caller: Caller) -> Reply | None:
        """Credentials that are switched off, or a session that is over or shown without its token."""
        if caller.key and caller.key.status != "Active":
            return _invalid(call)
        if caller.session is None:
            return None
        shown = call.wire.header("x-amz-security-token") or call.wire.request().args.get("X-Amz-Security-Token", "")
        if shown != caller.session.token:
            return _invalid(call)
        return _expired(call) if self.enforce and caller.session.expires <= self.now() else None

    def _controlled(self, call: Call, caller: Caller, owner: str) -> Reply | None:
        """By the organization: that of the caller's account, and for some services that of the resource's."""
        partition = get_partition(call.region)
        controls = [(SERVICE_CONTROL, caller.account, "a service control policy")]
        if call.service in _CONTROLLED:
            controls.append((RESOURCE_CONTROL, owner, "a resource control policy"))
        for kind, account, words in controls:
            levels = levels_over(account, partition, kind)
            if levels and (effect := _by_levels(levels, self._request(call, caller, owner))) is not Effect.ALLOW:
                return refusal(call, caller, effect, words)
        return None

    def _own(self, call: Call, caller: Caller, owner: str, bucket: FakeBucket | None) -> Reply | None:
        """By the bucket and by the caller's own policies; assuming a role is decided with its trust policy."""
        if not self.enforce and (bucket is None or not bucket.policy or "Key" not in call.parameters):
            return None
        shared: Effect | None = None
        request = self._request(call, caller, owner)
        if bucket and not (caller.kind == "Root" and call.operation in _ROOT_MAY):
            shared = bucket_says(bucket, call, caller, request)
        if shared is Effect.EXPLICIT_DENY:
            return refusal(call, caller, shared, _RESOURCE)
        if not self.enforce or call.name == "sts:AssumeRole":
            return None
        return self._held(call, caller, request, shared if owner == caller.account else None) or (
            refusal(call, caller, Effect.IMPLICIT_DENY, _RESOURCE)
            if owner != caller.account and shared is Effect.IMPLICIT_DENY
            else None
        )

    def _held(self, call: Call, caller: Caller, request: Request, shared: Effect | None) -> Reply | None:
        """By each kind of policy that is held; what a bucket of the own account gives needs no identity policy."""
        for documents, words in zip(held_by(caller, call), _HELD, strict=True):
            effect = judge(documents, request) if documents is not None else Effect.ALLOW
            given = words == _HELD[0] and effect is Effect.IMPLICIT_DENY and shared is Effect.ALLOW
            if effect is not Effect.ALLOW and not given:
                return refusal(call, caller, effect, words)
        return None

    def _request(self, call: Call, caller: Caller, owner: str) -> Request:
        return request_of(
            call, caller, action=iam_action(call), resource=target_arn(call, caller), now=self.now(), owner=owner
        )


def _by_levels(levels: list[Level], request: Request) -> Effect:
    """A deny at any level denies, and every level must allow."""
    return _strictest([judge([str(policy.content) for policy in level], request) for level in levels])


def _strictest(effects: list[Effect]) -> Effect:
    order = (Effect.EXPLICIT_DENY, Effect.IMPLICIT_DENY, Effect.ALLOW)
    return next(effect for effect in order if effect in effects)


def _invalid(call: Call) -> Reply:
    if call.service == "s3":
        text = "The AWS Access Key Id you provided does not exist in our records."
        return fault(call, "InvalidAccessKeyId", text, FORBIDDEN)
    return _token_fault(call, "InvalidClientTokenId", "UnrecognizedClientException", "invalid")


def _expired(call: Call) -> Reply:
    if call.service == "s3":
        return fault(call, "ExpiredToken", "The provided token has expired.", BAD_REQUEST)
    return _token_fault(call, "ExpiredToken", "ExpiredTokenException", "expired")


def _token_fault(call: Call, query: str, other: str, word: str) -> Reply:
    if call.service == "ec2":
        text = "AWS was not able to validate the provided access credentials"
        code = "AuthFailure" if word == "invalid" else "RequestExpired"
        return fault(call, code, text if word == "invalid" else "Request has expired.", FORBIDDEN)
    text = "The security token included in the request is " + word
    return fault(call, query if call.protocol in {"query", "rest-xml"} else other, text, FORBIDDEN)
