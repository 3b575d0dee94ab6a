"""EventBridge: an event on a bus, the rules that it fits, and their targets."""

import json
from collections.abc import Collection, Mapping
from typing import Any

from moto.events.models import EventBus, Rule, events_backends
from moto.events.utils import EventTemplateParser
from moto.utilities.arns import parse_arn

from tenfold.sandbox.messages.post import Line, to_log_group, to_queue, to_topic

ENABLED, ENABLED_FOR_READS = "ENABLED", "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS"
STATES = (ENABLED, ENABLED_FOR_READS)
MAX_BYTES = 256 * 1024
Event = Mapping[str, Any]


def put(account: str, region: str, event: Event, states: Collection[str] = STATES, *, milliseconds: int = 0) -> None:
    """Put an event of AWS's own on the default bus of an account; one of more than 256 KB does not go there.

    Args:
        account: whose bus.
        region: of the bus.
        event: whole, as targets are to get it.
        states: of the rules that get to see it.
        milliseconds: its time since 1970, for targets that are log groups.
    """
    if len(json.dumps(event).encode()) <= MAX_BYTES:
        _offer(events_backends[account][region].event_buses["default"], event, states, milliseconds)


def _offer(bus: EventBus, event: Event, states: Collection[str], milliseconds: int, *, forwarded: bool = False) -> None:
    for rule in list(bus.rules.values()):
        if rule.state in states and rule.event_pattern.get_pattern() and fits(rule, event):
            for target in list(rule.targets):
                _send(target, event, states, milliseconds, forwarded=forwarded)


def fits(rule: Rule, event: Event) -> bool:
    """Whether an event fits a rule's pattern."""
    return bool(rule.event_pattern.matches_event(_columns(event)))


def _columns(value: Any) -> Any:
    """Lists of objects as one object of lists: a pattern meets a list when it meets one of its items, moto's no list.

    `[{"a": 1}, {"a": 2, "b": 3}]` becomes `{"a": [1, 2], "b": [3]}`.
    """
    if isinstance(value, Mapping):
        return {key: _columns(item) for key, item in value.items()}
    if not isinstance(value, list) or not value or not all(isinstance(item, Mapping) for item in value):
        return value
    columns: dict[str, Any] = {}
    for item in value:
        for key, inner in item.items():
            columns.setdefault(key, []).extend(inner if isinstance(inner, list) else [inner])
    return {key: _columns(inner) for key, inner in columns.items()}


def _send(target: Mapping[str, Any], event: Event, states: Collection[str], at: int, *, forwarded: bool) -> None:
    """To a queue, a topic, a log group or another bus; an event that came from another bus goes to no third one."""
    arn = parse_arn(target["Arn"])
    if arn.service == "events":
        bus = events_backends[arn.account][arn.region].event_buses.get(arn.resource_id)
        if bus and not forwarded:
            _offer(bus, event, states, at, forwarded=True)
        return
    text = _input(target, event)
    if arn.service == "sqs":
        to_queue(target["Arn"], text, target.get("SqsParameters", {}).get("MessageGroupId"))
    elif arn.service == "sns":
        to_topic(target["Arn"], text)
    elif arn.service == "logs":
        to_log_group(target["Arn"], str(event["id"]), [Line(at, text)])


def _input(target: Mapping[str, Any], event: Event) -> str:
    """What a target gets: the event, a part of it, a fixed text, or what its transformer makes of it."""
    if "Input" in target:
        return str(target["Input"])
    if path := target.get("InputPath"):
        return json.dumps(_part(event, path))
    if transformer := target.get("InputTransformer"):
        paths, template = transformer.get("InputPathsMap", {}), transformer["InputTemplate"]
        known: Any = {**event, "ingestion-time": event["time"]}
        return json.dumps(EventTemplateParser.parse(template, paths, known))
    return json.dumps(event)


def _part(event: Event, path: str) -> Any:
    """What lies at a path such as `$.detail.eventName`; null where there is nothing."""
    value: Any = event
    for step in path.removeprefix("$").strip(".").split("."):
        value = value.get(step) if isinstance(value, Mapping) else None
    return value
