"""What is above and beside the buckets: the account's block public access, and access points."""

from collections.abc import Iterator

from tenfold.aws.client import Client
from tenfold.inventory.registry import collector, facet
from tenfold.model.arn import Arn, Scope
from tenfold.model.resource import ABSENT, Absent, Json, Resource

_POINT_EVENTS = ("CreateAccessPoint", "DeleteAccessPoint")


@facet(
    "account",
    "s3_public_access_block",
    calls=("s3control:GetPublicAccessBlock",),
    changed_by=("PutAccountPublicAccessBlock", "DeleteAccountPublicAccessBlock"),
)
def s3_public_access_block(aws: Client, account: Resource) -> Json | Absent:
    """The four flags of block public access for all buckets of the account."""
    answer = aws.maybe(
        "s3control:GetPublicAccessBlock", absent=("NoSuchPublicAccessBlockConfiguration",), AccountId=account.name
    )
    return ABSENT if answer is ABSENT else answer["PublicAccessBlockConfiguration"]


@collector("s3.access_point", calls=("s3control:ListAccessPoints",), where="regional")
def access_points(aws: Client) -> Iterator[Resource]:
    """The access points of a region; `related` names the bucket, which may be another account's."""
    for point in aws.pages("s3control:ListAccessPoints", "AccessPointList", AccountId=aws.scope.account):
        arn, bucket = point["AccessPointArn"], point.get("Bucket")
        yield Resource(
            arn=arn,
            kind="s3.access_point",
            scope=Scope(aws.scope.partition, aws.scope.account, Arn.parse(arn).region, "s3"),
            name=point["Name"],
            related=(aws.arn("s3", bucket, account=""),) if bucket else (),
        )


@facet("s3.access_point", "access_point", calls=("s3control:GetAccessPoint",), changed_by=_POINT_EVENTS)
def access_point(aws: Client, point: Resource) -> Json:
    """Bucket, network origin, VPC and the point's own four flags of block public access."""
    return aws.call("s3control:GetAccessPoint", AccountId=point.scope.account, Name=point.name)


@facet(
    "s3.access_point",
    "policy",
    calls=("s3control:GetAccessPointPolicy",),
    changed_by=("PutAccessPointPolicy", "DeleteAccessPointPolicy", *_POINT_EVENTS),
)
def policy(aws: Client, point: Resource) -> Json | Absent:
    """The access point policy's text, as it was put."""
    answer = aws.maybe(
        "s3control:GetAccessPointPolicy",
        absent=("NoSuchAccessPointPolicy",),
        AccountId=point.scope.account,
        Name=point.name,
    )
    return ABSENT if answer is ABSENT else answer["Policy"]
