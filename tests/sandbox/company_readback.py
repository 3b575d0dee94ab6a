"""The ten checks once more, the short way over plain API answers: an oracle for the truth about a planted company."""

import csv
import json
import re
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

from botocore.exceptions import ClientError

Clients = Callable[[str], Any]
"""A boto3 client of a service, in one account."""
Found = Iterator[tuple[str, str]]
"""(check id, ARN) of what a check should report."""

_FENCES = {
    "aws:PrincipalOrgID", "aws:PrincipalOrgPaths", "aws:SourceVpce", "aws:SourceVpc", "aws:PrincipalAccount",
    "s3:DataAccessPointAccount",
}  # fmt: skip
_EXACTLY = ("StringEquals", "ForAnyValue:StringLike")
_WIDE = {"0.0.0.0/0", "0.0.0.0/1"}
_PUBLIC_GROUPS = ("AllUsers", "AuthenticatedUsers")


def credentials(clients: Clients, now: datetime) -> Found:
    """cred-001 to cred-004, from the credential report and the account summary."""
    iam = clients("iam")
    iam.generate_credential_report()
    report = iam.get_credential_report()["Content"].decode()
    for row in csv.DictReader(report.splitlines()):
        if row["user"] == "<root_account>":
            yield from _root(iam, row, now)
            continue
        keys = [key for key in ("access_key_1", "access_key_2") if row[f"{key}_active"] == "true"]
        if any(_since(row[f"{key}_last_rotated"], now) > timedelta(days=90) for key in keys):
            yield "cred-003", row["arn"]
        if row["password_enabled"] == "true" and row["mfa_active"] == "false":
            yield "cred-004", row["arn"]


def _root(iam: Any, row: dict[str, str], now: datetime) -> Found:
    uses = [row[name] for name in ("password_last_used", "access_key_1_last_used_date", "access_key_2_last_used_date")]
    if any(use[0].isdigit() and _since(use, now) <= timedelta(days=30) for use in uses):
        yield "cred-001", row["arn"]
    summary = iam.get_account_summary()["SummaryMap"]
    if not summary["AccountMFAEnabled"] and (summary["AccountPasswordPresent"] or summary["AccountAccessKeysPresent"]):
        yield "cred-002", row["arn"]


def _since(text: str, now: datetime) -> timedelta:
    return now - datetime.fromisoformat(text)


def policies(clients: Clients) -> Found:
    """priv-001 and def-001, from GetAccountAuthorizationDetails."""
    for page in clients("iam").get_paginator("get_account_authorization_details").paginate():
        for policy in page["Policies"]:
            if ":iam::aws:" not in policy["Arn"]:
                yield from _judged(policy["Arn"], [version["Document"] for version in policy["PolicyVersionList"]])
        for kind in ("User", "Group", "Role"):
            for holder in page[f"{kind}DetailList"]:
                inline = [policy["PolicyDocument"] for policy in holder.get(f"{kind}PolicyList", [])]
                yield from _judged(holder["Arn"], inline)
                if "AdministratorAccess" in [policy["PolicyName"] for policy in holder["AttachedManagedPolicies"]]:
                    yield "priv-001", holder["Arn"]


def _judged(arn: str, documents: list[Any]) -> Found:
    for statement in (statement for document in documents for statement in document["Statement"]):
        if statement["Effect"] == "Allow" and "NotAction" in statement:
            yield "def-001", arn
        everything = "*" in _listed(statement.get("Action")) and "*" in _listed(statement.get("Resource"))
        if statement["Effect"] == "Allow" and everything and "Condition" not in statement:
            yield "priv-001", arn


