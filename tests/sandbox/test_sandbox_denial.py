"""Refused reads: by chance that repeats itself, and by name."""

from typing import Any

import pytest
from botocore.exceptions import ClientError
from tests.sandbox import aws
from tests.sandbox.test_sandbox_identity import refused_code

from tenfold.sandbox.server import Sandbox

BUCKETS = [f"bucket-{number}" for number in range(40)]


def refused_buckets(sandbox: Sandbox) -> set[str]:
    s3 = aws.client(sandbox, "s3")
    return {bucket for bucket in BUCKETS if refused_code(s3.get_bucket_acl, Bucket=bucket) == "AccessDenied"}


def draw(share: float, seed: int) -> set[str]:
    with Sandbox(deny=share, deny_seed=seed, delivery_seconds=3600) as sandbox:
        for bucket in BUCKETS:
            aws.client(sandbox, "s3").create_bucket(Bucket=bucket)
        first = refused_buckets(sandbox)
        assert refused_buckets(sandbox) == first, "a second try gets the same answer"
        return first


def test_share_is_reproducible_and_of_its_seed() -> None:
    refused = draw(0.25, seed=1)
    assert refused == draw(0.25, seed=1)
    assert refused != draw(0.25, seed=2)
    assert 3 <= len(refused) <= 18


def test_pages_share_one_fate() -> None:
    with Sandbox(deny=0.5, delivery_seconds=3600) as sandbox:
        s3 = aws.client(sandbox, "s3")
        for prefix in "abcdefgh":
            answers = {
                refused_code(s3.list_buckets, Prefix=prefix, MaxBuckets=size, ContinuationToken=token)
                for size in (1, 2)
                for token in ("a", "b")
            }
            assert len(answers) == 1


def test_all_reads_refused_leaves_writes_and_identity() -> None:
    with Sandbox(deny=1.0, delivery_seconds=3600) as sandbox:
        aws.client(sandbox, "s3").create_bucket(Bucket="a-bucket")
        aws.session(sandbox, "222222222222")
        aws.client(sandbox, "sts").get_caller_identity()
        assert refused_code(aws.client(sandbox, "s3").list_buckets) == "AccessDenied"
        assert aws.control(sandbox, "count", method="GET")["s3:ListBuckets"] == 1


WHO = "User: arn:aws:iam::123456789012:user/sandbox is not authorized to perform: "
WHY = "because no identity-based policy allows the {} action"


@pytest.mark.parametrize(
    ("call", "denial"),
    [
        (("s3", "get_bucket_encryption", {"Bucket": "a-bucket"}), ("AccessDenied", "s3:GetEncryptionConfiguration", '"arn:aws:s3:::a-bucket"')),
        (("s3", "list_buckets", {}), ("AccessDenied", "s3:ListAllMyBuckets", "*")),
        (("iam", "get_user", {"UserName": "ada"}), ("AccessDenied", "iam:GetUser", "arn:aws:iam::123456789012:user/ada")),
        (("cloudtrail", "describe_trails", {}), ("AccessDeniedException", "cloudtrail:DescribeTrails", "*")),
        (("lambda", "list_functions", {}), ("AccessDeniedException", "lambda:ListFunctions", "*")),
        (("ec2", "describe_vpcs", {}), ("UnauthorizedOperation", "ec2:DescribeVpcs", "*")),
    ],
)  # fmt: skip
def test_named_calls_get_the_denial_of_their_protocol(
    sandbox: Sandbox, call: tuple[str, str, dict[str, Any]], denial: tuple[str, str, str]
) -> None:
    (service, method, parameters), (code, action, target) = call, denial
    client = aws.client(sandbox, service)
    name = f"{service}:{client.meta.method_to_api_mapping[method]}"
    assert aws.control(sandbox, "deny", {"calls": [name]})["calls"] == [name]
    with pytest.raises(ClientError) as caught:
        getattr(client, method)(**parameters)
    error = caught.value.response["Error"]
    assert error["Code"] == code
    assert error["Message"].endswith(f"{WHO}{action} on resource: {target} {WHY.format(action)}")
    record = aws.records(sandbox)[-1]
    assert record["errorCode"] == (f"Client.{code}" if service == "ec2" else code)
    assert (record["requestParameters"] is None) == (service not in {"s3", "ec2"})
    aws.control(sandbox, "deny", {"calls": []})
    assert refused_code(getattr(client, method), **parameters) != code
