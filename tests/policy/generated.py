"""Policies and requests made up by Hypothesis: from few names, so that they meet; and some that AWS would not take."""

from typing import Any

from hypothesis import strategies as st

OWN, OTHER = "111122223333", "444455556666"
SESSION = f"arn:aws:sts::{OWN}:assumed-role/app/s1"
CALLERS = [
    None,
    f"arn:aws:iam::{OWN}:user/team/eva",
    f"arn:aws:iam::{OWN}:user/eva",
    f"arn:aws:iam::{OWN}:role/app",
    SESSION,
    f"arn:aws:iam::{OWN}:root",
    f"arn:aws:sts::{OWN}:federated-user/eva",
    f"arn:aws:iam::{OTHER}:user/bob",
    f"arn:aws:sts::{OTHER}:assumed-role/app/s1",
    f"arn:aws:iam::{OTHER}:root",
    f"arn:aws:sts::{OWN}:assumed-role/AWSServiceRoleForX/s",
    "sns.amazonaws.com",
    f"arn:aws:iam::{OWN}:oidc-provider/idp.example.com",
]
NAMES = [
    "*", {"AWS": "*"}, {"AWS": OWN}, {"AWS": OTHER}, {"AWS": f"arn:aws:iam::{OWN}:root"},
    {"AWS": [f"arn:aws:iam::{OWN}:user/eva", f"arn:aws:iam::{OTHER}:user/bob"]}, {"AWS": f"arn:aws:iam::{OWN}:role/app"},
    {"AWS": f"arn:aws:iam::{OWN}:role/team/app"}, {"AWS": SESSION}, {"AWS": SESSION + "2"},
    {"AWS": f"arn:aws:sts::{OWN}:federated-user/eva"}, {"AWS": [OWN, f"arn:aws:iam::{OWN}:user/eva"]},
    {"AWS": [OWN, f"arn:aws:iam::{OWN}:role/app", SESSION]}, {"AWS": "AIDAEXAMPLEEXAMPLE000"},
    {"Service": "sns.amazonaws.com"}, {"Service": ["sqs.amazonaws.com", "sns.amazonaws.com"]},
    {"Federated": f"arn:aws:iam::{OWN}:oidc-provider/idp.example.com"}, {"CanonicalUser": "c4n0n"},
    {"CanonicalUser": "unkn0wn", "AWS": OTHER},
]  # fmt: skip
# Action, a resource of it.
TARGETS = [
    ("s3:GetObject", "arn:aws:s3:::z/eva/k"),
    ("s3:getobject", "arn:aws:s3:::z/a*b"),
    ("s3:ListBucket", "arn:aws:s3:::z"),
    ("s3:PutBucketPolicy", "arn:aws:s3:::z"),
    ("sqs:SendMessage", f"arn:aws:sqs:eu-west-1:{OWN}:q"),
    ("kms:Decrypt", f"arn:aws:kms:eu-west-1:{OWN}:key/1a"),
    ("sts:AssumeRole", f"arn:aws:iam::{OWN}:role/target"),
    ("sts:AssumeRoleWithWebIdentity", f"arn:aws:iam::{OWN}:role/target"),
    ("ec2:RunInstances", "*"),
]
ACTIONS = [
    "*",
    "s3:*",
    "S3:Get*",
    "s3:GetObject",
    "s3:?etObject",
    "s3:ListBucket",
    "s3:*Policy",
    "sqs:*",
    "kms:Decrypt",
    "sts:*",
    "sts:AssumeRole*",
]
RESOURCES = [
    "*", "arn:aws:s3:::z", "arn:aws:s3:::z/*", "arn:aws:s3:::z/${aws:username}/*", "arn:aws:s3:::z/a${*}b", "arn:*:*:*:*:*",
    "arn:aws:s3:::z/${aws:username, 'eva'}/?", f"arn:aws:iam::{OWN}:role/*", f"arn:aws:sqs:*:{OWN}:q", "arn:aws:s3:::z/${none}",
]  # fmt: skip
KEYS = [
    "aws:PrincipalArn", "aws:principalaccount", "aws:PrincipalOrgID", "aws:username", "aws:userid", "aws:PrincipalType",
    "aws:SourceIp", "aws:SourceVpce", "aws:SecureTransport", "aws:CurrentTime", "aws:TokenIssueTime", "s3:prefix",
    "s3:max-keys", "aws:TagKeys", "aws:SourceArn", "aws:ResourceAccount", "aws:PrincipalIsAWSService", "k:binary", "none",
    "aws:RequestedRegion", "aws:ViaAWSService",
]  # fmt: skip
# What conditions on a kind of key are written with, and what requests carry.
VALUES = [
    "eva", "e*", "E?A", "*", "", OWN, OTHER, "o-mine", "User", "true", "false", True, 7, "7", "7.0", "12", "192.0.2.0/24", "192.0.2.9",
    "2001:db8::/32", "2026-01-01T00:00:00Z", "1767225600", "QQ==", "a", "b", f"arn:aws:iam::{OWN}:user/*", "arn:aws:iam::*:role/app",
    "arn:aws:sns:*:*:${aws:username}", "${aws:username}", "${aws:username, 'x'}", "${none}", "vpce-1", "no value",
    "eu-west-1",
]  # fmt: skip
CARRIED: dict[str, list[Any]] = {
    "aws:PrincipalOrgID": ["o-mine", "o-other"],
    "aws:SourceIp": ["192.0.2.9", "198.51.100.1", "2001:db8::5"],
    "aws:SourceVpce": ["vpce-1"],
    "aws:SecureTransport": ["true", "false", True],
    "aws:CurrentTime": ["2026-01-01T00:00:00Z", "2025-12-31T23:00:00-02:00", "1767225599"],
    "aws:TokenIssueTime": ["2026-01-01T00:00:00Z"],
    "aws:userid": ["AIDAEXAMPLEEXAMPLE000", "AROAEXAMPLEEXAMPLE000:s1"],
    "s3:prefix": ["eva", "e", ""],
    "s3:max-keys": ["7", 12, "many"],
    "aws:TagKeys": [["a"], ["a", "b"], ["b", "c"], []],
    "aws:SourceArn": [f"arn:aws:sns:eu-west-1:{OWN}:eva", "not an ARN"],
    "k:binary": ["QQ==", "Qg=="],
}
TEXT = [
    "StringEquals",
    "StringNotEquals",
    "StringEqualsIgnoreCase",
    "StringNotEqualsIgnoreCase",
    "StringLike",
    "StringNotLike",
]
ARNS = ["ArnEquals", "ArnLike", "ArnNotEquals", "ArnNotLike"]
REST = ["Bool", "BinaryEquals", "IpAddress", "NotIpAddress", "NumericEquals", "NumericNotEquals", "NumericLessThan",
        "NumericGreaterThanEquals", "DateEquals", "DateNotEquals", "DateLessThan", "DateGreaterThan", "DateLessThanEquals"]  # fmt: skip
