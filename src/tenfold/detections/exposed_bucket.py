from collections.abc import Callable, Iterator

from tenfold.detections.documents import judged
from tenfold.detections.record import at, first_text, flag, many, text, texts, within
from tenfold.detections.registry import Hit, detection
from tenfold.model.arn import Arn, account_root
from tenfold.model.event import Event
from tenfold.model.finding import Severity
from tenfold.model.resource import Json
from tenfold.policy.parse import Policy
from tenfold.policy.public import ALL_USERS, AUTHENTICATED_USERS, aws_public

_PARAMETERS = "requestParameters."
_CANNED = frozenset({"public-read", "public-read-write", "authenticated-read"})
_GRANT_HEADERS = ("read", "write", "read-acp", "write-acp", "full-control")
_FLAGS = ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets")
_ACLS = ("requestParameters", "requestParameters.accessControlList")  # records have headers of grants in either
_POINT = "CreateAccessPointRequest."


def incident(event: Event) -> str:
    """One key for all that exposes a bucket, shared with the monitor: `s3-exposure|` and the bucket's ARN."""
    return f"s3-exposure|{_exposed(event)}"


def _exposed(event: Event) -> str:
    """The ARN of the bucket; of the account for a setting of all its buckets.

    A policy of an access point does not name the bucket, and a call through a point names the point: its ARN then.
    """
    scope = event.scope
    if bucket := first_text(event, f"{_PARAMETERS}bucketName", f"{_PARAMETERS}{_POINT}Bucket"):
        return bucket if bucket.startswith("arn:") else str(Arn(scope.partition, "s3", "", "", bucket))
    if point := text(event, f"{_PARAMETERS}name"):
        return str(Arn(scope.partition, "s3", scope.region, scope.account, f"accesspoint/{point}"))
    return account_root(scope.partition, scope.account)


def _policy(event: Event, bucket: str) -> Hit | None:
    return judged(event, f"{_PARAMETERS}bucketPolicy", bucket, lambda policy: _public(policy, bucket))


def _point_policy(event: Event, point: str) -> Hit | None:
    path = f"{_PARAMETERS}PutAccessPointPolicyRequest.Policy"
    return judged(event, path, point, lambda policy: _public(policy, point, access_point=True))


def _public(policy: Policy, whose: str, *, access_point: bool = False) -> Hit | None:
    verdict = aws_public(policy, access_point=access_point)
    if verdict.public is False:
        return None
    if verdict.public is None:
        return Hit(f"the policy of {whose} may be public: {verdict.reason}", severity=Severity.MEDIUM)
    return Hit(f"the policy of {whose} is public: {verdict.reason}")


def _acl(event: Event, bucket: str) -> Hit | None:
    found = (next(_public_grants(at(event, path)), None) for path in _ACLS)
    granted = next(filter(None, found), None)
    return Hit(f"the ACL of {bucket} is public: {granted}") if granted else None


def _public_grants(parameters: Json) -> Iterator[str]:
    """What an ACL grants to everybody, in its three forms: a canned name, headers, a document."""
    yield from (canned for canned in texts(within(parameters, "x-amz-acl")) if canned in _CANNED)
    for header in _GRANT_HEADERS:
        values = texts(within(parameters, f"x-amz-grant-{header}"))
        yield from (f"{header} to {group}" for value in values if (group := _group(value)))
    for grant in many(within(parameters, "AccessControlPolicy.AccessControlList.Grant")):
        if group := _group(str(within(grant, "Grantee.URI"))):
            yield f"{within(grant, 'Permission')} to {group}"


def _group(text: str) -> str:
    """The name of the group of everybody that a text names; empty when it names none."""
    return next((uri.rpartition("/")[2] for uri in (ALL_USERS, AUTHENTICATED_USERS) if uri in text), "")


def _block(event: Event, whose: str) -> Hit | None:
    return _opened(at(event, f"{_PARAMETERS}PublicAccessBlockConfiguration"), whose)


def _point(event: Event, bucket: str) -> Hit | None:
    """An access point made without saying how it blocks blocks everything."""
    configuration = at(event, f"{_PARAMETERS}{_POINT}PublicAccessBlockConfiguration")
    return None if configuration is None else _opened(configuration, f"an access point to {bucket}")


def _opened(configuration: Json, whose: str) -> Hit | None:
    """A flag that is not written is off."""
    off = ", ".join(name for name in _FLAGS if flag(within(configuration, name)) is not True)
    return Hit(f"the public access block of {whose} has {off} off", severity=Severity.MEDIUM) if off else None


def _unblocked(_event: Event, whose: str) -> Hit | None:
    return Hit(f"the public access block of {whose} was deleted", severity=Severity.MEDIUM)


_JUDGES: dict[str, Callable[[Event, str], Hit | None]] = {
    "s3:PutBucketPolicy": _policy,
    "s3:PutBucketAcl": _acl,
    "s3:CreateBucket": _acl,
    "s3:PutBucketPublicAccessBlock": _block,
    "s3:DeleteBucketPublicAccessBlock": _unblocked,
    "s3:PutAccountPublicAccessBlock": _block,
    "s3:DeleteAccountPublicAccessBlock": _unblocked,
    "s3:CreateAccessPoint": _point,
    "s3:PutAccessPointPolicy": _point_policy,
}


@detection(
    "cloudtrail",
    id="ct-011",
    severity=Severity.HIGH,
    technique="T1530",
    events=tuple(_JUDGES),
    shows=("requestParameters",),
    group=incident,
)
def exposed_bucket(event: Event) -> Hit | None:
    """Bucket may have been opened to everybody.

    Why: what lies in it can be read or replaced by strangers.
    Fix: `tenfold bucket explain` says who can reach the bucket now; take the change back or accept it with a reason.

    Judged by what was written, not by the name of the call: a policy or ACL that AWS calls public (high), a public
    access block with a flag off (medium). Whether anybody can get in depends on policy, ACL and blocks together:
    this is a hint for the monitor, which reads them all.
    """
    return _JUDGES[event.action](event, _exposed(event))
