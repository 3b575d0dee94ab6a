"""Buckets and every side of them that decides who can reach what.

Each bucket is asked at its home region's endpoint, and only as long as it is this account's: a name that was given up
while we read may be somebody else's by now.
"""

from collections.abc import Iterator
from datetime import datetime

from tenfold.aws import partitions
from tenfold.aws.client import Client
from tenfold.inventory.registry import collector, facet
from tenfold.model.arn import Scope
from tenfold.model.resource import ABSENT, Absent, Fact, Json, Resource

_POLICY_EVENTS = ("PutBucketPolicy", "DeleteBucketPolicy")
_BLOCK_EVENTS = ("PutBucketPublicAccessBlock", "DeleteBucketPublicAccessBlock")
_NAMES_BEFORE_REGIONS = {"EU": "eu-west-1"}


@collector("s3.bucket", calls=("s3:ListBuckets", "s3:GetBucketLocation"))
def buckets(aws: Client) -> Iterator[Resource]:
    """All buckets of the account, with their home regions and the account's canonical id as `owner`."""
    for page in aws.whole_pages("s3:ListBuckets", MaxBuckets=1000):
        owner = Fact(aws.clock.now(), page["Owner"])
        for bucket in page.get("Buckets") or ():
            name = bucket["Name"]
            yield Resource(
                arn=aws.arn("s3", name, account=""),
                kind="s3.bucket",
                scope=Scope(aws.scope.partition, aws.scope.account, _home_region(aws, bucket), "s3"),
                name=name,
                created_at=datetime.fromisoformat(bucket["CreationDate"]),
                facets={"owner": owner},
            )


def _home_region(aws: Client, bucket: Json) -> str:
    """Asked for only where the list does not say; a bucket that is gone by then shows when it is described."""
    said = bucket.get("BucketRegion")
    if said:
        return str(said)
    answer = aws.maybe("s3:GetBucketLocation", absent=("NoSuchBucket",), Bucket=bucket["Name"])
    return _region_name(aws, answer.get("LocationConstraint"))


def _region_name(aws: Client, constraint: str | None) -> str:
    """The region that a location constraint means; the first region has none."""
    if not constraint:
        return partitions.global_region(aws.scope.partition)
    return _NAMES_BEFORE_REGIONS.get(constraint, constraint)


def _answer(aws: Client, bucket: Resource, operation: str) -> Json:
    return aws.call(f"s3:{operation}", Bucket=bucket.name, ExpectedBucketOwner=bucket.scope.account)


def _part(aws: Client, bucket: Resource, operation: str, key: str, none: str) -> Json | Absent:
    """What stands under `key`; ABSENT on the error code `none`."""
    answer = aws.maybe(f"s3:{operation}", absent=(none,), Bucket=bucket.name, ExpectedBucketOwner=bucket.scope.account)
    return ABSENT if answer is ABSENT else answer[key]


@facet("s3.bucket", "policy", calls=("s3:GetBucketPolicy",), changed_by=_POLICY_EVENTS)
def policy(aws: Client, bucket: Resource) -> Json | Absent:
    """The bucket policy's text, as it was put."""
    return _part(aws, bucket, "GetBucketPolicy", "Policy", "NoSuchBucketPolicy")


@facet("s3.bucket", "policy_status", calls=("s3:GetBucketPolicyStatus",), changed_by=(*_POLICY_EVENTS, *_BLOCK_EVENTS))
def policy_status(aws: Client, bucket: Resource) -> Json | Absent:
    """What AWS itself thinks of the policy: `IsPublic`."""
    return _part(aws, bucket, "GetBucketPolicyStatus", "PolicyStatus", "NoSuchBucketPolicy")


@facet("s3.bucket", "acl", calls=("s3:GetBucketAcl",), changed_by=("PutBucketAcl",))
def acl(aws: Client, bucket: Resource) -> Json:
    """The access control list: `Owner` and `Grants`."""
    answer = _answer(aws, bucket, "GetBucketAcl")
    return {"Owner": answer["Owner"], "Grants": answer.get("Grants", [])}


@facet(
    "s3.bucket",
    "ownership",
    calls=("s3:GetBucketOwnershipControls",),
    changed_by=("PutBucketOwnershipControls", "DeleteBucketOwnershipControls"),
)
def ownership(aws: Client, bucket: Resource) -> Json | Absent:
    """The ownership controls, which decide whether ACLs count: `Rules[].ObjectOwnership`."""
    none = "OwnershipControlsNotFoundError"
    return _part(aws, bucket, "GetBucketOwnershipControls", "OwnershipControls", none)


