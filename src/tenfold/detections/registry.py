"""How a detection says what it is; detections are found by walking this folder."""

import importlib
import pkgutil
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from typing import TypeVar

import msgspec

from tenfold.model.event import Event
from tenfold.model.finding import Severity
from tenfold.model.resource import Json

_MARK = "__tenfold_detection__"


class Hit(msgspec.Struct, frozen=True):
    """What a detection says of an event beyond "yes".

    `message` stands for the detection's title, `severity` for its severity. `about` is the thing it happened to (an
    ARN, a name): it tells the incidents of one detection apart. `seen` adds to the evidence what was worked out of
    the record, by its place there.
    """

    message: str = ""
    about: str = ""
    severity: Severity | None = None
    seen: Mapping[str, Json] = {}


Ask = Callable[[Event], bool | Hit | None]
F = TypeVar("F", bound=Ask)


class Detection(msgspec.Struct, frozen=True):
    """A question about one event. See `detection`.

    `title`, `why`, `fix` and `notes` are the parts of the docstring; `fix` is the runbook, `notes` say what counts
    and what stays quiet.
    """

    log: str
    id: str
    severity: Severity
    technique: str
    events: tuple[str, ...]
    shows: tuple[str, ...]
    attempts: bool
    group: Callable[[Event], str] | None
    name: str
    title: str
    why: str
    fix: str
    notes: str
    ask: Ask


def detection(
    log: str,
    *,
    id: str,  # noqa: A002 - the word that the catalogue, keys and acceptances use
    severity: Severity,
    technique: str,
    events: tuple[str, ...] = (),
    shows: tuple[str, ...] = (),
    attempts: bool = False,
    group: Callable[[Event], str] | None = None,
) -> Callable[[F], F]:
    """Mark a function `(event: Event) -> bool | Hit | None` as a detection; True is a Hit with nothing to add.

    Args:
        log: whose events it is asked about, such as `cloudtrail`.
        id: permanent, and apart from the path; keys and acceptances hang on it.
        severity: of its alerts, unless a hit says otherwise.
        technique: the ATT&CK technique that it shows.
        events: the actions it is asked about, as `service:EventName`: names alone are shared between services.
            Empty: every event.
        shows: paths in the record that belong to the evidence.
        attempts: ask it of calls that AWS denied as well; such an alert is one severity lower. Calls that failed
            are not asked about otherwise.
        group: gives the whole key of the incident. Without it the key is the id, the account, and what the hit is
            about, else the event's first target, else the actor's ARN.
    """

    def mark(function: F) -> F:
        name = function.__module__.rpartition(".")[2]
        documentation = _documentation(function)
        found = Detection(log, id, severity, technique, events, shows, attempts, group, name, *documentation, function)
        setattr(function, _MARK, found)
        return function

    return mark


@lru_cache
def detections_of(log: str) -> tuple[Detection, ...]:
    """Every detection that is asked about the events of a log, by id."""
    return tuple(sorted((mark for mark in _marks() if mark.log == log), key=lambda d: d.id))


def _documentation(function: Ask) -> tuple[str, str, str, str]:
    """Title, why, fix and notes of a docstring in the form that docs/add-a-detection.md shows."""
    title, _, rest = (function.__doc__ or "").strip().partition("\n")
    why, _, rest = rest.partition("Why:")[2].partition("Fix:")
    fix, _, notes = rest.partition("\n\n")
    return title.rstrip("."), _flow(why), _flow(fix), _flow(notes)


def _flow(text: str) -> str:
    return " ".join(text.split())


def _marks() -> Iterator[Detection]:
    from tenfold import detections  # noqa: PLC0415 - its modules import this one

    for found in pkgutil.iter_modules(detections.__path__, f"{detections.__name__}."):
        module = importlib.import_module(found.name)
        for value in vars(module).values():
            mark = getattr(value, _MARK, None)
            if mark is not None and value.__module__ == module.__name__:
                yield mark
