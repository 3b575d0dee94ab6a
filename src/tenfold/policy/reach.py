"""Who can reach a bucket: the only place that joins policy, ACL, ownership, blocks and access points."""

from collections.abc import Iterator, Sequence

import msgspec

from tenfold.model.gap import Gap
from tenfold.model.resource import ABSENT
from tenfold.policy.barriers import Barrier, barriers, bound, singled_out
from tenfold.policy.conditions import holds
from tenfold.policy.delivery_table import delivers
from tenfold.policy.exposure import AccessPoint, Answer, BucketFacts, Exposure, Grant, Reached
from tenfold.policy.fences import fences, spared
from tenfold.policy.match import UNKNOWN
from tenfold.policy.parse import Condition, Principals
from tenfold.policy.principals import Party, Who, open_to_all, parties, well_formed
from tenfold.policy.settle import Outcome, deniers, settle
from tenfold.policy.sources import Bucket, Source, after_cuts, read_policy
from tenfold.policy.ways import (
    POINT_ACCOUNT,
    POINT_ARN,
    POINT_KEYS,
    POINT_ORIGIN,
    SERVICE_KEYS,
    Outside,
    outside,
    owner_keys,
    party_ways,
    service_way,
    stranger_ways,
)
from tenfold.policy.work import Work

_NAMES_OTHERS = "it names others"
_REASONS = 3


def reach(facts: BucketFacts, work: Work | None = None) -> Exposure:
    """Who can reach a bucket.

    Args:
        facts: what is known of the bucket.
        work: counts the steps and ends them; without one, the usual limit.

    Never raises for what stands in the facts: a policy or ACL that cannot be read is a gap, and what depends on it
    is undecided, and so is what takes more work than the limit.
    """
    bucket = Bucket(facts, work or Work())
    sources = list(bucket.sources())
    room = outside({id(one.venue): one.venue.policy for one in sources}.values())
    anyone = [_strangers(facts, source, "anonymous", room) for source in sources]
    accounts = [_strangers(facts, source, "aws", room) for source in sources]
    unread = list(_unread(bucket, room))
    answer = _joined([outcome.answer for outcome in anyone], unread, _nobody(bucket))
    account = _joined([outcome.answer for outcome in accounts], unread, _nobody(bucket))
    if answer.reached is Reached.YES and account.reached is not Reached.YES:
        account = _without_credentials(answer)
    if answer.reached is Reached.UNDECIDED and account.reached is Reached.NO:
        account = _without_credentials(answer)
    grants = [
        grant
        for source, one, other in zip(sources, anyone, accounts, strict=True)
        for grant in _grants(facts, source, one, other, room)
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
        caveats=tuple(dict.fromkeys((*_caveats(bucket, answers), *_networks(answer, account, grants)))),
    )


def _without_credentials(answer: Answer) -> Answer:
    """The answer to callers without credentials, who may be of any account: to go without is open to all."""
    return msgspec.structs.replace(answer, reason=f"{answer.reason}, to callers without credentials")


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
    ways = stranger_ways(facts, room, caller, source.point, source.venue.keys)
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
    return next(filter(None, map(_illegal, every)), "")


def _illegal(name: str) -> str:
    """Why it is not known whom an entry of a Principal element means; empty when it is."""
    if "*" not in name and "?" not in name:
        return ""
    return f"{name} holds a wildcard, which is not legal there; what it would match is not known"


def _unread(bucket: Bucket, room: Outside) -> Iterator[Answer]:
    """Undecided answers for facts that were not read and could let strangers in."""
    points = bucket.facts.access_points
    if isinstance(bucket.policy, Gap):
        cut = f"; {bucket.restrict.reason}, but cuts only what AWS calls public" if bucket.restrict.on else ""
        yield Answer(Reached.UNDECIDED, f"the bucket policy was not read: {bucket.policy.reason}{cut}", "policy")
    if isinstance(bucket.acl, Gap) and not bucket.ignore.on:
        yield Answer(Reached.UNDECIDED, f"the ACL was not read: {bucket.acl.reason}", "acl")
    hidden = points if isinstance(points, Gap) else _multi_region(bucket)
    if hidden is not None and _delegates(bucket, AccessPoint("", "", "Internet", ABSENT, ABSENT), room):
        yield Answer(Reached.UNDECIDED, f"the access points were not read: {hidden.reason}", "access points")
    for point in bucket.points:
        gap = read_policy(point.policy)
        if isinstance(gap, Gap) and point.network_origin == "Internet" and _delegates(bucket, point, room):
            reason = f"the policy of access point {point.name} was not read: {gap.reason}"
            yield Answer(Reached.UNDECIDED, reason, f"access point {point.name}")


