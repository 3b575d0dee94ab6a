"""The ten checks once more, written the short way over plain API answers: an oracle for the planted truth."""

import csv
import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any, Protocol

from botocore.exceptions import ClientError

Json = Any
ACCOUNT = re.compile(r"\b\d{12}\b")
FENCES = {"aws:PrincipalOrgID", "aws:SourceVpce", "aws:SourceVpc", "aws:PrincipalAccount", "s3:DataAccessPointAccount"}
WIDE = {"0.0.0.0/0", "0.0.0.0/1"}


class Company(Protocol):
    now: datetime

    def client(self, service: str, account: str) -> Any: ...
    def accounts(self) -> list[str]: ...
    def known(self) -> set[str]: ...


Found = Iterator[tuple[str, str]]
"""(check id, ARN)"""


def readback(company: Company) -> set[tuple[str, str]]:
    """What the ten checks should find, of all accounts."""
    rows: set[tuple[str, str]] = set()
    for account in company.accounts():
        iam = company.client("iam", account)
        rows |= set(credentials(iam, company.now))
        rows |= set(policies(iam))
        rows |= set(buckets(company, account))
        rows |= set(trails(company, account))
    return rows


def credentials(iam: Any, now: datetime) -> Found:
    while iam.generate_credential_report()["State"] != "COMPLETE":
        pass
    report = iam.get_credential_report()["Content"].decode()
    for row in csv.DictReader(report.splitlines()):
        if row["user"] == "<root_account>":
            yield from root(iam, row, now)
            continue
        for key in ("access_key_1", "access_key_2"):
            if row[f"{key}_active"] == "true" and since(row[f"{key}_last_rotated"], now) > timedelta(days=90):
                yield "cred-003", row["arn"]
        if row["password_enabled"] == "true" and row["mfa_active"] == "false":
            yield "cred-004", row["arn"]


def root(iam: Any, row: dict[str, str], now: datetime) -> Found:
    uses = [row[name] for name in ("password_last_used", "access_key_1_last_used_date", "access_key_2_last_used_date")]
    if any(use[0].isdigit() and since(use, now) <= timedelta(days=30) for use in uses):
        yield "cred-001", row["arn"]
    summary = iam.get_account_summary()["SummaryMap"]
    if not summary["AccountMFAEnabled"] and (summary["AccountPasswordPresent"] or summary["AccountAccessKeysPresent"]):
        yield "cred-002", row["arn"]


def since(text: str, now: datetime) -> timedelta:
    return now - datetime.fromisoformat(text)


def policies(iam: Any) -> Found:
    for page in iam.get_paginator("get_account_authorization_details").paginate():
        for policy in page["Policies"]:
            if ":iam::aws:" not in policy["Arn"]:
                yield from judged(policy["Arn"], [version["Document"] for version in policy["PolicyVersionList"]])
        for kind in ("User", "Group", "Role"):
            for holder in page[f"{kind}DetailList"]:
                inline = [policy["PolicyDocument"] for policy in holder.get(f"{kind}PolicyList", [])]
                yield from judged(holder["Arn"], inline)
                if "AdministratorAccess" in [policy["PolicyName"] for policy in holder["AttachedManagedPolicies"]]:
                    yield "priv-001", holder["Arn"]


def judged(arn: str, documents: list[Json]) -> Found:
    for statement in (statement for document in documents for statement in document["Statement"]):
        if statement["Effect"] == "Allow" and "NotAction" in statement:
            yield "def-001", arn
        everything = "*" in listed(statement.get("Action", [])) and "*" in listed(statement.get("Resource", []))
        if statement["Effect"] == "Allow" and everything and "Condition" not in statement:
            yield "priv-001", arn


def buckets(company: Company, account: str) -> Found:
    s3, control = company.client("s3", account), company.client("s3control", account)
    above = blocks(lambda: control.get_public_access_block(AccountId=account))
    for bucket in (row["Name"] for row in s3.list_buckets()["Buckets"]):
        arn = f"arn:aws:s3:::{bucket}"
        on = above | blocks(lambda bucket=bucket: s3.get_public_access_block(Bucket=bucket))
        public, others = grants(s3, bucket)
        if "IgnorePublicAcls" in on:
            public = False
        allows = [] if (statements := said(s3, bucket)) is None else [s for s in statements if s["Effect"] == "Allow"]
        cut = any(s["Effect"] == "Deny" and s["Principal"] == "*" and "Condition" not in s for s in statements or [])
        if public or (any(map(is_open, allows)) and not cut and "RestrictPublicBuckets" not in on):
            yield "s3-001", arn
        if public or others:
            yield "s3-003", arn
        named = {found for s in allows for found in ACCOUNT.findall(str(s.get("Principal")) + str(s.get("Condition")))}
        if named - company.known() or any(len(other) == 64 for other in others):
            yield "s3-002", arn


def is_open(statement: Json) -> bool:
    if "NotPrincipal" not in statement and statement["Principal"] not in ("*", {"AWS": "*"}):
        return False
    for operator, keys in statement.get("Condition", {}).items():
        if operator == "StringEquals" and keys.keys() & FENCES:
            return False
        if operator == "IpAddress" and not WIDE & set(listed(keys["aws:SourceIp"])):
            return False
    return True


def said(s3: Any, bucket: str) -> list[Json] | None:
    import json

    try:
        statements = json.loads(s3.get_bucket_policy(Bucket=bucket)["Policy"])["Statement"]
    except ClientError:
        return None
    return statements if isinstance(statements, list) else [statements]