@facet("s3.bucket", "public_access_block", calls=("s3:GetPublicAccessBlock",), changed_by=_BLOCK_EVENTS)
def public_access_block(aws: Client, bucket: Resource) -> Json | Absent:
    """The bucket's own four flags of block public access."""
    none = "NoSuchPublicAccessBlockConfiguration"
    return _part(aws, bucket, "GetPublicAccessBlock", "PublicAccessBlockConfiguration", none)


@facet("s3.bucket", "website", calls=("s3:GetBucketWebsite",), changed_by=("PutBucketWebsite", "DeleteBucketWebsite"))
def website(aws: Client, bucket: Resource) -> Json | Absent:
    """The website configuration: `IndexDocument`, `RedirectAllRequestsTo`, ..."""
    return aws.maybe(
        "s3:GetBucketWebsite",
        absent=("NoSuchWebsiteConfiguration",),
        Bucket=bucket.name,
        ExpectedBucketOwner=bucket.scope.account,
    )


@facet("s3.bucket", "versioning", calls=("s3:GetBucketVersioning",), changed_by=("PutBucketVersioning",))
def versioning(aws: Client, bucket: Resource) -> Json:
    """`Status` and `MFADelete`; neither where versioning was never turned on."""
    return _answer(aws, bucket, "GetBucketVersioning")


@facet(
    "s3.bucket",
    "encryption",
    calls=("s3:GetBucketEncryption",),
    changed_by=("PutBucketEncryption", "DeleteBucketEncryption"),
)
def encryption(aws: Client, bucket: Resource) -> Json | Absent:
    """The default encryption: `Rules`."""
    none = "ServerSideEncryptionConfigurationNotFoundError"
    return _part(aws, bucket, "GetBucketEncryption", "ServerSideEncryptionConfiguration", none)


@facet("s3.bucket", "logging", calls=("s3:GetBucketLogging",), changed_by=("PutBucketLogging",))
def logging(aws: Client, bucket: Resource) -> Json:
    """`LoggingEnabled` with target bucket and prefix; without it access is not logged."""
    return _answer(aws, bucket, "GetBucketLogging")


@facet(
    "s3.bucket",
    "object_lock",
    calls=("s3:GetObjectLockConfiguration",),
    changed_by=("PutBucketObjectLockConfiguration", "PutObjectLockConfiguration"),
)
def object_lock(aws: Client, bucket: Resource) -> Json | Absent:
    """The object lock and its default retention."""
    none = "ObjectLockConfigurationNotFoundError"
    return _part(aws, bucket, "GetObjectLockConfiguration", "ObjectLockConfiguration", none)


@facet(
    "s3.bucket",
    "replication",
    calls=("s3:GetBucketReplication",),
    changed_by=("PutBucketReplication", "DeleteBucketReplication"),
)
def replication(aws: Client, bucket: Resource) -> Json | Absent:
    """Where objects are copied to, and by which role."""
    none = "ReplicationConfigurationNotFoundError"
    return _part(aws, bucket, "GetBucketReplication", "ReplicationConfiguration", none)


@facet(
    "s3.bucket",
    "notification",
    calls=("s3:GetBucketNotificationConfiguration",),
    changed_by=("PutBucketNotification", "PutBucketNotificationConfiguration"),
)
def notification(aws: Client, bucket: Resource) -> Json:
    """Who is told of changes of objects: topics, queues, functions, EventBridge."""
    return _answer(aws, bucket, "GetBucketNotificationConfiguration")


@facet("s3.bucket", "cors", calls=("s3:GetBucketCors",), changed_by=("PutBucketCors", "DeleteBucketCors"))
def cors(aws: Client, bucket: Resource) -> Json | Absent:
    """The rules by which browsers of other origins may read answers."""
    return _part(aws, bucket, "GetBucketCors", "CORSRules", "NoSuchCORSConfiguration")


@facet("s3.bucket", "tags", calls=("s3:GetBucketTagging",), changed_by=("PutBucketTagging", "DeleteBucketTagging"))
def tags(aws: Client, bucket: Resource) -> Json | Absent:
    """The tags, as a mapping."""
    found = _part(aws, bucket, "GetBucketTagging", "TagSet", "NoSuchTagSet")
    return ABSENT if found is ABSENT else {tag["Key"]: tag["Value"] for tag in found}


@facet("s3.bucket", "location", calls=("s3:GetBucketLocation",), changed_by=("CreateBucket", "DeleteBucket"))
def location(aws: Client, bucket: Resource) -> Json:
    """The name of the home region, as the bucket itself gives it."""
    return _region_name(aws, _answer(aws, bucket, "GetBucketLocation").get("LocationConstraint"))