def _multi_region(bucket: Bucket) -> Gap | None:
    """Why the access points behind a policy that lets them in were not read, where none that was explains it."""
    gap = bucket.facts.multi_region_points
    return gap if gap is not None and not bucket.points and _turns_on_points(bucket) else None


def _turns_on_points(bucket: Bucket) -> bool:
    """Whether the bucket policy may let somebody in for coming through an access point of its owner's."""
    return not isinstance(bucket.policy, Gap) and any(
        _passes_points(bucket.facts, condition, allow=statement.allows)
        for statement in bucket.policy.statements
        for condition in statement.conditions
        if condition.key.lower() in POINT_KEYS
    )


def _passes_points(facts: BucketFacts, condition: Condition, *, allow: bool) -> bool:
    """Whether a point of the owner's that spans regions may meet an Allow's condition, or evade a deny's."""
    if condition.key.lower() == POINT_ARN:
        return any(_may_span(value, facts.account) for value in condition.values)
    known = {POINT_ACCOUNT: (facts.account,), POINT_ORIGIN: ("Internet",)}
    met = holds(condition, lambda key: known.get(key, UNKNOWN), variables=True)
    return met is not False if allow else met is not True


def _may_span(arn: str, account: str) -> bool:
    """Whether a pattern may mean a point of an account that spans regions: its ARN gives no region."""
    *_, region, owner = (arn.split(":") + ["*"] * 5)[:5]
    return (not region or "*" in region) and (owner == account or not owner.isdigit())


def _delegates(bucket: Bucket, point: AccessPoint, room: Outside) -> bool:
    """Whether the bucket's policy or ACL may let in strangers who come through an access point."""
    return any(
        _through(bucket.facts, source, caller, point, room).reached is not Reached.NO
        for source in bucket.own_sources()
        for caller in ("anonymous", "aws")
    )


def _through(facts: BucketFacts, source: Source, caller: str, point: AccessPoint, room: Outside) -> Answer:
    """Whether a statement on the bucket, not cut by a flag, lets in strangers who come through an access point."""
    ways = stranger_ways(facts, room, caller, point, source.venue.keys)
    return after_cuts(source, settle(source.venue, source.statement, ways, source.via).answer, strangers=True)


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
    acl = "ACLs are off (BucketOwnerEnforced)" if bucket.acls_off else "the ACL grants them nothing"
    if isinstance(bucket.acl, Gap):
        acl = bucket.ignore.reason
    return f"nobody: {policy}, and {acl}"


def _grants(facts: BucketFacts, source: Source, anyone: Outcome, account: Outcome, room: Outside) -> Iterator[Grant]:
    named = source.statement.principals
    if named is None or named.everyone:
        yield from _open_grants(facts, source, anyone, account, room)
    entries = [one for one in parties(named, facts.canonical_accounts) if one.who is not Who.ANYONE] if named else []
    if entries:
        walls, found = fences(source.statement), _barriers(facts, source, room)
        for entry in entries:
            doubt = _illegal(entry.name)
            for party in bound(found, entry):
                yield _grant(source, _placed(facts, party), _insiders(facts, source, party, doubt), walls)


def _barriers(facts: BucketFacts, source: Source, room: Outside) -> list[Barrier]:
    """What keeps strangers with an account out of a source."""
    venue, known = source.venue, owner_keys(facts)
    ways = stranger_ways(facts, room, "aws", source.point, venue.keys)
    denies = deniers(venue, source.statement, ways) if any(not one.allows for one in venue.policy.statements) else []
    return barriers(source.statement, denies, lambda key: known.get(key, UNKNOWN), variables=venue.policy.variables)


