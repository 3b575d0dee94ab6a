"""Calls that the sandbox answers itself, because moto lacks AWS's answer or gives another."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from tenfold.sandbox.authority.gate import Gate
from tenfold.sandbox.calls import Call
from tenfold.sandbox.faults import FORBIDDEN, fault
from tenfold.sandbox.filed.catalogue import Catalogue
from tenfold.sandbox.identity import ANONYMOUS, Caller
from tenfold.sandbox.root import RootUsers
from tenfold.sandbox.rules import (
    access_advisor,
    account,
    beanstalk,
    buckets,
    config,
    organizations,
    public_keys,
    regions,
    snapshots,
    trust,
)
from tenfold.sandbox.rules.state import Rule, State
from tenfold.sandbox.sts.service import TokenService
from tenfold.sandbox.trails.keys import KeyRing
from tenfold.sandbox.uses import Uses
from tenfold.sandbox.wire import Reply

_RULES: dict[str, Rule] = {
    **access_advisor.RULES,
    **account.RULES,
    **beanstalk.RULES,
    **buckets.RULES,
    **config.RULES,
    **organizations.RULES,
    **public_keys.RULES,
    **regions.RULES,
    **snapshots.RULES,
    **trust.RULES,
}


@dataclass(frozen=True)
class Answers:
    """What is asked before moto: the user's file of answers, the token service, the rules, the file that comes along.

    Args:
        roots: the root users.
        now: the time.
        keys: CloudTrail's keys.
        gate: who may do what; the token service asks it about roles.
        uses: who used what when.
        own: a user's file of answers.
    """

    roots: RootUsers
    now: Callable[[], datetime]
    keys: KeyRing
    gate: Gate
    uses: Uses
    own: Path | None = None
    catalogue: Catalogue = field(init=False)
    _parts: tuple[Callable[[Call, Caller], Reply | None], ...] = field(init=False)

    def __post_init__(self) -> None:
        catalogue = Catalogue(self.now, self.own)
        object.__setattr__(self, "catalogue", catalogue)
        parts = (catalogue.own, TokenService(self.gate, self.now).answer, self._by_rule, catalogue.answer)
        object.__setattr__(self, "_parts", parts)

    def to(self, call: Call, caller: Caller) -> Reply | None:
        """The answer to a call; None when it is moto's to answer."""
        return next((reply for part in self._parts if (reply := part(call, caller)) is not None), None)

    def _by_rule(self, call: Call, caller: Caller) -> Reply | None:
        rule = _RULES.get(call.name)
        if rule is None:
            return None
        if caller is ANONYMOUS:
            return fault(call, "AccessDenied", "Access Denied", FORBIDDEN)
        return rule(State(self.roots, self.now, self.keys, self.catalogue, self.uses), call, caller)
