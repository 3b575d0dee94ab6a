"""By what each habit of the weather is known: a function from a sandbox to whether the habit was met."""

import json
from collections.abc import Callable
from datetime import datetime
from typing import Any

from botocore.exceptions import ClientError
from tests.sandbox import aws

from tenfold.sandbox.server import Sandbox

ACCOUNT = "123456789012"
TRUST = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"}],
    }
)
ADMIN = '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}'
EVENTS = 120
CLOSED = "me-central-1"


def code(call: Callable[..., Any], **parameters: Any) -> str:
    """The error code of a call; empty when it went well."""
    try:
        call(**parameters)
    except ClientError as error:
        return str(error.response["Error"]["Code"])
    return ""


def passing(sandbox: Sandbox, seconds: float) -> None:
    aws.control(sandbox, "clock", {"seconds": seconds})


def policy(bucket: str, principal: str = "*") -> str:
    statement = {
        "Effect": "Allow",
        "Principal": {"AWS": principal},
        "Action": "s3:GetObject",
        "Resource": f"arn:aws:s3:::{bucket}/*",
    }
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def bucket(sandbox: Sandbox, name: str = "weathered", region: str = aws.REGION) -> Any:
    s3 = aws.client(sandbox, "s3", region=region)
    s3.create_bucket(
        Bucket=name, **({} if region == aws.REGION else {"CreateBucketConfiguration": {"LocationConstraint": region}})
    )
    return s3


def trail(sandbox: Sandbox) -> Any:
    """A trail of one region with digests, and the client of its bucket."""
    s3 = bucket(sandbox)
    cloudtrail = aws.client(sandbox, "cloudtrail")
    cloudtrail.create_trail(Name="all", S3BucketName="weathered", EnableLogFileValidation=True)
    cloudtrail.start_logging(Name="all")
    return s3


def objects(s3: Any, folder: str) -> list[dict[str, Any]]:
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket="weathered")
    return [row for page in pages for row in page.get("Contents", ()) if f"/{folder}/" in row["Key"]]


def queue(sandbox: Sandbox) -> tuple[Any, str]:
    sqs = aws.client(sandbox, "sqs")
    return sqs, sqs.create_queue(QueueName="notices")["QueueUrl"]


def throttling(sandbox: Sandbox) -> bool:
    iam = aws.client(sandbox, "iam")
    return "Throttling" in {code(iam.get_user, UserName=f"u{number}") for number in range(100)}


def s3_errors(sandbox: Sandbox) -> bool:
    s3 = aws.client(sandbox, "s3")
    found = {code(s3.get_bucket_policy, Bucket=f"bucket-{number}") for number in range(150)}
    return bool(found & {"InternalError", "ServiceUnavailable"})


def closed_regions(sandbox: Sandbox) -> bool:
    found = [
        code(aws.client(sandbox, "ec2", region=CLOSED).describe_vpcs),
        code(aws.client(sandbox, "sns", region=CLOSED).list_topics),
        code(aws.client(sandbox, "logs", region=CLOSED).describe_log_groups),
        code(aws.client(sandbox, "ec2", region="af-south-1").describe_vpcs),
    ]
    return found == ["AuthFailure", "InvalidClientTokenId", "UnrecognizedClientException", ""]


def wrong_region(sandbox: Sandbox) -> bool:
    """The client follows the redirect, so that it is seen in the records alone."""
    bucket(sandbox, region="eu-west-1")
    here = aws.client(sandbox, "s3")
    assert here.get_bucket_location(Bucket="weathered")["LocationConstraint"] == "eu-west-1"
    assert here.get_bucket_acl(Bucket="weathered")["Grants"]
    errors = [row.get("errorCode") for row in aws.records(sandbox) if row["eventName"] == "GetBucketAcl"]
    return errors == ["PermanentRedirect", None]


def new_principals(sandbox: Sandbox) -> bool:
    iam, sts = aws.client(sandbox, "iam"), aws.client(sandbox, "sts")
    iam.create_user(UserName="ada")
    keys = iam.create_access_key(UserName="ada")["AccessKey"]
    iam.create_role(RoleName="new", AssumeRolePolicyDocument=TRUST)
    arn = iam.get_role(RoleName="new")["Role"]["Arn"]
    s3, named = bucket(sandbox), {"Bucket": "weathered", "Policy": policy("weathered", arn)}
    role = {"RoleArn": f"arn:aws:iam::{ACCOUNT}:role/new", "RoleSessionName": "me"}

    def codes() -> list[str]:
        listed = code(aws.client(sandbox, "s3", keys).list_buckets)
        return [code(sts.assume_role, **role), listed, code(s3.put_bucket_policy, **named)]

    early = codes()
    passing(sandbox, 25)
    assert codes() == ["", "", ""]
    return early == ["AccessDenied", "InvalidAccessKeyId", "MalformedPolicy"]


