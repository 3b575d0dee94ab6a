"""The one place where the sandbox asks the policy language what it says."""

from collections.abc import Iterable
from functools import lru_cache

from tenfold.policy.document import Effect, Request, decide
from tenfold.policy.parse import Policy, PolicyError, parse


def judge(documents: Iterable[str], request: Request) -> Effect:
    """What policies of one kind say together: one deny is enough, one allow is needed.

    A document that cannot be read says nothing, and neither does a statement that cannot be decided.
    """
    effects = {decide(policy, request).effect for policy in map(_parsed, documents) if policy}
    if Effect.EXPLICIT_DENY in effects:
        return Effect.EXPLICIT_DENY
    return Effect.ALLOW if Effect.ALLOW in effects else Effect.IMPLICIT_DENY


@lru_cache(maxsize=4096)
def _parsed(document: str) -> Policy | None:
    try:
        return parse(document)
    except PolicyError:
        return None
