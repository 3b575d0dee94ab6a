"""The cases of the other services once more, the short way: an oracle for the truth about a company."""

import fnmatch
import json
import re
from collections.abc import Callable, Iterator
from typing import Any

from tests.sandbox.company_answers import Answers, named, read, statements

Found = Iterator[tuple[str, str]]
"""(slug, ARN) of what is wrong."""
_ACCOUNT = re.compile(r"\b\d{12}\b")
_SECRET = re.compile(r"AKIA[A-Z2-7]{16}\b.*SECRET_ACCESS_KEY=\S{40}", re.DOTALL)
_POWERS = {
    "iam:passrole": "privilege/pass-any-role",
    "iam:putrolepolicy": "privilege/policy-writer",
    "sts:assumerole": "privilege/assume-any-role",
    "ec2:authorizesecuritygroupingress": "network/group-writer",
    "s3:putbucketpolicy": "buckets/policy-writer",
}
_BROAD = {"AdministratorAccess", "PowerUserAccess", "IAMFullAccess", "AmazonS3FullAccess"}


def policies(at: Answers, known: set[str]) -> Found:
    """Whom the policies of queues, topics, keys, tables, repositories, secrets and functions let in."""
    for word, arn, text in _policies(at):
        for statement in statements(text):
            condition = json.dumps(statement.get("Condition", {}))
            fenced = "aws:Principal" in condition
            if statement["Principal"] in ("*", {"AWS": "*"}) and not fenced:
                yield f"buckets/public-{word}", arn
            if (
                set(_ACCOUNT.findall(json.dumps(statement["Principal"]))) - known
                or set(re.findall(r"o-[0-9a-z]{10}", condition)) - known
            ):
                yield f"buckets/{word}-shared-with-unknown", arn


def _policies(at: Answers) -> Iterator[tuple[str, str, str | None]]:
    sqs, kms, ecr, secrets = (at.clients(name) for name in ("sqs", "kms", "ecr", "secretsmanager"))
    for url in sqs.list_queues().get("QueueUrls", []):
        held = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn", "Policy"])["Attributes"]
        yield "queue", held["QueueArn"], held.get("Policy")
    for topic in at.pages("sns", "list_topics", "Topics"):
        held = at.clients("sns").get_topic_attributes(TopicArn=topic["TopicArn"])["Attributes"]
        text = held["Policy"]
        yield "topic", topic["TopicArn"], None if "__default_policy_ID" in text else text
    for key in at.pages("kms", "list_keys", "Keys"):
        if kms.describe_key(KeyId=key["KeyId"])["KeyMetadata"]["KeyState"] == "Enabled":
            yield "key", key["KeyArn"], kms.get_key_policy(KeyId=key["KeyId"], PolicyName="default")["Policy"]
    for name in at.pages("dynamodb", "list_tables", "TableNames"):
        arn = at.arn("dynamodb", f"table/{name}")
        held = read("PolicyNotFoundException", at.clients("dynamodb").get_resource_policy, ResourceArn=arn)
        yield "table", arn, held and held["Policy"]
    for row in at.pages("ecr", "describe_repositories", "repositories"):
        name = row["repositoryName"]
        yield "repository", row["repositoryArn"], ecr.get_repository_policy(repositoryName=name)["policyText"]
    for row in at.pages("secretsmanager", "list_secrets", "SecretList"):
        yield "secret", row["ARN"], secrets.get_resource_policy(SecretId=row["ARN"]).get("ResourcePolicy")
    for row in at.pages("lambda", "list_functions", "Functions"):
        held = read("ResourceNotFoundException", at.clients("lambda").get_policy, FunctionName=row["FunctionName"])
        yield "function", row["FunctionArn"], held and held["Policy"]


def functions(at: Answers) -> Found:
    for row in at.pages("lambda", "list_functions", "Functions"):
        if row["Runtime"] == "python3.7":
            yield "inventory/retired-runtime", row["FunctionArn"]
        if _SECRET.search(json.dumps(row.get("Environment", {}))):
            yield "credentials/secret-in-environment", row["FunctionArn"]


def tables(at: Answers) -> Found:
    dynamodb = at.clients("dynamodb")
    for name in at.pages("dynamodb", "list_tables", "TableNames"):
        held = dynamodb.describe_continuous_backups(TableName=name)["ContinuousBackupsDescription"]
        if held["PointInTimeRecoveryDescription"]["PointInTimeRecoveryStatus"] != "ENABLED":
            yield "recovery/table-without-recovery", at.arn("dynamodb", f"table/{name}")


def databases(at: Answers) -> Found:
    for row in at.pages("rds", "describe_db_instances", "DBInstances"):
        for slug, wrong in (
            ("recovery/database-without-backups", not row["BackupRetentionPeriod"]),
            ("recovery/database-without-deletion-protection", not row["DeletionProtection"]),
            ("network/public-database", row["PubliclyAccessible"]),
            ("logging/database-without-logs", not row.get("EnabledCloudwatchLogsExports")),
        ):
            if wrong:
                yield slug, row["DBInstanceArn"]


