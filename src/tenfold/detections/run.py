"""The runner: each event goes to the detections that want it; one that fails leaves the others alone."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

import msgspec

from tenfold.detections.actors import actors
from tenfold.detections.record import at, denied, failed
from tenfold.detections.registry import Detection, Hit
from tenfold.model.alert import Alert
from tenfold.model.errors import contain
from tenfold.model.event import Actor, Event
from tenfold.model.evidence import Evidence
from tenfold.model.finding import Severity

_ALWAYS_SHOWN = ("eventSource", "eventName", "awsRegion", "sourceIPAddress", "errorCode")


class Failure(NamedTuple):
    """A detection that raised: its answer about this event is unknown, never "no"."""

    detection: str
    event: str
    reason: str


class Runner:
    """Asks each event's detections, found by the event's action; keeps no state but the failures.

    `failures` grows with each one until the caller clears it.
    """

    def __init__(self, detections: Iterable[Detection]) -> None:
        self.failures: list[Failure] = []
        self._asked_always: list[Detection] = []
        self._by_action: dict[str, list[Detection]] = {}
        for each in detections:
            if not each.events:
                self._asked_always.append(each)
            for action in each.events:
                self._by_action.setdefault(action, []).append(each)

    def alerts(self, events: Iterable[Event]) -> Iterator[Alert]:
        """What the events are worth telling, in their order."""
        for event in events:
            for each in (*self._by_action.get(event.action, ()), *self._asked_always):
                alert = self._alert(each, event)
                if alert is not None:
                    yield alert

    def _alert(self, each: Detection, event: Event) -> Alert | None:
        return contain(lambda: _alert(each, event), lambda error: self._failed(each, event, error))

    def _failed(self, each: Detection, event: Event, error: Exception) -> None:
        self.failures.append(Failure(each.id, event.id, f"{type(error).__name__}: {error}"))


def _alert(each: Detection, event: Event) -> Alert | None:
    attempt = failed(event)
    if attempt and not (each.attempts and denied(event)):
        return None
    answer = each.ask(event)
    if not answer:
        return None
    hit = answer if isinstance(answer, Hit) else Hit()
    severity = each.severity if hit.severity is None else hit.severity
    chain = actors(event)
    what = f"{hit.message or each.title}, by {_who(chain)}"
    incident = each.group(event) if each.group else _incident(each, event, hit)
    return Alert(
        detection=each.id,
        incident=incident,
        severity=Severity(max(severity - attempt, Severity.INFO)),
        at=event.time,
        message=f"denied: {what}" if attempt else what,
        evidence=tuple(_evidence(each, event, hit, chain)),
        scope=event.scope,
        about=tuple(_about(incident, event, hit)),
    )


def _about(incident: str, event: Event, hit: Hit) -> Iterator[str]:
    """The ARNs of what it happened to: first the one that tells its incident apart."""
    names = dict.fromkeys((*incident.split("|"), hit.about, *event.targets))
    return (name for name in names if name.startswith("arn:"))


def _incident(each: Detection, event: Event, hit: Hit) -> str:
    about = hit.about or next(iter(event.targets), event.actor.arn)
    return f"{each.id}|{event.scope.account}|{about}"


def _who(chain: tuple[Actor, ...]) -> str:
    """The nearest actor that has a name."""
    return next((actor.arn for actor in chain if actor.arn), chain[0].type or "somebody unnamed")


def _evidence(each: Detection, event: Event, hit: Hit, chain: tuple[Actor, ...]) -> Iterator[Evidence]:
    """First the event by its id, then who stands behind it, then where its bytes lie."""
    shown = {path: at(event, path) for path in (*_ALWAYS_SHOWN, *each.shows)}
    seen = {path: value for path, value in shown.items() if value is not None} | dict(hit.seen)
    yield Evidence(event.id, seen, event.time)
    yield Evidence("actors", msgspec.to_builtins(chain))
    if event.origin is not None:
        yield Evidence("origin", msgspec.to_builtins(event.origin))
