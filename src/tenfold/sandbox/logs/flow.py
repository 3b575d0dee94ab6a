"""Flow logs of networks, into S3: what the machines of a network sent and received, ten minutes at a time.

moto moves no packets: the flows are drawn from the seed, between addresses that the machines really have. Keys,
header line and fields are those of AWS's "Flow log records" and "Publish flow logs to Amazon S3".
"""

import gzip
import random
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

from moto.ec2.models import ec2_backends

from tenfold.sandbox.trails.files import write

EVERY = timedelta(minutes=10)
_HEADERS = {"Content-Type": "application/octet-stream"}
_FIELD = re.compile(r"\$\{([\w-]+)\}")
_DEFAULT = (
    *("version", "account-id", "interface-id", "srcaddr", "dstaddr", "srcport", "dstport", "protocol"),
    *("packets", "bytes", "start", "end", "action", "log-status"),
)
_PEERS = ("198.51.100.23", "203.0.113.80", "192.0.2.44", "10.0.0.2")
_WEB, _NAMES = 443, 53
_PORTS = (_WEB, _WEB, _WEB, 5432, _NAMES, 22)
_TCP, _UDP = 6, 17
_SHARE_OUTWARD, _SHARE_SILENT = 0.6, 0.1


class FlowLogs:
    """Writes a file for each flow log at the end of its ten minutes.

    Args:
        seed: what is drawn follows from it, the network interface and the time.
    """

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self._written: datetime | None = None

    def tick(self, now: datetime) -> None:
        """Write the interval that has just ended; those before it had no beat to be seen in."""
        end = datetime.fromtimestamp(now.timestamp() // EVERY.total_seconds() * EVERY.total_seconds(), UTC)
        if self._written is not None and end > self._written:
            for account, regions in list(ec2_backends.items()):
                for region, backend in list(regions.items()):
                    for log in list(backend.flow_logs.values()):
                        self._write(account, region, backend, log, end)
        self._written = end

    def _write(self, account: str, region: str, backend: Any, log: Any, end: datetime) -> None:
        if log.log_destination_type != "s3" or log.flow_log_status != "ACTIVE":
            return
        fields = _FIELD.findall(log.log_format) or list(_DEFAULT)
        rows = [row for eni in _interfaces(backend, log.resource_id) for row in self._rows(account, eni, log, end)]
        if rows:
            text = "\n".join(
                [" ".join(fields), *(" ".join(str(row.get(name, "-")) for name in fields) for row in rows)]
            )
            bucket, _, prefix = log.log_destination.split(":::")[-1].partition("/")
            key = _key(prefix.strip("/"), account, region, log.id, end)
            write(bucket, key, gzip.compress(f"{text}\n".encode(), mtime=0), _HEADERS)

    def _rows(self, account: str, eni: Any, log: Any, end: datetime) -> Iterator[dict[str, Any]]:
        """The flows of one interface in one interval."""
        rng = random.Random(f"{self._seed} {eni.id} {end.isoformat()}")  # noqa: S311 - traffic must repeat itself
        start = end - EVERY
        alike = {
            "version": 2,
            "account-id": account,
            "interface-id": eni.id,
            "start": int(start.timestamp()),
            "end": int(end.timestamp()) - 1,
            "vpc-id": eni.subnet.vpc_id,
            "subnet-id": eni.subnet.id,
            "instance-id": getattr(eni.instance, "id", None) or "-",
        }
        if rng.random() < _SHARE_SILENT:
            yield alike | {"log-status": "NODATA"}
            return
        for _ in range(rng.randint(1, 4)):
            flow = _flow(rng, eni.private_ip_address)
            if log.traffic_type in ("ALL", flow["action"]):
                yield alike | flow


def _flow(rng: random.Random, own: str) -> dict[str, Any]:
    """A flow to somebody's port, or from somebody to a port of ours; of those, only the web's is let in."""
    peer, port, high, packets = rng.choice(_PEERS), rng.choice(_PORTS), rng.randint(32768, 60999), rng.randint(1, 400)
    outward = rng.random() < _SHARE_OUTWARD
    ends = (own, peer, high, port) if outward else (peer, own, high, port)
    return {
        **dict(zip(("srcaddr", "dstaddr", "srcport", "dstport"), ends, strict=True)),
        "protocol": _UDP if port == _NAMES else _TCP,
        "packets": packets,
        "bytes": packets * rng.randint(52, 1400),
        "action": "ACCEPT" if outward or port == _WEB else "REJECT",
        "log-status": "OK",
    }


def _interfaces(backend: Any, resource: str) -> list[Any]:
    """The network interfaces of a VPC, a subnet, or the one itself; those that no machine has are silent."""
    found = [eni for eni in list(backend.enis.values()) if eni.instance is not None or eni.attachment_id]
    return [eni for eni in found if resource in (eni.id, eni.subnet.id, eni.subnet.vpc_id)]


def _key(prefix: str, account: str, region: str, log: str, end: datetime) -> str:
    top = f"{prefix}/" if prefix else ""
    start = end - EVERY
    mark = sha256(f"{log} {start.isoformat()}".encode()).hexdigest()[:8]
    name = f"{account}_vpcflowlogs_{region}_{log}_{start:%Y%m%dT%H%MZ}_{mark}.log.gz"
    return f"{top}AWSLogs/{account}/vpcflowlogs/{region}/{start:%Y/%m/%d}/{name}"
