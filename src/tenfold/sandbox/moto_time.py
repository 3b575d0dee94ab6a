"""Letting moto date what it makes by the sandbox's clock, whichever way a module of it asks for the time."""

import datetime as dt
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from importlib.machinery import ModuleSpec, PathFinder
from types import ModuleType, SimpleNamespace
from typing import Any

from tenfold.sandbox.clock import SandboxClock

_PACKAGE = "moto"
_QUEUES = "moto.sqs.models"
"""Queues keep real time: how long a message stays invisible, and how long a receiver waits for one, is about the
seconds that a worker needs, and a worker does not work faster because hours pass in minutes."""

_MILLISECONDS = 1000
_REAL_TIME: dict[str, Callable[[], float]] = {
    "unix_time": time.time,
    "unix_time_millis": lambda: time.time() * _MILLISECONDS,
}


@contextmanager
def governing_moto(clock: SandboxClock) -> Iterator[None]:
    """Let moto date what it makes by this clock: the modules that are loaded, and those that will be."""
    governor = _Governor(clock)
    for name in [name for name in sys.modules if name.split(".")[0] == _PACKAGE]:
        governor.govern(sys.modules[name])
    sys.meta_path.insert(0, governor)
    try:
        yield
    finally:
        sys.meta_path.remove(governor)
        governor.restore()


class _Governor:
    """Puts this clock's `datetime` and `time` in the place of the standard ones, module by module.

    As a finder of modules it finds none itself; it only learns of those that are loaded later.
    """

    def __init__(self, clock: SandboxClock) -> None:
        self._shown = _shown(clock)
        self._before: list[tuple[dict[str, Any], str, Any]] = []

    def find_spec(self, name: str, path: Sequence[str] | None, target: ModuleType | None = None) -> ModuleSpec | None:
        """The specification that Python itself finds, with a word to us once the module has run."""
        if name.split(".", maxsplit=1)[0] != _PACKAGE:
            return None
        spec = PathFinder.find_spec(name, path, target)
        if spec is None or spec.loader is None:
            return spec
        run = spec.loader.exec_module

        def run_and_govern(module: ModuleType) -> None:
            run(module)
            self.govern(module)

        spec.loader.exec_module = run_and_govern  # type: ignore[method-assign]  # this one loader's, for this one module
        return spec

    def govern(self, module: ModuleType) -> None:
        """Replace what a module has of the standard clocks under whatever name."""
        names = vars(module)
        for name, value in list(names.items()):
            shown = _REAL_TIME.get(name) if module.__name__ == _QUEUES else self._shown.get(id(value))
            if shown is not None:
                self._before.append((names, name, value))
                names[name] = shown

    def restore(self) -> None:
        """Give every module back what it had."""
        for names, name, value in reversed(self._before):
            names[name] = value


def _shown(clock: SandboxClock) -> dict[int, Any]:
    """What stands for the standard modules, classes and functions, by the identity of the original."""

    class AnyDatetime(type):
        def __instancecheck__(cls, value: object) -> bool:
            return isinstance(value, datetime)

    class Datetime(datetime, metaclass=AnyDatetime):
        @classmethod
        def now(cls, tz: dt.tzinfo | None = None) -> datetime:  # type: ignore[override]  # a plain datetime, as moto pickles and compares them
            return clock.now().astimezone(tz) if tz else clock.now().replace(tzinfo=None)

        @classmethod
        def utcnow(cls) -> datetime:  # type: ignore[override]  # as above
            return clock.now().replace(tzinfo=None)

        @classmethod
        def today(cls) -> datetime:  # type: ignore[override]  # as above
            return cls.now()

    class AnyDate(type):
        def __instancecheck__(cls, value: object) -> bool:
            return isinstance(value, date)

    class Date(date, metaclass=AnyDate):
        @classmethod
        def today(cls) -> date:  # type: ignore[override]  # as above
            return clock.now().date()

    def now() -> float:
        return clock.now().timestamp()

    datetime_module = SimpleNamespace(**{**vars(dt), "datetime": Datetime, "date": Date})
    time_module = SimpleNamespace(**{**vars(time), "time": now})
    return {id(dt): datetime_module, id(datetime): Datetime, id(date): Date, id(time): time_module, id(time.time): now}
