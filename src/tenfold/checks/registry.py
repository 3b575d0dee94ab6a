"""How a check says what it is; checks are found by walking the folders of the ten risks."""

import importlib
import inspect
import pkgutil
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import lru_cache
from types import ModuleType
from typing import Any, TypeVar

import msgspec

from tenfold.model.errors import ConfigError
from tenfold.model.finding import Problem, Severity
from tenfold.model.resource import Resource
from tenfold.model.risk import Risk
from tenfold.model.snapshot import Snapshot

_MARK = "__tenfold_check__"
F = TypeVar("F", bound=Callable[..., Any])
Ask = Callable[[Resource, Snapshot], Iterator[Problem]]


class Check(msgspec.Struct, frozen=True):
    """A question about one resource.

    `needs` are facets of the resource itself, `also` facets of other kinds in the same account that are looked at;
    `title`, `why`, `fix` and `notes` are the parts of the docstring.
    """

    id: str
    kinds: tuple[str, ...]
    risk: Risk
    severity: Severity
    needs: tuple[str, ...]
    also: Mapping[str, tuple[str, ...]]
    aliases: tuple[str, ...]
    name: str
    title: str
    why: str
    fix: str
    notes: str
    ask: Ask

    def wanted(self) -> dict[str, frozenset[str]]:
        """Which facets of which kinds must be read for it."""
        wanted = {kind: frozenset(names) for kind, names in self.also.items()}
        for kind in self.kinds:
            wanted[kind] = wanted.get(kind, frozenset()) | frozenset(self.needs)
        return wanted


def check(
    *kinds: str,
    id: str,  # noqa: A002 - the word that the catalogue, keys and acceptances use
    severity: Severity,
    needs: tuple[str, ...] = (),
    also: Mapping[str, tuple[str, ...]] | None = None,
    aliases: tuple[str, ...] = (),
) -> Callable[[F], F]:
    """Mark a function `(resource: Resource, snapshot: Snapshot) -> Iterator[Problem]` as a check of its folder's risk.

    Args:
        kinds: the kinds of resource it is asked about, one at a time.
        id: permanent, and apart from the path; keys and acceptances hang on it.
        severity: of its problems, unless one says otherwise.
        needs: the facets of the resource that it reads.
        also: facets of other kinds that it reads.
        aliases: ids that it had before.
    """

    def mark(function: F) -> F:
        *_, folder, name = function.__module__.split(".")
        title, why, fix, notes = _documentation(function)
        found = Check(
            id,
            kinds,
            Risk[folder.upper()],
            severity,
            needs,
            dict(also or {}),
            aliases,
            name,
            title,
            why,
            fix,
            notes,
            function,
        )
        setattr(function, _MARK, found)
        return function

    return mark


@lru_cache(maxsize=1)
def all_checks() -> tuple[Check, ...]:
    """Every check there is, by risk and id."""
    from tenfold import checks  # noqa: PLC0415 - its modules import this one

    found = (mark for module in _modules(checks) for mark in _marks(module))
    return tuple(sorted(found, key=lambda c: (c.risk, c.id)))


def chosen(names: Iterable[str]) -> tuple[Check, ...]:
    """The checks of these ids, aliases, names or risk numbers; all of them when nothing is named.

    Raises:
        ConfigError: when a name fits no check.
    """
    wanted = [name.lower() for name in names]
    for name in wanted:
        if not any(_fits(name, each) for each in all_checks()):
            raise ConfigError(f"there is no check {name!r}", next="docs/catalogue.md lists them; risks go by number")
    return tuple(each for each in all_checks() if not wanted or any(_fits(name, each) for name in wanted))


def _fits(name: str, each: Check) -> bool:
    return name in (each.id, each.name, str(int(each.risk)), *each.aliases)


def _documentation(function: Callable[..., Any]) -> tuple[str, str, str, str]:
    """Title, why, fix and notes of a docstring in the form that docs/add-a-check.md shows."""
    title, _, rest = inspect.cleandoc(function.__doc__ or "").partition("\n")
    why, _, rest = rest.partition("Fix:")
    fix, _, notes = rest.partition("\n\n")
    return title.rstrip("."), _flow(why.partition("Why:")[2]), _flow(fix), _flow(notes)


def _flow(text: str) -> str:
    return " ".join(text.split())


def _modules(package: ModuleType) -> Iterator[ModuleType]:
    for found in sorted(pkgutil.walk_packages(package.__path__, f"{package.__name__}."), key=lambda m: m.name):
        if not found.ispkg:
            yield importlib.import_module(found.name)


def _marks(module: ModuleType) -> Iterator[Check]:
    for value in vars(module).values():
        mark = getattr(value, _MARK, None)
        if mark is not None and getattr(value, "__module__", "") == module.__name__:
            yield mark
