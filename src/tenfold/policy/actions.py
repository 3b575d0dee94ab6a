"""The actions of AWS as an index: what a name or pattern stands for, what it acts on, which keys it carries."""

from collections.abc import Iterable, Mapping

import msgspec

from tenfold.model.reference import ActionFacts, KeyFacts, ResourceType, ServiceFacts
from tenfold.policy.keys_table import GLOBAL
from tenfold.policy.match import fits
from tenfold.policy.overlap import meets


class ActionIndex:
    """The service authorization reference. A name that it does not know is unknown, not wrong.

    Args:
        services: prefix to ServiceFacts in MessagePack; empty when there is no reference, and all names are unknown.
    """

    def __init__(self, services: Mapping[str, bytes] | None = None) -> None:
        self._packed = services or {}
        self._opened: dict[str, ServiceFacts] = {}
        self._by_name: dict[str, dict[str, ActionFacts]] = {}
        self._expanded: dict[str, tuple[str, ...]] = {}
        self._acted: dict[str, frozenset[str]] = {}
        self._carried: dict[str, frozenset[str]] = {}

    def __bool__(self) -> bool:
        return bool(self._packed)

    @property
    def services(self) -> tuple[str, ...]:
        """The prefixes of all services, in lower case."""
        return tuple(self._packed)

    def service(self, prefix: str) -> ServiceFacts | None:
        """The service of that prefix, in any letter case; None when it is unknown."""
        name = prefix.lower()
        if name not in self._opened and name in self._packed:
            self._opened[name] = msgspec.msgpack.decode(self._packed[name], type=ServiceFacts)
        return self._opened.get(name)

    def action(self, name: str) -> ActionFacts | None:
        """The action `service:Name`, in any letter case; None when it is unknown."""
        return self._actions(name.partition(":")[0]).get(name.lower())

    def expand(self, pattern: str) -> tuple[str, ...]:
        """The known actions that an entry of an Action element stands for, as AWS writes them."""
        found = self._expanded.get(pattern)
        if found is None:
            found = self._expanded[pattern] = tuple(self._expand(pattern.lower()))
        return found

    def resource_types(self, arn: str) -> tuple[tuple[str, ResourceType], ...]:
        """The types that an ARN, or a pattern of ARNs, can be of, each with the prefix of its service."""
        every = ((prefix, one) for prefix in self._packed for one in self._service_types(prefix))
        return tuple((prefix, one) for prefix, one in every if meets(arn, one.arn))

    def types_of(self, action: ActionFacts) -> tuple[ResourceType, ...]:
        """The types of resources that an action acts on; none when it is allowed on `*` alone."""
        return tuple(one for one in self._service_types(action.name.partition(":")[0]) if one.name in action.resources)

    def acts_on(self, pattern: str) -> frozenset[str]:
        """The ARNs, with placeholders, of what the known actions behind an entry of an Action element act on."""
        found = self._acted.get(pattern)
        if found is None:
            actions = (self.action(name) for name in self.expand(pattern))
            arns = (one.arn for action in actions if action for one in self.types_of(action))
            found = self._acted[pattern] = frozenset(arns)
        return found

    def keys_for(self, action: str) -> frozenset[str]:
        """The keys that requests for an action carry beside the global ones, in lower case; empty when unknown.

        One that ends on `/` or `:` is the beginning of a family.
        """
        name = action.lower()
        if name not in self._carried:
            found = self.action(name)
            types = self.types_of(found) if found else ()
            keys = (key for one in types for key in one.keys)
            self._carried[name] = frozenset((*(found.keys if found else ()), *keys))
        return self._carried[name]

    def carries(self, action: str, key: str) -> bool:
        """Whether requests for a known action carry a key that is not global."""
        return stem(key, self.keys_for(action)) is not None

    def key(self, name: str) -> KeyFacts | None:
        """The key of that name, in any letter case: a global one, or one of the service before the colon."""
        lower = name.lower()
        known = GLOBAL if lower.startswith("aws:") else self._keys(lower.partition(":")[0])
        found = stem(lower, known)
        return known[found] if found is not None else None

    def keys_of(self, prefix: str) -> tuple[str, ...]:
        """The names of the keys of a service, or of the global ones for `aws`."""
        return tuple(one.name for one in (GLOBAL if prefix == "aws" else self._keys(prefix)).values())

    def _expand(self, pattern: str) -> list[str]:
        prefix = pattern.partition(":")[0]
        if "*" not in pattern and "?" not in pattern:
            found = self._actions(prefix).get(pattern)
            return [found.name] if found else []
        places = self._packed if "*" in prefix or "?" in prefix else (prefix,)
        every = (pair for place in places for pair in self._actions(place).items())
        return [found.name for name, found in every if fits(pattern, name)]

    def _actions(self, prefix: str) -> Mapping[str, ActionFacts]:
        name = prefix.lower()
        if name not in self._by_name:
            found = self.service(name)
            self._by_name[name] = {one.name.lower(): one for one in found.actions} if found else {}
        return self._by_name[name]

    def _service_types(self, prefix: str) -> tuple[ResourceType, ...]:
        found = self.service(prefix)
        return found.resources if found else ()

    def _keys(self, prefix: str) -> Mapping[str, KeyFacts]:
        found = self.service(prefix)
        return {one.name.lower(): one for one in found.keys} if found else {}


def stem(key: str, known: Iterable[str]) -> str | None:
    """The name among known ones that stands for a key, itself or its family; both in lower case."""
    lower = key.lower()
    for name in known:
        if lower == name or (name[-1:] in ("/", ":") and lower.startswith(name)):
            return name
    return None
