"""Calls and the IAM actions that they need."""

import pytest

from tenfold.aws.least_privilege import actions_for, hub_document, policy_document

# [K] The pairs below are known from use; AWS gives them in its list of permissions for S3 API operations.
PAIRS = [
    ("s3:ListBuckets", "s3:ListAllMyBuckets"),
    ("s3:GetBucketEncryption", "s3:GetEncryptionConfiguration"),
    ("s3:GetBucketReplication", "s3:GetReplicationConfiguration"),
    ("s3:GetBucketLifecycleConfiguration", "s3:GetLifecycleConfiguration"),
    ("s3:GetBucketNotificationConfiguration", "s3:GetBucketNotification"),
    ("s3:GetPublicAccessBlock", "s3:GetBucketPublicAccessBlock"),
    ("s3:GetObjectLockConfiguration", "s3:GetBucketObjectLockConfiguration"),
    ("s3:GetBucketCors", "s3:GetBucketCORS"),
    ("s3:GetBucketPolicy", "s3:GetBucketPolicy"),
    ("s3control:GetPublicAccessBlock", "s3:GetAccountPublicAccessBlock"),
    ("s3control:ListAccessPoints", "s3:ListAccessPoints"),
    ("iam:GetAccountAuthorizationDetails", "iam:GetAccountAuthorizationDetails"),
]


@pytest.mark.parametrize(("call", "action"), PAIRS, ids=[call for call, _ in PAIRS])
def test_action(call: str, action: str) -> None:
    assert actions_for([call]) == (action,)


def test_actions_are_sorted_and_each_is_named_once() -> None:
    calls = ["s3:GetPublicAccessBlock", "iam:ListUsers", "s3:GetBucketAcl", "s3:GetBucketAcl"]
    assert actions_for(calls) == ("iam:ListUsers", "s3:GetBucketAcl", "s3:GetBucketPublicAccessBlock")


def test_assume_role_is_no_read_and_is_allowed_to_the_hub_for_one_role_only() -> None:
    calls = ["sts:AssumeRole", "sts:GetCallerIdentity"]
    reads = {"Effect": "Allow", "Action": ["sts:GetCallerIdentity"], "Resource": "*"}
    assert policy_document(calls)["Statement"] == [reads]
    roles = "arn:aws-cn:iam::*:role/audit"
    enter = {"Effect": "Allow", "Action": ["sts:AssumeRole"], "Resource": roles}
    assert hub_document(calls, "aws-cn", "audit")["Statement"] == [reads, enter]


def test_the_policy_has_one_statement_a_service_and_allows_nothing_else() -> None:
    calls = ["s3control:GetPublicAccessBlock", "sts:GetCallerIdentity", "s3:ListBuckets", "iam:ListUsers"]
    assert policy_document(calls) == {
        "Version": "2012-10-17",
        "Statement": [
            {"Effect": "Allow", "Action": ["iam:ListUsers"], "Resource": "*"},
            {"Effect": "Allow", "Action": ["s3:GetAccountPublicAccessBlock", "s3:ListAllMyBuckets"], "Resource": "*"},
            {"Effect": "Allow", "Action": ["sts:GetCallerIdentity"], "Resource": "*"},
        ],
    }
