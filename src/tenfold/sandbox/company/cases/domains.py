"""Names that lead to what is not ours, or no longer: whoever takes it over speaks in the company's name.

A record set has no ARN in AWS; here it is that of its zone with the record's name, type and set identifier behind it.
"""

from collections.abc import Sequence
from typing import Any

from tenfold.model.arn import Arn
from tenfold.sandbox.company.cases.case import ROOMY, Case, Variety
from tenfold.sandbox.company.cases.leftovers import address_in_use
from tenfold.sandbox.company.cases.networks import network
from tenfold.sandbox.company.cases.spot import Spot, Zone
from tenfold.sandbox.company.specs import Shape
from tenfold.sandbox.company.tables import (
    AMAZON_ADDRESSES,
    BALANCER_NAME,
    BEANSTALK_NAME,
    BUCKET_ORIGIN,
    BUCKET_WEBSITE,
    DISTRIBUTION_NAME,
    FIRST_REGION_INSTANCE_NAME,
    GLOBAL_REGION,
    INSTANCE_NAME,
    NAME_SERVERS,
    WEBSITE_ENDPOINT,
    WEBSITE_ZONES,
)

_TTL = 300
_MOST_CHANGES = 100


def zone_of(spot: Spot) -> Zone:
    """The hosted zone of the account, made when first asked for."""
    zones = spot.works.zones
    if spot.account not in zones:
        short = spot.draft.seats[spot.account].short
        name = f"{short}.{spot.draft.company}.example"
        zones[spot.account] = Zone(_make_zone(spot, name), name, [])
    return zones[spot.account]


def _make_zone(spot: Spot, name: str) -> str:
    return spot.do("route53:CreateHostedZone", Name=name, CallerReference=spot.name("zone"))["HostedZone.Id"]


def write_records(spot: Spot) -> None:
    """Put the record sets of the account's zone into it."""
    zone = spot.works.zones[spot.account]
    for start in range(0, len(zone.records), _MOST_CHANGES):
        changes = [
            {"Action": "CREATE", "ResourceRecordSet": row} for row in zone.records[start : start + _MOST_CHANGES]
        ]
        spot.do("route53:ChangeResourceRecordSets", HostedZoneId=zone.id, ChangeBatch={"Changes": changes})


def _host(spot: Spot, word: str = "www") -> str:
    """A name in the zone of the account that no other record has."""
    return f"{word}{spot.works.number()}.{zone_of(spot).name}"


def _record(spot: Spot, name: str, kind: str, values: Sequence[str] = (), **more: Any) -> str:
    zone = zone_of(spot)
    body = {"TTL": _TTL, "ResourceRecords": [{"Value": value} for value in values]} if values else {}
    zone.records.append({"Name": name, "Type": kind, **body, **more})
    label = more.get("SetIdentifier", "")
    path = "/".join(filter(None, (zone.id, name, kind, label)))
    return str(Arn(spot.draft.ground.partition, "route53", "", "", path))


def _cname(spot: Spot, target: str, name: str = "") -> str:
    return _record(spot, name or _host(spot), "CNAME", [target])


def _bucket(spot: Spot, name: str, *, owned: bool) -> str:
    """The region of a bucket of that name; if it is owned, by another account of the company."""
    return spot.draft.bucket(spot.elsewhere().account, name, Shape()).region if owned else spot.region


def _website(spot: Spot, *, owned: bool) -> str:
    name = _host(spot, "assets")
    return _cname(spot, BUCKET_WEBSITE.format(bucket=name, region=_bucket(spot, name, owned=owned)), name)


def _website_alias(spot: Spot, *, owned: bool) -> str:
    name = _host(spot, "static")
    region = _bucket(spot, name, owned=owned)
    target = {"DNSName": WEBSITE_ENDPOINT.format(region=region), "HostedZoneId": WEBSITE_ZONES[region]}
    return _record(spot, name, "A", AliasTarget={**target, "EvaluateTargetHealth": False})


