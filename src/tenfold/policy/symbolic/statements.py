"""Statements and policies as formulas in a world: whom they name, for what, under which conditions."""

from collections.abc import Iterable

import msgspec

from tenfold.policy.callers import OF_ACCOUNTS, Kind
from tenfold.policy.document import acts
from tenfold.policy.match import UNKNOWN, filled, pattern
from tenfold.policy.parse import Policy, Principals, Statement
from tenfold.policy.principals import Party, Who, aws_party
from tenfold.policy.solver.formula import FALSE, TRUE, Formula, both, either, negation
from tenfold.policy.symbolic.conditions import met
from tenfold.policy.symbolic.shapes_table import PROVIDER, SERVICE
from tenfold.policy.symbolic.views import plain, unknown, wild
from tenfold.policy.symbolic.worlds import World

_ASKED = {Kind.ROOT: ("account",), Kind.ROLE: ("account", "role", "direct")}


class Reading(msgspec.Struct, frozen=True):
    """A policy in a world: its allows, each by the index of its statement, and its denies."""

    allows: tuple[tuple[int, Formula], ...]
    denies: tuple[tuple[int, Formula], ...]

    @property
    def denied(self) -> Formula:
        """One of its denies holds."""
        return either(formula for _, formula in self.denies)

    @property
    def allowed(self) -> Formula:
        """One of its allows holds, and none of its denies."""
        return both((either(formula for _, formula in self.allows), negation(self.denied)))


def read(policy: Policy, world: World) -> Reading:
    """The statements of a policy that can be about requests of a world."""
    rows: dict[bool, list[tuple[int, Formula]]] = {True: [], False: []}
    for statement in policy.statements:
        formula = about(statement, world, variables=policy.variables)
        if formula is not FALSE:
            rows[statement.allows].append((statement.index, formula))
    return Reading(tuple(rows[True]), tuple(rows[False]))


def about(statement: Statement, world: World, *, variables: bool) -> Formula:
    """The formula that a statement is about a request."""
    parts = [_acts(statement, world)]
    if parts[0] is not FALSE:
        parts.append(_names(statement, world))
    if FALSE not in parts:
        parts.append(_covers(statement, world, variables=variables))
        parts.extend(met(condition, world, variables=variables) for condition in statement.conditions)
    return both(parts)


def _acts(statement: Statement, world: World) -> Formula:
    if world.target.name:
        return TRUE if acts(statement, world.target.name) else FALSE
    named = statement.actions if statement.actions is not None else statement.not_actions or ()
    hit = either(TRUE if text == "*" else world.action.fits(wild(text.lower())) for text in named)
    return hit if statement.actions is not None else negation(hit)


def _covers(statement: Statement, world: World, *, variables: bool) -> Formula:
    if statement.resources is not None:
        return either(_fits(text, world, variables=variables, void=FALSE) for text in statement.resources)
    spared = statement.not_resources or ()
    void = unknown("a policy variable without value may void the statement", spared)
    return both(negation(_fits(text, world, variables=variables, void=void)) for text in spared)


def _fits(text: str, world: World, *, variables: bool, void: Formula) -> Formula:
    if text == "*":
        return TRUE
    if not variables or "${" not in text:
        return world.resource.fits(wild(text))
    glob = filled(pattern(text, variables=variables), world.lookup)
    if glob is UNKNOWN:
        return unknown(f"the value of a policy variable in {text} is not known", text)
    return void if glob is None else world.resource.hit(glob)


def _names(statement: Statement, world: World) -> Formula:
    """Whom a statement is about; `tenfold.policy.grants` has the rules."""
    if statement.principals is not None:
        return TRUE if statement.principals.everyone else either(_ways(statement.principals, world).values())
    if statement.not_principals is None:
        return TRUE
    spared = _spares(statement.not_principals, world)
    if not statement.allows:
        return negation(spared)
    partly = both((_ways_any(statement.not_principals, world), negation(spared)))
    doubt = unknown("who is listed in part under NotPrincipal of an Allow is not documented", statement.not_principals)
    return both((negation(spared), either((negation(partly), doubt))))


def _ways_any(named: Principals, world: World) -> Formula:
    return either((TRUE if named.everyone else FALSE, *_ways(named, world).values()))


def _spares(named: Principals, world: World) -> Formula:
    """Whether a NotPrincipal leaves the caller out: it must hold all his names, account, role and session alike."""
    if named.everyone or world.kind not in OF_ACCOUNTS:
        return _ways_any(named, world)
    found = _ways(named, world)
    return both(found[way] for way in _ASKED.get(world.kind, ("account", "direct")))


def _ways(named: Principals, world: World) -> dict[str, Formula]:
    """The ways in which an element names the caller; see `tenfold.policy.callers.ways`."""
    if world.kind is Kind.SERVICE:
        return {"direct": _among(world, SERVICE, (*named.service, *named.aws))}
    if world.kind is Kind.PROVIDER:
        return {"direct": _among(world, PROVIDER, named.federated)}
    if world.kind not in OF_ACCOUNTS:
        return {}
    numbers = (world.vocabulary.canonical[name] for name in (() if world.stranger else named.canonical))
    found = {"account": [world.account.fits(plain(number)) for number in numbers], "role": [], "direct": []}
    for name in named.aws:
        way, formula = _entry(name, world)
        found[way].append(formula)
    return {way: either(formulas) for way, formulas in found.items()}


def _among(world: World, variable: str, names: Iterable[str]) -> Formula:
    listed = frozenset(names)
    return world.named(variable).among(lambda value: value in listed) if listed else FALSE


def _entry(name: str, world: World) -> tuple[str, Formula]:
    """One entry under AWS: the way in which it names callers, and whom."""
    party = aws_party(name)
    if party.who is Who.ACCOUNT:
        return "account", FALSE if world.stranger else world.account.fits(plain(party.account))
    if "*" in name or "?" in name:
        return "direct", unknown(f"{name} holds a wildcard, which is not legal in a Principal")
    if world.kind is Kind.ROOT or world.stranger:  # whoever is named is no stranger
        return "direct", FALSE
    return _of_role(name, party, world) if world.kind is Kind.ROLE else _of_other(name, party, world)


def _of_other(name: str, party: Party, world: World) -> tuple[str, Formula]:
    """An entry for a user, or for a federated user's session."""
    federated = world.kind is Kind.FEDERATED
    if party.who is Who.NOBODY:
        return "direct", FALSE if federated else world.unique_id.fits(plain(name))
    if federated and f":iam::{party.account}:user/" in name:
        doubt = unknown("by which user a federated session was asked for is not known", name)
        return "role", both((world.account.fits(plain(party.account)), doubt))
    return "direct", world.arn.fits(plain(name))


def _of_role(name: str, party: Party, world: World) -> tuple[str, Formula]:
    """An entry for a role, by ARN or id, or for one of its sessions."""
    if party.who is Who.NOBODY:
        return "role", world.unique_id.fits(plain(name))
    if ":assumed-role/" in name:
        return "direct", _of_session(name, world)
    return "role", world.arn.fits(plain(name))


def _of_session(name: str, world: World) -> Formula:
    """The session of a role, whose path its ARN does not tell."""
    start, _, rest = name.partition(":assumed-role/")
    role, _, session = rest.partition("/")
    head = start.replace(":sts:", ":iam:") + ":role"
    row = (*plain(head), *wild("*/"), *plain(role))
    return both((world.arn.fits(row), world.session.fits(plain(session))))