def denial_texts(sandbox: Sandbox) -> bool:
    aws.control(sandbox, "deny", {"calls": ["ec2:DescribeVpcs"]})
    try:
        aws.client(sandbox, "ec2").describe_vpcs()
    except ClientError as error:
        said = error.response["Error"]
        assert said["Code"] == "UnauthorizedOperation"
        return "Encoded authorization failure message: " in said["Message"] and "because" not in said["Message"]
    raise AssertionError("the call was to be denied")


def doubled_messages(sandbox: Sandbox) -> bool:
    """What was received is deleted, and some of it comes again; and nothing comes in the order in which it was sent."""
    sqs, url = queue(sandbox)
    for first in range(0, 150, 10):
        entries = [{"Id": str(number), "MessageBody": str(number)} for number in range(first, first + 10)]
        sqs.send_message_batch(QueueUrl=url, Entries=entries)
    received: list[str] = []
    while messages := sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10, WaitTimeSeconds=2).get("Messages"):
        received += [message["Body"] for message in messages]
        entries = [{"Id": str(n), "ReceiptHandle": row["ReceiptHandle"]} for n, row in enumerate(messages)]
        assert not sqs.delete_message_batch(QueueUrl=url, Entries=entries).get("Failed")
    assert set(received) == {str(number) for number in range(150)}
    return len(received) > 150 and received[:10] != [str(number) for number in range(10)]


def short_pages(sandbox: Sandbox) -> bool:
    """However short its pages are, a list is whole."""
    iam = aws.client(sandbox, "iam")
    names = {f"user-{number}" for number in range(8)}
    for name in names:
        iam.create_user(UserName=name)
    short = False
    for size in range(20, 40):
        pages = list(iam.get_paginator("list_users").paginate(PaginationConfig={"PageSize": size}))
        found = [user["UserName"] for page in pages for user in page["Users"]]
        assert len(found) == len(names)
        assert set(found) == names
        short = short or len(pages) > 1
    return short


def any_order(sandbox: Sandbox) -> bool:
    organizations = aws.client(sandbox, "organizations")
    organizations.create_organization()
    for number in range(9):
        organizations.create_account(AccountName=f"a{number}", Email=f"a{number}@example.com")
    names = [account["Name"] for account in organizations.list_accounts()["Accounts"]]
    assert names == [account["Name"] for account in organizations.list_accounts()["Accounts"]]
    assert len(names) == 10
    return names[1:] != [f"a{number}" for number in range(9)]


def cached_report(sandbox: Sandbox) -> bool:
    iam = aws.client(sandbox, "iam")
    early, reports = [iam.generate_credential_report()["State"], code(iam.get_credential_report)], []
    for seconds, name in ((60, "ada"), (3600, "bob"), (4 * 3600, "eve")):
        passing(sandbox, seconds)
        iam.create_user(UserName=name)
        iam.generate_credential_report()
        passing(sandbox, 60)
        reports.append(iam.get_credential_report()["Content"].decode())
    assert "eve" in reports[2]
    return early == ["STARTED", "ReportInProgress"] and "ada" not in reports[0] and "bob" not in reports[1]


def unique_ids(sandbox: Sandbox) -> bool:
    s3, iam, kms = bucket(sandbox), aws.client(sandbox, "iam"), aws.client(sandbox, "kms")
    user = iam.create_user(UserName="ada")["User"]
    s3.put_bucket_policy(Bucket="weathered", Policy=policy("weathered", user["Arn"]))
    statement = {"Effect": "Allow", "Principal": {"AWS": [user["Arn"], ACCOUNT]}, "Action": "kms:*", "Resource": "*"}
    key = kms.create_key(Policy=json.dumps({"Version": "2012-10-17", "Statement": [statement]}))["KeyMetadata"]["KeyId"]
    iam.create_role(RoleName="r", AssumeRolePolicyDocument=TRUST.replace('"*"', json.dumps(user["Arn"])))
    iam.delete_user(UserName="ada")
    iam.create_user(UserName="ada")
    of_bucket = json.loads(s3.get_bucket_policy(Bucket="weathered")["Policy"])["Statement"][0]["Principal"]
    of_key = json.loads(kms.get_key_policy(KeyId=key, PolicyName="default")["Policy"])["Statement"][0]["Principal"]
    of_role = iam.get_role(RoleName="r")["Role"]["AssumeRolePolicyDocument"]["Statement"][0]["Principal"]
    gone = user["UserId"]
    return (of_bucket, of_key, of_role) == ({"AWS": gone}, {"AWS": [gone, ACCOUNT]}, {"AWS": gone})


