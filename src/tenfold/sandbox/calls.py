"""From a request to the call that it is: which operation of which service, with which parameters, in which region."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from botocore.exceptions import UnknownServiceError
from moto.backend_index import backend_url_patterns
from moto.backends import list_of_moto_modules
from moto.core.model import OperationModel, ServiceModel
from moto.core.parse import PROTOCOL_PARSERS, RequestParserError
from moto.core.request import Request, determine_request_protocol
from moto.core.routing import get_service_router
from moto.core.utils import get_service_model, service_name_from_moto_package_name
from moto.moto_server.werkzeug_app import DEFAULT_SERVICE_REGION, DomainDispatcherApplication, create_backend_app
from werkzeug.exceptions import NotFound

from tenfold.sandbox.tables import NOT_AN_API, READ_OPERATIONS, READ_PREFIXES, SERVICE_OF_BACKEND
from tenfold.sandbox.wire import Wire

_SCOPE = re.compile(r"([^/=\s]+)/\d{8}/([^/]+)/([^/]+)/aws4_request")
_ELBV2 = b"Version=2015-12-01"
_host_finder = DomainDispatcherApplication(create_backend_app)


@dataclass(frozen=True)
class Call:
    """One call of the AWS API.

    `backend` is moto's name of the service, None when moto lacks it; `service` and `operation` are botocore's names.
    `model` is None when the request fits no operation of the service.
    """

    wire: Wire
    backend: str | None
    service: str
    operation: str
    model: OperationModel | None
    protocol: str
    parameters: Mapping[str, Any]
    region: str
    access_key: str | None

    @property
    def name(self) -> str:
        """`service:Operation`."""
        return f"{self.service}:{self.operation}"

    @property
    def read_only(self) -> bool:
        """Whether the call changes nothing."""
        return self.operation.startswith(READ_PREFIXES) or self.name in READ_OPERATIONS


def read_call(wire: Wire) -> Call | None:
    """The call that a request makes; None when it is not one of the AWS API (moto's own pages, instance metadata)."""
    backend, signing_name = _backend_of(wire)
    if backend in NOT_AN_API:
        return None
    access_key, region = _signature(wire)
    service = _service_of(wire, backend, signing_name)
    model = service_model(service)
    if model is None:
        return Call(wire, backend, service, wire.method, None, "json", {}, region, access_key)
    request = wire.request()
    protocol = _protocol(model, request)
    operation, labels = _operation_of(service, request)
    if operation is None:
        return Call(wire, backend, service, _action_of(request), None, protocol, {}, region, access_key)
    parameters = _parameters(operation, protocol, request, labels)
    return Call(wire, backend, service, operation.name, operation, protocol, parameters, region, access_key)


def _backend_of(wire: Wire) -> tuple[str | None, str]:
    """Backend of moto, and the name of the service in the host that moto infers."""
    if wire.path.startswith("/moto-api"):
        return "moto_api", ""
    if wire.path.startswith(("/latest/meta-data/", "/latest/api/")):
        return "instance_metadata", ""
    environ = wire.request().environ
    host = _host_finder.infer_service_region_host(environ, wire.path)
    if host is None:
        return DEFAULT_SERVICE_REGION[0], DEFAULT_SERVICE_REGION[0]
    return _backend_of_host(host), host.split(".")[0]


@cache
def _backend_of_host(host: str) -> str | None:
    if host in list_of_moto_modules():
        return host
    return next((backend for backend, pattern in backend_url_patterns if pattern.match(f"http://{host}")), None)


def _service_of(wire: Wire, backend: str | None, signing_name: str) -> str:
    if backend == "elb" and _ELBV2 in wire.body:
        return "elbv2"
    return _service_named(backend or signing_name)


@cache
def _service_named(name: str) -> str:
    """The service of botocore by the name of moto's package or by a signing name: mostly hyphens apart."""
    return SERVICE_OF_BACKEND.get(name) or service_name_from_moto_package_name(name.replace("-", ""))


@cache
def service_model(service: str) -> ServiceModel | None:
    """The model that botocore has of a service; None when it has none of that name."""
    try:
        return get_service_model(service)
    except UnknownServiceError:
        return None


def _signature(wire: Wire) -> tuple[str | None, str]:
    """Access key id (None: not signed) and region of a request."""
    signed = wire.header("authorization") or wire.request().args.get("X-Amz-Credential", "")
    if match := _SCOPE.search(signed):
        return match[1], match[2]
    old = wire.request().args.get("AWSAccessKeyId")
    return old, DEFAULT_SERVICE_REGION[1]


def _protocol(model: ServiceModel, request: Request) -> str:
    try:
        return determine_request_protocol(model, request.content_type)
    except NotImplementedError:
        return str(model.protocol)


def _operation_of(service: str, request: Request) -> tuple[OperationModel | None, dict[str, Any]]:
    try:
        return get_service_router(service).match(request)
    except (NotFound, NotImplementedError):
        return _targeted(service, request), {}


def _targeted(service: str, request: Request) -> OperationModel | None:
    """By the end of the target alone: some SDKs write its beginning shorter than botocore's model has it."""
    model, operation = service_model(service), request.headers.get("X-Amz-Target", "").split(".")[-1]
    return model.operation_model(operation) if model and operation in model.operation_names else None


def _action_of(request: Request) -> str:
    """The best name for a call that fits no operation."""
    target = request.headers.get("X-Amz-Target", "")
    return request.values.get("Action") or target.split(".")[-1] or request.method


def _parameters(
    operation: OperationModel, protocol: str, request: Request, labels: Mapping[str, Any]
) -> dict[str, Any]:
    parser = PROTOCOL_PARSERS.get(protocol)
    if parser is None:
        return {}
    try:
        parsed: dict[str, Any] = parser(operation).parse(
            {
                "method": request.method,
                "values": request.values,
                "headers": request.headers,
                "body": request.get_data(),
                "url_path": request.path,
                "url_params": dict(labels),
            }
        )
    except (RequestParserError, ValueError, KeyError, AttributeError, TypeError):
        return {}  # malformed bodies are moto's to refuse
    return parsed
