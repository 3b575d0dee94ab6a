"""What a policy is for: said by the user, or seen in the document."""

import enum
from collections.abc import Iterator

from tenfold.policy.callers_table import TRUST_ACTIONS
from tenfold.policy.parse import Policy

_BUCKET_SERVICE = "s3"


class Kind(enum.StrEnum):
    """The kinds of policies that have rules of their own."""

    IDENTITY = "identity"
    MANAGED = "managed"
    USER = "user"
    GROUP = "group"
    ROLE = "role"
    BOUNDARY = "boundary"
    SESSION = "session"
    RESOURCE = "resource"
    BUCKET = "bucket"
    ACCESS_POINT = "access-point"
    KEY = "key"
    TRUST = "trust"
    SCP = "scp"
    RCP = "rcp"
    ENDPOINT = "endpoint"

    @property
    def of_identity(self) -> bool:
        """Attached to a user, group, role or session: it names no principal, and grants to whom it is attached."""
        return self in _OF_IDENTITY

    @property
    def of_resource(self) -> bool:
        """Attached to a resource, a role's trust included: it names whom it lets in."""
        return self in _OF_RESOURCE

    @property
    def grants(self) -> bool:
        """Whether an Allow of it lets somebody in; guardrails and boundaries only leave room."""
        return (self.of_identity or self.of_resource) and self is not Kind.BOUNDARY

    @property
    def limit(self) -> str:
        """Its name in the table of lengths, empty for a kind without a documented one."""
        return _LIMITS.get(self, "")


_OF_IDENTITY = frozenset({Kind.IDENTITY, Kind.MANAGED, Kind.USER, Kind.GROUP, Kind.ROLE, Kind.BOUNDARY, Kind.SESSION})
_OF_RESOURCE = frozenset({Kind.RESOURCE, Kind.BUCKET, Kind.ACCESS_POINT, Kind.KEY, Kind.TRUST})
_LIMITS = {
    Kind.IDENTITY: "managed policy",
    Kind.MANAGED: "managed policy",
    Kind.USER: "inline policy of a user",
    Kind.GROUP: "inline policy of a group",
    Kind.ROLE: "inline policy of a role",
    Kind.BOUNDARY: "permissions boundary",
    Kind.SESSION: "session policy",
    Kind.BUCKET: "bucket policy",
    Kind.ACCESS_POINT: "access point policy",
    Kind.KEY: "key policy",
    Kind.TRUST: "trust policy",
    Kind.SCP: "service control policy",
    Kind.RCP: "resource control policy",
    Kind.ENDPOINT: "VPC endpoint policy",
}


def inferred(policy: Policy) -> Kind:
    """The kind that a document looks like. A guardrail looks like a policy of an identity, and has to be named."""
    named = any(one.principals is not None or one.not_principals is not None for one in policy.statements)
    if not named:
        return Kind.IDENTITY
    actions = {action.lower() for one in policy.statements for action in one.actions or ()}
    if actions and actions <= TRUST_ACTIONS | {"sts:*", "sts:assumerole*"}:
        return Kind.TRUST
    if any(service == _BUCKET_SERVICE for service in _services(policy)):
        return Kind.BUCKET
    return Kind.KEY if actions and all(action.startswith("kms:") for action in actions) else Kind.RESOURCE


def _services(policy: Policy) -> Iterator[str]:
    """The services of the resources of whole ARNs of buckets and objects: no region, no account."""
    for statement in policy.statements:
        for text in statement.resources or statement.not_resources or ():
            parts = text.split(":")
            if len(parts) > 5 and not parts[3] and not parts[4]:  # noqa: PLR2004 - the parts of an ARN
                yield parts[2]
