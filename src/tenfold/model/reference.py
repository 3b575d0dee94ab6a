"""What AWS's service authorization reference says: services, their actions, resource types and condition keys."""

import msgspec


class KeyFacts(msgspec.Struct, frozen=True, array_like=True):
    """A condition key: its name as AWS writes it, and its type (`String`, `ArrayOfString`, `ARN`, `Bool`, ...).

    A name that ends on `/` or `:` is the beginning of a family, such as `s3:ExistingObjectTag/`.
    """

    name: str
    type: str

    @property
    def many(self) -> bool:
        """Whether requests may carry several values under it."""
        return self.type.startswith("ArrayOf")


class ResourceType(msgspec.Struct, frozen=True, array_like=True):
    """A type of resource: its ARN with `${Placeholders}`, and the condition keys that go by it, in lower case."""

    name: str
    arn: str
    keys: tuple[str, ...] = ()


class ActionFacts(msgspec.Struct, frozen=True, array_like=True):
    """An action: `service:Name`, access level, what it acts on, and the condition keys its requests carry.

    `resources` are names of its service's resource types, `required` those of them that every request names; without
    any it is allowed on `*` alone. `keys` are in lower case.
    """

    name: str
    level: str
    resources: tuple[str, ...] = ()
    required: tuple[str, ...] = ()
    keys: tuple[str, ...] = ()


class ServiceFacts(msgspec.Struct, frozen=True, array_like=True):
    """A service, by the prefix of its actions."""

    prefix: str
    title: str
    actions: tuple[ActionFacts, ...] = ()
    resources: tuple[ResourceType, ...] = ()
    keys: tuple[KeyFacts, ...] = ()
