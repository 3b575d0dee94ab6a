"""Made and changed by hand, beside what pipelines make."""

import json
from typing import Any

from tenfold.sandbox.company.cases.case import ROOMY, Case, Variety
from tenfold.sandbox.company.cases.networks import network, rule
from tenfold.sandbox.company.cases.spot import Spot
from tenfold.sandbox.company.tables import PEOPLE

_OFFICE = "198.51.100.0/24"


def _queue(spot: Spot, hand: str = "") -> str:
    name = spot.name("jobs")
    spot.do("sqs:CreateQueue", hand=hand, QueueName=name, tags=spot.owner())
    return spot.arn("sqs", name)


MADE_BY_HAND = Case(
    "manual/made-by-hand",
    "somebody made a queue in the console; no pipeline and no stack knows it",
    (Variety("made in the console", lambda spot: _queue(spot, spot.pick(PEOPLE))),),
    (Variety("made by the set-up's own program", _queue),),
)


def _template(spot: Spot, name: str) -> str:
    web = [{"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "CidrIp": _OFFICE}]
    group: dict[str, Any] = {
        "GroupDescription": "service",
        "GroupName": name,
        "VpcId": network(spot).vpc,
        "SecurityGroupIngress": web,
        "SecurityGroupEgress": web,
    }
    return json.dumps({"Resources": {"Group": {"Type": "AWS::EC2::SecurityGroup", "Properties": group}}})


def _stack(spot: Spot, *, changed: bool) -> str:
    """A stack with a security group in it, and perhaps a rule that somebody added to it in the console."""
    name = spot.name("service")
    made = spot.do("cloudformation:CreateStack", StackName=name, TemplateBody=_template(spot, name))
    parts = spot.do("cloudformation:DescribeStackResources", StackName=name)
    group = parts["StackResources.0.PhysicalResourceId"]
    spot.works.waiting.setdefault(spot.place, []).append(group)
    if changed:
        person, permission = spot.pick(PEOPLE), [rule(8443, 8443, _OFFICE)]
        spot.do("ec2:AuthorizeSecurityGroupIngress", hand=person, GroupId=group, IpPermissions=permission)
    return made["StackId"]


DRIFTED_STACK = Case(
    "manual/drifted-stack",
    "a resource of a stack was changed by hand, and is no longer what its template says",
    (Variety("a rule was added to its security group in the console", lambda spot: _stack(spot, changed=True)),),
    (Variety("as its template says", lambda spot: _stack(spot, changed=False)),),
    ROOMY,
)
CASES = (MADE_BY_HAND, DRIFTED_STACK)
