"""Real CloudTrail events, where the folder of other people's data lies beside the project, as sets of key paths."""

import json
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

DATA = Path(__file__).resolve().parents[3] / "shared" / "data"
FOLDERS = (DATA / "invictus-aws" / "CloudTrail", DATA / "stratus-red-team")
MISSING = f"no {' and '.join(folder.parent.name + '/' + folder.name for folder in FOLDERS)} beside the project"

Event = tuple[str, str]  # first label of eventSource, eventName
Paths = frozenset[str]

# Maps whose keys are the caller's own words
_MAPS = frozenset({"requestParameters.tags"})


def present() -> bool:
    return all(folder.is_dir() for folder in FOLDERS)


@cache
def writes() -> dict[Event, tuple[Paths, ...]]:
    """The write calls by real callers: the key paths of each sample of each event."""
    found: defaultdict[Event, list[Paths]] = defaultdict(list)
    for record in _records():
        if _is_write_call(record):
            found[event_of(record)].append(paths(record))
    return {event: tuple(samples) for event, samples in found.items()}


def event_of(record: dict[str, Any]) -> Event:
    return record["eventSource"].split(".")[0], record["eventName"]


def paths(value: Any, at: str = "") -> Paths:
    """The dotted paths of the leaves: what ends in a plain value, in null, in `{}` or in `[]`; list indexes left out."""
    if isinstance(value, dict) and value:
        names = {key: "*" if at in _MAPS else key for key in value}
        return frozenset().union(*(paths(item, f"{at}.{names[key]}" if at else key) for key, item in value.items()))
    if isinstance(value, list) and value:
        return frozenset().union(*(paths(item, at) for item in value))
    return frozenset({at})


def _records() -> Iterator[dict[str, Any]]:
    for folder in FOLDERS:
        for file in sorted(folder.glob("*.json")):
            content = json.loads(file.read_bytes())
            yield from content["Records"] if isinstance(content, dict) else content


def _is_write_call(record: dict[str, Any]) -> bool:
    caller = record["userIdentity"].get("type")
    return (
        record.get("eventType") == "AwsApiCall"
        and record.get("readOnly") in {None, False}
        and caller not in {None, "AWSService"}
    )
