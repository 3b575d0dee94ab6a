"""Small values to save."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta

from tenfold.model.arn import Arn, Scope
from tenfold.model.finding import Finding, Severity, Status, Verdict, finding_key
from tenfold.model.gap import Gap, GapKind
from tenfold.model.resource import Fact, Json, Resource
from tenfold.model.risk import Risk
from tenfold.model.run import CallCount, Run
from tenfold.model.snapshot import ListCoverage, ListStatus, Snapshot

START = datetime(2026, 3, 1, 12, tzinfo=UTC)
ACCOUNT = "111122223333"
DENIED = Gap(GapKind.DENIED, "not authorized to perform s3:GetBucketPolicy", START, "s3:GetBucketPolicy")


class StoppedClock:
    """Time that passes only when it is waited for."""

    def __init__(self) -> None:
        self.time = START

    def now(self) -> datetime:
        return self.time

    def wait(self, seconds: float) -> None:
        self.time += timedelta(seconds=seconds)


def scope(region: str = "eu-west-1", account: str = ACCOUNT) -> Scope:
    return Scope("aws", account, region, "s3")


def bucket_arn(name: str) -> str:
    return str(Arn("aws", "s3", "", "", name))


def bucket(name: str, facets: Mapping[str, Json] | None = None, region: str = "eu-west-1") -> Resource:
    facts = {key: Fact(START, value) for key, value in (facets or {}).items()}
    return Resource(bucket_arn(name), "s3.bucket", scope(region), name, {"team": "a"}, START, facts)


def listed(status: ListStatus = ListStatus.COMPLETE, region: str = "", kind: str = "s3.bucket") -> ListCoverage:
    gap = None if status is ListStatus.COMPLETE else DENIED
    return ListCoverage(kind, scope(region), status, 1, START, gap)


def snapshot(*names: str, lists: Sequence[ListCoverage] = (listed(),)) -> Snapshot:
    return Snapshot(START, tuple(bucket(name) for name in names), tuple(lists))


def run(number: int) -> Run:
    calls = (CallCount("s3", "ListBuckets", 1, 0, 0.1, 0.2),)
    return Run(f"run-{number}", "0.1.0", START, START + timedelta(seconds=41), (ACCOUNT,), ("eu-west-1",), calls)


def finding(name: str, key: str = "", *, check: str = "s3-001", gap: Gap | None = None) -> Finding:
    arn = bucket_arn(name)
    return Finding(
        key=finding_key(check, arn, key),
        check=check,
        risk=Risk.BUCKETS,
        title="Bucket is open to anyone",
        arn=arn,
        kind="s3.bucket",
        scope=scope(),
        severity=Severity.HIGH,
        status=Status.UNKNOWN if gap else Status.OPEN,
        message=f"unknown: {gap.reason}" if gap else "anyone can read it",
        gap=gap,
    )


def verdict(name: str, *findings: Finding, check: str = "s3-001") -> Verdict:
    return Verdict(check, bucket_arn(name), "s3.bucket", scope(), findings)


def opened(name: str, *keys: str, check: str = "s3-001") -> Verdict:
    return verdict(name, *(finding(name, key, check=check) for key in keys or ("",)), check=check)


def unknown(name: str, gap: Gap = DENIED) -> Verdict:
    return verdict(name, finding(name, gap=gap))
