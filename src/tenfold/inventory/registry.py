"""How a collector and a facet say what they are; both are found by walking `collectors/`."""

import importlib
import pkgutil
from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import lru_cache
from types import ModuleType
from typing import Any, Literal, TypeVar

import msgspec

from tenfold.aws.client import Client
from tenfold.model.clock import DAY
from tenfold.model.resource import Resource

Where = Literal["global", "regional"]
_MARK = "__tenfold_inventory__"
F = TypeVar("F", bound=Callable[..., Any])


class Collector(msgspec.Struct, frozen=True):
    """A list: which kinds it yields, with which calls, once for the account or in each region."""

    kinds: tuple[str, ...]
    calls: tuple[str, ...]
    where: Where
    name: str
    collect: Callable[[Client], Iterator[Resource]]


class Facet(msgspec.Struct, frozen=True):
    """One described side of a kind: the calls it needs, the events that change it, how old it may get."""

    kind: str
    name: str
    calls: tuple[str, ...]
    changed_by: tuple[str, ...]
    max_age: timedelta
    title: str
    read: Callable[[Client, Resource], Any]


class Catalogue(msgspec.Struct, frozen=True):
    """All collectors and facets that there are."""

    collectors: tuple[Collector, ...]
    facets: tuple[Facet, ...]

    def facet(self, kind: str, name: str) -> Facet | None:
        """The facet of that name."""
        return next((f for f in self.facets if (f.kind, f.name) == (kind, name)), None)

    def calls(self, kinds: set[str], facets: set[tuple[str, str]]) -> tuple[str, ...]:
        """The calls that reading these kinds and facets makes, sorted: what the least-privilege policy is made of."""
        found = {call for c in self.collectors if kinds & set(c.kinds) for call in c.calls}
        found |= {call for f in self.facets if (f.kind, f.name) in facets for call in f.calls}
        return tuple(sorted(found))


def collector(*kinds: str, calls: tuple[str, ...], where: Where = "global") -> Callable[[F], F]:
    """Mark a function `(aws: Client) -> Iterator[Resource]` as the list of `kinds`.

    Args:
        kinds: what it yields; facets that come with the list are handed over on the resource.
        calls: every `service:Operation` that it makes.
        where: `global` lists are read once an account, `regional` ones in each enabled region.
    """

    def mark(function: F) -> F:
        name = f"{function.__module__.rpartition('.')[2]}.{function.__name__}"
        setattr(function, _MARK, Collector(kinds, calls, where, name, function))
        return function

    return mark


def facet(
    kind: str, name: str, *, calls: tuple[str, ...], changed_by: tuple[str, ...], max_age: timedelta = DAY
) -> Callable[[F], F]:
    """Mark a function `(aws: Client, resource: Resource) -> Json | Dated | Absent` as the facet `name` of `kind`.

    Args:
        kind: of the resources that have this side.
        name: what checks ask for.
        calls: every `service:Operation` that it makes.
        changed_by: the CloudTrail event names after which it must be read again.
        max_age: after this it must be read again whatever happened.
    """

    def mark(function: F) -> F:
        title = (function.__doc__ or "").strip().splitlines()[0] if function.__doc__ else ""
        setattr(function, _MARK, Facet(kind, name, calls, changed_by, max_age, title, function))
        return function

    return mark


@lru_cache(maxsize=1)
def catalogue() -> Catalogue:
    """Walk `collectors/` and gather what is marked there."""
    from tenfold.inventory import collectors  # noqa: PLC0415 - its modules import this one

    marks = [mark for module in _modules(collectors) for mark in _marks(module)]
    return Catalogue(
        tuple(mark for mark in marks if isinstance(mark, Collector)),
        tuple(mark for mark in marks if isinstance(mark, Facet)),
    )


def _modules(package: ModuleType) -> Iterator[ModuleType]:
    for found in sorted(pkgutil.iter_modules(package.__path__), key=lambda m: m.name):
        yield importlib.import_module(f"{package.__name__}.{found.name}")


def _marks(module: ModuleType) -> Iterator[Collector | Facet]:
    for value in vars(module).values():
        mark = getattr(value, _MARK, None)
        if mark is not None and getattr(value, "__module__", "") == module.__name__:
            yield mark