def buckets(clients: Clients, account: str, known: set[str]) -> Found:
    """s3-001 to s3-003, from policies, ACLs, ownership controls and blocks; `known` are the ids of known accounts and organisations."""
    s3, above = clients("s3"), _blocks(clients("s3control").get_public_access_block, AccountId=account)
    for bucket in (row["Name"] for row in s3.list_buckets()["Buckets"]):
        arn, on = f"arn:aws:s3:::{bucket}", above | _blocks(s3.get_public_access_block, Bucket=bucket)
        grantees = _grantees(s3, bucket)
        if "IgnorePublicAcls" in on:
            grantees = {grantee for grantee in grantees if not grantee.endswith(_PUBLIC_GROUPS)}
        statements = _statements(s3, bucket)
        allows = [statement for statement in statements if statement["Effect"] == "Allow"]
        open_policy = any(map(_is_open, allows)) and not any(map(_denies_all, statements))
        if (open_policy and "RestrictPublicBuckets" not in on) or any(g.endswith(_PUBLIC_GROUPS) for g in grantees):
            yield "s3-001", arn
        named = {id_ for allow in allows for id_ in re.findall(r"\b\d{12}\b|\bo-[0-9a-z]{10}\b", str(_who(allow)))}
        if named - known or any(re.fullmatch("[0-9a-f]{64}", grantee) for grantee in grantees):
            yield "s3-002", arn
        if grantees:
            yield "s3-003", arn


def _is_open(statement: Any) -> bool:
    if "NotPrincipal" not in statement and statement["Principal"] not in ("*", {"AWS": "*"}):
        return False
    for operator, keys in statement.get("Condition", {}).items():
        if operator in _EXACTLY and keys.keys() & _FENCES:
            return False
        if operator == "IpAddress" and not _WIDE & set(_listed(keys["aws:SourceIp"])):
            return False
    return True


def _denies_all(statement: Any) -> bool:
    return statement["Effect"] == "Deny" and statement["Principal"] == "*" and "Condition" not in statement


def _who(statement: Any) -> list[Any]:
    """Whom a statement names; nobody comes by access points of the company's own, but those for everybody."""
    conditions = statement.get("Condition", {}).get("StringEquals", {})
    principal, through = statement.get("Principal"), conditions.get("s3:DataAccessPointAccount")
    if through and principal != "*":
        return []
    return [principal, through, conditions.get("aws:PrincipalAccount"), conditions.get("aws:PrincipalOrgID")]


def _statements(s3: Any, bucket: str) -> list[Any]:
    answer = _read("NoSuchBucketPolicy", s3.get_bucket_policy, Bucket=bucket)
    return _listed(json.loads(answer["Policy"])["Statement"]) if answer else []


def _grantees(s3: Any, bucket: str) -> set[str]:
    """Whom the ACL lets in besides the owner; nobody where ACLs are off."""
    controls = _read("OwnershipControlsNotFoundError", s3.get_bucket_ownership_controls, Bucket=bucket)
    if controls and controls["OwnershipControls"]["Rules"] == [{"ObjectOwnership": "BucketOwnerEnforced"}]:
        return set()
    acl = s3.get_bucket_acl(Bucket=bucket)
    return {grant["Grantee"].get("URI") or grant["Grantee"]["ID"] for grant in acl["Grants"]} - {acl["Owner"]["ID"]}


def _blocks(read: Callable[..., Any], **of: str) -> set[str]:
    """The settings of a block public access configuration that are on."""
    answer = _read("NoSuchPublicAccessBlockConfiguration", read, **of)
    return {name for name, on in answer["PublicAccessBlockConfiguration"].items() if on} if answer else set()


def _read(absent: str, call: Callable[..., Any], **of: str) -> Any:
    """The answer of a call; None when the API says by that code that there is none."""
    try:
        return call(**of)
    except ClientError as error:
        if error.response["Error"]["Code"] != absent:
            raise
        return None


def trails(clients: Clients, account: str) -> Found:
    """log-001, from the trails of the account's own."""
    cloudtrail = clients("cloudtrail")
    own = {row["Name"] for row in clients("s3").list_buckets()["Buckets"]}
    listed = [row for row in cloudtrail.describe_trails()["trailList"] if f":{account}:" in row["TrailARN"]]
    good = [
        row
        for row in listed
        if row["IsMultiRegionTrail"] and row["LogFileValidationEnabled"] and row["S3BucketName"] not in own
    ]
    if not any(_whole(cloudtrail, row["TrailARN"]) for row in good):
        yield "log-001", f"arn:aws:iam::{account}:root"


def _whole(cloudtrail: Any, trail: str) -> bool:
    """Whether a trail is logging, management events among the rest."""
    selectors = cloudtrail.get_event_selectors(TrailName=trail)["EventSelectors"]
    management = any(selector["IncludeManagementEvents"] for selector in selectors)
    return management and cloudtrail.get_trail_status(Name=trail)["IsLogging"]


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]
