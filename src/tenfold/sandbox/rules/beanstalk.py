"""Elastic Beanstalk: environments with their names in DNS, which a stranger may take once they are free."""

from collections.abc import Iterator
from typing import Any

from moto.elasticbeanstalk.models import Environment, eb_backends
from moto.moto_api._internal import mock_random

from tenfold.sandbox.calls import Call
from tenfold.sandbox.faults import BAD_REQUEST, fault
from tenfold.sandbox.identity import Caller
from tenfold.sandbox.rules.state import Rule, State
from tenfold.sandbox.serialize import serialize
from tenfold.sandbox.tables import BEANSTALK_DOMAIN, EVENT_SOURCE_SUFFIX
from tenfold.sandbox.wire import Reply

_MISSING = "No Environment found for EnvironmentName = '{}'."


def _create(_: State, call: Call, caller: Caller) -> Reply | None:
    """As moto makes it, with its id and its names. What moto refuses, it refuses itself."""
    asked = call.parameters
    app = eb_backends[caller.account][call.region].applications.get(asked.get("ApplicationName", ""))
    name = asked.get("EnvironmentName", "")
    if app is None or not name or name in app.environments:
        return None
    cname = _name(call, asked.get("CNAMEPrefix", ""))
    if asked.get("CNAMEPrefix") and not _free(call, cname):
        return fault(call, "InvalidParameterValue", f"DNS name ({cname}) is not available.", BAD_REQUEST)
    tags = {tag["Key"]: tag["Value"] for tag in asked.get("Tags") or ()}
    made = app.create_environment(name, asked.get("SolutionStackName", ""), tags)
    made.environment_id = f"e-{mock_random.get_random_hex(10)}"
    made.cname = cname
    made.solution_stack_name = asked.get("SolutionStackName", "")
    made.endpoint_url = f"awseb-{made.environment_id}.{call.region}.elb{EVENT_SOURCE_SUFFIX}"
    return serialize(call, _shown(made))


def _describe(_: State, call: Call, caller: Caller) -> Reply:
    asked = call.parameters
    found = [_shown(one) for one in eb_backends[caller.account][call.region].describe_environments()]
    for parameter, member in (("EnvironmentNames", "EnvironmentName"), ("EnvironmentIds", "EnvironmentId")):
        if asked.get(parameter):
            found = [row for row in found if row[member] in asked[parameter]]
    if asked.get("ApplicationName"):
        found = [row for row in found if row["ApplicationName"] == asked["ApplicationName"]]
    return serialize(call, {"Environments": found})


def _terminate(_: State, call: Call, caller: Caller) -> Reply:
    """The environment is gone, and its name is free for anybody."""
    found = _find(call, caller, "EnvironmentName", "EnvironmentId")
    if found is None:
        return _unknown(call, call.parameters.get("EnvironmentName", ""))
    shown = _shown(found) | {"Status": "Terminating"}
    found.application.environments.pop(found.environment_name)
    return serialize(call, shown)


def _swap(_: State, call: Call, caller: Caller) -> Reply:
    first = _find(call, caller, "SourceEnvironmentName", "SourceEnvironmentId")
    second = _find(call, caller, "DestinationEnvironmentName", "DestinationEnvironmentId")
    if first is None or second is None:
        return _unknown(call, call.parameters.get("SourceEnvironmentName", ""))
    first.cname, second.cname = second.cname, first.cname
    return serialize(call, {})


def _availability(_: State, call: Call, __: Caller) -> Reply:
    cname = f"{call.parameters['CNAMEPrefix']}.{call.region}.{BEANSTALK_DOMAIN}".lower()
    return serialize(call, {"Available": _free(call, cname), "FullyQualifiedCNAME": cname})


def _name(call: Call, prefix: str) -> str:
    """The prefix that was asked for, or the environment's name with eight characters that AWS draws."""
    if not prefix:
        prefix = f"{call.parameters['EnvironmentName']}.eba-{mock_random.get_random_hex(8)}"
    return f"{prefix}.{call.region}.{BEANSTALK_DOMAIN}".lower()


def _free(call: Call, cname: str) -> bool:
    """Names are one space for all accounts of a region."""
    return all(environment.cname != cname for environment in _everywhere(call.region))


def _everywhere(region: str) -> Iterator[Environment]:
    for regions in list(eb_backends.values()):
        yield from regions[region].describe_environments()


def _find(call: Call, caller: Caller, name: str, identifier: str) -> Environment | None:
    asked = call.parameters
    for one in eb_backends[caller.account][call.region].describe_environments():
        if one.environment_id == asked.get(identifier) or one.environment_name == asked.get(name):
            return one
    return None


def _shown(environment: Environment) -> dict[str, Any]:
    return {
        "EnvironmentName": environment.environment_name,
        "EnvironmentId": environment.environment_id,
        "ApplicationName": environment.application_name,
        "SolutionStackName": environment.solution_stack_name,
        "EndpointURL": environment.endpoint_url,
        "CNAME": environment.cname,
        "DateCreated": environment.date_created,
        "DateUpdated": environment.date_updated,
        "Status": environment.status,
        "AbortableOperationInProgress": environment.abortable_operation_in_progress,
        "Health": environment.health,
        "HealthStatus": environment.health_status,
        "Tier": environment.tier,
        "EnvironmentLinks": environment.environment_links,
        "EnvironmentArn": environment.environment_arn,
    }


def _unknown(call: Call, name: str) -> Reply:
    return fault(call, "InvalidParameterValue", _MISSING.format(name), BAD_REQUEST)


RULES: dict[str, Rule] = {
    "elasticbeanstalk:CheckDNSAvailability": _availability,
    "elasticbeanstalk:CreateEnvironment": _create,
    "elasticbeanstalk:DescribeEnvironments": _describe,
    "elasticbeanstalk:SwapEnvironmentCNAMEs": _swap,
    "elasticbeanstalk:TerminateEnvironment": _terminate,
}
