"""The IAM policy that a set of calls needs: named as IAM names actions, which is not always as the API does."""

from collections.abc import Iterable, Sequence
from itertools import groupby

from tenfold.model.arn import Arn
from tenfold.model.resource import Json

_PREFIXES = {"s3control": "s3"}
"""IAM's service prefix, where it is not botocore's name of the service."""

_ACTIONS = {
    "s3:GetBucketCors": "s3:GetBucketCORS",
    "s3:GetBucketEncryption": "s3:GetEncryptionConfiguration",
    "s3:GetBucketLifecycleConfiguration": "s3:GetLifecycleConfiguration",
    "s3:GetBucketNotificationConfiguration": "s3:GetBucketNotification",
    "s3:GetBucketReplication": "s3:GetReplicationConfiguration",
    "s3:GetObjectLockConfiguration": "s3:GetBucketObjectLockConfiguration",
    "s3:GetPublicAccessBlock": "s3:GetBucketPublicAccessBlock",
    "s3:ListBuckets": "s3:ListAllMyBuckets",
    "s3control:GetPublicAccessBlock": "s3:GetAccountPublicAccessBlock",
}
"""The IAM action of a call, where the two have different names."""
_ASSUME = "sts:AssumeRole"


def actions_for(calls: Iterable[str]) -> tuple[str, ...]:
    """The IAM actions that calls (`service:Operation`, service as botocore names it) need, sorted, each once."""
    return tuple(sorted({_action(call) for call in calls}))


def _action(call: str) -> str:
    service, _, operation = call.partition(":")
    return _ACTIONS.get(call) or f"{_PREFIXES.get(service, service)}:{operation}"


def policy_document(calls: Iterable[str]) -> Json:
    """The policy that allows the calls and nothing else: one Allow statement a service, on every resource.

    AssumeRole is left out: it is for the hub alone, and never on every resource; see `hub_document`.
    """
    actions = actions_for(call for call in calls if call != _ASSUME)
    by_service = groupby(actions, key=lambda action: action.partition(":")[0])
    return _document([_allow(list(group), "*") for _, group in by_service])


def hub_document(calls: Iterable[str], partition: str, role: str) -> Json:
    """The policy of the principal that enters the accounts: the calls, and AssumeRole on the role of that name."""
    document = policy_document(calls)
    roles = str(Arn(partition, "iam", "", "*", f"role/{role}"))
    return _document([*document["Statement"], _allow([_ASSUME], roles)])


def _document(statements: Sequence[Json]) -> Json:
    return {"Version": "2012-10-17", "Statement": list(statements)}


def _allow(actions: Sequence[str], resource: str) -> Json:
    return {"Effect": "Allow", "Action": list(actions), "Resource": resource}
