"""What may be read as it was before a write: where moto keeps it, how it is kept aside, and how it is shown again."""

from collections.abc import Callable, Iterable, Iterator, MutableMapping
from contextlib import contextmanager
from copy import copy, deepcopy
from typing import Any, NamedTuple

from moto.iam.models import iam_backends
from moto.s3.models import s3_backends
from moto.s3control.models import s3control_backends

Store = MutableMapping[str, Any]
BLOCK = "public_access_block"
ABSENT = object()


class Thing(NamedTuple):
    """A resource that is written and read: `kind` is one of `KINDS`, `name` what moto or the call knows it by."""

    account: str
    partition: str
    kind: str
    name: str


class Before(NamedTuple):
    """A thing as it was: `value` under `key` of `store`, or `ABSENT`."""

    store: Store
    key: str
    value: object


def keep(thing: Thing) -> tuple[str | None, object]:
    """The thing's key, and a copy of it that later writes leave alone; None and `ABSENT` when it is not there."""
    kind = KINDS[thing.kind]
    store = kind.store(thing)
    key = kind.key(store, thing.name)
    return (None, ABSENT) if key is None else (key, kind.copy(store[key]))


def before(thing: Thing, kept: tuple[str | None, object]) -> Before | None:
    """What was kept, once the write is done; None when the thing was not there and still is not."""
    kind = KINDS[thing.kind]
    store = kind.store(thing)
    key = kept[0] if kept[0] is not None else kind.key(store, thing.name)
    return None if key is None else Before(store, key, kept[1])


@contextmanager
def as_they_were(things: Iterable[Before]) -> Iterator[None]:
    """Show them as they were inside the block. Nobody else may look meanwhile: the gateway's turn sees to that."""
    now = [Before(thing.store, thing.key, _exchange(thing)) for thing in things]
    try:
        yield
    finally:
        for thing in now:
            _exchange(thing)


def _exchange(thing: Before) -> object:
    """Put a value in its place; what was there."""
    if thing.value is ABSENT:
        return thing.store.pop(thing.key, ABSENT)
    found = thing.store.get(thing.key, ABSENT)
    thing.store[thing.key] = thing.value
    return found


class _Kind(NamedTuple):
    store: Callable[[Thing], Store]
    key: Callable[[Store, str], str | None]
    copy: Callable[[Any], Any]


def _iam(collection: str) -> Callable[[Thing], Store]:
    return lambda thing: vars(iam_backends[thing.account][thing.partition])[collection]


def _itself(store: Store, name: str) -> str | None:
    return name if name in store else None


def _by_name(store: Store, name: str) -> str | None:
    return next((key for key, role in store.items() if role.name == name), None)


def _apart(thing: Any) -> Any:
    """A copy of an IAM resource; the policies and roles that it points to are resources of their own."""
    attached = [*getattr(thing, "managed_policies", {}).values(), *getattr(thing, "roles", ())]
    return deepcopy(thing, {id(other): other for other in attached})


KINDS = {
    # objects are not configuration and are never stale: the copy has the same store of them
    "bucket": _Kind(lambda thing: s3_backends[thing.account][thing.partition].buckets, _itself, copy),
    BLOCK: _Kind(lambda thing: vars(s3control_backends[thing.account][thing.partition]), _itself, copy),
    "group": _Kind(_iam("groups"), _itself, _apart),
    "instance_profile": _Kind(_iam("instance_profiles"), _itself, _apart),
    "policy": _Kind(_iam("managed_policies"), _itself, _apart),
    "role": _Kind(_iam("roles"), _by_name, _apart),
    "user": _Kind(_iam("users"), _itself, _apart),
}
