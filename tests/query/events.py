"""A few CloudTrail rows."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
from pyarrow import parquet

from tenfold.lake.schema import CLOUDTRAIL

START = datetime(2026, 3, 1, 23, 30, tzinfo=UTC)
NAMES = ("ConsoleLogin", "StopLogging", "GetObject", "GetObject", "ListBuckets")


def rows(count: int) -> pa.Table:
    return pa.Table.from_pylist([*_rows(count)], CLOUDTRAIL)


def _rows(count: int) -> Iterator[dict[str, Any]]:
    for number in range(count):
        yield {
            "event_id": f"event-{number:04}",
            "event_time": START + timedelta(minutes=number),
            "event_name": NAMES[number % len(NAMES)],
            "source_ip_address": f"198.51.100.{number % 7}",
            "user_identity_arn": None if number % 2 else "the-auditor",
            "read_only": number % len(NAMES) != 1,
            "request_parameters": f'{{"bucketName":"b{number}","nested":{{"keys":[{number}, 2]}}}}',
            "object_bucket": "file",
            "object_key": "/logs/a.json.gz",
            "record_index": number,
        }


def write(folder: Path, *counts: int) -> list[Path]:
    """A Parquet file a count; ids repeat from file to file."""
    paths = [folder / "event_time_day=2026-03-01" / f"{number}.parquet" for number in range(len(counts))]
    for path, count in zip(paths, counts, strict=True):
        path.parent.mkdir(exist_ok=True)
        parquet.write_table(rows(count), path)
    return paths
