"""The solver against brute force: every assignment of short texts and small numbers is tried."""

import itertools
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tenfold.policy.solver.formula import (
    FALSE,
    TRUE,
    Formula,
    Matches,
    Present,
    Within,
    at_worst,
    atom,
    both,
    either,
    negation,
)
from tenfold.policy.solver.globs import DIGITS, STAR, Glob, glob, literal, repeated
from tenfold.policy.solver.limit import Limit, LimitReachedError
from tenfold.policy.solver.ranges import Range, holds, points, ranges, size
from tenfold.policy.solver.solve import Model, Value, Variable, satisfies, solve

VARIABLES = {"key": Variable(), "id": Variable(optional=True), "age": Variable(space=Range(0, 9))}
TEXTS = ["".join(word) for length in range(5) for word in itertools.product("abc", repeat=length)]
POOLS: dict[str, list[Value]] = {"key": [*TEXTS], "id": [None, *TEXTS[:40]], "age": list(range(10))}

patterns = st.text("ab*?", max_size=4).map(glob)
ages = st.tuples(st.integers(0, 9), st.integers(0, 9)).map(lambda pair: ranges([pair]))
atoms = st.one_of(
    st.builds(Matches, st.sampled_from(["key", "id"]), patterns),
    st.builds(Within, st.just("age"), ages),
    st.builds(Present, st.just("id")),
)
formulas = st.recursive(
    atoms.map(atom),
    lambda parts: st.one_of(
        parts.map(negation), st.lists(parts, max_size=3).map(both), st.lists(parts, max_size=3).map(either)
    ),
    max_leaves=8,
)


@settings(deadline=None, max_examples=300)
@given(formulas)
def test_it_finds_values_exactly_when_there_are_some(formula: Formula) -> None:
    found = solve(formula, VARIABLES, Limit(100_000))
    if found is None:
        assert not any(satisfies(formula, model) for model in assignments(formula))
    else:
        assert satisfies(formula, {**{name: POOLS[name][0] for name in formula.variables}, **found})


def assignments(formula: Formula) -> Iterator[Model]:
    names = sorted(formula.variables)
    pools = [POOLS[name] if len(names) < 3 else POOLS[name][:40] for name in names]
    return (dict(zip(names, values, strict=True)) for values in itertools.product(*pools))


@settings(deadline=None)
@given(formulas)
def test_a_contrary_is_one(formula: Formula) -> None:
    assert (
        both([formula, negation(formula)]) is FALSE
        or solve(both([formula, negation(formula)]), VARIABLES, Limit(10**6)) is None
    )
    assert negation(negation(formula)) is formula


@settings(deadline=None)
@given(formulas)
def test_at_worst_is_what_holds_whatever_is_in_doubt(formula: Formula) -> None:
    doubtful = frozenset(one for one in formula.atoms if one.variable == "id")
    sure = at_worst(formula, doubtful)
    assert sure.variables <= formula.variables - {"id"}
    for values in itertools.product(POOLS["key"][:20], POOLS["age"]):
        model = dict(zip(("key", "age"), values, strict=True))
        if satisfies(sure, model):
            assert all(satisfies(formula, {**model, "id": one}) for one in POOLS["id"][:12])


@given(patterns)
def test_the_shortest_text_is_one_of_the_pattern(pattern: Glob) -> None:
    assert pattern.matches(pattern.shortest)
    assert not any(pattern.matches(text) for text in TEXTS if len(text) < len(pattern.shortest))


def test_a_pattern_leads_while_there_is_no_choice() -> None:
    pattern = Glob((*glob("a?").items, *repeated(DIGITS, most=1), *glob("bc*").items))
    text, places = "", pattern.start
    for char in ("a", "", "", "b", "c", ""):
        assert pattern.leads(places) == char
        text += (read := char or "0")
        places = pattern.read(places, read)
    assert pattern.matches(text)
    assert literal("a").leads(literal("a").end) == ""


def test_a_long_beginning_that_all_share_costs_few_states() -> None:
    limit = Limit(12)
    start = "arn:aws:s3:::a-bucket-with-a-long-name/"
    asked = both([atom(Matches("key", glob(f"{start}*"))), negation(atom(Matches("key", glob(f"{start}a*"))))])
    found = solve(asked, {}, limit)
    assert found is not None
    assert str(found["key"]).startswith(start)


@settings(deadline=None)
@given(patterns, st.text("abc", max_size=6))
def test_a_pattern_reads_as_it_would_by_hand(pattern: Glob, text: str) -> None:
    assert pattern.matches(text) == by_hand(pattern.text, text)


def by_hand(pattern: str, text: str) -> bool:
    if not pattern:
        return not text
    if pattern[0] == "*":
        return any(by_hand(pattern[1:], text[cut:]) for cut in range(len(text) + 1))
    return bool(text) and pattern[0] in {"?", text[0]} and by_hand(pattern[1:], text[1:])


@given(st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30)), max_size=5))
def test_ranges_are_the_numbers_of_their_parts(parts: list[tuple[int, int]]) -> None:
    numbers = {number for low, high in parts for number in range(low, high + 1)}
    joined = ranges(parts)
    assert numbers == {number for number in range(40) if holds(joined, number)}
    assert size(joined) == len(numbers)
    assert {holds(joined, point) for point in points([joined], Range(0, 40))} == {n in numbers for n in range(41)}


def test_a_shape_keeps_texts_to_it() -> None:
    account = Variable(shape=Glob(repeated(DIGITS, most=12)))
    formula = both([atom(Matches("account", glob("12*"))), negation(atom(Matches("account", glob("*0*"))))])
    found = solve(formula, {"account": account}, Limit(10_000))
    assert found is not None
    text = found["account"]
    assert isinstance(text, str)
    assert len(text) == 12
    assert text.isdigit()
    assert text.startswith("12")
    assert "0" not in text
    longer = atom(Matches("account", glob("?" * 13)))
    assert solve(longer, {"account": account}, Limit(10_000)) is None


def test_case_may_be_ignored() -> None:
    asked = both([atom(Matches("key", literal("AbC", ignore_case=True))), atom(Matches("key", glob("a*C")))])
    assert solve(asked, {}, Limit(100)) in ({"key": "abC"}, {"key": "aBC"})


@pytest.mark.parametrize("count", [4, 12])
def test_many_words_anywhere_in_a_text(count: int) -> None:
    words = ["alpha", "beta", "gamma", "delta", "eps", "zeta", "eta", "theta", "iota", "kappa", "lambda", "mu"][:count]
    limit = Limit(1000)
    found = solve(both(atom(Matches("key", glob(f"*{word}*"))) for word in words), {}, limit)
    assert found is not None
    assert all(word in str(found["key"]) for word in words)


def test_a_limit_ends_a_search() -> None:
    hard = both(atom(Matches("key", glob(f"*{letter}*"))) for letter in "abcdefgh")
    with pytest.raises(LimitReachedError):
        solve(hard, {}, Limit(3))


def test_equal_formulas_are_one() -> None:
    one, other = atom(Matches("key", glob("a*"))), atom(Matches("key", glob("b")))
    assert both([one, other]) is both([other, one, other])
    assert either([one, negation(one)]) is TRUE
    assert both([]) is TRUE
    assert either([]) is FALSE
    assert glob("*") == Glob((STAR,))
