"""What one version of a resource policy allows that another does not, with a request that shows it; or that they agree.

Whatever the caller's own policies say is taken to allow everything: what is compared is what the documents say.
"""

from collections.abc import Iterator

import msgspec

from tenfold.policy.attempt import Attempt
from tenfold.policy.exposure import Reached
from tenfold.policy.parse import Policy
from tenfold.policy.solver.formula import Formula, both, negation
from tenfold.policy.symbolic.ask import EVERYBODY, NONE, Found, first, search, worlds
from tenfold.policy.symbolic.statements import Reading, read
from tenfold.policy.symbolic.targets import targets
from tenfold.policy.symbolic.vocabulary import Vocabulary
from tenfold.policy.symbolic.witness import denials, permitted
from tenfold.policy.symbolic.worlds import World


class Gain(msgspec.Struct, frozen=True):
    """A request that one version allows and the other does not.

    Attributes:
        statement: the index of the Allow, in the version that allows.
        witness: the request.
        denied_by: the indices of the statements of the other version that deny it; empty when none allows it.
        turns_on: the context keys, in lower case, that the policies look at.
    """

    statement: int
    witness: Attempt
    denied_by: tuple[int, ...] = ()
    turns_on: tuple[str, ...] = ()

    def request(self) -> dict[str, str]:
        """The witness as flat text, with those keys of its context that matter."""
        caller, context = self.witness.caller, self.witness.context
        who = caller.session or caller.arn or next(iter(caller.names), "anonymous")
        told = {key: ", ".join(context[key]) for key in self.turns_on if key in context}
        return {"principal": who, "action": self.witness.action, "resource": self.witness.resource, **told}


class Comparison(msgspec.Struct, frozen=True):
    """What is allowed by the new version alone, by the old one alone, and what could not be decided of each.

    One entry for each Allow through which something is gained.
    """

    added: tuple[Gain, ...] = ()
    removed: tuple[Gain, ...] = ()
    maybe_added: tuple[str, ...] = ()
    maybe_removed: tuple[str, ...] = ()

    @property
    def equal(self) -> bool:
        """It is proven that both versions allow the same."""
        return self == Comparison()


def compare(old: Policy, new: Policy, *, owner: str = "", resource: str = "") -> Comparison:
    """Compare two versions of a resource policy.

    Args:
        old: the version before.
        new: the version after.
        owner: the account that owns the resource; empty when it is not known.
        resource: its ARN; empty takes any that the policies name.
    """
    vocabulary = Vocabulary((old, new), owner)
    every = list(worlds(vocabulary, EVERYBODY, targets(vocabulary, resource)))
    rows = [(world, read(old, world), read(new, world)) for world in every]
    added = _gains(new, old, [(world, after, before) for world, before, after in rows])
    removed = _gains(old, new, rows)
    return Comparison(_sure(added, old, vocabulary), _sure(removed, new, vocabulary), _doubts(added), _doubts(removed))


def _gains(mine: Policy, theirs: Policy, rows: list[tuple[World, Reading, Reading]]) -> list[Found]:
    """For each Allow of one version, whether it allows something that the other version does not."""
    indices = [statement.index for statement in mine.statements if statement.allows]
    return [first(_asked(index, mine, theirs, rows)) for index in indices]


def _asked(index: int, mine: Policy, theirs: Policy, rows: list[tuple[World, Reading, Reading]]) -> Iterator[Found]:
    for world, own, other in rows:
        canonical = world.vocabulary.canonical

        def confirms(asked: Attempt, canonical: dict[str, str] = canonical) -> bool:
            return permitted(mine, asked, canonical) is True and permitted(theirs, asked, canonical) is False

        for formula in _alone(index, own, other):
            found = search(formula, world, confirms)
            yield msgspec.structs.replace(found, statement=index) if found is not NONE else NONE


def _alone(index: int, mine: Reading, theirs: Reading) -> Iterator[Formula]:
    """What an Allow allows where the other version has no Allow, and where a Deny of the other version holds."""
    allow = dict(mine.allows).get(index)
    if allow is None:
        return
    free = both((allow, negation(mine.denied)))
    others = [formula for _, formula in theirs.allows]
    if allow not in others:
        yield both((free, *map(negation, others)))
    own = {formula for _, formula in mine.denies}
    yield from (both((free, deny)) for _, deny in theirs.denies if deny not in own)


def _sure(found: list[Found], other: Policy, vocabulary: Vocabulary) -> tuple[Gain, ...]:
    return tuple(
        Gain(
            one.statement,
            one.witness,
            denials(other, one.witness, vocabulary.canonical),
            tuple(sorted(vocabulary.mentioned)),
        )
        for one in found
        if one.witness is not None and one.statement is not None
    )


def _doubts(found: list[Found]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(reason for one in found if one.reached is Reached.UNDECIDED for reason in one.reasons))
