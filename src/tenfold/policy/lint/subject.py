"""A policy as the rules see it: parsed, as it was written, and with the index of actions."""

from collections.abc import Iterator, Mapping
from functools import cached_property

import msgspec

from tenfold.model.resource import Json
from tenfold.policy.actions import ActionIndex
from tenfold.policy.conditions import Operator, operator
from tenfold.policy.lint.kinds import Kind
from tenfold.policy.parse import Condition, Policy, Statement


class Tested(msgspec.Struct, frozen=True):
    """One condition: its operator taken apart (None when IAM has none), its key in lower case, and its place."""

    condition: Condition
    found: Operator | None
    key: str
    at: str

    @property
    def values(self) -> tuple[str, ...]:
        """The values in the policy."""
        return self.condition.values

    @property
    def family(self) -> str:
        """The operator's family, empty for an unknown one."""
        return self.found.family if self.found else ""

    @property
    def negated(self) -> bool:
        """StringNotEquals and its like."""
        return self.found is not None and self.found.negated

    @property
    def quantifier(self) -> str:
        """ForAllValues, ForAnyValue or empty."""
        return self.found.quantifier if self.found else ""

    @property
    def passes_missing(self) -> bool:
        """Whether it holds for a request that does not carry the key."""
        one = self.found
        if one is None or one.family == "null":
            return False
        return one.if_exists or one.quantifier == "ForAllValues" or (one.negated and not one.quantifier)

    @property
    def demands(self) -> bool:
        """Whether it holds only for requests that carry the key."""
        if self.family == "null":
            return {value.lower() for value in self.values} == {"false"}
        return self.found is not None and not self.passes_missing

    def value_at(self, index: int) -> str:
        """The place of one of its values."""
        return self.at if len(self.values) == 1 else f"{self.at}[{index}]"


class Subject(msgspec.Struct, frozen=True, dict=True):
    """A policy that is asked about. `document` is what was parsed, `text` its JSON as it was written."""

    policy: Policy
    document: Mapping[str, Json]
    text: str
    kind: Kind
    actions: ActionIndex

    @property
    def statements(self) -> tuple[Statement, ...]:
        """All statements."""
        return self.policy.statements

    @cached_property
    def allows(self) -> tuple[Statement, ...]:
        """The statements that allow."""
        return tuple(one for one in self.statements if one.allows)

    @cached_property
    def denies(self) -> tuple[Statement, ...]:
        """The statements that deny."""
        return tuple(one for one in self.statements if not one.allows)

    def row(self, statement: Statement) -> Mapping[str, Json]:
        """A statement as it was written."""
        rows = self.document["Statement"]
        found: Mapping[str, Json] = rows if isinstance(rows, Mapping) else rows[statement.index]
        return found

    def place(self, statement: Statement, *elements: str, index: int | None = None) -> str:
        """The place of an element, such as `Statement[1].Action[0]`; a single text has no index."""
        value: Json = self.row(statement)
        for element in elements:
            value = value.get(element) if isinstance(value, Mapping) else None
        number = f"[{index}]" if index is not None and isinstance(value, list | tuple) else ""
        return ".".join((f"Statement[{statement.index}]", *elements)) + number

    def tested(self, statement: Statement) -> tuple[Tested, ...]:
        """The conditions of a statement."""
        return self._tested[statement.index]

    def demanded(self, statement: Statement) -> frozenset[str]:
        """The keys without which a statement does not apply, in lower case."""
        return frozenset(one.key for one in self.tested(statement) if one.demands)

    def entries(self, statement: Statement, element: str) -> Iterator[tuple[str, str]]:
        """The texts of `Action`, `NotAction`, `Resource` or `NotResource`, each with its place."""
        texts = {
            "Action": statement.actions,
            "NotAction": statement.not_actions,
            "Resource": statement.resources,
            "NotResource": statement.not_resources,
        }[element]
        for index, text in enumerate(texts or ()):
            yield text, self.place(statement, element, index=index)

    @cached_property
    def _tested(self) -> tuple[tuple[Tested, ...], ...]:
        return tuple(tuple(_conditions(one)) for one in self.statements)


def _conditions(statement: Statement) -> Iterator[Tested]:
    for one in statement.conditions:
        at = f"Statement[{statement.index}].Condition.{one.operator}.{one.key}"
        yield Tested(one, operator(one.operator), one.key.lower(), at)
