"""Where a bucket lies: S3 answers for it in its own region only, and redirects are not followed."""

from tenfold.aws.connection import Connection
from tenfold.aws.partitions import global_region, of_region
from tenfold.model.errors import GapError

_NAMES_BEFORE_REGIONS = {"EU": "eu-west-1"}


def region_of(connection: Connection, bucket: str) -> str:
    """The region of a bucket.

    HeadBucket tells it where it is asked in the right one; the first region's GetBucketLocation tells it from
    anywhere. Where neither may be asked, the connection's own region has to do.
    """
    return _by_head(connection, bucket) or _by_location(connection, bucket) or connection.region()


def _by_head(connection: Connection, bucket: str) -> str:
    account = connection.identity().account
    try:
        head = connection.send(account, connection.region(), "s3:HeadBucket", {"Bucket": bucket}, frozenset())
    except GapError:
        return ""
    return str(head.get("BucketRegion") or connection.region())


def _by_location(connection: Connection, bucket: str) -> str:
    account, first = connection.identity().account, global_region(of_region(connection.region()))
    try:
        answer = connection.send(account, first, "s3:GetBucketLocation", {"Bucket": bucket}, frozenset())
    except GapError:
        return ""
    constraint = str(answer.get("LocationConstraint") or first)
    return _NAMES_BEFORE_REGIONS.get(constraint, constraint)