def lag(sandbox: Sandbox) -> bool:
    """Bucket policies, the list of buckets, and IAM: some reads are stale at first, none is in the end."""
    names = {f"bucket-{number}" for number in range(6)}
    for name in names:
        s3 = bucket(sandbox, name)
    iam = aws.client(sandbox, "iam")
    missing = any({row["Name"] for row in s3.list_buckets()["Buckets"]} != names for _ in range(5))
    passing(sandbox, 121)
    assert {row["Name"] for row in s3.list_buckets()["Buckets"]} == names
    for name in names:
        s3.put_bucket_policy(Bucket=name, Policy=policy(name))
        iam.create_role(RoleName=name, AssumeRolePolicyDocument=TRUST)
    old = any(code(s3.get_bucket_policy, Bucket=name) for name in names)
    unknown = any(code(iam.get_role, RoleName=name) for name in names)
    passing(sandbox, 121)
    assert not any(code(s3.get_bucket_policy, Bucket=name) for name in names)
    assert {role["RoleName"] for role in iam.list_roles()["Roles"]} >= names
    assert len({missing, old, unknown}) == 1
    return missing


def late_files(sandbox: Sandbox) -> bool:
    s3 = trail(sandbox)
    aws.client(sandbox, "iam").list_users()
    passing(sandbox, 60)
    early = objects(s3, "CloudTrail")
    passing(sandbox, 16 * 60)
    assert objects(s3, "CloudTrail")
    return not early


def late_digests(sandbox: Sandbox) -> bool:
    s3 = trail(sandbox)
    passing(sandbox, 12 * 3600)
    delays = []
    for row in objects(s3, "CloudTrail-Digest"):
        end = datetime.strptime(row["Key"].split("_")[-1], "%Y%m%dT%H%M%SZ.json.gz").replace(
            tzinfo=row["LastModified"].tzinfo
        )
        delays.append((row["LastModified"] - end).total_seconds())
    assert delays
    assert max(delays) < 5.3 * 3600 + 12 * 60  # no later than they may be, with the steps of the clock
    return bool(max(delays) > 1800)


def lost_events(sandbox: Sandbox) -> bool:
    trail(sandbox)
    sqs, url = queue(sandbox)
    events = aws.client(sandbox, "events")
    events.put_rule(Name="calls", EventPattern=json.dumps({"detail": {"eventName": ["CreateUser"]}}))
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    events.put_targets(Rule="calls", Targets=[{"Id": "queue", "Arn": arn}])
    iam = aws.client(sandbox, "iam")
    for number in range(EVENTS):
        iam.create_user(UserName=f"user-{number}")
    counts = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["ApproximateNumberOfMessages"])["Attributes"]
    there = int(counts["ApproximateNumberOfMessages"])
    assert there > EVENTS * 0.9
    return there < EVENTS


def slow_lookups(sandbox: Sandbox) -> bool:
    aws.control(sandbox, "clock", {"hold": True})
    cloudtrail = aws.client(sandbox, "cloudtrail")
    aws.client(sandbox, "iam").create_user(UserName="ada")
    wanted = {"LookupAttributes": [{"AttributeKey": "EventName", "AttributeValue": "CreateUser"}]}
    early = cloudtrail.lookup_events(**wanted)["Events"]
    codes = [code(cloudtrail.lookup_events, **wanted) for _ in range(2)]
    elsewhere = code(aws.client(sandbox, "cloudtrail", region="eu-west-1").lookup_events)
    passing(sandbox, 16 * 60)
    assert elsewhere == ""
    assert [event["EventName"] for event in cloudtrail.lookup_events(**wanted)["Events"]] == ["CreateUser"]
    return not early and codes == ["", "ThrottlingException"]


SIGNS: dict[str, Callable[[Sandbox], bool]] = {
    "any-order": any_order,
    "cached-report": cached_report,
    "closed-regions": closed_regions,
    "denial-texts": denial_texts,
    "doubled-messages": doubled_messages,
    "lag": lag,
    "late-digests": late_digests,
    "late-files": late_files,
    "lost-events": lost_events,
    "new-principals": new_principals,
    "s3-errors": s3_errors,
    "short-pages": short_pages,
    "slow-lookups": slow_lookups,
    "throttling": throttling,
    "unique-ids": unique_ids,
    "wrong-region": wrong_region,
}
