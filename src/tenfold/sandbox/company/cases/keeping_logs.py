"""How long logs are kept."""

from tenfold.sandbox.company.cases.case import Case, Variety
from tenfold.sandbox.company.cases.spot import Spot


def _group(spot: Spot, days: int) -> str:
    name = f"/app/{spot.name('service')}"
    spot.do("logs:CreateLogGroup", logGroupName=name, tags=spot.owner())
    if days:
        spot.do("logs:PutRetentionPolicy", logGroupName=name, retentionInDays=days)
    return spot.arn("logs", f"log-group:{name}")


SHORT_RETENTION = Case(
    "logging/short-retention",
    "a log group keeps its events for less than 90 days",
    (
        Variety("kept for a week", lambda spot: _group(spot, 7)),
        Variety("kept for a month", lambda spot: _group(spot, 30)),
    ),
    (
        Variety("kept for more than a year", lambda spot: _group(spot, 400)),
        Variety("kept for ever", lambda spot: _group(spot, 0)),
    ),
)
CASES = (SHORT_RETENTION,)
