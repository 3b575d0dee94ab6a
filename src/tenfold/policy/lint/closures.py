"""What a Deny takes back: whether an Allow to everyone is left to those whom a Deny spares."""

from tenfold.policy.keys_table import FENCES
from tenfold.policy.lint.subject import Subject
from tenfold.policy.match import covers, glob_of
from tenfold.policy.parse import Statement

# Pairs of patterns, or of their characters, beyond which only what is written alike is found.
_MOST_PAIRS = 250_000


def covered(wide: tuple[str, ...] | None, narrow: tuple[str, ...] | None) -> bool:
    """Whether each pattern of a list surely lies in one of another; False when one of the two is not written."""
    if not wide or not narrow:
        return False
    if len(wide) * len(narrow) > _MOST_PAIRS:
        return set(narrow) <= set(wide)
    return all(any(_covers(one, text) for one in wide) for text in narrow)


def lower(texts: tuple[str, ...] | None) -> tuple[str, ...] | None:
    """An Action element in lower case."""
    return None if texts is None else tuple(text.lower() for text in texts)


def fenced_by_deny(asked: Subject, allow: Statement, keys: frozenset[str] = FENCES) -> bool:
    """Whether some Deny takes all that an Allow gives from everyone whom a condition on one key does not spare."""
    return any(_takes_back(deny, allow) and _spares_by(asked, deny, keys) for deny in asked.denies)


def _takes_back(deny: Statement, allow: Statement) -> bool:
    everyone = deny.principals is None or deny.principals.everyone
    return everyone and covered(lower(deny.actions), lower(allow.actions)) and covered(deny.resources, allow.resources)


def _spares_by(asked: Subject, deny: Statement, keys: frozenset[str]) -> bool:
    """A condition on one key that spares by naming; others beside it would narrow the Deny."""
    tests = asked.tested(deny)
    return len(tests) == 1 and tests[0].negated and tests[0].key in keys and not tests[0].quantifier


def _covers(wide: str, narrow: str) -> bool:
    if ("*" not in wide and "?" not in wide) or len(wide) * len(narrow) > _MOST_PAIRS:
        return wide == narrow
    return covers(glob_of(wide), glob_of(narrow))
