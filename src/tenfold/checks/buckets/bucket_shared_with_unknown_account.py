from collections.abc import Iterator

from tenfold.checks.exposed import ALSO, NEEDS, exposure, problem, undecided
from tenfold.checks.registry import check
from tenfold.model.finding import Problem, Severity
from tenfold.model.party import Party
from tenfold.model.resource import Resource
from tenfold.model.snapshot import Snapshot
from tenfold.policy.exposure import Grant, Reached
from tenfold.policy.principals import Who

_NAMED = (Who.ACCOUNT, Who.PRINCIPAL, Who.CANONICAL)


@check("s3.bucket", id="s3-002", needs=NEEDS, also=ALSO, severity=Severity.HIGH)
def bucket_shared_with_unknown_account(bucket: Resource, snapshot: Snapshot) -> Iterator[Problem]:
    """Bucket lets in an account that nobody knows.

    Why: the account may be a vendor long gone, a typing error, or an intruder's way to stay.
    Fix: find out whose it is; name it under [parties] in tenfold.toml, or take the grant out.
    """
    doubts = []
    strangers: dict[str, Grant] = {}
    found = exposure(bucket, snapshot)
    for grant in found.grants:
        if grant.who not in _NAMED or snapshot.parties.of(grant.account) is not Party.UNKNOWN:
            continue
        if grant.effective.reached is Reached.YES and snapshot.parties.gap is not None:
            doubts.append(f"{grant.account or grant.name} may be our own: {snapshot.parties.gap.reason}")
        elif grant.effective.reached is Reached.YES:
            strangers.setdefault(grant.account or grant.name, grant)
        elif grant.effective.reached is Reached.UNDECIDED:
            doubts.append(grant.effective.reason)
    for name, grant in strangers.items():
        whose = f"account {name}" if grant.account else f"canonical user {name}"
        yield problem(bucket, f"{whose} may {', '.join(grant.actions[:3])}", grant.effective, key=name)
    doubts.extend(gap.reason for gap in found.unread)
    if doubts:
        raise undecided(bucket, doubts[0])
