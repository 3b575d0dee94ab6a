"""`tenfold policy diff`: two versions of a resource policy, and what changes between them."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from rich.console import RenderableType
from rich.text import Text

from tenfold.cli.ending import FINDINGS, FINE, PARTIAL
from tenfold.cli.options import Format
from tenfold.cli.output import write, write_rows
from tenfold.model.errors import ConfigError
from tenfold.policy.compare import Comparison, Gain, compare
from tenfold.policy.parse import Policy, PolicyError, Statement, parse
from tenfold.reports.terminal.page import show
from tenfold.reports.terminal.style import line

_STDIN = "-"
_SHOWN = ("principal", "action", "resource")


def diff(old: str, new: str, account: str, resource: str, form: Format) -> int:
    """Compare two files; the exit code says whether the new version allows more.

    Raises:
        ConfigError: when a file cannot be read, or does not hold a policy.
    """
    if old == new == _STDIN:
        raise ConfigError("only one of the versions can come from standard input")
    before, after = _read(old), _read(new)
    found = compare(before, after, owner=account, resource=resource)
    if form is Format.TEXT:
        write(None, lambda out: show(list(_lines(found, before, after)), out))
    else:
        write(None, lambda out: write_rows(list(_rows(found, before, after)), form, out))
    return FINDINGS if found.added else PARTIAL if found.maybe_added else FINE


def _read(name: str) -> Policy:
    try:
        text = sys.stdin.buffer.read() if name == _STDIN else Path(name).read_bytes()
        return parse(text, needs=("Principal",))
    except OSError as error:
        raise ConfigError(f"cannot read the policy: {error.strerror}", where=name) from error
    except PolicyError as error:
        raise ConfigError(error.what, where=name) from error


def _rows(found: Comparison, before: Policy, after: Policy) -> Iterator[dict[str, Any]]:
    for change, gains, holder in (("added", found.added, after), ("removed", found.removed, before)):
        for gain in gains:
            request = gain.request()
            yield {
                "change": change,
                "statement": gain.statement,
                "sid": _statement(holder, gain.statement).sid,
                "denied_by": list(gain.denied_by),
                **{name: request.pop(name) for name in _SHOWN},
                "context": request,
                "reason": "",
            }
    blank = dict.fromkeys(("statement", "sid", "denied_by", *_SHOWN, "context"))
    for change, reasons in (("maybe added", found.maybe_added), ("maybe removed", found.maybe_removed)):
        yield from ({"change": change, **blank, "reason": reason} for reason in reasons)


def _lines(found: Comparison, before: Policy, after: Policy) -> Iterator[RenderableType]:
    yield line((_summary(found), "bold"))
    for gain in found.added:
        yield from _change(("+", "red"), gain, after, before, "old")
    for gain in found.removed:
        yield from _change(("-", "green"), gain, before, after, "new")
    for word, reasons in (("more", found.maybe_added), ("less", found.maybe_removed)):
        yield from (line(f"? whether it allows {word} is undecided: {reason}") for reason in reasons)


def _summary(found: Comparison) -> str:
    if found.equal:
        return "Both versions allow the same."
    more, less = bool(found.added), bool(found.removed)
    if more or less:
        words = "more, and less elsewhere" if more and less else "more" if more else "less"
        return f"The new version allows {words}."
    return "No difference was found, but it is not proven that there is none."


def _change(sign: tuple[str, str], gain: Gain, holder: Policy, other: Policy, version: str) -> Iterator[RenderableType]:
    request = gain.request()
    who, action, resource = (request.pop(name) for name in _SHOWN)
    mark, style = sign
    yield Text()
    yield line((f"{mark} {who} may {action}", style))
    yield line(f"on {resource}", indent=4)
    yield line(f"by {_statement(holder, gain.statement).label}", indent=4)
    for index in gain.denied_by:
        yield line(f"which {_statement(other, index).label} of the {version} version denies", indent=4)
    for key, value in request.items():
        yield line(f"with {key} = {value}", indent=4)


def _statement(policy: Policy, index: int) -> Statement:
    return policy.statements[index]
