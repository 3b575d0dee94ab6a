"""What allows anything on a bucket: every Allow of policy, ACL and access points, and the flag that may cut it."""

from collections.abc import Iterator, Mapping
from functools import cached_property

import msgspec

from tenfold.model.gap import Gap, GapKind
from tenfold.model.resource import Absent
from tenfold.policy.acl import acl_statements, grantee_group
from tenfold.policy.blocks import Flag, flag
from tenfold.policy.exposure import AccessPoint, Answer, BucketFacts, Reached
from tenfold.policy.parse import Policy, PolicyError, Statement, parse
from tenfold.policy.public import PublicVerdict, acl_public, aws_public
from tenfold.policy.search import Venue
from tenfold.policy.work import Work

_NO_POLICY = Policy(statements=(), version="2012-10-17")
_ENFORCED = "BucketOwnerEnforced"


class Cut(msgspec.Struct, frozen=True):
    """A flag of block public access over something that AWS calls public, or not, or of which that is not certain."""

    flag: Flag
    verdict: PublicVerdict


class Source(msgspec.Struct, frozen=True):
    """One Allow and where it stands; `doubt` is why it may not count after all."""

    venue: Venue
    statement: Statement
    via: str
    cuts: tuple[Cut, ...] = ()
    point: AccessPoint | None = None
    doubt: str = ""


class Bucket(msgspec.Struct, frozen=True, dict=True):
    """The facts of one bucket with its documents read; what cannot be read is a Gap. `work` counts for all of them."""

    facts: BucketFacts
    work: Work = msgspec.field(default_factory=Work)

    @cached_property
    def policy(self) -> Policy | Gap:
        """The bucket policy; one without statements when there is none."""
        return read_policy(self.facts.policy)

    @cached_property
    def acl(self) -> tuple[Statement, ...] | Gap:
        """The ACL as Allow statements, numbered behind those of the policy; none when ACLs are off."""
        if self.facts.ownership == _ENFORCED:
            return ()
        if isinstance(self.facts.acl, Gap):
            return self.facts.acl
        if not isinstance(self.facts.acl, Mapping):
            return Gap(GapKind.MALFORMED, "the ACL is not an object")
        first = 0 if isinstance(self.policy, Gap) else len(self.policy.statements)
        try:
            return tuple(acl_statements(self.facts.acl, self.facts.arn, first))
        except PolicyError as error:
            return Gap(GapKind.MALFORMED, str(error))

    @cached_property
    def points(self) -> tuple[AccessPoint, ...]:
        """The access points that are known."""
        return () if isinstance(self.facts.access_points, Gap) else self.facts.access_points

    @cached_property
    def restrict(self) -> Flag:
        """RestrictPublicBuckets over bucket and account."""
        return flag("RestrictPublicBuckets", {"bucket": self.facts.bucket_block, "account": self.facts.account_block})

    @cached_property
    def ignore(self) -> Flag:
        """IgnorePublicAcls over bucket and account."""
        return flag("IgnorePublicAcls", {"bucket": self.facts.bucket_block, "account": self.facts.account_block})

    @cached_property
    def venue(self) -> Venue:
        """Policy and ACL as one policy: a deny of the policy stops what the ACL allows, too."""
        policy = _NO_POLICY if isinstance(self.policy, Gap) else self.policy
        acl = () if isinstance(self.acl, Gap) else self.acl
        joined = msgspec.structs.replace(policy, statements=(*policy.statements, *acl))
        return self._venue(joined, self.facts.arn, f"{self.facts.arn}/")

    @property
    def acls_off(self) -> bool:
        """Ownership is BucketOwnerEnforced."""
        return self.facts.ownership == _ENFORCED

    def sources(self) -> Iterator[Source]:
        """Every Allow, by policy, ACL and access points."""
        yield from self.own_sources()
        for point in self.points:
            yield from self._point_sources(point)

    def own_sources(self) -> Iterator[Source]:
        """Every Allow of policy and ACL."""
        yield from self._policy_sources()
        yield from self._acl_sources()

    def _policy_sources(self) -> Iterator[Source]:
        """The Allow statements of the bucket policy."""
        if isinstance(self.policy, Gap):
            return
        cut = Cut(self.restrict, aws_public(self.policy))
        for statement in self.policy.statements:
            if statement.allows:
                yield Source(self.venue, statement, f"policy {statement.label}", (cut,))

    def aws_public(self) -> tuple[bool | None, str]:
        """AWS's word for the policy or the ACL, flags aside, with its reason."""
        verdicts = [] if isinstance(self.policy, Gap) else [aws_public(self.policy)]
        if not isinstance(self.acl, Gap) and self.acl:
            verdicts.append(self._acl_verdict)
        for verdict in sorted(verdicts, key=lambda one: one.public is None):
            if verdict.public is not False:
                return verdict.public, verdict.reason
        gaps = [gap.reason for gap in (self.policy, self.acl) if isinstance(gap, Gap)]
        if gaps:
            return None, f"not read: {gaps[0]}"
        return False, "neither policy nor ACL is public by AWS's definition"

    @cached_property
    def _acl_verdict(self) -> PublicVerdict:
        return acl_public(self.facts.acl.get("Grants", ()) if isinstance(self.facts.acl, Mapping) else ())

    def _acl_sources(self) -> Iterator[Source]:
        if isinstance(self.acl, Gap):
            return
        doubt = ""
        if isinstance(self.facts.ownership, Gap):
            doubt = f"whether ACLs count was not read: {self.facts.ownership.reason}"
        elif isinstance(self.policy, Gap):
            doubt = f"the bucket policy, which may deny it, was not read: {self.policy.reason}"
        for statement in self.acl:
            cuts = (Cut(self.ignore, self._acl_verdict),) if grantee_group(statement) else ()
            yield Source(self.venue, statement, statement.sid, cuts, doubt=doubt)

    def _point_sources(self, point: AccessPoint) -> Iterator[Source]:
        policy = read_policy(point.policy)
        if isinstance(policy, Gap) or isinstance(self.policy, Gap):
            return
        venue = self._venue(policy, point.arn, f"{point.arn}/object/", self.venue)
        levels = {"access point": point.block, "bucket": self.facts.bucket_block, "account": self.facts.account_block}
        own = Cut(flag("RestrictPublicBuckets", levels), aws_public(policy, access_point=True))
        cuts = (own, Cut(self.restrict, aws_public(self.policy)))
        for statement in policy.statements:
            if statement.allows:
                yield Source(venue, statement, f"access point {point.name} {statement.label}", cuts, point)

    def _venue(self, policy: Policy, root: str, objects: str, behind: Venue | None = None) -> Venue:
        texts = [self.facts.policy, *(point.policy for point in self.points)]
        named = " ".join(text for text in texts if isinstance(text, str)) + self.facts.account
        stranger = _unnamed_account(named)
        facts = self.facts
        return Venue(
            policy, root, objects, facts.partition, stranger, self.work, behind, facts.region, acls_off=self.acls_off
        )


