"""Dating objects back: moto makes everything now, an account that is worth a scan has a past."""

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from operator import attrgetter
from typing import Any, NamedTuple

from moto.backends import get_backend

from tenfold.sandbox.root import key_use, moment

Finder = Callable[[Any, str], Iterable[Any]]
_GLOBAL = frozenset({"iam", "s3", "organizations", "cloudfront"})
"""Services whose state moto keeps by partition instead of by region."""

_DATE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?P<fraction>\.\d+)?(?P<zone>.*)")


class UnknownObjectError(LookupError):
    """No such object to date back."""


class _Kind(NamedTuple):
    """Where moto keeps a kind of object.

    Args:
        service: moto's name of the service.
        find: from the service's state and an id to the object and what is dated with it; nothing, or KeyError, when
            there is none.
        made: the attributes that say when it was made; those that an object lacks are passed over.
        used: the attribute that says when it was last used.
    """

    service: str
    find: Finder
    made: tuple[str, ...]
    used: str = ""


def date_back(partition: str, facts: Mapping[str, Any]) -> None:
    """Take over the facts of a `POST /_sandbox/date`: when an object was made, and when it was last used.

    `kind`, `account` and `id` name it, with `region` where the service has regions; `at` and `last_used` are ISO times.

    Raises:
        UnknownObjectError: when the account has no such object, or the kind is not one of those that can be dated.
        KeyError: a fact that the kind needs is missing.
        ValueError: a use is stated of a kind that keeps none.
    """
    name, account = facts["kind"], facts["account"]
    kind = _KINDS.get(name)
    if kind is None:
        raise UnknownObjectError(f"cannot date a {name}: one of {', '.join(sorted(_KINDS))}")
    if "last_used" in facts and not kind.used:
        raise ValueError(f"AWS does not say when a {name} was last used")
    place = partition if kind.service in _GLOBAL else facts["region"]
    found = _find(kind, get_backend(kind.service)[account][place], facts["id"])  # type: ignore[call-overload]  # names of services are data here
    if not found:
        raise UnknownObjectError(f"account {account} has no {name} {facts['id']}")
    for thing in found:
        _date(kind, thing, facts)


def _find(kind: _Kind, state: Any, wanted: str) -> list[Any]:
    try:
        return list(kind.find(state, wanted))
    except KeyError:
        return []


def _date(kind: _Kind, thing: Any, facts: Mapping[str, Any]) -> None:
    if at := moment(facts.get("at")):
        for attribute in kind.made:
            _set(thing, attribute, at)
    if "last_used" in facts:
        used = key_use(facts) if kind.used == "key_use" else _naive(moment(facts["last_used"]))
        setattr(thing, "last_used" if kind.used == "key_use" else kind.used, used)


def _set(thing: Any, attribute: str, at: datetime) -> None:
    """Put the time into an attribute (of a part, when its name has a dot) in the form that moto keeps it in."""
    path, _, name = attribute.rpartition(".")
    holder = attrgetter(path)(thing) if path else thing
    if hasattr(holder, name):
        setattr(holder, name, _like(getattr(holder, name), at))


def _like(before: object, at: datetime) -> object:
    if isinstance(before, int | float):
        return type(before)(at.timestamp())
    if isinstance(before, datetime) and before.tzinfo:
        return at
    if isinstance(before, str) and (form := _DATE.fullmatch(before)):
        return f"{at:%Y-%m-%dT%H:%M:%S}" + re.sub(r"\d", "0", form["fraction"] or "") + form["zone"]
    return _naive(at)


def _naive(at: datetime | None) -> datetime | None:
    """A time as IAM of moto keeps it: UTC without a zone."""
    return at.astimezone(UTC).replace(tzinfo=None) if at else None


def _in(collection: str) -> Finder:
    """What a dictionary of the service's state has under an id: an object, or the list of its versions."""

    def find(state: Any, wanted: str) -> list[Any]:
        found = getattr(state, collection).get(wanted)  # some of them make what they are asked for
        return found if isinstance(found, list) else [found] if found else []

    return find


def _among(collection: str, *names: str) -> Finder:
    """The objects of a collection that have the id as one of their attributes."""

    def find(state: Any, wanted: str) -> list[Any]:
        things = getattr(state, collection)
        values = things.values() if isinstance(things, dict) else things
        return [thing for thing in values if wanted in [getattr(thing, name) for name in names]]

    return find


def _object(s3: Any, wanted: str) -> list[Any]:
    """The latest version of an S3 object, by `BUCKET/KEY`."""
    bucket, _, key = wanted.partition("/")
    return [s3.buckets[bucket].keys[key]]


def _policy(iam: Any, wanted: str) -> list[Any]:
    """A customer's policy by its ARN, with its versions."""
    policy = iam.managed_policies[wanted]
    return [policy, *policy.versions]


def _function(functions: Any, wanted: str) -> list[Any]:
    return [function for function in functions.list_functions() if function.function_name == wanted]