DANGLING_BUCKET = Case(
    "domains/dangling-bucket",
    "a record leads to an S3 website or bucket that no account of the company has",
    (
        Variety("a CNAME to the website of a bucket that is gone", lambda spot: _website(spot, owned=False)),
        Variety("an alias to the website of a bucket that is gone", lambda spot: _website_alias(spot, owned=False)),
    ),
    (
        Variety("a CNAME to the website of another account's bucket", lambda spot: _website(spot, owned=True)),
        Variety("an alias to the website of another account's bucket", lambda spot: _website_alias(spot, owned=True)),
    ),
)


def _free_address(spot: Spot) -> str:
    """An address of AWS's that nobody of the company has."""
    return f"{spot.pick(AMAZON_ADDRESSES)}.{spot.rng.randint(1, 254)}.{spot.rng.randint(1, 254)}"


def _weighted(spot: Spot) -> str:
    """Two records of one name: one leads to an address of ours, one to nobody's."""
    name, (_, mine) = _host(spot, "api"), address_in_use(spot.elsewhere())
    arns = [
        _record(spot, name, "A", [address], SetIdentifier=label, Weight=50)
        for label, address in (("blue", mine), ("green", _free_address(spot)))
    ]
    return arns[1]


def _instance_name(spot: Spot, address: str) -> str:
    name = FIRST_REGION_INSTANCE_NAME if spot.region == GLOBAL_REGION else INSTANCE_NAME
    return _cname(spot, name.format(dashed=address.replace(".", "-"), region=spot.region))


def _wildcard(spot: Spot) -> str:
    return _record(spot, f"*.lab{spot.works.number()}.{zone_of(spot).name}", "A", [_free_address(spot)])


DANGLING_ADDRESS = Case(
    "domains/dangling-address",
    "a record leads to an address of AWS's that no account of the company has",
    (
        Variety("an address that is no longer ours", lambda spot: _record(
            spot, _host(spot, "vpn"), "A", [_free_address(spot)])),
        Variety("one of two weighted records leads to an address that is no longer ours", _weighted),
        Variety("a wildcard for an address that is no longer ours", _wildcard),
        Variety("the public name of an instance that is gone", lambda spot: _instance_name(spot, _free_address(spot))),
    ),
    (
        Variety("an Elastic IP address of another account", lambda spot: _record(
            spot, _host(spot, "vpn"), "A", [address_in_use(spot.elsewhere())[1]])),
        Variety("a private address", lambda spot: _record(spot, _host(spot, "db"), "A", ["10.20.30.40"])),
        Variety("an address outside AWS", lambda spot: _record(spot, _host(spot, "mail"), "A", ["203.0.113.25"])),
    ),
)  # fmt: skip


def _delegated(spot: Spot, *, owned: bool) -> str:
    name = _host(spot, "team")
    if not owned:
        return _record(spot, name, "NS", [f"{server}." for server in NAME_SERVERS])
    made = spot.elsewhere().do("route53:CreateHostedZone", Name=name, CallerReference=spot.name("zone"))
    return _record(spot, name, "NS", [made[f"DelegationSet.NameServers.{number}"] for number in range(4)])


DANGLING_DELEGATION = Case(
    "domains/dangling-delegation",
    "an NS record delegates a name to servers that hold no zone of the company's for it",
    (Variety("no account has the zone", lambda spot: _delegated(spot, owned=False)),),
    (Variety("another account has the zone", lambda spot: _delegated(spot, owned=True)),),
)


def _balancer(spot: Spot, *, owned: bool) -> str:
    if not owned:
        return _cname(spot, BALANCER_NAME.format(name=f"{spot.name('web')}-1182903471", region=spot.region))
    other = spot.elsewhere()
    net = network(other)
    made = other.do(
        "elbv2:CreateLoadBalancer",
        Name=f"web-{spot.works.number()}",
        Subnets=[net.private, net.other],
        SecurityGroups=[net.group],
    )
    return _cname(spot, made["LoadBalancers.0.DNSName"])


