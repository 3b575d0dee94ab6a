"""What a call carries for the conditions of policies: AWS's global keys, and those that stand in the request itself."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from moto.iam.models import iam_backends
from moto.utilities.utils import get_partition

from tenfold.policy.document import Request
from tenfold.policy.principals import Caller as PolicyCaller
from tenfold.sandbox.authority.organization import Place, place_of
from tenfold.sandbox.calls import Call
from tenfold.sandbox.identity import ANONYMOUS, Caller

Context = dict[str, tuple[str, ...]]

_TYPES = {"IAMUser": "User", "Root": "Account", "AssumedRole": "AssumedRole", "FederatedUser": "FederatedUser"}
# parameter of S3 -> the condition key that carries it
_S3_KEYS = {"Prefix": "s3:prefix", "Delimiter": "s3:delimiter", "MaxKeys": "s3:max-keys", "VersionId": "s3:versionid"}
# parameter of IAM -> the condition key that carries it
_IAM_KEYS = {"PolicyArn": "iam:policyarn", "PermissionsBoundary": "iam:permissionsboundary"}


def request_of(call: Call, caller: Caller, *, action: str, resource: str, now: datetime, owner: str | None) -> Request:
    """The call as policies see it; `owner` is the account of the resource where it is not the caller's."""
    return Request(policy_caller(caller), action, resource, context_of(call, caller, now, owner))


def policy_caller(caller: Caller) -> PolicyCaller:
    """The caller by all the names that a policy may use."""
    if caller is ANONYMOUS:
        return PolicyCaller()
    if caller.provider:
        return PolicyCaller("federated", (caller.provider,))
    role = (caller.issuer.arn,) if caller.issuer else ()
    return PolicyCaller("aws", (caller.account, *role, caller.arn))


def context_of(call: Call, caller: Caller, now: datetime, owner: str | None = None) -> Context:
    """The values that the request carries, by condition keys in lower case."""
    partition = get_partition(call.region)
    context: Context = {
        "aws:currenttime": (f"{now.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}",),
        "aws:epochtime": (str(int(now.timestamp())),),
        "aws:securetransport": ("true",),
        "aws:sourceip": (call.wire.header("x-forwarded-for") or call.wire.address,),
        "aws:useragent": (call.wire.header("user-agent"),),
        "aws:requestedregion": (call.region,),
        "aws:viaawsservice": ("false",),
        "aws:principalisawsservice": ("false",),
    }
    context.update(_resource_keys(owner or caller.account, partition))
    context.update(_tags(call.parameters))
    context.update(_parameters(call))
    if caller is not ANONYMOUS and not caller.provider:
        context.update(_principal(caller, partition, now))
    return context


def _principal(caller: Caller, partition: str, now: datetime) -> Iterator[tuple[str, tuple[str, ...]]]:
    yield "aws:principaltype", (_TYPES[caller.kind],)
    yield "aws:principalaccount", (caller.account,)
    yield "aws:principalarn", (caller.issuer.arn if caller.issuer else caller.arn,)
    yield "aws:userid", (caller.id,)
    if caller.kind == "IAMUser":
        yield "aws:username", (caller.name,)
    if place := place_of(caller.account, partition):
        yield "aws:principalorgid", (place.organization,)
        yield "aws:principalorgpaths", (place.path,)
        yield "aws:principalorgmasteraccount", (place.backend.account_id,)
    for key, value in principal_tags(caller, partition).items():
        yield f"aws:principaltag/{key.lower()}", (value,)
    yield from _session(caller, now)


def _session(caller: Caller, now: datetime) -> Iterator[tuple[str, tuple[str, ...]]]:
    session = caller.session
    if session is None:
        return
    yield "aws:multifactorauthpresent", (str(session.mfa).lower(),)
    yield "aws:tokenissuetime", (f"{session.since.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}",)
    if session.mfa:
        yield "aws:multifactorauthage", (str(int((now - session.since).total_seconds())),)
    if session.source_identity:
        yield "aws:sourceidentity", (session.source_identity,)
    if session.federated:
        yield "aws:federatedprovider", (session.federated,)
    yield from session.context.items()


def principal_tags(caller: Caller, partition: str) -> dict[str, str]:
    """The tags of the user or the role, under those of the session."""
    iam = iam_backends[caller.account][partition]
    tags: dict[str, str] = {}
    if caller.kind == "IAMUser" and (user := iam.users.get(caller.name)):
        tags = _iam_tags(iam.tagger.get_tag_dict_for_resource(user.arn))
    elif caller.issuer and (role := iam.roles.get(caller.issuer.id)):
        tags = _iam_tags(dict(role.tags))  # type: ignore[arg-type]  # a dictionary, though declared a list
    return tags | dict(caller.session.tags if caller.session else {})


def _iam_tags(tags: Mapping[str, Any]) -> dict[str, str]:
    """As moto keeps them: the tags of users as texts, those of roles as `{"Key": ..., "Value": ...}`."""
    return {key: str(tag["Value"] if isinstance(tag, Mapping) else tag) for key, tag in tags.items()}


def _resource_keys(account: str, partition: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    yield "aws:resourceaccount", (account,)
    place: Place | None = place_of(account, partition)
    if place:
        yield "aws:resourceorgid", (place.organization,)
        yield "aws:resourceorgpaths", (place.path,)


def _tags(parameters: Mapping[str, Any]) -> Context:
    """`aws:RequestTag/...` and `aws:TagKeys`, from `Tags` as a list or an object, or from `TagSpecifications`."""
    found = parameters.get("Tags") or parameters.get("tags") or ()
    rows = [] if isinstance(found, Mapping) else list(found)
    for specification in parameters.get("TagSpecifications") or ():
        rows.extend(specification.get("Tags") or ())
    pairs = [(_member(row, "Key"), _member(row, "Value")) for row in rows if isinstance(row, Mapping)]
    if isinstance(found, Mapping):
        pairs.extend((str(key), str(value)) for key, value in found.items())
    if not pairs:
        return {}
    return {"aws:tagkeys": tuple(key for key, _ in pairs)} | {
        f"aws:requesttag/{key.lower()}": (value,) for key, value in pairs
    }


def _member(row: Mapping[str, Any], name: str) -> str:
    return str(row.get(name, row.get(name.lower(), row.get(f"Tag{name}", ""))))


def _parameters(call: Call) -> Iterator[tuple[str, tuple[str, ...]]]:
    named = {"s3": _S3_KEYS, "iam": _IAM_KEYS}.get(call.service, {})
    for parameter, key in named.items():
        if parameter in call.parameters:
            yield key, (str(call.parameters[parameter]),)
    if call.service == "s3":
        for name, value in call.wire.request().headers.items():
            if name.lower().startswith("x-amz-"):
                yield f"s3:{name.lower()}", (value,)
