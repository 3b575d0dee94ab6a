"""Patterns over ARNs and names: `*` and `?` only, since a bracket is a plain character there."""

import re
from functools import lru_cache


def matches(pattern: str, text: str) -> bool:
    """Whether the whole text fits the pattern; case counts, `*` passes every character."""
    return _compiled(pattern).fullmatch(text) is not None


@lru_cache(maxsize=4096)
def _compiled(pattern: str) -> re.Pattern[str]:
    parts = (".*" if char == "*" else "." if char == "?" else re.escape(char) for char in re.sub(r"\*+", "*", pattern))
    return re.compile("".join(parts), re.DOTALL)
