"""What one resource policy says of one concrete request."""

import enum
from collections.abc import Iterator, Mapping
from itertools import chain

import msgspec

from tenfold.policy.conditions import all_of, any_of, holds, negation
from tenfold.policy.match import UNKNOWN, Lookup, Values, filled, fits, matches, pattern
from tenfold.policy.parse import Policy, Statement
from tenfold.policy.principals import Caller, applies_to

# Actions for which a policy remembers its statements.
_MOST_ACTIONS = 1000


class Effect(enum.StrEnum):
    """What a policy decides."""

    ALLOW = "allow"
    IMPLICIT_DENY = "implicit deny"
    EXPLICIT_DENY = "explicit deny"
    UNKNOWN = "unknown"


class Request(msgspec.Struct, frozen=True, omit_defaults=True):
    """One request: who, action, resource ARN, and the context with its keys in lower case.

    A key that is not in `context` is one the request does not carry; those in `unknown` may be there or not.
    """

    caller: Caller
    action: str
    resource: str
    context: Mapping[str, tuple[str, ...]] = {}
    unknown: tuple[str, ...] = ()

    def lookup(self, key: str) -> Values:
        """The values under a key in lower case, None when the request has none, UNKNOWN when nobody can tell."""
        return UNKNOWN if key in self.unknown else self.context.get(key)

    def shown(self) -> dict[str, str]:
        """The request as flat text, for evidence."""
        who = self.caller.names[-1] if self.caller.names else "anonymous"
        context = {key: ", ".join(values) for key, values in sorted(self.context.items())}
        return {"principal": who, "action": self.action, "resource": self.resource, **context}


class Decision(msgspec.Struct, frozen=True):
    """The effect, the indices of the statements that made it, and what was assumed or could not be told."""

    effect: Effect
    statements: tuple[int, ...] = ()
    assumptions: tuple[str, ...] = ()


def decide(policy: Policy, request: Request) -> Decision:
    """Decide a request by one resource policy: a deny that applies wins, then an allow, then the default deny.

    A statement about which nothing can be told makes the decision unknown wherever it could change it.
    """
    allows: list[Statement] = []
    denies: list[Statement] = []
    open_allows: list[Statement] = []
    open_denies: list[Statement] = []
    for statement in policy.statements:
        found = applies(statement, request, variables=policy.variables)
        if found is None:
            (open_allows if statement.allows else open_denies).append(statement)
        elif found:
            (allows if statement.allows else denies).append(statement)
    if denies:
        return Decision(Effect.EXPLICIT_DENY, tuple(s.index for s in denies))
    if not allows and not open_allows:
        return Decision(Effect.IMPLICIT_DENY)
    unclear = open_denies or ([] if allows else open_allows)
    if unclear:
        reasons = tuple(f"{s.label} cannot be decided for this request" for s in unclear)
        return Decision(Effect.UNKNOWN, tuple(s.index for s in unclear), reasons)
    return Decision(Effect.ALLOW, tuple(s.index for s in allows))


def applies(statement: Statement, request: Request, *, variables: bool) -> bool | None:
    """Whether a statement is about the request: principal, action, resource and every condition."""
    return all_of(_parts(statement, request, variables))


def about(policy: Policy, action: str) -> tuple[Statement, ...]:
    """The statements of a policy about an action, remembered for the next request."""
    found = policy.found.get(action)
    if found is None:
        if len(policy.found) > _MOST_ACTIONS:
            policy.found.clear()
        found = policy.found[action] = tuple(one for one in policy.statements if acts(one, action))
    return found


def acts(statement: Statement, action: str) -> bool:
    """Whether a statement is about an action; letter case does not count."""
    named = statement.actions if statement.actions is not None else statement.not_actions or ()
    asked = action.lower()
    hit = any(fits(one.lower(), asked) for one in named)
    return hit if statement.actions is not None else not hit


def concerns(statement: Statement, resource: str, lookup: Lookup, *, variables: bool) -> bool | None:
    """Whether a statement is about a resource and all its conditions hold; None when that cannot be told."""
    covered = covers_resource(statement, resource, lookup, variables=variables)
    if covered is False or not statement.conditions:
        return covered
    held = (holds(one, lookup, variables=variables) for one in statement.conditions)
    return all_of(chain((covered,), held))


def covers_resource(statement: Statement, resource: str, lookup: Lookup, *, variables: bool) -> bool | None:
    """Whether a statement is about a resource; one without Resource element is about what it is attached to."""
    if statement.resources is not None:
        return any_of(_fits(text, resource, lookup, variables=variables) for text in statement.resources)
    if statement.not_resources is not None:
        return all_of(_spares(text, resource, lookup, variables=variables) for text in statement.not_resources)
    return True


def _parts(statement: Statement, request: Request, variables: bool) -> Iterator[bool | None]:
    yield acts(statement, request.action)
    yield applies_to(statement, request.caller)
    yield concerns(statement, request.resource, request.lookup, variables=variables)


def _fits(text: str, resource: str, lookup: Lookup, *, variables: bool) -> bool | None:
    if not variables or "${" not in text:
        return fits(text, resource)
    found = filled(pattern(text, variables=variables), lookup)
    if found is UNKNOWN:
        return None
    return found is not None and matches(found, resource)


def _spares(text: str, resource: str, lookup: Lookup, *, variables: bool) -> bool | None:
    """Whether a resource is another than a NotResource names; a variable without value may void the statement."""
    if variables and "${" in text and filled(pattern(text, variables=variables), lookup) is None:
        return None
    return negation(_fits(text, resource, lookup, variables=variables))
