from collections.abc import Iterator

from tenfold.checks.registry import check
from tenfold.model.arn import Arn
from tenfold.model.errors import GapError
from tenfold.model.finding import Problem, Severity
from tenfold.model.gap import Gap, GapKind
from tenfold.model.resource import Resource
from tenfold.model.snapshot import Snapshot

MISSING = "missing"


@check(
    "account",
    id="log-001",
    severity=Severity.HIGH,
    also={"cloudtrail.trail": ("description", "status"), "s3.bucket": ()},
)
def unescrowed_trail(account: Resource, snapshot: Snapshot) -> Iterator[Problem]:
    """Account has no trail that logs everywhere, proves itself, and lies out of its reach.

    Why: without a trail nobody knows what happened; in one region, without digests, or in a bucket of the same
    account, an intruder works where it does not look, or rewrites it.
    Fix: one organisation trail: all regions, log file validation on, delivered to a bucket of a separate account.

    One trail must have all of it. Where none has, the problems of the one that comes closest are reported. A
    bucket is in another account when it is not in the account that owns the trail: an organisation trail's bucket
    in the log archive account is escrowed for that account too.
    """
    owner = account.scope.account
    answers = [_judge(trail, snapshot) for trail in snapshot.read("cloudtrail.trail", owner)]
    if any(answer == [] for answer in answers):
        return
    snapshot.each("cloudtrail.trail", owner)  # a list that was not read whole may hide the trail that has it all
    for answer in answers:
        if isinstance(answer, GapError):
            raise answer
    missing = [Problem("there is no trail", at="cloudtrail.trail", key=MISSING)]
    yield from min((a for a in answers if not isinstance(a, GapError)), key=_distance, default=missing)


def _distance(problems: list[Problem]) -> tuple[bool, int]:
    """A trail that logs with many faults is closer than one that does not log."""
    return any(problem.key == MISSING for problem in problems), len(problems)


def _judge(trail: Resource, snapshot: Snapshot) -> list[Problem] | GapError:
    try:
        return list(_problems(trail, snapshot))
    except GapError as gap:
        return gap


def _problems(trail: Resource, snapshot: Snapshot) -> Iterator[Problem]:
    description, status, name = trail["description"], trail["status"], trail.name
    if not status.get("IsLogging"):
        yield Problem(f"trail {name} is not logging", at="cloudtrail.trail.status.IsLogging", key=MISSING)
        return
    if status.get("LatestDeliveryError"):
        error = status["LatestDeliveryError"]
        yield Problem(f"trail {name} cannot deliver: {error}", at="cloudtrail.trail.status", key="delivery", seen=error)
    if not description.get("IsMultiRegionTrail"):
        yield Problem(f"trail {name} logs one region", at="cloudtrail.trail.IsMultiRegionTrail", key="one region")
    if not description.get("LogFileValidationEnabled"):
        yield Problem(
            f"trail {name} has no log file validation", at="cloudtrail.trail.LogFileValidationEnabled", key="validation"
        )
    if not _is_escrowed(trail, snapshot):
        bucket = description["S3BucketName"]
        message = f"trail {name} delivers to {bucket}, in its own account"
        yield Problem(message, at="cloudtrail.trail.S3BucketName", key="escrow", seen=bucket)


def _is_escrowed(trail: Resource, snapshot: Snapshot) -> bool:
    """Whether the trail's bucket is in another account than the trail.

    Raises:
        GapError: when neither the bucket nor the complete list of the trail's account was read.
    """
    owner, partition = Arn.parse(trail.arn).account, trail.scope.partition
    bucket = snapshot.find(str(Arn(partition, "s3", "", "", trail["description"]["S3BucketName"])))
    if bucket is not None:
        return bucket.scope.account != owner
    gap = snapshot.list_gap("s3.bucket", owner)
    if gap is not None:
        reason = f"whose the bucket {trail['description']['S3BucketName']} is could not be read: {gap.reason}"
        raise GapError(Gap(GapKind.UNDECIDED, reason), where=trail.arn)
    return True
