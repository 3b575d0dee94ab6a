from collections.abc import Iterator

from tenfold.checks.exposed import ALSO, NEEDS, exposure, problem, undecided
from tenfold.checks.registry import check
from tenfold.model.finding import Problem, Severity
from tenfold.model.party import Parties, Party
from tenfold.model.resource import Resource
from tenfold.model.snapshot import Snapshot
from tenfold.policy.exposure import Grant, Reached
from tenfold.policy.principals import Who

_NAMED = (Who.ORGANISATION, Who.ACCOUNT, Who.PRINCIPAL, Who.CANONICAL)
_BY_ACCOUNT = (Who.SERVICE, Who.FEDERATED)


@check("s3.bucket", id="s3-002", needs=NEEDS, also=ALSO, severity=Severity.HIGH)
def bucket_shared_with_unknown_account(bucket: Resource, snapshot: Snapshot) -> Iterator[Problem]:
    """Bucket lets in an account or organisation that nobody knows.

    Why: it may be a vendor long gone, a typing error, or an intruder's way to stay.
    Fix: find out whose it is; name it under [parties] in tenfold.toml, or take the grant out.

    Counts who is named as a principal, an identity provider's account or by a condition, and for whom a service
    acts; not AWS's own accounts that deliver logs. Whoever comes through a VPC, an endpoint or an address is not
    judged by whose that is, nor a service by a source without an account: `tenfold bucket explain` names those.
    """
    doubts = []
    strangers: dict[str, Grant] = {}
    found = exposure(bucket, snapshot)
    for grant in found.grants:
        if not _unknown(grant, snapshot.parties):
            continue
        if grant.effective.reached is Reached.UNDECIDED:
            doubts.append(grant.effective.reason)
        elif grant.effective.reached is Reached.YES and _unplaced(grant):
            doubts.append(f"whose principal {grant.name} is cannot be told; {grant.effective.reason}")
        elif grant.effective.reached is Reached.YES and snapshot.parties.gap is not None:
            doubts.append(f"{_stranger(grant)} may be our own: {snapshot.parties.gap.reason}")
        elif grant.effective.reached is Reached.YES:
            strangers.setdefault(_stranger(grant), grant)
    for name, grant in strangers.items():
        yield problem(bucket, f"{_described(grant)} may {', '.join(grant.actions[:3])}", grant.effective, key=name)
    doubts.extend(gap.reason for gap in found.unread)
    if doubts:
        raise undecided(bucket, doubts[0])


def _unknown(grant: Grant, parties: Parties) -> bool:
    """Whether a grant is for somebody whom nothing shows to be one of those we know."""
    named = grant.who in _NAMED or (grant.who in _BY_ACCOUNT and bool(grant.account or grant.within))
    organisations = {grant.name} if grant.who is Who.ORGANISATION else set(grant.within)
    return named and parties.of(grant.account) is Party.UNKNOWN and organisations != {parties.organization}


def _unplaced(grant: Grant) -> bool:
    """Whether a principal is named by an id of his own that tells no account."""
    return grant.who is Who.PRINCIPAL and not grant.account and not grant.within


def _stranger(grant: Grant) -> str:
    return grant.account or " or ".join(grant.within) or grant.name


def _described(grant: Grant) -> str:
    if grant.who is Who.CANONICAL and not grant.account:
        return f"canonical user {grant.name}"
    whose = f"{'account' if grant.account else 'organisation'} {_stranger(grant)}"
    if grant.who is Who.SERVICE:
        service = "AWS services" if grant.name == "*" else grant.name
        return f"{service} for {whose}"
    return whose
