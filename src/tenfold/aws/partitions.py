"""Partitions as botocore knows them: nobody else writes one down."""

import re
from functools import lru_cache
from typing import Any

import botocore.loaders


@lru_cache(maxsize=1)
def _partitions() -> dict[str, dict[str, Any]]:
    data = botocore.loaders.Loader().load_data("partitions")
    return {partition["id"]: partition for partition in data["partitions"]}


def of_region(region: str) -> str:
    """The partition that a region lies in; AWS's first one for a name of no known form."""
    known = _partitions()
    return next((name for name, found in known.items() if re.match(found["regionRegex"], region)), next(iter(known)))


def global_region(partition: str) -> str:
    """The region that answers for a partition's global services (IAM, Organizations).

    Raises:
        KeyError: when botocore does not know the partition.
    """
    return str(_partitions()[partition]["outputs"]["implicitGlobalRegion"])
