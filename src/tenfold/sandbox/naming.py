"""What CloudTrail calls a call: source, name, region, category, error code."""

from moto.core.errors import ErrorLookupFactory
from moto.utilities.utils import get_partition

from tenfold.sandbox.calls import Call, service_model
from tenfold.sandbox.tables import (
    DATA_OPERATIONS,
    EVENT_NAME,
    EVENT_SOURCE,
    EVENT_SOURCE_SUFFIX,
    GLOBAL_SERVICES,
    HOME_REGIONS,
)

_ERROR_NAMES = ErrorLookupFactory()


def event_source(call: Call) -> str:
    """`eventSource`: the endpoint prefix with AWS's domain, such as `monitoring...` for CloudWatch."""
    prefix = call.model.service_model.endpoint_prefix if call.model else call.service
    return EVENT_SOURCE.get(call.service, str(prefix).removeprefix("api.")) + EVENT_SOURCE_SUFFIX


def event_name(call: Call) -> str:
    """`eventName`, such as `CreateFunction20150331`."""
    return EVENT_NAME.get(call.name, call.operation)


def event_region(call: Call) -> str:
    """`awsRegion`: the home region of the partition for services that have one endpoint in it."""
    partition = get_partition(call.region)
    return HOME_REGIONS.get(partition, call.region) if call.service in GLOBAL_SERVICES else call.region


def is_global(call: Call) -> bool:
    """Whether the call is of a service that belongs to no region."""
    return call.service in GLOBAL_SERVICES


def is_data(call: Call) -> bool:
    """Whether the event is a data event: about an object, a message or an item."""
    return call.operation in DATA_OPERATIONS.get(call.service, ())


def error_code(call: Call, code: str) -> str:
    """`errorCode`: EC2's with the side at fault, those of the query protocol by the name of the exception."""
    if call.service == "ec2":
        return f"Client.{code}"
    model = service_model(call.service)
    if call.protocol != "query" or model is None:
        return code
    shape = _ERROR_NAMES.for_service(model).from_code(code)
    return shape.name if shape else code
