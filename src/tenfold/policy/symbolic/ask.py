"""Questions about a policy: whether there is a request that it allows, with one as a witness, or that there is none."""

from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

import msgspec

from tenfold.policy.attempt import Attempt
from tenfold.policy.callers import OF_ACCOUNTS, Kind
from tenfold.policy.context_table import Channel, by_channel, of_caller
from tenfold.policy.exposure import Reached
from tenfold.policy.parse import Policy
from tenfold.policy.solver.formula import FALSE, Formula, at_worst, both, negation
from tenfold.policy.solver.limit import Limit, LimitReachedError
from tenfold.policy.solver.solve import Model, Variable, solve
from tenfold.policy.symbolic.shapes_table import FORWARDED
from tenfold.policy.symbolic.statements import read
from tenfold.policy.symbolic.targets import Target, targets
from tenfold.policy.symbolic.views import plain, reason_of
from tenfold.policy.symbolic.vocabulary import Vocabulary
from tenfold.policy.symbolic.witness import permitted, request
from tenfold.policy.symbolic.worlds import World

UNCONFIRMED = "the evaluator does not confirm the request that was found"
ACCOUNTS = (Kind.USER, Kind.ROLE, Kind.ROOT, Kind.FEDERATED)
EVERYBODY = (Kind.ANONYMOUS, *ACCOUNTS, Kind.SERVICE, Kind.PROVIDER)
_UNLISTED = "it may be about actions of S3 that are not in the table"
_MOST_STATES = 20_000
_REASONS = 3
_DOUBT = Variable(optional=True)

Confirms = Callable[[Attempt], bool]
"""Whether the evaluator agrees that a request is one that was asked for."""


class Found(msgspec.Struct, frozen=True):
    """An answer: with `YES` a request, with `UNDECIDED` the reasons."""

    reached: Reached
    witness: Attempt | None = None
    statement: int | None = None
    reasons: tuple[str, ...] = ()


NONE = Found(Reached.NO)


class Strangers(NamedTuple):
    """What those can do whom a policy does not name: without credentials, and as a caller of some AWS account."""

    anyone: Found
    account: Found


def strangers(policy: Policy, *, owner: str = "", resource: str = "", partition: str = "") -> Strangers:
    """Whether a resource policy lets in somebody whom it does not name.

    Args:
        policy: of the resource.
        owner: the account that owns the resource; empty when it is not known.
        resource: its ARN; empty takes any that the policy names.
        partition: the partition; empty takes it from the policy.
    """
    vocabulary = Vocabulary((policy,), owner, partition)
    aims = targets(vocabulary, resource)
    return Strangers(
        *(
            first(allowed(policy, world) for world in worlds(vocabulary, kinds, aims, stranger=True))
            for kinds in ((Kind.ANONYMOUS,), ACCOUNTS)
        )
    )


def somebody(policy: Policy, *, owner: str = "", resource: str = "") -> Found:
    """Whether a resource policy lets in anybody at all; for the arguments see `strangers`."""
    vocabulary = Vocabulary((policy,), owner)
    return first(allowed(policy, world) for world in worlds(vocabulary, EVERYBODY, targets(vocabulary, resource)))


def first(answers: Iterable[Found]) -> Found:
    """The first YES; else undecided, if one is, with the reasons of all; else NO."""
    doubts: list[str] = []
    for found in answers:
        if found.reached is Reached.YES:
            return found
        doubts.extend(found.reasons)
    return Found(Reached.UNDECIDED, reasons=tuple(dict.fromkeys(doubts))[:_REASONS]) if doubts else NONE


def allowed(policy: Policy, world: World) -> Found:
    """Whether a policy allows some request of a world; asked of each Allow, since that is small and names it."""
    reading, canonical = read(policy, world), world.vocabulary.canonical

    def ask(index: int, formula: Formula) -> Found:
        asked = both((formula, negation(reading.denied)))
        found = search(asked, world, lambda one: permitted(policy, one, canonical) is True)
        return msgspec.structs.replace(found, statement=index)

    return first(ask(index, formula) for index, formula in reading.allows)


def search(formula: Formula, world: World, confirms: Confirms) -> Found:
    """A request of a world under which a formula holds, confirmed; or that there is none."""
    if formula is FALSE:
        return NONE
    asked = both((formula, world.apart(), *world.linked(), *_held(world)))
    doubtful = frozenset(one for one in asked.atoms if reason_of(one.variable))
    try:
        model = _solve(at_worst(asked, doubtful), world) if world.target.listed else None
        if model is not None:
            found = request(world, model)
            return Found(Reached.YES, found) if confirms(found) else Found(Reached.UNDECIDED, reasons=(UNCONFIRMED,))
        if (world.target.listed and not doubtful) or _solve(asked, world) is None:
            return NONE
    except LimitReachedError as error:
        return Found(Reached.UNDECIDED, reasons=(str(error),))
    reasons = tuple(sorted(reason_of(one.variable) for one in doubtful))
    return Found(Reached.UNDECIDED, reasons=reasons if world.target.listed else (_UNLISTED,))


def _solve(formula: Formula, world: World) -> Model | None:
    unknown = {one.variable for one in formula.atoms if reason_of(one.variable)}
    kinds = {**world.variables, **dict.fromkeys(unknown, _DOUBT)}
    return solve(formula, kinds, Limit(_MOST_STATES))


def _held(world: World) -> Iterator[Formula]:
    """What S3 and STS refuse by themselves."""
    if world.target.owner_only and world.vocabulary.owner and world.kind in OF_ACCOUNTS:
        yield world.account.fits(plain(world.vocabulary.owner))
    if world.kind is Kind.ROOT and not world.target.name:
        yield negation(world.action.fits(plain("sts:assumerole")))


def worlds(
    vocabulary: Vocabulary, kinds: Iterable[Kind], aims: Iterable[Target], *, stranger: bool = False
) -> Iterator[World]:
    """The worlds that the policies tell apart, the telling ones first."""
    ways = tuple(_told_apart(vocabulary, kinds, stranger=stranger))
    for target in aims:
        for kind, channel in ways:
            if not target.owner_only or (kind in OF_ACCOUNTS and not stranger):
                yield World(kind, channel, vocabulary, target, stranger=stranger)


def _told_apart(vocabulary: Vocabulary, kinds: Iterable[Kind], *, stranger: bool) -> Iterator[tuple[Kind, Channel]]:
    of_channels = any(by_channel(key, Channel.INTERNET) or key in FORWARDED for key in vocabulary.mentioned)
    of_callers = any(of_caller(key, Kind.USER) for key in vocabulary.mentioned)
    names = any(not stranger and name.count(":") > 1 for one in vocabulary.named for name in one.aws)
    for kind in kinds:
        if kind in OF_ACCOUNTS and kind is not Kind.USER and not (of_callers or names):
            continue
        yield from ((kind, channel) for channel in _channels(kind, of_channels=of_channels))


def _channels(kind: Kind, *, of_channels: bool) -> tuple[Channel, ...]:
    if not of_channels or kind is Kind.SERVICE:
        return (Channel.INTERNET,)
    return (Channel.INTERNET, Channel.ENDPOINT, *((Channel.FORWARDED,) if kind in OF_ACCOUNTS else ()))