def backups(at: Answers) -> Found:
    kms, backup = at.clients("kms"), at.clients("backup")
    for key in at.pages("kms", "list_keys", "Keys"):
        if kms.describe_key(KeyId=key["KeyId"])["KeyMetadata"]["KeyState"] == "PendingDeletion":
            yield "recovery/key-pending-deletion", key["KeyArn"]
    for vault in backup.list_backup_vaults()["BackupVaultList"]:
        if not vault["Locked"]:
            yield "recovery/vault-without-lock", vault["BackupVaultArn"]
    for row in backup.list_backup_plans()["BackupPlansList"]:
        plan = backup.get_backup_plan(BackupPlanId=row["BackupPlanId"])["BackupPlan"]
        if not any(rule.get("CopyActions") for rule in plan["Rules"]):
            yield "recovery/backups-in-same-account", row["BackupPlanArn"]


def logs(at: Answers) -> Found:
    for row in at.pages("logs", "describe_log_groups", "logGroups"):
        if row.get("retentionInDays", 10_000) < 90:
            yield "logging/short-retention", row["arn"].removesuffix(":*")


def account(at: Answers) -> Found:
    root, guardduty = f"arn:aws:iam::{at.account}:root", at.clients("guardduty")
    found = guardduty.list_detectors()["DetectorIds"]
    if not any(guardduty.get_detector(DetectorId=id_)["Status"] == "ENABLED" for id_ in found):
        yield "logging/guardduty-off", root
    states = at.clients("config").describe_configuration_recorder_status()["ConfigurationRecordersStatus"]
    if not any(state["recording"] for state in states):
        yield "logging/config-off", root
    contact = at.clients("account").get_alternate_contact
    if read("ResourceNotFoundException", contact, AlternateContactType="SECURITY") is None:
        yield "inventory/no-security-contact", root
    if read("NoSuchEntity", at.clients("iam").get_account_password_policy) is None:
        yield "credentials/weak-password-policy", root
    block = at.clients("s3control").get_public_access_block
    if read("NoSuchPublicAccessBlockConfiguration", block, AccountId=at.account) is None:
        yield "buckets/account-without-block", root


def buckets(at: Answers) -> Found:
    s3 = at.clients("s3")
    for name in (row["Name"] for row in s3.list_buckets()["Buckets"]):
        if s3.get_bucket_versioning(Bucket=name).get("Status") != "Enabled":
            yield "recovery/bucket-without-versioning", f"arn:aws:s3:::{name}"
        held = read("NoSuchTagSet", s3.get_bucket_tagging, Bucket=name)
        if held is None or "owner" not in {tag["Key"] for tag in held["TagSet"]}:
            yield "inventory/bucket-without-owner", f"arn:aws:s3:::{name}"


def holders(at: Answers, now: Any) -> Found:
    iam = at.clients("iam")
    for kind, row in at.details:
        documents = [policy["PolicyDocument"] for policy in row.get(f"{kind}PolicyList", [])]
        documents += [version["Document"] for version in row.get("PolicyVersionList", [])]
        yield from _powers(row["Arn"], documents)
        if {policy["PolicyName"] for policy in row.get("AttachedManagedPolicies", [])} & _BROAD:
            yield "defaults/broad-managed-policy", row["Arn"]
        if kind == "User":
            if row["AttachedManagedPolicies"] or row.get("UserPolicyList"):
                yield "privilege/policy-on-user", row["Arn"]
            yield from _habits(iam, row, now)


def _powers(arn: str, documents: list[Any]) -> Found:
    for action, slug in _POWERS.items():
        for document in documents:
            unconditional = [
                s for s in document["Statement"] if "Condition" not in s and "*" in _list(s.get("Resource"))
            ]
            about = {statement["Effect"] for statement in unconditional if _about(statement, action)}
            if about == {"Allow"}:
                yield slug, arn


def _about(statement: Any, action: str) -> bool:
    hit = any(fnmatch.fnmatch(action, p.lower()) for p in _list(statement.get("Action", statement.get("NotAction"))))
    return hit == ("Action" in statement)


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


def _habits(iam: Any, user: Any, now: Any) -> Found:
    name = user["UserName"]
    keys = [k for k in iam.list_access_keys(UserName=name)["AccessKeyMetadata"] if k["Status"] == "Active"]
    if len(keys) > 1:
        yield "credentials/two-active-keys", user["Arn"]
    for key in keys:
        used = iam.get_access_key_last_used(AccessKeyId=key["AccessKeyId"])["AccessKeyLastUsed"].get("LastUsedDate")
        if (now - key["CreateDate"]).days > 45 and (used is None or (now - used).days > 45):
            yield "credentials/unused-key", user["Arn"]
    used = iam.get_user(UserName=name)["User"].get("PasswordLastUsed")
    if used and (now - used).days > 90:
        yield "credentials/idle-password", user["Arn"]


