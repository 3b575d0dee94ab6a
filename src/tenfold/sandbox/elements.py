"""Parameters and answers in CloudTrail's form, for the services that follow the common rule."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from botocore.model import Shape

from tenfold.sandbox.calls import Call
from tenfold.sandbox.tables import MASKED_KEYS, NOT_IN_ANSWER, RESPONSE_KEYS

Elements = dict[str, Any]


def lower_first(name: str) -> str:
    """`DBInstanceClass` -> `dBInstanceClass`: CloudTrail lowers the first letter and no other."""
    return name[:1].lower() + name[1:]


def date_text(at: datetime) -> str:
    """A time as most services write it into their records: `Jul 10, 2023, 1:54:39 PM`."""
    return f"{at:%b} {at.day}, {at.year}, {at.hour % 12 or 12}:{at:%M:%S %p}"


@dataclass(frozen=True)
class Renderer:
    """Renders the values of one call by their shapes."""

    service: str
    operation: str
    without: Collection[str] = ()

    def render(self, shape: Shape, value: Any) -> Any:
        """A value of a shape; members that are secret or bytes are left out."""
        match shape.type_name:
            case "structure" if isinstance(value, Mapping):
                return self._structure(shape, value)
            case "list":
                return [self.render(shape.member, item) for item in value]
            case "map":
                return {str(key): self.render(shape.value, item) for key, item in value.items()}
            case "timestamp" if isinstance(value, datetime):
                return date_text(value)
        return value

    def _structure(self, shape: Shape, value: Mapping[str, Any]) -> Elements:
        rendered: Elements = {}
        for name, member in shape.members.items():
            key = lower_first(name)
            if value.get(name) is None or key in self.without:
                continue
            mask = self._mask(key)
            if mask:
                rendered[key] = mask
            elif mask is None and not _secret(member):
                rendered[key] = self.render(member, value[name])
        return rendered

    def _mask(self, key: str) -> str | None:
        return MASKED_KEYS.get((self.service, self.operation, key), MASKED_KEYS.get((self.service, "*", key)))


def request_parameters(call: Call) -> Elements | None:
    """The parameters of a call; null when there are none."""
    if call.model is None or call.model.input_shape is None:
        return None
    return Renderer(call.service, call.operation).render(call.model.input_shape, call.parameters) or None


def response_elements(call: Call, answer: Mapping[str, Any]) -> Elements | None:
    """The answer to a write; null when there is nothing in it."""
    if call.model is None or call.model.output_shape is None:
        return None
    renderer = Renderer(call.service, call.operation, NOT_IN_ANSWER.get(call.name, ()))
    rendered: Elements = renderer.render(call.model.output_shape, answer)
    if keys := RESPONSE_KEYS.get(call.name):
        rendered = {key: rendered[source] for key, source in keys.items() if source in rendered}
    return rendered or None


def _secret(shape: Shape) -> bool:
    return (
        shape.type_name == "blob"
        or bool(shape.metadata.get("sensitive"))
        or bool(getattr(shape, "is_eventstream", False))
    )