OPERATORS = [*TEXT, *ARNS, *REST, "Null", "NullIfExists", "Sounds", "ForAnyValue:StringLike", "ForAllValues:StringEquals",
             "ForAnyValue:StringNotEquals", "ForAllValues:StringNotLike", "StringEqualsIfExists", "BoolIfExists",
             "StringNotEqualsIfExists", "ForAllValues:StringLikeIfExists", "IpAddressIfExists"]  # fmt: skip
FLAWS: list[dict[str, Any]] = [
    {"Effect": "allow"}, {"Effect": None}, {"Action": 7}, {"Action": ["s3:*", None]}, {"action": "s3:*"}, {"NotAction": "s3:*"},
    {"Resource": {"a": "b"}}, {"NotResource": "*", "Resource": "*"}, {"Principal": "*"}, {"NotPrincipal": "*"}, {"Comment": "unknown"},
]  # fmt: skip


def some(values: list[Any], most: int = 3) -> st.SearchStrategy[Any]:
    return st.sampled_from(values) | st.lists(st.sampled_from(values), min_size=1, max_size=most)


CONDITIONS = st.dictionaries(
    st.sampled_from(OPERATORS), st.dictionaries(st.sampled_from(KEYS), some(VALUES), min_size=1, max_size=2), max_size=2
)
SELDOM = st.integers(0, 19).map(lambda number: number == 0)


