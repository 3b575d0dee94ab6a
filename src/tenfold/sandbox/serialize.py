"""A result as the bytes of an answer, by the model of the call's service."""

from collections.abc import Callable, Mapping
from typing import Any

from moto.core.serialize import XFormedAttributePicker, get_serializer_class
from moto.iam.responses import IamResponse

from tenfold.sandbox.calls import Call
from tenfold.sandbox.wire import Reply

_TRANSFORMERS: dict[str, dict[str, Callable[[Any], Any]]] = {"iam": IamResponse.RESPONSE_KEY_PATH_TO_TRANSFORMER}


def serialize(call: Call, result: Mapping[str, Any]) -> Reply:
    """The answer to a call; values of the result may be moto's objects."""
    assert call.model is not None
    picker = XFormedAttributePicker(response_transformers=_TRANSFORMERS.get(call.service, {}))
    serializer = get_serializer_class(call.service, call.protocol)(operation_model=call.model, value_picker=picker)
    answer = serializer.serialize(result)
    body = answer["body"]
    content = body.encode() if isinstance(body, str) else body
    return Reply(answer["status_code"], list(answer["headers"].items()), content)
