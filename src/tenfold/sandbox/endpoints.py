"""Where AWS would answer: the host names that the sandbox stands in for."""

from functools import cache

import botocore.session
from botocore.regions import EndpointResolver


@cache
def _resolver() -> EndpointResolver:
    return EndpointResolver(botocore.session.get_session().get_component("data_loader").load_data("endpoints"))


@cache
def endpoint_host(service_prefix: str, region: str) -> str:
    """The host of a service's endpoint in a region, such as `ec2.eu-west-1...`; the service by its endpoint prefix."""
    found = _resolver().construct_endpoint(service_prefix, region)
    return str(found["hostname"]) if found else f"{service_prefix}.{region}"
