"""AWS Config: compliance counted over evaluations, and the discovered resources of EC2."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from moto.config.models import config_backends
from moto.ec2.models import EC2Backend, ec2_backends

from tenfold.sandbox.calls import Call
from tenfold.sandbox.faults import BAD_REQUEST, fault
from tenfold.sandbox.identity import Caller
from tenfold.sandbox.rules.state import Rule, State
from tenfold.sandbox.serialize import serialize
from tenfold.sandbox.wire import Reply

EVALUATION = "config.evaluation"
_BAD, _GOOD, _UNTOLD = "NON_COMPLIANT", "COMPLIANT", "INSUFFICIENT_DATA"
_CAP, _PAGE = 25, 100
Row = dict[str, Any]


def _by_rule(state: State, call: Call, caller: Caller) -> Reply:
    rows = _evaluations(state, call, caller)
    moto = config_backends[caller.account][call.region].config_rules
    known = sorted({*moto, *(row["ConfigRuleName"] for row in rows)})
    asked = call.parameters.get("ConfigRuleNames") or known
    for name in asked:
        if name not in known:
            text = "The ConfigRule provided in the request is invalid. Please check the configRule name"
            return fault(call, "NoSuchConfigRuleException", text, BAD_REQUEST)
    found = [
        {"ConfigRuleName": name, "Compliance": _compliance([row for row in rows if row["ConfigRuleName"] == name])}
        for name in asked
    ]
    return _paged(call, "ComplianceByConfigRules", _of_type(call, found))


def _by_resource(state: State, call: Call, caller: Caller) -> Reply:
    asked = call.parameters
    resources: dict[tuple[str, str], list[Row]] = {}
    for row in _evaluations(state, call, caller):
        resources.setdefault((row["ResourceType"], row["ResourceId"]), []).append(row)
    found = [
        {"ResourceType": kind, "ResourceId": name, "Compliance": _compliance(rows)}
        for (kind, name), rows in resources.items()
        if asked.get("ResourceType") in {None, kind} and asked.get("ResourceId") in {None, name}
    ]
    return _paged(call, "ComplianceByResources", _of_type(call, found))


def _summary_by_rule(state: State, call: Call, caller: Caller) -> Reply:
    rules: dict[str, list[Row]] = {}
    for row in _evaluations(state, call, caller):
        rules.setdefault(row["ConfigRuleName"], []).append(row)
    return serialize(call, {"ComplianceSummary": _summary(state, rules.values())})


def _summary_by_type(state: State, call: Call, caller: Caller) -> Reply:
    """One summary for each resource type that is asked for; without any, one for all."""
    rows, found = _evaluations(state, call, caller), []
    for kind in call.parameters.get("ResourceTypes") or [None]:
        resources: dict[tuple[str, str], list[Row]] = {}
        for row in rows:
            if kind in {None, row["ResourceType"]}:
                resources.setdefault((row["ResourceType"], row["ResourceId"]), []).append(row)
        named = {"ResourceType": kind} if kind else {}
        found.append(named | {"ComplianceSummary": _summary(state, resources.values())})
    return serialize(call, {"ComplianceSummariesByResourceType": found})


def _evaluations(state: State, call: Call, caller: Caller) -> list[Row]:
    return state.catalogue.rows(EVALUATION, caller.account, call.region)


def _compliance(rows: Iterable[Row]) -> Row:
    """Non-compliant as soon as one evaluation is; the contributors are those that made it so."""
    counts = Counter(row["ComplianceType"] for row in rows)
    kind = next((one for one in (_BAD, _GOOD) if counts[one]), _UNTOLD)
    if kind != _BAD:
        return {"ComplianceType": kind}
    return {"ComplianceType": kind, "ComplianceContributorCount": _capped(counts[_BAD])}


def _summary(state: State, groups: Iterable[list[Row]]) -> Row:
    counts = Counter(_compliance(rows)["ComplianceType"] for rows in groups)
    return {
        "CompliantResourceCount": _capped(counts[_GOOD]),
        "NonCompliantResourceCount": _capped(counts[_BAD]),
        "ComplianceSummaryTimestamp": state.now(),
    }


def _capped(count: int) -> Row:
    return {"CappedCount": min(count, _CAP), "CapExceeded": count > _CAP}


def _of_type(call: Call, rows: list[Row]) -> list[Row]:
    wanted = call.parameters.get("ComplianceTypes")
    return [row for row in rows if not wanted or row["Compliance"]["ComplianceType"] in wanted]


def _paged(call: Call, name: str, rows: list[Row], token: str = "NextToken", limit: str = "Limit") -> Reply:  # noqa: S107 - names of parameters
    start = call.parameters.get(token) or "0"
    if not start.isdecimal():
        return fault(call, "InvalidNextTokenException", "The nextToken provided is invalid", BAD_REQUEST)
    end = int(start) + int(call.parameters.get(limit) or _PAGE)
    return serialize(call, {name: rows[int(start) : end], token: str(end) if end < len(rows) else None})


def _discovered(_: State, call: Call, caller: Caller) -> Reply | None:
    """The resources of a kind of EC2, which moto's Config does not look for; the other kinds are moto's to list."""
    asked = call.parameters
    if asked.get("resourceType") not in _EC2_KINDS:
        return None
    found = _ec2_resources(asked["resourceType"], ec2_backends[caller.account][call.region])
    ids, name = asked.get("resourceIds"), asked.get("resourceName")
    rows = [row for row in found if (not ids or row["resourceId"] in ids) and name in {None, row.get("resourceName")}]
    return _paged(call, "resourceIdentifiers", rows, "nextToken", "limit")


def _ec2_resources(kind: str, ec2: EC2Backend) -> Iterator[Row]:
    for thing in _EC2_KINDS[kind](ec2):
        named = {"resourceName": thing.name} if kind == "AWS::EC2::SecurityGroup" else {}
        yield {"resourceType": kind, "resourceId": thing.id} | named


def _counts(_: State, call: Call, caller: Caller) -> Reply:
    """How many resources of the kinds of EC2 there are; kinds without any are left out."""
    ec2, wanted = ec2_backends[caller.account][call.region], call.parameters.get("resourceTypes") or _EC2_KINDS
    counts = {kind: len(list(_EC2_KINDS[kind](ec2))) for kind in wanted if kind in _EC2_KINDS}
    rows = [{"resourceType": kind, "count": count} for kind, count in counts.items() if count]
    return serialize(call, {"totalDiscoveredResources": sum(counts.values()), "resourceCounts": rows})


def _groups(ec2: EC2Backend) -> list[Any]:
    return [group for groups in ec2.groups.values() for group in groups.values()]


_EC2_KINDS: dict[str, Callable[[EC2Backend], Iterable[Any]]] = {
    "AWS::EC2::Instance": lambda ec2: list(ec2.all_instances()),
    "AWS::EC2::InternetGateway": lambda ec2: list(ec2.internet_gateways.values()),
    "AWS::EC2::NetworkInterface": lambda ec2: list(ec2.enis.values()),
    "AWS::EC2::SecurityGroup": _groups,
    "AWS::EC2::Volume": lambda ec2: list(ec2.volumes.values()),
    "AWS::EC2::VPC": lambda ec2: list(ec2.vpcs.values()),
}

RULES: dict[str, Rule] = {
    "config:DescribeComplianceByConfigRule": _by_rule,
    "config:DescribeComplianceByResource": _by_resource,
    "config:GetComplianceSummaryByConfigRule": _summary_by_rule,
    "config:GetComplianceSummaryByResourceType": _summary_by_type,
    "config:GetDiscoveredResourceCounts": _counts,
    "config:ListDiscoveredResources": _discovered,
}
