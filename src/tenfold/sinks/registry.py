"""Which sinks there are, and how settings become the parameters of one."""

import importlib
import inspect
import pkgutil
from collections.abc import Callable, Mapping
from functools import cache, partial
from pathlib import Path
from typing import Any, get_type_hints

import msgspec

from tenfold.model.errors import ConfigError
from tenfold.sinks.notice import Notice

Deliver = Callable[[Notice], None]
"""Hands one notice over; returns when the target has taken it, raises when it has not."""

Sink = Callable[..., None]
_SINKS: dict[str, Sink] = {}


def sink(name: str) -> Callable[[Sink], Sink]:
    """Make a function `(notice: Notice, ...) -> None` the sink `name`.

    Its parameters without a default that are of a class which the program hands in (`Clock`, `TextIO`, `Client`) are
    given to it; all others are its settings, by name, checked against their types.

    Raises:
        ValueError: when another function has the name.
    """

    def register(function: Sink) -> Sink:
        if name in _SINKS:
            msg = f"two sinks are named {name}: {_SINKS[name].__module__}, {function.__module__}"
            raise ValueError(msg)
        _SINKS[name] = function
        return function

    return register


def names() -> list[str]:
    """The names of all sinks, sorted."""
    return sorted(_walked())


def bind(name: str, settings: Mapping[str, Any], handed: Mapping[Any, object]) -> Deliver:
    """The sink of a name with its settings in place.

    Args:
        name: as `names` has them.
        settings: as the configuration has them.
        handed: what the program gives, by class.

    Raises:
        ConfigError: no sink of that name, a setting that is unknown, missing or of a wrong type, a sink that
            needs what the program has not handed in. Never quotes a value: settings are secrets.
    """
    known = _walked()
    if name not in known:
        raise ConfigError(f"there is no sink {name!r}", next=f"Choose one of {', '.join(sorted(known))}.")
    function = known[name]
    hints = get_type_hints(function, include_extras=True)
    _, *parameters = inspect.signature(function).parameters.values()
    given = {each.name: handed[hints[each.name]] for each in parameters if hints[each.name] in handed}
    form = msgspec.defstruct(
        name,
        [_field(each, hints[each.name]) for each in parameters if each.name not in given],
        forbid_unknown_fields=True,
        kw_only=True,
        frozen=True,
    )
    return partial(function, **given, **msgspec.structs.asdict(_converted(name, settings, form)))


def _field(parameter: inspect.Parameter, hint: Any) -> tuple[str, Any] | tuple[str, Any, Any]:
    if parameter.default is inspect.Parameter.empty:
        return parameter.name, hint
    return parameter.name, hint, parameter.default


def _converted(name: str, settings: Mapping[str, Any], form: type[msgspec.Struct]) -> msgspec.Struct:
    try:
        return msgspec.convert(dict(settings), form)
    except (msgspec.ValidationError, TypeError) as error:
        # A TypeError: a parameter of a class that no setting can be, which the program did not hand in.
        raise ConfigError(
            f"a setting of the sink {name} is wrong: {error}", next=f"It takes: {', '.join(form.__struct_fields__)}."
        ) from None


@cache
def _walked() -> dict[str, Sink]:
    for module in pkgutil.iter_modules([str(Path(__file__).parent)]):
        importlib.import_module(f"tenfold.sinks.{module.name}")
    return _SINKS
