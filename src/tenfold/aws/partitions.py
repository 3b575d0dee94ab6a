"""Partitions as botocore knows them: nobody else writes one down."""

from functools import lru_cache
from typing import Any

import botocore.loaders


@lru_cache(maxsize=1)
def _partitions() -> dict[str, dict[str, Any]]:
    data = botocore.loaders.Loader().load_data("partitions")
    return {partition["id"]: partition for partition in data["partitions"]}


def global_region(partition: str) -> str:
    """The region that answers for a partition's global services (IAM, Organizations).

    Raises:
        KeyError: when botocore does not know the partition.
    """
    return str(_partitions()[partition]["outputs"]["implicitGlobalRegion"])
