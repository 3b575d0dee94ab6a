"""Partitions as botocore knows them: nobody else writes one down."""

import re
from functools import lru_cache
from typing import Any

import botocore.loaders


@lru_cache(maxsize=1)
def _partitions() -> dict[str, dict[str, Any]]:
    data = botocore.loaders.Loader().load_data("partitions")
    return {partition["id"]: partition for partition in data["partitions"]}


def names() -> tuple[str, ...]:
    """Every partition."""
    return tuple(_partitions())


def dns_suffix(partition: str) -> str:
    """The DNS suffix of a partition's endpoints.

    Raises:
        KeyError: when botocore does not know the partition.
    """
    return str(_partitions()[partition]["outputs"]["dnsSuffix"])


def global_region(partition: str) -> str:
    """The region that answers for a partition's global services (IAM, Organizations).

    Raises:
        KeyError: when botocore does not know the partition.
    """
    return str(_partitions()[partition]["outputs"]["implicitGlobalRegion"])


def of_region(region: str) -> str:
    """The partition that a region belongs to; an unknown region counts to the first partition, as in botocore."""
    for name, partition in _partitions().items():
        if region in partition["regions"] or re.match(partition["regionRegex"], region):
            return name
    return names()[0]
