"""How much work the questions about one bucket may take: counted in steps, so that the same facts end the same way."""

from tenfold.model.errors import TenfoldError
from tenfold.policy.parse import Policy, Statement

MOST_STEPS = 700_000
# Trying a place again after a `*` compares up to this many characters in about the time of one step.
_CHARACTERS = 200
# Names of principals that are compared, as a set, in about the time of one step.
_NAMES = 50


class WorkLimitError(TenfoldError):
    """A question takes more steps than are left."""


class Work:
    """Steps taken for one bucket; a step is about one comparison of a policy's text with a request's.

    Once the limit is passed, every further question fails at its first step.
    """

    def __init__(self, limit: int = MOST_STEPS) -> None:
        self.limit, self.steps = limit, 0

    def spend(self, steps: int = 1) -> None:
        """Count steps before they are taken.

        Raises:
            WorkLimitError: when that is more than the limit.
        """
        if self.steps + steps > self.limit:
            self.steps = self.limit
            raise WorkLimitError("the policy takes more work than the limit")
        self.steps += steps


def weight(policy: Policy) -> int:
    """The steps of holding one request against all statements of a policy."""
    return sum(map(statement_weight, policy.statements))


def statement_weight(statement: Statement) -> int:
    """The steps of holding one request against a statement."""
    elements = (statement.resources, statement.not_resources, statement.actions, statement.not_actions)
    named = statement.principals or statement.not_principals
    texts = sum(text_weight(text) for element in elements for text in element or ())
    return texts + conditions_weight(statement) + (len(named.aws) // _NAMES if named else 0)


def conditions_weight(statement: Statement) -> int:
    """The steps of holding one request against the conditions of a statement."""
    return 1 + sum(text_weight(text) for condition in statement.conditions for text in condition.values)


def text_weight(text: str) -> int:
    """The steps of one comparison: behind a first `*`, every place may be tried again."""
    star = text.find("*")
    behind = len(text) - star - 1 if star >= 0 else 0
    return 1 + len(text) * behind // _CHARACTERS