def read_policy(document: str | Absent | Gap) -> Policy | Gap:
    """A bucket's or access point's policy; a Gap when it was not read or is not legal."""
    if isinstance(document, Gap):
        return document
    if not isinstance(document, str):
        return _NO_POLICY
    try:
        return parse(document, needs=("Principal", "Resource"))
    except PolicyError as error:
        return Gap(GapKind.MALFORMED, str(error))


def after_cuts(source: Source, answer: Answer, *, strangers: bool) -> Answer:
    """The answer to outsiders once the flags and doubts of a source are applied.

    `strangers` are callers whom no policy names: what lets them in is public, if AWS goes by what a policy does.
    """
    if answer.reached is Reached.NO:
        return answer
    doubts = [source.doubt] if source.doubt else []
    for cut in source.cuts:
        if cut.flag.on is False or (cut.verdict.public is False and not strangers):
            continue
        if cut.flag.on and cut.verdict.public:
            reason = f"{source.via}: {cut.flag.reason} and {cut.verdict.reason}"
            return Answer(Reached.NO, reason, source.via)
        unsure = f"{cut.flag.reason}, but by its rules AWS may not call this public: {cut.verdict.reason}"
        doubts.append(unsure if cut.flag.on else cut.flag.reason)
    if answer.reached is Reached.UNDECIDED or not doubts:
        return answer
    return Answer(Reached.UNDECIDED, f"{answer.reason}, but {doubts[0]}", source.via)


def _unnamed_account(texts: str) -> str:
    """An account id that stands nowhere in the policies."""
    return next(account for account in (str(999999999999 - 7 * step) for step in range(10**6)) if account not in texts)
