"""AWS's own meaning of "public", by its documented rules; whether anybody can get in is `reach`'s question.

The rules are those of the S3 guide's page on blocking public access, as far as it spells them out.
"""

import ipaddress
from collections.abc import Sequence

import msgspec

from tenfold.model.resource import Json
from tenfold.policy.conditions import network, operator
from tenfold.policy.identities import KMS_KEY, segment_fixed
from tenfold.policy.match import Wild, filled, names_variable, pattern
from tenfold.policy.parse import Condition, Policy, Statement
from tenfold.policy.principals import open_to_all

GROUPS = "http://acs.amazonaws.com/groups/"  # the ACL's own name space, the same in every partition
ALL_USERS, AUTHENTICATED_USERS = GROUPS + "global/AllUsers", GROUPS + "global/AuthenticatedUsers"
LOG_DELIVERY = GROUPS + "s3/LogDelivery"

# Keys whose fixed values make a grant non-public. The guide's list; keys in lower case.
_FENCES = frozenset(
    {
        "aws:principalorgid", "aws:sourcearn", "aws:sourcevpc", "aws:sourcevpce", "aws:sourceowner",
        "aws:sourceaccount", "aws:userid", "s3:dataaccesspointarn", "s3:dataaccesspointaccount", KMS_KEY,
    }
)  # fmt: skip
# The guide names "an AWS principal, user or role" without saying whether these keys count as one.
_UNSAID = frozenset({"aws:principalarn", "aws:principalaccount", "aws:principalorgpaths"})
_PRIVATE = tuple(map(ipaddress.IPv4Network, ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16")))
_WIDEST = {4: 8, 6: 32}
_EXACT = ("StringEquals", "StringEqualsIgnoreCase", "StringLike", "ArnEquals", "ArnLike")


class PublicVerdict(msgspec.Struct, frozen=True):
    """Whether AWS calls a policy or an ACL public; None where its documentation does not decide.

    `statement` is the index of the guilty statement or grant.
    """

    public: bool | None
    reason: str
    statement: int | None = None


def aws_public(policy: Policy, *, access_point: bool = False) -> PublicVerdict:
    """Whether AWS calls a bucket policy (or an access point's policy) public.

    A policy is public unless every Allow grants to fixed values only. Denies do not count.
    """
    unsaid: PublicVerdict | None = None
    for statement in policy.statements:
        verdict = _statement(statement, policy.variables, access_point) if statement.allows else None
        if verdict and verdict.public:
            return verdict
        unsaid = unsaid or verdict
    return unsaid or PublicVerdict(public=False, reason="every Allow grants to fixed values only")


def acl_public(grants: Sequence[Json]) -> PublicVerdict:
    """Whether AWS calls an ACL public: it grants something to everyone or to any AWS account.

    Args:
        grants: the `Grants` of GetBucketAcl, dicts of `Grantee` and `Permission`.
    """
    for index, grant in enumerate(grants):
        group = grant.get("Grantee", {}).get("URI", "")
        if group in (ALL_USERS, AUTHENTICATED_USERS):
            who = group.removeprefix(GROUPS + "global/")
            return PublicVerdict(
                public=True, reason=f"the ACL grants {grant.get('Permission')} to {who}", statement=index
            )
    return PublicVerdict(public=False, reason="the ACL grants nothing to AllUsers or AuthenticatedUsers")


def _statement(statement: Statement, variables: bool, access_point: bool) -> PublicVerdict | None:
    """The verdict on one Allow; None when it is not public."""
    opening = _open_principal(statement)
    if opening is None:
        return None
    unsaid = None
    for condition in statement.conditions:
        if not _limits(condition, variables, access_point):
            continue
        if condition.key.lower() not in _UNSAID:
            return None
        unsaid = condition.key
    where = f"{statement.label} {opening}"
    if unsaid:
        reason = f"{where} but limits {unsaid}, of which AWS's definition says nothing"
        return PublicVerdict(public=None, reason=reason, statement=statement.index)
    reason = f"{where} and no condition limits it to fixed values"
    return PublicVerdict(public=True, reason=reason, statement=statement.index)


def _open_principal(statement: Statement) -> str | None:
    """How a statement names more than fixed principals; None when it does not."""
    if statement.not_principals is not None:
        return "allows everyone but those it names"
    named = statement.principals
    if named is None:
        return None
    if named.everyone:
        return "allows everyone"
    wild = next((name for names in (named.aws, named.service, named.federated) for name in names if "*" in name), None)
    if wild is not None:
        return f"names principals by a wildcard ({wild})"
    provider = next(filter(open_to_all, named.federated), None)
    return f"allows whoever signs in at {provider}" if provider else None


def _limits(condition: Condition, variables: bool, access_point: bool) -> bool:
    """Whether a condition confines a grant to fixed values: a positive operator that fails when the key is missing."""
    found = operator(condition.operator)
    key = condition.key.lower()
    if found is None or found.negated or found.if_exists or found.quantifier == "ForAllValues" or not condition.values:
        return False
    if key == "aws:sourceip":
        return found.family == "address" and all(map(_fixed_address, condition.values))
    base = condition.operator.removeprefix("ForAnyValue:")
    if base not in _EXACT or key not in _FENCES | _UNSAID or (access_point and key == "s3:dataaccesspointarn"):
        return False
    return all(_fixed_value(key, value, found.wild, variables) for value in condition.values)


def _fixed_value(key: str, value: str, wild: bool, variables: bool) -> bool:
    if variables and names_variable(value):
        return False
    glob = filled(pattern(value, variables=variables, wild=wild), lambda _key: None)
    if not isinstance(glob, tuple):
        return False
    if any(isinstance(item, Wild) for item in glob):
        # Wildcards are let through in the name of an access point; where the guide is silent, in a principal's name.
        return key in ("s3:dataaccesspointarn", "aws:principalarn") and segment_fixed(glob)
    # StringEquals takes `*` as itself. The guide speaks of values without wildcard: read by the letter.
    return wild or "*" not in value


def _fixed_address(text: str) -> bool:
    block = network(text)
    if block is None:
        return False
    private = isinstance(block, ipaddress.IPv4Network) and any(block.subnet_of(one) for one in _PRIVATE)
    return private or block.prefixlen >= _WIDEST[block.version]
