"""A case: something that is wrong, in its varieties, and the decoys beside it."""

from collections.abc import Callable
from typing import NamedTuple

from tenfold.sandbox.company.cases.spot import Spot


class Variety(NamedTuple):
    """One way for it to look, and how it is made; making gives the ARN."""

    why: str
    make: Callable[[Spot], str]


class Case(NamedTuple):
    """Something wrong by its slug, `risk/what-is-wrong`; `what` says when exactly a resource has it.

    `least` is the smallest company that has it: small ones are to be planted quickly.
    """

    slug: str
    what: str
    bad: tuple[Variety, ...]
    good: tuple[Variety, ...]
    least: int = 4


ROOMY = 8
"""Accounts of a company that has all cases; smaller ones leave out services that are slow to start."""


def plant_case(case: Case, spot: Spot, variety: Variety, *, decoy: bool) -> None:
    """Put a variety of a case down and note it."""
    spot.mark(case.slug, variety.make(spot), variety.why, decoy=decoy)