@st.composite
def statements(draw: st.DrawFn, *, principals: bool) -> dict[str, Any]:
    positive = st.sampled_from(["", "", "", "Not"])
    found: dict[str, Any] = {"Effect": draw(st.sampled_from(["Allow", "Allow", "Allow", "Deny"]))}
    if principals:
        found[draw(positive) + "Principal"] = draw(st.sampled_from(NAMES))
    found[draw(positive) + "Action"] = draw(some(ACTIONS))
    found[draw(positive) + "Resource"] = draw(some(RESOURCES))
    if draw(st.booleans()):
        found["Condition"] = draw(CONDITIONS)
    return found


@st.composite
def policies(draw: st.DrawFn, *, principals: bool, flawed: bool = False) -> dict[str, Any]:
    rows = draw(st.lists(statements(principals=principals), min_size=1, max_size=3))
    if flawed and draw(SELDOM):
        rows[-1] |= draw(st.sampled_from(FLAWS))
    found: dict[str, Any] = {"Statement": rows if len(rows) > 1 or draw(st.booleans()) else rows[0]}
    version = draw(st.sampled_from(["2012-10-17", "2012-10-17", "2008-10-17", None]))
    return found | ({"Version": version} if version else {})


POLICIES = policies(principals=True)


@st.composite
def requests(draw: st.DrawFn) -> dict[str, Any]:
    action, resource = draw(st.sampled_from(TARGETS))
    keys = draw(st.lists(st.sampled_from(sorted(CARRIED)), unique=True, max_size=6))
    found = {
        "action": action,
        "resource": resource,
        "principal": draw(st.sampled_from(CALLERS)),
        "context": {key: draw(st.sampled_from(CARRIED[key])) for key in keys},
    }
    owner = draw(st.sampled_from([OWN, OWN, OWN, OTHER, ""]))
    return found | ({"resource_account": owner} if owner else {})


GRANTEES = st.sampled_from(
    [{"URI": "http://acs.amazonaws.com/groups/global/AllUsers"}, {"ID": "c4n0n"}, {"ID": "unkn0wn"},
     {"URI": "http://acs.amazonaws.com/groups/global/AuthenticatedUsers"}]
)  # fmt: skip
GRANTS = st.fixed_dictionaries(
    {"Grantee": GRANTEES, "Permission": st.sampled_from(["READ", "WRITE", "READ_ACP", "WRITE_ACP", "FULL_CONTROL"])}
)


@st.composite
def lines(draw: st.DrawFn) -> dict[str, Any]:
    """A line without request, for several of them."""
    mine = policies(principals=False, flawed=True)
    theirs = policies(principals=True, flawed=True)
    open_one = {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}
    wide = st.just(open_one) | mine
    found: dict[str, Any] = {
        "identity": draw(st.lists(wide, max_size=2)),
        "resource_policy": draw(st.none() | theirs | theirs),
        "boundaries": draw(st.just([]) | st.lists(wide, max_size=1)),
        "session": draw(st.just([]) | st.lists(wide, max_size=2)),
        "scps": draw(st.just([]) | st.lists(st.lists(wide, max_size=2), max_size=2)),
        "rcps": draw(st.just([]) | st.lists(st.lists(theirs, max_size=1), max_size=2)),
        "endpoint": draw(st.just([]) | st.lists(theirs, max_size=1)),
        "unknown": draw(st.just([]) | st.lists(st.sampled_from(KEYS), max_size=2)),
        "canonical_users": draw(st.sampled_from([{}, {"c4n0n": OTHER}, {"c4n0n": OWN, "x": OTHER}])),
    }
    if draw(SELDOM):
        found["acl"] = {"Owner": {"ID": "0wner"}, "Grants": draw(st.lists(GRANTS, max_size=2))}
    return found
