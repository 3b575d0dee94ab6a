from collections.abc import Iterator

from tenfold.checks.exposed import ALSO, NEEDS, exposure, problem, undecided
from tenfold.checks.registry import check
from tenfold.model.finding import Problem, Severity
from tenfold.model.resource import Resource
from tenfold.model.snapshot import Snapshot
from tenfold.policy.exposure import Reached


@check("s3.bucket", id="s3-001", needs=NEEDS, also=ALSO, severity=Severity.CRITICAL)
def open_bucket(bucket: Resource, snapshot: Snapshot) -> Iterator[Problem]:
    """Bucket is open to anyone, or to every AWS account.

    Why: whoever finds its name reads, lists or writes what lies there; an AWS account costs nothing.
    Fix: turn block public access on for the bucket and the account, then take the guilty statement or grant out.

    Open means that a request of a stranger succeeds as things stand: policy with its denies, ACL, ownership, blocks
    of bucket and account, and access points together. The request is in the evidence.
    """
    found = exposure(bucket, snapshot)
    for answer, who in ((found.anyone, "anyone"), (found.any_account, "every AWS account")):
        if answer.reached is Reached.YES:
            yield problem(bucket, f"open to {who} through {answer.where}", answer)
            return
    for answer in (found.anyone, found.any_account):
        if answer.reached is Reached.UNDECIDED:
            raise undecided(bucket, answer.reason)
