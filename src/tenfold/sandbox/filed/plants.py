"""Objects by kind, account and region: planted, made by calls, or moto's own with planted facts laid over them."""

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from moto.backends import get_backend
from moto.utilities.utils import get_partition

from tenfold.sandbox.calls import service_model
from tenfold.sandbox.filed.entries import Kind
from tenfold.sandbox.filed.template import MISSING, Scope, fill, look
from tenfold.sandbox.tables import HOME_REGIONS

Object = dict[str, Any]


class PlantError(ValueError):
    """An object that cannot be planted."""


class Plants:
    """The objects of the kinds that the answers know."""

    def __init__(self, kinds: Mapping[str, Kind]) -> None:
        self._kinds = dict(kinds)
        self._objects: dict[tuple[str, str, str], dict[str, Object]] = {}

    def plant(self, kind: str, scope: Scope, facts: Mapping[str, Any]) -> Object:
        """Keep an object of these facts and the kind's defaults; one of the same id is replaced.

        Args:
            kind: one of the kinds of the file.
            scope: what templates may name, `account` and `region` among it.
            facts: members and their values.

        Raises:
            PlantError: when the kind is not known, a member is none of it, or the object has no id.
        """
        found = self._kind(kind)
        _check_names(kind, found, facts)
        defaults = {} if found.moto else found.defaults
        planted = _laid_over(_filled(defaults, scope, facts), facts)
        key = look(found.id, planted)
        if key is MISSING:
            raise PlantError(f"{kind} needs {found.id}")
        self._place(kind, found, scope)[str(key)] = planted
        return planted

    def of(self, kind: str, scope: Scope) -> list[Any]:
        """The objects of a kind in the scope's account and region, in the order in which they came."""
        found = self._kind(kind)
        planted = self._place(kind, found, scope)
        if not found.moto:
            return list(planted.values())
        rows = dict(self._of_moto(found, scope))
        merged = {key: _laid_over(row, planted[key]) if key in planted else row for key, row in rows.items()}
        return [*merged.values(), *(row for key, row in planted.items() if key not in merged)]

    def change(self, kind: str, scope: Scope, row: Object, values: Mapping[str, Any]) -> None:
        """Lay values over an object; what is moto's own is then also planted."""
        found = self._kind(kind)
        key = str(look(found.id, row))
        place = self._place(kind, found, scope)
        place[key] = _laid_over(place.get(key, {} if found.moto else row), {found.id: key, **values})

    def remove(self, kind: str, scope: Scope, row: Object) -> None:
        """Forget an object."""
        found = self._kind(kind)
        self._place(kind, found, scope).pop(str(look(found.id, row)), None)

    def _kind(self, kind: str) -> Kind:
        if kind not in self._kinds:
            raise PlantError(f"no kind {kind}: one of {', '.join(sorted(self._kinds))}")
        return self._kinds[kind]

    def _place(self, name: str, kind: Kind, scope: Scope) -> dict[str, Object]:
        place = (name, str(scope["account"]), str(scope["region"]) if kind.scope == "region" else "")
        if place not in self._objects:
            rows = [_laid_over(_filled(kind.defaults, scope, row), fill(row, scope)) for row in kind.always]
            self._objects[place] = {str(look(kind.id, row)): row for row in rows}
        return self._objects[place]

    @staticmethod
    def _of_moto(kind: Kind, scope: Scope) -> Iterator[tuple[str, Any]]:
        account = get_backend(kind.moto)[str(scope["account"])]  # type: ignore[call-overload]  # names of services are data here
        holder = account[_place_in_moto(kind, str(scope["region"]), account.regions)]
        found = look(kind.of, holder)
        collection = found() if callable(found) else [found] if kind.single and found else found
        for thing in list(collection.values() if isinstance(collection, Mapping) else collection or ()):
            row = fill(kind.defaults, {**scope, "moto": thing}) if kind.defaults else thing
            yield str(look(kind.id, row)), row


def _place_in_moto(kind: Kind, region: str, regions: Collection[str]) -> str:
    """What moto keeps a service's state under: the region, or for all regions the partition or its home region."""
    partition = get_partition(region)
    if kind.scope == "region":
        return region
    return partition if partition in regions else HOME_REGIONS[partition]


def _filled(defaults: Mapping[str, Any], scope: Scope, facts: Mapping[str, Any]) -> Object:
    """The defaults, which may name the object's own members (`self`) that stand before them."""
    made: Object = {}
    for name, template in defaults.items():
        value = fill(template, {**scope, "self": {**made, **facts}})
        if value is not MISSING:
            made[name] = value if name not in facts else _laid_over({name: value}, {name: facts[name]})[name]
    return made


def _laid_over(below: Mapping[str, Any], above: Mapping[str, Any]) -> Object:
    """The one with the values of the other; objects inside are joined the same way."""
    joined = dict(below)
    for name, value in above.items():
        both = isinstance(value, Mapping) and isinstance(joined.get(name), Mapping)
        joined[name] = _laid_over(joined[name], value) if both else value
    return joined


def _check_names(name: str, kind: Kind, facts: Mapping[str, Any]) -> None:
    if not kind.shape:
        return
    members = {*shape_members(kind.shape), *kind.besides}
    for member in facts:
        if member not in members:
            raise PlantError(f"{name} has no {member}: one of {', '.join(sorted(members))}")


def shape_members(path: str) -> list[str]:
    """The members of a part of an answer, `service:Operation.Member.Member`; lists are gone into.

    Raises:
        PlantError: when botocore's models have no such part.
    """
    operation, *steps = path.split(".")
    service, _, name = operation.partition(":")
    model = service_model(service)
    if model is None or name not in model.operation_names:
        raise PlantError(f"no operation {operation}")
    shape = model.operation_model(name).output_shape
    for step in steps:
        shape = (getattr(shape, "members", None) or {}).get(step)
        while shape is not None and shape.type_name == "list":
            shape = shape.member
    if shape is None or shape.type_name != "structure":
        raise PlantError(f"{path} is no structure of an answer")
    return list(shape.members)