DANGLING_BALANCER = Case(
    "domains/dangling-load-balancer",
    "a record leads to a load balancer that no account of the company has",
    (Variety("the name of a load balancer that is gone", lambda spot: _balancer(spot, owned=False)),),
    (Variety("another account's load balancer", lambda spot: _balancer(spot, owned=True)),),
    ROOMY,
)


def _environment(spot: Spot, *, owned: bool) -> str:
    prefix = spot.name("portal")
    if owned:
        other = spot.elsewhere()
        other.do("elasticbeanstalk:CreateApplication", ApplicationName=prefix)
        names = {"ApplicationName": prefix, "EnvironmentName": prefix, "CNAMEPrefix": prefix}
        other.do("elasticbeanstalk:CreateEnvironment", **names, SolutionStackName="64bit Amazon Linux 2 Python 3.8")
    return _cname(spot, BEANSTALK_NAME.format(prefix=prefix, region=spot.region))


DANGLING_ENVIRONMENT = Case(
    "domains/dangling-environment",
    "a record leads to an Elastic Beanstalk name that no account of the company has",
    (Variety("the name of an environment that is gone", lambda spot: _environment(spot, owned=False)),),
    (Variety("another account's environment", lambda spot: _environment(spot, owned=True)),),
    ROOMY,
)


def _distribution(spot: Spot, bucket: str, alias: str = "") -> dict[str, str]:
    """A distribution of what is in a bucket; its ARN and domain name."""
    origin = {"Id": "files", "DomainName": BUCKET_ORIGIN.format(bucket=bucket)}
    forwarded = {"QueryString": False, "Cookies": {"Forward": "none"}}
    behaviour = {"TargetOriginId": "files", "ViewerProtocolPolicy": "https-only", "ForwardedValues": forwarded}
    config: dict[str, Any] = {
        "CallerReference": spot.name("distribution"),
        "Comment": spot.name("distribution"),
        "Enabled": True,
        "Origins": {"Quantity": 1, "Items": [{**origin, "S3OriginConfig": {"OriginAccessIdentity": ""}}]},
        "DefaultCacheBehavior": {**behaviour, "MinTTL": 0},
    }
    if alias:
        config["Aliases"] = {"Quantity": 1, "Items": [alias]}
    made = spot.do("cloudfront:CreateDistribution", DistributionConfig=config)
    return {"arn": made["Distribution.ARN"], "name": made["Distribution.DomainName"]}


def _origin(spot: Spot, *, owned: bool) -> str:
    bucket = spot.name("downloads")
    _bucket(spot, bucket, owned=owned)
    return _distribution(spot, bucket)["arn"]


ORIGIN_GONE = Case(
    "domains/origin-gone",
    "a CloudFront distribution fetches from a bucket that no account of the company has",
    (Variety("its bucket is gone", lambda spot: _origin(spot, owned=False)),),
    (Variety("another account has its bucket", lambda spot: _origin(spot, owned=True)),),
    ROOMY,
)


def _via_distribution(spot: Spot, *, owned: bool) -> str:
    name = _host(spot, "cdn")
    if not owned:
        label = "d" + "".join(spot.rng.choices("abcdefghijklmnopqrstuvwxyz0123456789", k=13))
        return _cname(spot, DISTRIBUTION_NAME.format(label=label), name)
    bucket, other = spot.name("downloads"), spot.elsewhere()
    _bucket(spot, bucket, owned=True)
    return _cname(spot, _distribution(other, bucket, alias=name)["name"], name)


DANGLING_DISTRIBUTION = Case(
    "domains/dangling-distribution",
    "a record leads to a CloudFront distribution that no account of the company has, or that does not know the name",
    (Variety("the name of a distribution that is gone", lambda spot: _via_distribution(spot, owned=False)),),
    (Variety("another account's distribution, which has the name", lambda spot: _via_distribution(spot, owned=True)),),
    ROOMY,
)
CASES = (
    DANGLING_BUCKET,
    DANGLING_ADDRESS,
    DANGLING_DELEGATION,
    DANGLING_BALANCER,
    DANGLING_ENVIRONMENT,
    ORIGIN_GONE,
    DANGLING_DISTRIBUTION,
)
