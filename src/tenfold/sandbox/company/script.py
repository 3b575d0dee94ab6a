"""A script: the calls by which something is planted, written down before anything has been made.

An id that AWS will give is written as a placeholder, plain text that can stand inside names, ARNs and policies: the
step and the path into its answer. It is filled in when the script is carried out.
"""

import re
from collections.abc import Mapping
from typing import Any

import msgspec

_OPEN, _SHUT = "\N{MATHEMATICAL LEFT WHITE SQUARE BRACKET}", "\N{MATHEMATICAL RIGHT WHITE SQUARE BRACKET}"
_PLACEHOLDER = re.compile(f"{_OPEN}(\\d+):([^{_SHUT}]+){_SHUT}")


DATE = "sandbox:Date"
"""No call of AWS's: the sandbox is told when something was made."""


class Step(msgspec.Struct, frozen=True):
    """One call: `service:Operation` in an account and a region. `hand` is who makes it in the console."""

    account: str
    region: str
    call: str
    parameters: Mapping[str, Any]
    hand: str = ""


class Answer:
    """The answer that a step will get."""

    def __init__(self, number: int) -> None:
        self._number = number

    def __getitem__(self, path: str) -> str:
        """What will stand at a path of it, such as `Reservations.0.OwnerId`."""
        return f"{_OPEN}{self._number}:{path}{_SHUT}"


class Script:
    """Steps in their order."""

    def __init__(self) -> None:
        self.steps: list[Step] = []

    def do(self, account: str, region: str, call: str, parameters: Mapping[str, Any], hand: str = "") -> Answer:
        """Write down one more call."""
        self.steps.append(Step(account, region, call, parameters, hand))
        return Answer(len(self.steps) - 1)


def awaited(value: Any) -> set[int]:
    """The numbers of the steps whose answers a value needs."""
    text = msgspec.json.encode(value).decode()
    return {int(number) for number, _ in _PLACEHOLDER.findall(text)}


def filled(value: Any, answers: Mapping[int, Any]) -> Any:
    """A value with every placeholder filled in.

    Raises:
        KeyError: when an answer lacks what is looked for.
    """
    if isinstance(value, str):
        return _PLACEHOLDER.sub(lambda found: _at(answers[int(found[1])], found[2]), value) if _OPEN in value else value
    if isinstance(value, Mapping):
        return {key: filled(part, answers) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [filled(part, answers) for part in value]
    return value


def _at(answer: Any, path: str) -> str:
    for word in path.split("."):
        answer = answer[int(word)] if isinstance(answer, list) else answer[word]
    return str(answer).removeprefix("/")  # Route 53 writes its ids so