def trusts(at: Answers, known: set[str], third: set[str]) -> Found:
    for _, role in (row for row in at.details if row[0] == "Role"):
        for statement in role["AssumeRolePolicyDocument"]["Statement"]:
            principal, condition = json.dumps(statement["Principal"]), json.dumps(statement.get("Condition", {}))
            accounts = set(_ACCOUNT.findall(principal))
            if '"*"' in principal and "aws:Principal" not in condition:
                yield "privilege/open-trust", role["Arn"]
            if accounts - known:
                yield "privilege/unknown-account-trust", role["Arn"]
            if accounts & third and "sts:ExternalId" not in condition:
                yield "privilege/third-party-without-external-id", role["Arn"]
            if "githubusercontent" in principal and not re.search(r'sub": "repo:[\w-]+/', condition):
                yield "manual/open-pipeline-role", role["Arn"]


def stacks(at: Answers) -> Found:
    client = at.clients("cloudformation")
    for stack in at.pages("cloudformation", "describe_stacks", "Stacks"):
        parts = client.describe_stack_resources(StackName=stack["StackName"])["StackResources"]
        for part in parts:
            group = next(row for row in at.groups if row["GroupId"] == part["PhysicalResourceId"])
            if len(group["IpPermissions"]) != 1:
                yield "manual/drifted-stack", stack["StackId"]


def made_by_hand(records: list[dict[str, Any]]) -> Found:
    """From the records: queues that a browser made."""
    for record in records:
        if record["eventName"] == "CreateQueue" and record["userAgent"].startswith(("Mozilla", "[Mozilla")):
            name = record["requestParameters"]["queueName"]
            place = f"{record['awsRegion']}:{record['recipientAccountId']}"
            yield "manual/made-by-hand", f"arn:aws:sqs:{place}:{name}"


def without_owner(organizations: Any, management: str) -> Found:
    for page in organizations.get_paginator("list_accounts").paginate():
        for row in page["Accounts"]:
            tags = organizations.list_tags_for_resource(ResourceId=row["Id"])
            if row["Id"] != management and "owner" not in named(tags):
                yield "inventory/account-without-owner", f"arn:aws:iam::{row['Id']}:root"


def names(company: list[Answers]) -> Found:
    """Records and distributions that lead to what no account has."""
    owned = _owned(company)
    for at in company:
        for zone in at.pages("route53", "list_hosted_zones", "HostedZones"):
            for row in at.pages("route53", "list_resource_record_sets", "ResourceRecordSets", HostedZoneId=zone["Id"]):
                slug = _dangling(row, owned) if row["Name"] != zone["Name"] else None
                if slug:
                    label = f"/{row['SetIdentifier']}" if "SetIdentifier" in row else ""
                    name = row["Name"].rstrip(".").replace("\\052", "*")
                    yield slug, f"arn:aws:route53:::{zone['Id'].strip('/')}/{name}/{row['Type']}{label}"
        for row in _distributions(at):
            for origin in row["Origins"]["Items"]:
                if origin["DomainName"].split(".s3.")[0] not in owned["buckets"]:
                    yield "domains/origin-gone", row["ARN"]


def _distributions(at: Answers) -> list[Any]:
    return list(at.clients("cloudfront").list_distributions()["DistributionList"].get("Items", []))


def _owned(company: list[Answers]) -> dict[str, set[str]]:
    """The names and addresses of the company, by kind."""
    return {
        "buckets": {row["Name"] for at in company for row in at.clients("s3").list_buckets()["Buckets"]},
        "addresses": {row["PublicIp"] for at in company for row in at.addresses},
        "zones": {row["Name"].rstrip(".") for at in company for row in at.pages("route53", "list_hosted_zones", "HostedZones")},
        "balancers": {row["DNSName"] for at in company
                      for row in at.pages("elbv2", "describe_load_balancers", "LoadBalancers")},
        "distributions": {row["DomainName"] for at in company for row in _distributions(at)},
        "environments": {row["EnvironmentName"] for at in company for row in at.pages(
            "elasticbeanstalk", "describe_environments", "Environments")},
    }  # fmt: skip


def _dangling(row: Any, owned: dict[str, set[str]]) -> str | None:
    name, values = row["Name"].rstrip("."), [value["Value"] for value in row.get("ResourceRecords", [])]
    target = values[0] if values else row["AliasTarget"]["DNSName"]
    for pattern, kind, of, slug in _TARGETS:
        if re.search(pattern, target):
            return None if of(name, target) in owned[kind] else f"domains/{slug}"
    if row["Type"] == "NS":
        return None if name in owned["zones"] else "domains/dangling-delegation"
    amazons = row["Type"] == "A" and re.match(r"(3|18|34|52|54)\.", target)
    return "domains/dangling-address" if amazons and target not in owned["addresses"] else None


_TARGETS: tuple[tuple[str, str, Callable[[str, str], str], str], ...] = (
    ("s3-website", "buckets", lambda name, _: name, "dangling-bucket"),
    (r"^ec2-", "addresses", lambda _, target: ".".join(target.split(".")[0].split("-")[1:]), "dangling-address"),
    (r"\.elb\.", "balancers", lambda _, target: target, "dangling-load-balancer"),
    (r"\.cloudfront\.", "distributions", lambda _, target: target, "dangling-distribution"),
    (r"\.elasticbeanstalk\.", "environments", lambda _, target: target.split(".")[0], "dangling-environment"),
)
