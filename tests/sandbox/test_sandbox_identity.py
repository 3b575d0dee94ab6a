"""Who a record says has called."""

from typing import Any

from botocore.exceptions import ClientError
from tests.sandbox import aws

from tenfold.sandbox.server import Sandbox


def test_key_of_a_user(sandbox: Sandbox) -> None:
    iam = aws.client(sandbox, "iam")
    user = iam.create_user(UserName="ada")["User"]
    key = iam.create_access_key(UserName="ada")["AccessKey"]
    aws.client(sandbox, "s3", key).list_buckets()
    assert aws.last_record(sandbox, "ListBuckets")["userIdentity"] == {
        "type": "IAMUser",
        "principalId": user["UserId"],
        "arn": "arn:aws:iam::123456789012:user/ada",
        "accountId": "123456789012",
        "accessKeyId": key["AccessKeyId"],
        "userName": "ada",
    }


def test_key_of_a_user_who_deletes_it(sandbox: Sandbox) -> None:
    iam = aws.client(sandbox, "iam")
    iam.create_user(UserName="ada")
    key = iam.create_access_key(UserName="ada")["AccessKey"]
    aws.client(sandbox, "iam", key).delete_access_key(UserName="ada", AccessKeyId=key["AccessKeyId"])
    assert aws.last_record(sandbox, "DeleteAccessKey")["userIdentity"]["userName"] == "ada"


def test_session_of_a_role_in_another_account(sandbox: Sandbox) -> None:
    member = aws.session(sandbox, "222222222222", role="Admin", name="bootstrap")
    role = aws.role(sandbox, "Audit", {"AWS": "222222222222"}, member)
    keys = aws.session(sandbox, "222222222222", role="Audit", name="nightly", keys=member)
    aws.client(sandbox, "s3", keys).list_buckets()
    record = aws.last_record(sandbox, "ListBuckets")
    identity = record["userIdentity"]
    assert record["recipientAccountId"] == identity["accountId"] == "222222222222"
    assert identity["type"] == "AssumedRole"
    assert identity["arn"] == "arn:aws:sts::222222222222:assumed-role/Audit/nightly"
    assert identity["principalId"] == f"{role['RoleId']}:nightly"
    context = identity["sessionContext"]
    assert context["sessionIssuer"] == {
        "type": "Role",
        "principalId": role["RoleId"],
        "arn": role["Arn"],
        "accountId": "222222222222",
        "userName": "Audit",
    }
    assert context["attributes"]["mfaAuthenticated"] == "false"


def test_assuming_a_role_elsewhere_is_recorded_in_both_accounts(sandbox: Sandbox) -> None:
    aws.session(sandbox, "222222222222")
    ours, theirs = (record for record in aws.records(sandbox) if record["eventName"] == "AssumeRole")
    assert (ours["recipientAccountId"], theirs["recipientAccountId"]) == ("123456789012", "222222222222")
    assert ours["sharedEventID"] == theirs["sharedEventID"]
    assert ours["eventID"] != theirs["eventID"]
    assert theirs["userIdentity"] == {
        "type": "AWSAccount",
        "principalId": ours["userIdentity"]["principalId"],
        "accountId": "123456789012",
    }
    role = {"accountId": "222222222222", "type": "AWS::IAM::Role", "ARN": "arn:aws:iam::222222222222:role/Admin"}
    assert theirs["resources"] == [role]
    assert set(ours["responseElements"]["credentials"]) == {"accessKeyId", "sessionToken", "expiration"}


def test_keys_that_nobody_made_are_one_user_everywhere(sandbox: Sandbox) -> None:
    caller = aws.client(sandbox, "sts").get_caller_identity()
    aws.client(sandbox, "s3").list_buckets()
    identity = aws.last_record(sandbox, "ListBuckets")["userIdentity"]
    assert (identity["arn"], identity["principalId"]) == (caller["Arn"], caller["UserId"])


def test_root_keys(sandbox: Sandbox) -> None:
    (key,) = aws.control(sandbox, "root", {"account": "222222222222", "access_keys": 1})["access_keys"]
    assert aws.client(sandbox, "sts", key).get_caller_identity()["Arn"] == "arn:aws:iam::222222222222:root"
    identity = aws.last_record(sandbox, "GetCallerIdentity")["userIdentity"]
    assert (identity["type"], identity["principalId"], identity["accountId"]) == (
        "Root",
        "222222222222",
        "222222222222",
    )
    assert "userName" not in identity


def test_anonymous_call_is_in_the_log_of_the_bucket_owner(sandbox: Sandbox) -> None:
    owner = aws.client(sandbox, "s3", aws.session(sandbox, "222222222222"))
    owner.create_bucket(Bucket="open-to-all", ACL="public-read")
    owner.put_object(Bucket="open-to-all", Key="page.html", Body=b"hello", ACL="public-read")
    aws.anonymous(sandbox, "s3").get_object(Bucket="open-to-all", Key="page.html")
    record = aws.last_record(sandbox, "GetObject")
    assert record["userIdentity"] == {"type": "AWSAccount", "principalId": "", "accountId": "ANONYMOUS_PRINCIPAL"}
    assert record["recipientAccountId"] == "222222222222"
    assert [resource["ARN"] for resource in record["resources"]] == [
        "arn:aws:s3:::open-to-all/page.html",
        "arn:aws:s3:::open-to-all",
    ]


def test_anonymous_call_on_no_bucket_is_nobodys(sandbox: Sandbox) -> None:
    assert refused_code(aws.anonymous(sandbox, "s3").get_bucket_acl, Bucket="not-there") == "NoSuchBucket"
    assert aws.records(sandbox) == []


def test_unsigned_call_about_an_account_is_refused(sandbox: Sandbox) -> None:
    assert refused_code(aws.anonymous(sandbox, "s3").list_buckets) == "AccessDenied"


def refused_code(call: Any, **parameters: Any) -> str:
    try:
        call(**parameters)
    except ClientError as error:
        return str(error.response["Error"]["Code"])
    return "allowed"
