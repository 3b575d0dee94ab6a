"""The algebra of an evaluation: gates that are open, shut or not known, each with its reasons."""

from collections.abc import Iterable, Sequence

import msgspec

from tenfold.policy.attempt import Attempt
from tenfold.policy.document import about, concerns
from tenfold.policy.parse import Policy, Statement

_THIRD_PERSON = {"allow": "allows", "deny": "denies"}


class Gate(msgspec.Struct, frozen=True):
    """Something that a request must pass: open, shut, or None when that cannot be told; and why.

    The reasons of an open gate are statements that allow; of a shut one, what would have had to.
    """

    open: bool | None
    why: tuple[str, ...] = ()


OPEN = Gate(open=True)


def every(gates: Iterable[Gate]) -> Gate:
    """All of the gates, one behind the other: shut by those that are shut."""
    return _joined(list(gates), (False, None, True))


def either(gates: Iterable[Gate]) -> Gate:
    """Any of the gates, side by side: open by those that are open."""
    return _joined(list(gates), (True, None, False))


def _joined(gates: Sequence[Gate], order: tuple[bool | None, ...]) -> Gate:
    for state in order:
        deciding = [gate for gate in gates if gate.open is state]
        if deciding:
            return Gate(state, tuple(dict.fromkeys(reason for gate in deciding for reason in gate.why)))
    return Gate(order[-1])


class Reading(msgspec.Struct, frozen=True):
    """What the policies of one layer say of a request: the statements that are, or may be, about it.

    Each is shown as the place where it stands. `unread` is why the layer is not known, if it is not.
    """

    layer: str
    allows: tuple[str, ...] = ()
    denies: tuple[str, ...] = ()
    maybe_allows: tuple[str, ...] = ()
    maybe_denies: tuple[str, ...] = ()
    unread: bool = False

    @property
    def doubts(self) -> tuple[str, ...]:
        """What may deny the request."""
        return (f"the {self.layer} is not known and may deny it",) if self.unread else self.maybe_denies

    def gate(self, missing: str) -> Gate:
        """Open when a statement allows; `missing` says what would have had to when none does."""
        if self.unread:
            return Gate(None, (f"the {self.layer} is not known",))
        if self.allows:
            return Gate(True, self.allows)
        return Gate(None, self.maybe_allows) if self.maybe_allows else Gate(False, (missing,))


def read(layer: str, policies: Sequence[Policy], attempt: Attempt, *, first: int = 0, unread: bool = False) -> Reading:
    """Hold a request against policies without Principal elements: those of identities, and of organisations.

    Their places are numbered from `first` on.
    """
    rows: dict[tuple[bool, bool], list[str]] = {}
    for index, policy in enumerate(policies, first):
        for statement in about(policy, attempt.action):
            held = concerns(statement, attempt.resource, attempt.lookup, variables=policy.variables)
            if held is not False:
                place = f"{layer}[{index}] {statement.label}"
                rows.setdefault((statement.allows, held is True), []).append(cited(place, statement, held))
    return reading(layer, rows, unread=unread)


def reading(layer: str, rows: dict[tuple[bool, bool], list[str]], *, unread: bool = False) -> Reading:
    """A reading of cited statements, sorted by (allows, for sure)."""
    allows, denies, maybe_allows, maybe_denies = (
        tuple(rows.get(key, ())) for key in ((True, True), (False, True), (True, False), (False, False))
    )
    return Reading(layer, allows, denies, maybe_allows, maybe_denies, unread)


def cited(place: str, statement: Statement, held: bool | None) -> str:
    """A statement as a reason: where it stands, and what it does."""
    verb = "allow" if statement.allows else "deny"
    return f"{place} {_THIRD_PERSON[verb]} it" if held else f"{place} may {verb} it: that cannot be decided"
