"""Making buckets, with the ACLs that AWS would no longer let one write."""

import json
from typing import Any

from tenfold.sandbox.company.founding import Land
from tenfold.sandbox.company.shapes import access_point_arn, access_point_policy
from tenfold.sandbox.company.specs import BLOCKS, WRITER, Bucket, Shape
from tenfold.sandbox.company.tables import GLOBAL_REGION

_AES = {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}


def blocking(settings: tuple[str, ...]) -> dict[str, bool]:
    """A block public access configuration with these settings on."""
    return {name: name in settings for name in BLOCKS}


def make_bucket(land: Land, bucket: Bucket) -> None:
    """Make a bucket. What grants comes before what blocks, as it would have come about."""
    s3 = land.client("s3", bucket.account)
    _create(s3, bucket)
    _grant(s3, bucket.name, bucket.shape)
    if bucket.shape.vpc:
        _access_point(land, bucket)
    _block(s3, bucket.name, bucket.shape)
    _settings(s3, bucket)
    land.date(bucket.account, "bucket", bucket.name, bucket.made)


def _create(s3: Any, bucket: Bucket) -> None:
    more: dict[str, Any] = {}
    if bucket.region != GLOBAL_REGION:
        more["CreateBucketConfiguration"] = {"LocationConstraint": bucket.region}
    if bucket.shape.ownership:
        more["ObjectOwnership"] = WRITER if bucket.shape.acl else bucket.shape.ownership
    s3.create_bucket(Bucket=bucket.name, **more)


def _grant(s3: Any, name: str, shape: Shape) -> None:
    if shape.acl:
        s3.put_bucket_acl(Bucket=name, ACL=shape.acl)
    if shape.grantee:
        _grant_to(s3, name, shape.grantee)
    if shape.policy:
        s3.put_bucket_policy(Bucket=name, Policy=json.dumps(shape.policy))


def _grant_to(s3: Any, name: str, grantee: str) -> None:
    """Let a canonical user read, beside what the owner holds."""
    acl = s3.get_bucket_acl(Bucket=name)
    grant = {"Grantee": {"Type": "CanonicalUser", "ID": grantee}, "Permission": "READ"}
    grants = {"Owner": acl["Owner"], "Grants": [*acl["Grants"], grant]}
    s3.put_bucket_acl(Bucket=name, AccessControlPolicy=grants)


def _access_point(land: Land, bucket: Bucket) -> None:
    s3control, name = land.client("s3control", bucket.account), f"{bucket.name}-ap"
    network = {"VpcId": bucket.shape.vpc}
    s3control.create_access_point(AccountId=bucket.account, Name=name, Bucket=bucket.name, VpcConfiguration=network)
    arn = access_point_arn(land.ground.partition, bucket.account, bucket.region, name)
    policy = json.dumps(access_point_policy(arn))
    s3control.put_access_point_policy(AccountId=bucket.account, Name=name, Policy=policy)


def _block(s3: Any, name: str, shape: Shape) -> None:
    if shape.acl and shape.ownership not in ("", WRITER):
        rules = {"Rules": [{"ObjectOwnership": shape.ownership}]}
        s3.put_bucket_ownership_controls(Bucket=name, OwnershipControls=rules)
    if shape.block is not None:
        s3.put_public_access_block(Bucket=name, PublicAccessBlockConfiguration=blocking(shape.block))


def _settings(s3: Any, bucket: Bucket) -> None:
    if bucket.tags:
        tags = [{"Key": key, "Value": value} for key, value in bucket.tags.items()]
        s3.put_bucket_tagging(Bucket=bucket.name, Tagging={"TagSet": tags})
    if bucket.versioned:
        s3.put_bucket_versioning(Bucket=bucket.name, VersioningConfiguration={"Status": "Enabled"})
    if bucket.encrypted:
        s3.put_bucket_encryption(Bucket=bucket.name, ServerSideEncryptionConfiguration={"Rules": [_AES]})
