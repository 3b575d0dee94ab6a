"""How a rule says what it is; rules are found by walking their folder."""

import importlib
import inspect
import pkgutil
from collections.abc import Callable, Iterator
from functools import lru_cache

import msgspec

from tenfold.model.finding import Severity
from tenfold.policy.lint.subject import Subject

_MARK = "__tenfold_lint_rule__"


class Remark(msgspec.Struct, frozen=True):
    """What a rule says of one place; `severity` stands for the rule's."""

    at: str
    message: str
    severity: Severity | None = None


Ask = Callable[[Subject], Iterator[Remark]]


class Rule(msgspec.Struct, frozen=True):
    """A construct that is awkward or dangerous; `title`, `why` and `fix` are the parts of the docstring."""

    id: str
    severity: Severity
    name: str
    title: str
    why: str
    fix: str
    ask: Ask


def rule(id: str, severity: Severity) -> Callable[[Ask], Ask]:  # noqa: A002 - the word that the catalogue uses
    """Mark a function `(subject: Subject) -> Iterator[Remark]` as a rule.

    Args:
        id: permanent, and apart from the path.
        severity: of its remarks, unless one says otherwise.
    """

    def mark(function: Ask) -> Ask:
        title, _, rest = inspect.cleandoc(function.__doc__ or "").partition("\n")
        why, _, fix = rest.partition("Fix:")
        name = function.__module__.rpartition(".")[2]
        told = (title.rstrip("."), _flow(why.partition("Why:")[2]), _flow(fix))
        setattr(function, _MARK, Rule(id, severity, name, *told, function))
        return function

    return mark


@lru_cache(maxsize=1)
def all_rules() -> tuple[Rule, ...]:
    """Every rule there is, by id."""
    from tenfold.policy.lint import rules  # noqa: PLC0415 - its modules import this one

    modules = (importlib.import_module(f"{rules.__name__}.{one.name}") for one in pkgutil.iter_modules(rules.__path__))
    marks = (getattr(value, _MARK, None) for module in modules for value in vars(module).values())
    return tuple(sorted((mark for mark in marks if mark is not None), key=lambda one: one.id))


def _flow(text: str) -> str:
    return " ".join(text.split())
