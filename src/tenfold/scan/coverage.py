"""What was not read, by cause: one line each, with what it cost."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import NamedTuple

import msgspec

from tenfold.aws.faults import UNNAMED
from tenfold.inventory.collect import Wanted
from tenfold.model.arn import Scope
from tenfold.model.gap import Gap, GapKind
from tenfold.model.run import Unread
from tenfold.model.snapshot import ListStatus, Snapshot

_EXAMPLES = 3


class _Miss(NamedTuple):
    gap: Gap
    scope: Scope
    what: str
    example: str
    decides: bool = True


def unread(snapshot: Snapshot, aside: Wanted | None = None) -> tuple[Unread, ...]:
    """The causes of missing lists and facets, most expensive first.

    `aside` are facets, by kind, that no check asked for: without them every question can be answered.

    An SCP is one cause, whatever it fences. Where AWS does not name it, each account and call is a cause of its own.
    """
    groups: dict[tuple[str, ...], list[_Miss]] = {}
    for miss in (*_lists(snapshot), *_facets(snapshot, aside or {})):
        groups.setdefault(_cause(miss), []).append(miss)
    rows = (_row(misses) for misses in groups.values())
    return tuple(sorted(rows, key=lambda row: (-row.count, row.gap.call)))


def oldest_fact(snapshot: Snapshot) -> datetime | None:
    """The time of the oldest fact that the snapshot's answers stand on."""
    facts = (fact.as_of for resource in snapshot.resources for fact in resource.facets.values() if fact.gap is None)
    return min(facts, default=None)


def _lists(snapshot: Snapshot) -> Iterator[_Miss]:
    for row in snapshot.lists:
        if row.status is not ListStatus.COMPLETE and row.gap is not None:
            yield _Miss(row.gap, row.scope, f"list of {row.kind}", str(row.scope))


def _facets(snapshot: Snapshot, aside: Wanted) -> Iterator[_Miss]:
    for resource in snapshot.resources:
        spare = aside.get(resource.kind, frozenset())
        for name, fact in resource.facets.items():
            if fact.gap is not None:
                yield _Miss(fact.gap, resource.scope, f"{name} of {resource.kind}", resource.arn, name not in spare)


def _cause(miss: _Miss) -> tuple[str, ...]:
    if miss.gap.kind is GapKind.FENCED:
        named = miss.gap.scp != UNNAMED
        return (miss.gap.kind, miss.gap.scp) if named else (miss.gap.kind, miss.scope.account, miss.gap.call)
    return miss.gap.kind, miss.scope.account, miss.gap.call, miss.what


def _row(misses: list[_Miss]) -> Unread:
    first = misses[0]
    what = ", ".join(sorted({miss.what for miss in misses}))
    decides = any(miss.decides for miss in misses)
    return Unread(first.gap, _common(miss.scope for miss in misses), what, len(misses), _examples(misses), decides)


def _examples(misses: list[_Miss]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(miss.example for miss in misses))[:_EXAMPLES]


def _common(scopes: Iterable[Scope]) -> Scope:
    """The narrowest scope that holds them all: fields in which they differ are left empty."""
    distinct = list(dict.fromkeys(scopes))
    fields = {f: {getattr(s, f) for s in distinct} for f in ("partition", "account", "region", "service")}
    return msgspec.convert({name: min(v) if len(v) == 1 else "" for name, v in fields.items()}, Scope)