def _open_grants(
    facts: BucketFacts, source: Source, anyone: Outcome, account: Outcome, room: Outside
) -> Iterator[Grant]:
    """The grants of an Allow to everyone: to strangers, or to those whom its conditions single out."""
    walls = fences(source.statement)
    for reached in (Reached.YES, Reached.UNDECIDED):
        for who, outcome in ((Who.ANYONE, anyone), (Who.ANY_ACCOUNT, account)):
            if outcome.answer.reached is reached:
                yield _grant(source, Party(who, "*"), outcome.answer, walls)
                return
    denies = {deny.index: deny for deny in (*anyone.denies, *account.denies)}
    walls += tuple(filter(None, map(spared, denies.values())))
    for party in singled_out(_barriers(facts, source, room)):
        yield _grant(source, _placed(facts, party), _insiders(facts, source, party), walls)


def _insiders(facts: BucketFacts, source: Source, party: Party, doubt: str = "") -> Answer:
    """Whether a party that a statement or a condition names gets in; `doubt` is why it is not clear who that is."""
    if party.who is Who.NOBODY:
        return Answer(Reached.NO, f"{party.name} is the id of a deleted principal", source.via)
    if party.name.startswith("arn:") and not well_formed(party.name):
        return Answer(Reached.UNDECIDED, f"{source.via}: {party.name} is not a whole ARN", source.via)
    ways = party_ways(facts, party, source.point, source.venue.keys)
    answer = settle(source.venue, source.statement, ways, source.via).answer
    if doubt and answer.reached is Reached.YES:
        answer = Answer(Reached.UNDECIDED, f"{source.via}: {doubt}", source.via)
    inside = party.who is Who.SERVICE or _placed(facts, party).who is Who.SAME_ACCOUNT
    free = msgspec.structs.replace(source, cuts=()) if inside else source
    return after_cuts(free, answer, strangers=False)


def _placed(facts: BucketFacts, party: Party) -> Party:
    """The party, as one of the owner's account or as AWS's own delivery when it is."""
    own = party.account == facts.account or (party.who is Who.CANONICAL and party.name == facts.owner)
    if own and party.who is not Who.SERVICE:
        return Party(Who.SAME_ACCOUNT, party.name, facts.account)
    return msgspec.structs.replace(party, who=Who.DELIVERY) if delivers(party.name) else party


def _grant(source: Source, party: Party, effective: Answer, walls: tuple[str, ...]) -> Grant:
    statement = source.statement
    actions = statement.actions or tuple(f"all but {action}" for action in statement.not_actions or ())
    resources = statement.resources or tuple(f"all but {text}" for text in statement.not_resources or ())
    return Grant(party.who, party.name, source.via, actions, resources, effective, party.account, walls, party.within)


def _hiding(bucket: Bucket) -> Iterator[Gap]:
    """What was not read and may hold a grant. An access point adds nothing to a bucket without a policy."""
    documents: list[object] = [bucket.policy, bucket.acl]
    points = bucket.facts.access_points
    if bucket.facts.policy is not ABSENT:
        documents += [points] if isinstance(points, Gap) else [read_policy(point.policy) for point in points]
        documents.append(_multi_region(bucket))
    yield from (document for document in documents if isinstance(document, Gap))


def _caveats(bucket: Bucket, answers: Sequence[Answer]) -> Iterator[str]:
    if not bucket.acls_off and not bucket.ignore.on:
        yield "single objects may have ACLs of their own, which these facts do not hold"
    if any(one.reached is Reached.YES for one in answers):
        yield "resource control policies are not read; one of the owner's organisation may deny what is allowed here"
    if bucket.facts.multi_region_points is not None and _turns_on_points(bucket):
        yield f"the policy asks for access points; {bucket.facts.multi_region_points.reason}"


def _networks(anyone: Answer, account: Answer, grants: Sequence[Grant]) -> Iterator[str]:
    """Grants to whoever comes from some place: whose place it is, these facts do not hold."""
    if anyone.reached is Reached.NO and account.reached is Reached.NO:
        for grant in grants:
            if grant.who is Who.ANYONE and grant.effective.reached is Reached.YES:
                fenced = "; ".join(grant.fences) or "through a VPC"
                yield f"{grant.via} goes by where somebody comes from ({fenced}); whose place that is was not read"
