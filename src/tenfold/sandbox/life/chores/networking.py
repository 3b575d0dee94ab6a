"""Ports are opened for an office, and closed again."""

from typing import Any

from tenfold.sandbox.life.registry import chore
from tenfold.sandbox.life.stage import Stage

_PORTS = (443, 5432, 8080, 8443)
_OFFICE = "203.0.113.0/24"


@chore("person", ["cli", "console", "terraform"], weight=1)
def open_or_close_a_port(stage: Stage) -> None:
    """To the office only; at most one is open at a time."""
    if stage.estate.open_ports:
        port = stage.estate.open_ports[0]
        if _asked(stage, "ec2:RevokeSecurityGroupIngress", port, "the office needs it no more"):
            stage.estate.open_ports.remove(port)
        return
    port = stage.rng.choice(_PORTS)
    if _asked(stage, "ec2:AuthorizeSecurityGroupIngress", port, "the office needs it"):
        stage.estate.open_ports.append(port)


def _asked(stage: Stage, call: str, port: int, why: str) -> Any:
    permission = {"IpProtocol": "tcp", "FromPort": port, "ToPort": port, "IpRanges": [{"CidrIp": _OFFICE}]}
    return stage.change(call, stage.estate.group, why, GroupId=stage.estate.group, IpPermissions=[permission])
