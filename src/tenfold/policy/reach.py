"""Who can reach a bucket: the only place that joins policy, ACL, ownership, blocks and access points."""

from collections.abc import Iterator, Sequence

import msgspec

from tenfold.model.gap import Gap
from tenfold.model.resource import ABSENT
from tenfold.policy.exposure import AccessPoint, Answer, BucketFacts, Exposure, Grant, Reached
from tenfold.policy.fences import fences, spared
from tenfold.policy.parse import Principals, Statement
from tenfold.policy.principals import Party, Who, open_to_all, parties
from tenfold.policy.settle import Outcome, settle
from tenfold.policy.sources import Bucket, Source, after_cuts, read_policy
from tenfold.policy.ways import (
    SERVICE_KEYS,
    Outside,
    outside,
    party_ways,
    service_way,
    stranger_ways,
)

_SINGLED_OUT = {
    "aws:principalorgid": Who.ORGANISATION,
    "aws:principalaccount": Who.ACCOUNT,
    "aws:principalarn": Who.PRINCIPAL,
}
_NAMES_OTHERS = "it names others"
_REASONS = 3


def reach(facts: BucketFacts) -> Exposure:
    """Who can reach a bucket.

    Never raises for what stands in the facts: a policy or ACL that cannot be read is a gap, and what depends on it
    is undecided.
    """
    bucket = Bucket(facts)
    sources = list(bucket.sources())
    room = outside({id(one.venue): one.venue.policy for one in sources}.values())
    anyone = [_strangers(facts, source, "anonymous", room) for source in sources]
    accounts = [_strangers(facts, source, "aws", room) for source in sources]
    unread = list(_unread(bucket, room))
    answer = _joined([outcome.answer for outcome in anyone], unread, _nobody(bucket))
    account = _joined([outcome.answer for outcome in accounts], unread, _nobody(bucket))
    if answer.reached is Reached.YES and account.reached is not Reached.YES:
        account = msgspec.structs.replace(answer, reason=f"{answer.reason}, to callers without credentials")
    grants = [
        grant
        for source, one, other in zip(sources, anyone, accounts, strict=True)
        for grant in _grants(facts, source, one, other)
    ]
    public, reason = bucket.aws_public()
    answers = (answer, account, *(grant.effective for grant in grants))
    return Exposure(
        aws_public=public,
        aws_reason=reason,
        anyone=answer,
        any_account=account,
        grants=tuple(grants),
        undecided=tuple(dict.fromkeys(one.reason for one in answers if one.reached is Reached.UNDECIDED)),
        unread=tuple(_hiding(bucket)),
        caveats=tuple(_caveats(bucket)),
    )


def singled_out(statement: Statement) -> list[Party]:
    """Whom the conditions of an Allow to everyone name; everyone, behind a fence, when they name nobody."""
    for condition in statement.conditions:
        who = _SINGLED_OUT.get(condition.key.lower())
        if who is not None and "Not" not in condition.operator:
            return [Party(who, value, _account_in(value, who)) for value in condition.values]
    return [Party(Who.ANYONE, "*")]


def _strangers(facts: BucketFacts, source: Source, caller: str, room: Outside) -> Outcome:
    """Whether a source lets in callers whom no policy names."""
    via, named = source.via, source.statement.principals
    if source.point and source.point.network_origin != "Internet":
        reason = f"{via}: the access point takes requests from VPC {source.point.vpc} only"
        return Outcome(Answer(Reached.NO, reason, via))
    if named is not None and not named.everyone:
        doubt = _doubtful(named)
        if not doubt:
            return Outcome(Answer(Reached.NO, f"{via}: {_NAMES_OTHERS}", via))
        answer = Answer(Reached.UNDECIDED, f"{via}: {doubt}", via)
        return Outcome(after_cuts(source, answer, strangers=True))
    ways = stranger_ways(facts, room, caller, source.point)
    if caller == "aws" and any(one.key.lower() in SERVICE_KEYS for one in source.statement.conditions):
        ways.append(service_way(facts))
    outcome = settle(source.venue, source.statement, ways, via)
    return msgspec.structs.replace(outcome, answer=after_cuts(source, outcome.answer, strangers=True))


def _doubtful(named: Principals) -> str:
    """Why an element that names principals may still let strangers in; empty when it does not."""
    provider = next(filter(open_to_all, named.federated), None)
    if provider:
        return f"anybody may hold an identity at {provider}; whether that opens a way in is not known"
    every = (*named.aws, *named.service, *named.federated, *named.canonical)
    wild = next((name for name in every if "*" in name or "?" in name), None)
    return f"{wild} holds a wildcard, which is not legal there; what it would match is not known" if wild else ""


def _unread(bucket: Bucket, room: Outside) -> Iterator[Answer]:
    """Undecided answers for facts that were not read and could let strangers in."""
    points = bucket.facts.access_points
    if isinstance(bucket.policy, Gap) and not bucket.restrict.on:
        yield Answer(Reached.UNDECIDED, f"the bucket policy was not read: {bucket.policy.reason}", "policy")
    if isinstance(bucket.acl, Gap) and not bucket.ignore.on:
        yield Answer(Reached.UNDECIDED, f"the ACL was not read: {bucket.acl.reason}", "acl")
    if bucket.restrict.on:
        return
    if isinstance(points, Gap) and _delegates(bucket, AccessPoint("", "", "Internet", ABSENT, ABSENT), room):
        yield Answer(Reached.UNDECIDED, f"the access points were not read: {points.reason}", "access points")
    for point in bucket.points:
        gap = read_policy(point.policy)
        if isinstance(gap, Gap) and point.network_origin == "Internet" and _delegates(bucket, point, room):
            reason = f"the policy of access point {point.name} was not read: {gap.reason}"
            yield Answer(Reached.UNDECIDED, reason, f"access point {point.name}")