def _instance(ec2: Any, wanted: str) -> list[Any]:
    return [instance for instance in ec2.all_instances() if instance.id == wanted]


def _attachment(ec2: Any, wanted: str) -> list[Any]:
    """The attachment of a volume, by the volume."""
    attachment = ec2.volumes[wanted].attachment
    return [attachment] if attachment else []


def _image(ecr: Any, wanted: str) -> list[Any]:
    """The images of an ECR repository that have a tag, by `REPOSITORY:TAG`."""
    repository, _, tag = wanted.rpartition(":")
    return [image for image in ecr.repositories[repository].images if tag in image.image_tags]


_KINDS: dict[str, _Kind] = {
    "access_key": _Kind("iam", _in("access_keys"), ("create_date",), "key_use"),
    "account": _Kind("organizations", _among("accounts", "id"), ("create_time",)),
    "auto_scaling_group": _Kind("autoscaling", _in("autoscaling_groups"), ("created_time",)),
    "backup_plan": _Kind("backup", _in("plans"), ("creation_date",)),
    "backup_vault": _Kind("backup", _in("vaults"), ("creation_date",)),
    "bucket": _Kind("s3", _in("buckets"), ("creation_date",)),
    "cache_cluster": _Kind("elasticache", _in("cache_clusters"), ("cache_cluster_create_time",)),
    "certificate": _Kind("acm", _in("_certificates"), ("created_at",)),
    "classic_load_balancer": _Kind("elb", _in("load_balancers"), ("created_time",)),
    "db_cluster": _Kind("rds", _in("clusters"), ("created", "cluster_create_time")),
    "db_cluster_snapshot": _Kind("rds", _in("cluster_snapshots"), ("created",)),
    "db_instance": _Kind("rds", _in("databases"), ("created", "instance_create_time")),
    "db_snapshot": _Kind("rds", _in("database_snapshots"), ("created", "original_snapshot_create_time")),
    "file_system": _Kind("efs", _in("file_systems_by_id"), ("creation_time",)),
    "flow_log": _Kind("ec2", _in("flow_logs"), ("creation_time",)),
    "function": _Kind("lambda", _function, ("last_modified",)),
    "group": _Kind("iam", _in("groups"), ("create_date",)),
    "image": _Kind("ec2", _in("amis"), ("creation_date",)),
    "instance": _Kind("ec2", _instance, ("launch_time",)),
    "instance_profile": _Kind("iam", _in("instance_profiles"), ("create_date",)),
    "key_pair": _Kind("ec2", _in("keypairs"), ("create_time",)),
    "kms_key": _Kind("kms", _in("keys"), ("creation_date",)),
    "launch_template": _Kind("ec2", _in("launch_templates"), ("create_time",)),
    "load_balancer": _Kind("elbv2", _among("load_balancers", "arn", "name"), ("created_time",)),
    "log_group": _Kind("logs", _in("groups"), ("creation_time",)),
    "nat_gateway": _Kind("ec2", _in("nat_gateways"), ("_created_at",)),
    "network_interface": _Kind("ec2", _in("enis"), ("attach_time",)),
    "object": _Kind("s3", _object, ("last_modified",)),
    "parameter": _Kind("ssm", _in("_parameters"), ("last_modified_date",)),
    "policy": _Kind("iam", _policy, ("create_date", "update_date")),
    "queue": _Kind("sqs", _in("queues"), ("created_timestamp",)),
    "repository": _Kind("ecr", _in("repositories"), ("created_at",)),
    "repository_image": _Kind("ecr", _image, ("image_pushed_at",)),
    "role": _Kind("iam", _among("roles", "name"), ("create_date",), "last_used"),
    "search_domain": _Kind("opensearch", _in("domains"), ("creation_date",)),
    "secret": _Kind("secretsmanager", _in("secrets"), ("created_date", "last_changed_date")),
    "server_certificate": _Kind("iam", _in("certificates"), ("upload_date",)),
    "snapshot": _Kind("ec2", _in("snapshots"), ("start_time",)),
    "stack": _Kind("cloudformation", _among("stacks", "stack_id", "name"), ("creation_time",)),
    "table": _Kind("dynamodb", _in("tables"), ("created_at",)),
    "trail": _Kind("cloudtrail", _in("trails"), ("status.started",)),
    "user": _Kind("iam", _in("users"), ("create_date",), "password_last_used"),
    "volume": _Kind("ec2", _in("volumes"), ("create_time",)),
    "volume_attachment": _Kind("ec2", _attachment, ("attach_time",)),
    "vpc_endpoint": _Kind("ec2", _in("vpc_end_points"), ("creation_timestamp",)),
    "warehouse": _Kind("redshift", _in("clusters"), ("create_time",)),
}
"""Which kinds can be dated. Security groups, subnets and VPCs are not among them: AWS keeps no date of theirs."""
