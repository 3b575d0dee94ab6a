"""Whether two patterns have a text in common: a Resource of a policy, and the ARNs of a type of resource."""

import enum
import re
from functools import lru_cache

from tenfold.policy.match import Glob, Wild, glob_of

_PLACEHOLDER = re.compile(r"\$\{([^}]*)\}")
_LONGEST = 2048  # characters of an ARN, by IAM's API
# Placeholders that stand for names which hold neither colon nor slash.
_PLAIN = frozenset({"Partition", "Region", "Account", "BucketName", "AccessPointName"})


class Part(enum.Enum):
    """A wildcard of a template that takes everything but colons and slashes."""

    SEGMENT = "segment"


Template = tuple[str | Wild | Part, ...]
_LOOSE = (Wild.MANY, Part.SEGMENT)


@lru_cache(maxsize=4096)
def template(arn: str) -> Template:
    """The ARN of a resource type; its `${Placeholders}` become wildcards."""
    items: list[str | Wild | Part] = []
    at = 0
    for found in _PLACEHOLDER.finditer(arn):
        items.extend(arn[at : found.start()])
        items.append(Part.SEGMENT if found[1] in _PLAIN else Wild.MANY)
        at = found.end()
    items.extend(glob_of(arn[at:]))
    return tuple(items)


@lru_cache(maxsize=65536)
def meets(text: str, arn: str) -> bool:
    """Whether a pattern of a policy (variables stand for anything) can be the ARN of a resource type.

    True without a look for a pattern longer than an ARN can be.
    """
    return len(text) > _LONGEST or _meet(glob_of(_PLACEHOLDER.sub("*", text)), template(arn))


def _meet(one: Glob, other: Template) -> bool:
    """A search over pairs of places: what is left of both has a text in common."""
    todo, seen = [(0, 0)], {(0, 0)}
    while todo:
        a, b = todo.pop()
        if a == len(one) and b == len(other):
            return True
        for step in _steps(one, other, a, b):
            if step not in seen:
                seen.add(step)
                todo.append(step)
    return False


def _steps(one: Glob, other: Template, a: int, b: int) -> list[tuple[int, int]]:
    left = one[a] if a < len(one) else None
    right = other[b] if b < len(other) else None
    steps = []
    if left is Wild.MANY:
        steps.append((a + 1, b))
        if right is not None and right not in _LOOSE:
            steps.append((a, b + 1))
    if right in _LOOSE:
        steps.append((a, b + 1))
        if left is not None and left is not Wild.MANY and not (right is Part.SEGMENT and left in (":", "/")):
            steps.append((a + 1, b))
    alike = left == right or Wild.ONE in (left, right)
    if left is not None and right is not None and left is not Wild.MANY and right not in _LOOSE and alike:
        steps.append((a + 1, b + 1))
    return steps
