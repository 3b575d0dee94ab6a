"""Whom conditions single out, where a Principal names everyone or a service: an account, an organisation, a network.

A barrier is one condition of an Allow, or one Deny, that lets nobody pass but those it names.
"""

import enum
from collections.abc import Iterable, Iterator

import msgspec

from tenfold.policy.conditions import Operator, operator
from tenfold.policy.identities import ARN_KEYS, PATH_KEYS, fixed, segment_fixed
from tenfold.policy.match import Lookup, Wild, filled, pattern
from tenfold.policy.parse import Condition, Statement
from tenfold.policy.principals import Party, Who, account_of

Deniers = tuple[Statement, ...]
"""Denies of which each stops some requests of strangers, and all together stop all."""


class Rank(enum.IntEnum):
    """What a barrier goes by, the most telling first: who calls, before what he comes through."""

    PRINCIPAL = 0
    ACCOUNT = 1
    ORGANISATION = 2
    SERVICE = 3
    SERVICE_ORGANISATION = 4
    PATH = 5
    PATH_ORGANISATION = 6
    UNPLACED = 7
    NETWORK = 8


class Barrier(msgspec.Struct, frozen=True):
    """Those who pass, any of them, and how telling that is."""

    rank: Rank
    parties: tuple[Party, ...]


_CALLER = frozenset(
    {"aws:principalarn", "aws:principalaccount", "aws:principalorgid", "aws:principalorgpaths", "aws:userid"}
)
_PASSED = frozenset({"aws:vpceaccount", "aws:vpceorgid", "aws:vpceorgpaths", "s3:dataaccesspointaccount",
                     "s3:dataaccesspointarn"})  # fmt: skip
_BEHALF = frozenset({"aws:sourceaccount", "aws:sourceowner", "aws:sourcearn", "aws:sourceorgid", "aws:sourceorgpaths"})
_NETWORK = frozenset({"aws:sourceip", "aws:vpcsourceip", "aws:sourcevpc", "aws:sourcevpce"})
_WIDER = {
    Rank.PRINCIPAL: Rank.ORGANISATION,
    Rank.ACCOUNT: Rank.ORGANISATION,
    Rank.SERVICE: Rank.SERVICE_ORGANISATION,
    Rank.PATH: Rank.PATH_ORGANISATION,
}
_EVERYONE = Party(Who.ANYONE, "*")


def barriers(allow: Statement, denies: Iterable[Deniers], lookup: Lookup, *, variables: bool) -> list[Barrier]:
    """What keeps strangers from an Allow: each of its conditions that names somebody, and each group of `denies`.

    A group lets pass whom any of its denies spares. `lookup` gives the values of policy variables.
    """
    return [
        *(barrier for condition in allow.conditions for barrier in _of_condition(condition, lookup, variables)),
        *(barrier for group in denies for barrier in _of_denies(group, lookup, variables)),
    ]


def singled_out(found: list[Barrier]) -> tuple[Party, ...]:
    """Whom an Allow to everyone is for: those whom the most telling barrier names.

    An organisation that another barrier demands stands in `within`. Everyone, behind a fence, when there is none.
    """
    return _narrowest(found) or (_EVERYONE,)


def bound(found: list[Barrier], party: Party) -> tuple[Party, ...]:
    """A party that a Principal names, with those for whom a service acts, or the organisation that it must be of."""
    if party.who is Who.SERVICE:
        behalf = _narrowest([one for one in found if one.rank in (Rank.SERVICE, Rank.SERVICE_ORGANISATION)])
        return tuple(msgspec.structs.replace(one, name=party.name) for one in behalf) or (party,)
    return (msgspec.structs.replace(party, within=_within(found, Rank.ORGANISATION)),)


def _narrowest(found: list[Barrier]) -> tuple[Party, ...]:
    if not found:
        return ()
    best = min(found, key=lambda barrier: (barrier.rank, len(barrier.parties)))
    if best.rank not in _WIDER:
        return best.parties
    within = _within(found, _WIDER[best.rank])
    return tuple(msgspec.structs.replace(party, within=within) for party in best.parties)


