from collections.abc import Iterator
from typing import NamedTuple

from tenfold.checks.registry import check
from tenfold.model.arn import Arn
from tenfold.model.errors import GapError
from tenfold.model.finding import Problem, Severity
from tenfold.model.gap import Gap, GapKind
from tenfold.model.resource import Json, Resource
from tenfold.model.snapshot import Snapshot

MISSING = "missing"


@check(
    "account",
    id="log-001",
    severity=Severity.HIGH,
    also={"cloudtrail.trail": ("description", "selectors", "status"), "s3.bucket": ()},
)
def unescrowed_trail(account: Resource, snapshot: Snapshot) -> Iterator[Problem]:
    """Account has no trail that logs everywhere, proves itself, and lies out of its reach.

    Why: without a trail nobody knows what happened; in one region, without digests, or in a bucket of the same
    account, an intruder works where it does not look, or rewrites it.
    Fix: one organisation trail: all regions, log file validation on, delivered to a bucket of a separate account.

    One trail must have all of it: logging, all regions, all management events, validation, escrow. Where none has, the
    problems of the one that comes closest are reported. A trail is escrowed when its bucket is in another account than
    the one that owns the trail (an organisation trail's bucket in the log archive account is escrowed for that account
    too). A bucket that is in no account that was read belongs to nobody knows whom: unknown.
    """
    owner = account.scope.account
    answers = [_judge(trail, snapshot) for trail in snapshot.read("cloudtrail.trail", owner)]
    if any(not problems and gap is None for problems, gap in answers):
        return
    snapshot.each("cloudtrail.trail", owner)  # a list that was not read whole may hide the trail that has it all
    for problems, gap in answers:
        if gap is not None and not problems:
            raise gap
    missing = _Judged([Problem("there is no trail", at="cloudtrail.trail", key=MISSING)], None)
    problems, gap = min(answers, key=_distance, default=missing)
    yield from problems
    if gap is not None:
        raise gap


class _Judged(NamedTuple):
    """What is wrong with a trail, and what of it could not be read."""

    problems: list[Problem]
    gap: GapError | None


def _distance(judged: _Judged) -> tuple[bool, int]:
    """A trail that logs with many faults is closer than one that does not log."""
    return any(problem.key == MISSING for problem in judged.problems), len(judged.problems)


def _judge(trail: Resource, snapshot: Snapshot) -> _Judged:
    found: list[Problem] = []
    try:
        for problem in _problems(trail, snapshot):
            found.append(problem)  # noqa: PERF402 - extend() would lose the problems before a gap
    except GapError as gap:
        return _Judged(found, gap)
    return _Judged(found, None)


def _problems(trail: Resource, snapshot: Snapshot) -> Iterator[Problem]:
    name, status, description = trail.name, trail["status"], trail["description"]

    def problem(message: str, at: str, key: str, seen: Json) -> Problem:
        return Problem(f"trail {name} {message}", at=at, key=key, seen=seen, of=trail.arn)

    if not status.get("IsLogging"):
        yield problem("is not logging", "status.IsLogging", MISSING, status.get("IsLogging"))
        return
    error = status.get("LatestDeliveryError")
    if error:
        yield problem(f"cannot deliver: {error}", "status.LatestDeliveryError", "delivery", error)
    if not description.get("IsMultiRegionTrail"):
        yield problem("logs one region", "description.IsMultiRegionTrail", "one region", False)
    if not description.get("LogFileValidationEnabled"):
        yield problem("has no log file validation", "description.LogFileValidationEnabled", "validation", False)
    narrowed = not any(map(_takes_all_management_events, _selectors(trail)))
    if narrowed:
        yield problem("leaves management events out", "selectors", "selectors", trail["selectors"])
    bucket = description["S3BucketName"]
    if _bucket_account(trail, bucket, snapshot) == Arn.parse(trail.arn).account:
        yield problem(f"delivers to {bucket}, in its own account", "description.S3BucketName", "escrow", bucket)


def _selectors(trail: Resource) -> list[Json]:
    """Basic and advanced selectors alike.

    Raises:
        GapError: when AWS names neither, which it never does.
    """
    answer = trail["selectors"]
    found = [*(answer.get("EventSelectors") or ()), *(answer.get("AdvancedEventSelectors") or ())]
    if not found:
        raise GapError(Gap(GapKind.UNDECIDED, f"trail {trail.name} names no event selectors"), where=trail.arn)
    return found


def _takes_all_management_events(selector: Json) -> bool:
    fields = selector.get("FieldSelectors")
    if fields is None:
        whole = selector.get("ReadWriteType", "All") == "All" and not selector.get("ExcludeManagementEventSources")
        return bool(whole and selector.get("IncludeManagementEvents", True))
    return [(field["Field"], field.get("Equals")) for field in fields] == [("eventCategory", ["Management"])]


def _bucket_account(trail: Resource, name: str, snapshot: Snapshot) -> str:
    """The account of a trail's bucket.

    Raises:
        GapError: when the bucket is in no account that was read.
    """
    bucket = snapshot.find(str(Arn(trail.scope.partition, "s3", "", "", name)))
    if bucket is None:
        reason = f"trail {trail.name} delivers to {name}, a bucket of no account that was read"
        raise GapError(Gap(GapKind.UNDECIDED, reason), where=trail.arn)
    return bucket.scope.account
