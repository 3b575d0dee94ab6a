"""The chores, found by walking their package."""

import importlib
import pkgutil
from collections.abc import Callable, Iterable
from functools import cache
from typing import NamedTuple

from tenfold.sandbox.life.cast import Worker
from tenfold.sandbox.life.stage import Stage

Doing = Callable[[Stage], None]
_MARK = "__chore__"


class Chore(NamedTuple):
    """A piece of work: who does it (`person`, `pipeline`), with which tools, how often against the others."""

    name: str
    kind: str
    tools: frozenset[str]
    weight: float
    do: Doing

    def suits(self, worker: Worker, tool: str) -> bool:
        """Whether it is something for a worker who has that tool at hand."""
        if worker.chores:
            return self.name in worker.chores
        return self.kind == worker.kind and tool in self.tools


def chore(kind: str, tools: Iterable[str], weight: float = 1) -> Callable[[Doing], Doing]:
    """Mark a function as a chore; its name is the function's."""

    def mark(do: Doing) -> Doing:
        setattr(do, _MARK, Chore(do.__name__, kind, frozenset(tools), weight, do))
        return do

    return mark


@cache
def chores() -> tuple[Chore, ...]:
    """All chores, by name."""
    package = importlib.import_module("tenfold.sandbox.life.chores")
    modules = [
        importlib.import_module(f"{package.__name__}.{found.name}") for found in pkgutil.iter_modules(package.__path__)
    ]
    marked = [getattr(value, _MARK) for module in modules for value in vars(module).values() if hasattr(value, _MARK)]
    return tuple(sorted(set(marked), key=lambda chore: chore.name))