def _delegates(bucket: Bucket, point: AccessPoint, room: Outside) -> bool:
    """Whether the bucket policy may let in strangers whom an access point lets in."""
    return any(
        settle(
            source.venue, source.statement, stranger_ways(bucket.facts, room, caller, point), source.via
        ).answer.reached
        is not Reached.NO
        for source in bucket.policy_sources()
        for caller in ("anonymous", "aws")
    )


def _joined(answers: Sequence[Answer], unread: Sequence[Answer], nobody: str) -> Answer:
    """Yes before undecided before no; a no accounts for every Allow that is about everyone."""
    for wanted in (Reached.YES, Reached.UNDECIDED):
        for answer in (*answers, *unread):
            if answer.reached is wanted:
                return answer
    near = [answer for answer in answers if not answer.reason.endswith(_NAMES_OTHERS)]
    if not near:
        return Answer(Reached.NO, nobody)
    more = f"; and {len(near) - _REASONS} more" if len(near) > _REASONS else ""
    return Answer(Reached.NO, "; ".join(answer.reason for answer in near[:_REASONS]) + more, near[0].where)


def _nobody(bucket: Bucket) -> str:
    policy = "no statement of the policy is about them"
    if bucket.facts.policy is ABSENT:
        policy = "there is no bucket policy"
    if isinstance(bucket.policy, Gap):
        policy = f"{bucket.restrict.reason}, so whatever the policy says, it serves the owner's account and AWS only"
    acl = "ACLs are off (BucketOwnerEnforced)" if bucket.acls_off else "the ACL grants them nothing"
    if isinstance(bucket.acl, Gap):
        acl = bucket.ignore.reason
    return f"nobody: {policy}, and {acl}"


def _grants(facts: BucketFacts, source: Source, anyone: Outcome, account: Outcome) -> Iterator[Grant]:
    named = source.statement.principals
    if named is None or named.everyone:
        yield from _open_grants(facts, source, anyone, account)
    walls = fences(source.statement)
    for party in parties(named, facts.canonical_accounts) if named else ():
        if party.who is not Who.ANYONE:
            yield _grant(source, _placed(facts, party), _insiders(facts, source, party), walls)


def _open_grants(facts: BucketFacts, source: Source, anyone: Outcome, account: Outcome) -> Iterator[Grant]:
    """The grants of an Allow to everyone: to strangers, or to those whom its conditions single out."""
    walls = fences(source.statement)
    for who, outcome in ((Who.ANYONE, anyone), (Who.ANY_ACCOUNT, account)):
        if outcome.answer.reached is not Reached.NO:
            yield _grant(source, Party(who, "*"), outcome.answer, walls)
            return
    denies = {deny.index: deny for deny in (*anyone.denies, *account.denies)}
    walls += tuple(filter(None, map(spared, denies.values())))
    for party in singled_out(source.statement):
        yield _grant(source, _placed(facts, party), _insiders(facts, source, party), walls)


def _insiders(facts: BucketFacts, source: Source, party: Party) -> Answer:
    """Whether a party that a statement names gets in."""
    if party.who is Who.NOBODY:
        return Answer(Reached.NO, f"{party.name} is the id of a deleted principal", source.via)
    answer = settle(source.venue, source.statement, party_ways(facts, party, source.point), source.via).answer
    inside = party.who is Who.SERVICE or _placed(facts, party).who is Who.SAME_ACCOUNT
    free = msgspec.structs.replace(source, cuts=()) if inside else source
    return after_cuts(free, answer, strangers=False)


def _placed(facts: BucketFacts, party: Party) -> Party:
    """The party, as one of the owner's account when it is."""
    own = party.account == facts.account or (party.who is Who.CANONICAL and party.name == facts.owner)
    return Party(Who.SAME_ACCOUNT, party.name, facts.account) if own else party


def _grant(source: Source, party: Party, effective: Answer, walls: tuple[str, ...]) -> Grant:
    statement = source.statement
    actions = statement.actions or tuple(f"all but {action}" for action in statement.not_actions or ())
    resources = statement.resources or tuple(f"all but {text}" for text in statement.not_resources or ())
    return Grant(party.who, party.name, source.via, actions, resources, effective, party.account, walls)


def _account_in(value: str, who: Who) -> str:
    if who is Who.ACCOUNT:
        return value
    _, _, rest = value.partition("::")
    account = rest.partition(":")[0]
    return account if who is Who.PRINCIPAL and account.isdigit() else ""


def _hiding(bucket: Bucket) -> Iterator[Gap]:
    """What was not read and may hold a grant. An access point adds nothing to a bucket without a policy."""
    documents: list[object] = [bucket.policy, bucket.acl]
    points = bucket.facts.access_points
    if bucket.facts.policy is not ABSENT:
        documents += [points] if isinstance(points, Gap) else [read_policy(point.policy) for point in points]
    yield from (document for document in documents if isinstance(document, Gap))


def _caveats(bucket: Bucket) -> Iterator[str]:
    if not bucket.acls_off and not bucket.ignore.on:
        yield "single objects may have ACLs of their own, which these facts do not hold"
