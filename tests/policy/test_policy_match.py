"""Patterns against all short texts: what fits, what is left behind a beginning, what one pattern proves of another."""

import re
from functools import cache
from itertools import product

import pytest

from tenfold.policy.match import (
    after,
    apart,
    covers,
    fits,
    glob_of,
    is_wild,
    literal_start,
    matches,
    names_variable,
    written,
)

TEXTS = ["".join(text) for size in range(6) for text in product("ab", repeat=size)]


def patterns(longest: int) -> list[str]:
    return ["".join(text) for size in range(longest + 1) for text in product("ab*?", repeat=size)]


@cache
def fitting(pattern: str) -> frozenset[str]:
    """The short texts that fit, by the standard library."""
    made = re.compile(pattern.replace("?", ".").replace("*", ".*"))
    return frozenset(text for text in TEXTS if made.fullmatch(text))


def test_every_short_pattern_takes_what_it_should() -> None:
    for pattern in patterns(4):
        glob = glob_of(pattern)
        assert {text for text in TEXTS if matches(glob, text)} == fitting(pattern), pattern
        assert {text for text in TEXTS if fits(pattern, text)} == fitting(pattern), pattern


def test_what_is_left_behind_a_beginning_takes_the_rest() -> None:
    beginnings = [text for text in TEXTS if len(text) <= 2]
    for pattern in patterns(3):
        for start in beginnings:
            left = after(glob_of(pattern), start)
            for rest in TEXTS[:15]:
                assert any(matches(glob, rest) for glob in left) is (start + rest in fitting(pattern)), (pattern, start)


def test_what_one_pattern_proves_of_another_is_so() -> None:
    proven = {covers: 0, apart: 0}
    for wide, narrow in product(patterns(3), repeat=2):
        if covers(glob_of(wide), glob_of(narrow)):
            assert fitting(narrow) <= fitting(wide), (wide, narrow)
            proven[covers] += 1
        if apart(glob_of(wide), glob_of(narrow)):
            assert not fitting(narrow) & fitting(wide), (wide, narrow)
            proven[apart] += 1
    assert proven == {covers: 1377, apart: 2038}  # how much they prove is part of what they are worth


def test_a_text_made_of_a_pattern_fits_it() -> None:
    for pattern in patterns(4):
        for filler in ("", "a", "ab"):
            text = written(glob_of(pattern), filler)
            assert matches(glob_of(pattern), text), (pattern, filler)
    assert written(glob_of("a*b?"), "cd") == "acdbc"
    assert written(glob_of("?"), "") == "x"


@pytest.mark.parametrize(("pattern", "start"), [("ab*c", "ab"), ("?a", ""), ("abc", "abc"), ("", "")])
def test_what_stands_before_the_first_wildcard(pattern: str, start: str) -> None:
    assert literal_start(glob_of(pattern)) == start


def test_what_a_text_holds() -> None:
    assert [names_variable(text) for text in ("${aws:username}", "a${x, 'y'}", "${*}${?}${$}", "$x", "")] == [
        True
    ] * 2 + [False] * 3
    assert [is_wild(text, variables=True) for text in ("a*", "?", "${*}", "a")] == [True, True, False, False]
    assert is_wild("${*}", variables=False)
