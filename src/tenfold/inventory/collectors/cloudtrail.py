"""Trails: what is recorded, where it goes, and whether it is being recorded now."""

from collections.abc import Iterator

from tenfold.aws.client import Client
from tenfold.inventory.registry import collector, facet
from tenfold.model.arn import Scope
from tenfold.model.resource import Absent, Fact, Json, Resource


@collector("cloudtrail.trail", calls=("cloudtrail:DescribeTrails",), where="regional")
def trails(aws: Client) -> Iterator[Resource]:
    """The trails that record a region, each with its `description`.

    Shadows count: a trail at home in another region, or the organisation's at home in another account, records here
    as well. It is one trail of the account, wherever it was seen.
    """
    answer = aws.call("cloudtrail:DescribeTrails", includeShadowTrails=True)
    for trail in aws.part("cloudtrail:DescribeTrails", answer, "trailList"):
        yield Resource(
            arn=trail["TrailARN"],
            kind="cloudtrail.trail",
            scope=Scope(aws.scope.partition, aws.scope.account, trail["HomeRegion"], "cloudtrail"),
            name=trail["Name"],
            facets={"description": Fact(aws.clock.now(), trail)},
            related=(aws.arn("s3", trail["S3BucketName"], account=""),),
        )


@facet(
    "cloudtrail.trail",
    "status",
    calls=("cloudtrail:GetTrailStatus",),
    changed_by=("StartLogging", "StopLogging", "CreateTrail", "UpdateTrail", "DeleteTrail"),
)
def status(aws: Client, trail: Resource) -> Json:
    """Whether it is recording (`IsLogging`), and when it last delivered or failed to."""
    return aws.call("cloudtrail:GetTrailStatus", Name=trail.arn)


@facet(
    "cloudtrail.trail",
    "selectors",
    calls=("cloudtrail:GetEventSelectors",),
    changed_by=("PutEventSelectors", "CreateTrail", "DeleteTrail"),
)
def selectors(aws: Client, trail: Resource) -> Json:
    """Which events it records: `EventSelectors` or `AdvancedEventSelectors`."""
    return aws.call("cloudtrail:GetEventSelectors", TrailName=trail.arn)


@facet(
    "cloudtrail.trail",
    "insight_selectors",
    calls=("cloudtrail:GetInsightSelectors",),
    changed_by=("PutInsightSelectors", "CreateTrail", "DeleteTrail"),
)
def insight_selectors(aws: Client, trail: Resource) -> Json | Absent:
    """Which unusual rates it reports: `InsightSelectors`."""
    return aws.maybe("cloudtrail:GetInsightSelectors", absent=("InsightNotEnabledException",), TrailName=trail.arn)