def _within(found: list[Barrier], rank: Rank) -> tuple[str, ...]:
    """The organisations that the narrowest barrier of a rank names, if it names nobody else."""
    named = [[_organisations(party) for party in barrier.parties] for barrier in found if barrier.rank is rank]
    wanted = [groups for groups in named if all(groups)]
    return tuple(name for group in min(wanted, key=len) for name in group) if wanted else ()


def _organisations(party: Party) -> tuple[str, ...]:
    return (party.name,) if party.who is Who.ORGANISATION else party.within


def _of_condition(condition: Condition, lookup: Lookup, variables: bool) -> list[Barrier]:
    named = operator(condition.operator)
    if named is None or named.negated or named.if_exists or named.quantifier == "ForAllValues":
        return []
    return _barrier(_named(condition, named, lookup, variables))


def _of_denies(group: Deniers, lookup: Lookup, variables: bool) -> list[Barrier]:
    """A deny spares whoever fails any of its conditions."""
    spared: list[tuple[Rank, Party]] = []
    for condition in (condition for deny in group for condition in deny.conditions):
        named = operator(condition.operator)
        if named and named.negated:
            spared += _named(condition, named, lookup, variables)
    return _barrier(spared)


def _barrier(named: Iterable[tuple[Rank, Party]]) -> list[Barrier]:
    rows = list(dict.fromkeys(named))
    return [Barrier(max(rank for rank, _ in rows), tuple(party for _, party in rows))] if rows else []


def _named(condition: Condition, found: Operator, lookup: Lookup, variables: bool) -> Iterator[tuple[Rank, Party]]:
    key = condition.key.lower()
    if key in _NETWORK:
        yield Rank.NETWORK, _EVERYONE
    if key not in _CALLER | _PASSED | _BEHALF or found.family not in ("string", "arn"):
        return
    for value in condition.values:
        glob = filled(pattern(value, variables=variables, wild=found.wild), lookup)
        if not isinstance(glob, tuple) or not (fixed(key, glob) or (found.family == "arn" and segment_fixed(glob))):
            yield Rank.NETWORK, _EVERYONE
        else:
            text = "".join("*" if item is Wild.MANY else "?" if item is Wild.ONE else str(item) for item in glob)
            pin = (key, text) if not any(isinstance(item, Wild) for item in glob) else None
            party = _party(key, text, pin)
            if party is not None:
                yield party


def _party(key: str, value: str, pin: tuple[str, str] | None) -> tuple[Rank, Party] | None:
    """The party that a fixed value of a key names; None for a value that is no account's."""
    organisation, account = _organisation(key, value), _account(key, value)
    if key in _BEHALF:
        rank = Rank.SERVICE_ORGANISATION if organisation else Rank.SERVICE if account else Rank.UNPLACED
        return rank, Party(Who.SERVICE, "*", account, (organisation,) if organisation else (), pin)
    passed = key in _PASSED
    if organisation:
        rank = Rank.PATH_ORGANISATION if passed else Rank.ORGANISATION
        return rank, Party(Who.ORGANISATION, organisation, pin=pin if passed else None)
    if passed or key == "aws:principalaccount":
        party = Party(Who.ACCOUNT, account, account, pin=pin if passed else None)
        return (Rank.PATH if passed else Rank.ACCOUNT, party) if account else None
    return Rank.PRINCIPAL if account else Rank.UNPLACED, Party(Who.PRINCIPAL, value, account)


def _organisation(key: str, value: str) -> str:
    return value.partition("/")[0] if key in PATH_KEYS else value if key.endswith("orgid") else ""


def _account(key: str, value: str) -> str:
    """The account in an ARN, an account id, or the user id of an account's root or federated user."""
    if key in ARN_KEYS:
        return account_of(value)
    start = value[:12]
    return start if start.isdigit() and len(start) == len("123456789012") else ""
