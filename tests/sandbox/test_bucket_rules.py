"""What S3 does with every bucket: owners, blocks, defaults of new buckets, the status of a policy."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from tests.sandbox import aws

from tenfold.sandbox.server import Sandbox

PUBLIC = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [
            {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::a-bucket/*"}
        ],
    }
)
BLOCKS = ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets")


@pytest.fixture
def s3(sandbox: Sandbox) -> Any:
    client = aws.client(sandbox, "s3")
    client.create_bucket(Bucket="a-bucket")
    return client


def block(s3: Any, *names: str) -> None:
    s3.put_public_access_block(
        Bucket="a-bucket", PublicAccessBlockConfiguration={name: name in names for name in BLOCKS}
    )


def is_public(s3: Any) -> bool:
    return bool(s3.get_bucket_policy_status(Bucket="a-bucket")["PolicyStatus"]["IsPublic"])


def test_each_account_has_a_canonical_id_of_its_own(sandbox: Sandbox, s3: Any) -> None:
    theirs = aws.client(sandbox, "s3", aws.session(sandbox, "222222222222"))
    theirs.create_bucket(Bucket="theirs")
    ids = {client.list_buckets()["Owner"]["ID"] for client in (s3, theirs)}
    assert len(ids) == 2
    acl = theirs.get_bucket_acl(Bucket="theirs")
    own = theirs.list_buckets()["Owner"]["ID"]
    assert acl["Owner"]["ID"] == acl["Grants"][0]["Grantee"]["ID"] == own
    s3.put_object(Bucket="a-bucket", Key="k", Body=b"v")
    mine = s3.list_buckets()["Owner"]["ID"]
    assert s3.list_objects(Bucket="a-bucket")["Contents"][0]["Owner"]["ID"] == mine
    assert s3.get_object_acl(Bucket="a-bucket", Key="k")["Owner"]["ID"] == mine


def test_granting_to_another_account_by_its_canonical_id(sandbox: Sandbox, s3: Any) -> None:
    s3.put_object(Bucket="a-bucket", Key="k", Body=b"v")
    other = aws.client(sandbox, "s3", aws.session(sandbox, "222222222222"))
    acl = s3.get_bucket_acl(Bucket="a-bucket")
    grant: Any = {"Grantee": {"Type": "CanonicalUser", "ID": other.list_buckets()["Owner"]["ID"]}, "Permission": "READ"}
    s3.put_bucket_acl(Bucket="a-bucket", AccessControlPolicy={"Owner": acl["Owner"], "Grants": [*acl["Grants"], grant]})
    after = s3.get_bucket_acl(Bucket="a-bucket")
    assert after["Grants"][0] == acl["Grants"][0]
    assert after["Grants"][1]["Grantee"]["ID"] == grant["Grantee"]["ID"]


@pytest.mark.parametrize("account_wide", [False, True])
def test_policy_status_sees_the_blocks(sandbox: Sandbox, s3: Any, account_wide: bool) -> None:
    s3.put_bucket_policy(Bucket="a-bucket", Policy=PUBLIC)
    assert is_public(s3)
    if account_wide:
        restrict = {name: name == "RestrictPublicBuckets" for name in BLOCKS}
        control = aws.client(sandbox, "s3control")
        control.put_public_access_block(AccountId="123456789012", PublicAccessBlockConfiguration=restrict)
    else:
        block(s3, "RestrictPublicBuckets")
    assert not is_public(s3)


def test_policy_status_by_the_documented_meaning(s3: Any) -> None:
    fenced: Any = json.loads(PUBLIC)
    fenced["Statement"][0]["Condition"] = {"StringEquals": {"aws:PrincipalOrgID": "o-abcdefghij"}}
    s3.put_bucket_policy(Bucket="a-bucket", Policy=json.dumps(fenced))
    assert not is_public(s3)
    s3.delete_bucket_policy(Bucket="a-bucket")
    assert aws.refusal(s3.get_bucket_policy_status, Bucket="a-bucket")[0] == "NoSuchBucketPolicy"


def test_writes_that_the_blocks_refuse(s3: Any) -> None:
    block(s3, "BlockPublicPolicy", "BlockPublicAcls")
    code, text = aws.refusal(s3.put_bucket_policy, Bucket="a-bucket", Policy=PUBLIC)
    assert (code, "prevented by the BlockPublicPolicy setting in S3 Block Public Access" in text) == (
        "AccessDenied",
        True,
    )
    for call, more in (
        (s3.put_bucket_acl, {"ACL": "public-read"}),
        (s3.put_bucket_acl, {"GrantRead": 'uri="http://acs.amazonaws.com/groups/global/AllUsers"'}),
        (s3.put_object, {"ACL": "public-read-write", "Key": "k", "Body": b"v"}),
    ):
        code, text = aws.refusal(call, Bucket="a-bucket", **more)
        assert (code, "BlockPublicAcls" in text) == ("AccessDenied", True)
    s3.put_object(Bucket="a-bucket", Key="k", Body=b"http://acs.amazonaws.com/groups/global/AllUsers")
    private = json.loads(PUBLIC)
    private["Statement"][0]["Principal"] = {"AWS": "222222222222"}
    s3.put_bucket_policy(Bucket="a-bucket", Policy=json.dumps(private))


@pytest.fixture
def modern() -> Iterator[Sandbox]:
    with Sandbox(delivery_seconds=3600, aws_defaults=True) as running:
        yield running


def test_new_buckets_start_as_those_of_aws(modern: Sandbox) -> None:
    s3 = aws.client(modern, "s3")
    s3.create_bucket(Bucket="a-bucket")
    s3.create_bucket(Bucket="with-acls", ObjectOwnership="ObjectWriter")
    for bucket, owner in (("a-bucket", "BucketOwnerEnforced"), ("with-acls", "ObjectWriter")):
        found = s3.get_public_access_block(Bucket=bucket)["PublicAccessBlockConfiguration"]
        assert found == dict.fromkeys(BLOCKS, True)
        (rule,) = s3.get_bucket_ownership_controls(Bucket=bucket)["OwnershipControls"]["Rules"]
        assert rule["ObjectOwnership"] == owner
    assert aws.refusal(s3.put_bucket_acl, Bucket="a-bucket", ACL="public-read")[0] == "AccessControlListNotSupported"
    assert (
        aws.refusal(s3.put_object, Bucket="a-bucket", Key="k", Body=b"v", ACL="public-read")[0]
        == "AccessControlListNotSupported"
    )
    s3.put_object(Bucket="a-bucket", Key="k", Body=b"v", ACL="bucket-owner-full-control")
    s3.delete_public_access_block(Bucket="with-acls")
    s3.put_bucket_acl(Bucket="with-acls", ACL="public-read")
    s3.create_bucket(Bucket="with-acls")
    assert aws.refusal(s3.get_public_access_block, Bucket="with-acls")[0] == "NoSuchPublicAccessBlockConfiguration"


def test_old_buckets_have_neither(s3: Any) -> None:
    assert aws.refusal(s3.get_public_access_block, Bucket="a-bucket")[0] == "NoSuchPublicAccessBlockConfiguration"
    assert aws.refusal(s3.get_bucket_ownership_controls, Bucket="a-bucket")[0] == "OwnershipControlsNotFoundError"


def test_region_of_a_bucket_is_told_to_who_asks_with_a_parameter(s3: Any) -> None:
    assert "BucketRegion" not in s3.list_buckets()["Buckets"][0]
    for asked in ({"MaxBuckets": 1}, {"Prefix": "a-"}, {"BucketRegion": "us-east-1"}):
        assert s3.list_buckets(**asked)["Buckets"][0]["BucketRegion"] == "us-east-1"
    assert s3.list_buckets(Prefix="b-")["Buckets"] == []
