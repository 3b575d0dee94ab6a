"""The SQLite file that says which version of each table is the current one."""

import os
from pathlib import Path

from pyiceberg.catalog.sql import SqlCatalog
from pyiceberg.table import Table
from pyiceberg.table.update.spec import UpdateSpec
from pyiceberg.transforms import DayTransform
from sqlalchemy.engine import URL

from tenfold.lake.disk import sync_folder
from tenfold.lake.schema import BODIES, CLOUDTRAIL

NAMESPACE = "tenfold"
"""The namespace of all tables in the catalog."""

FILE = "catalog.sqlite"
"""The catalog's name under the lake's root."""

_BUSY_SECONDS = "15"

_DAY = "event_day"

_PROPERTIES = {
    "write.parquet.compression-codec": "zstd",
    "write.parquet.row-group-limit": "131072",
    # PyIceberg's own retry would add the rows again that another writer has just added.
    "commit.retry.num-retries": "0",
    "commit.manifest-merge.enabled": "true",
    "write.metadata.delete-after-commit.enabled": "true",
    "write.metadata.previous-versions-max": "20",
    # Bounds of texts that nobody compares would be most of each manifest.
    **{f"write.metadata.metrics.column.{name}": "counts" for name in (*BODIES, "event_id", "request_id", "object_key")},
}


def connected(root: Path) -> SqlCatalog:
    """The catalog under `root`, which exists.

    Raises:
        SQLAlchemyError: when the file is not a catalog or cannot be read.
    """
    return _catalog(root, root / FILE)


def make(root: Path) -> None:
    """Make the catalog under `root` unless there is one: afterwards it is there with its tables, or not at all.

    For one process at a time.

    Raises:
        OSError, SQLAlchemyError: when it cannot be written.
    """
    if (root / FILE).exists():
        return
    new = root / f"{FILE}.new"
    new.unlink(missing_ok=True)
    os.close(os.open(new, os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))
    catalog = _catalog(root, new)
    try:
        catalog.create_namespace(NAMESPACE)
        _create(catalog, root)
    finally:
        catalog.close()
    new.replace(root / FILE)
    sync_folder(root)


def widen(table: Table) -> None:
    """Give a table the columns that this version knows and it does not; its rows have nulls there.

    Raises:
        CommitFailedException, OSError, SQLAlchemyError: when the table cannot be changed.
    """
    with table.update_schema() as update:
        update.union_by_name(CLOUDTRAIL)


def lacks_columns(table: Table) -> bool:
    """Whether this version knows columns that the table does not have."""
    return not set(CLOUDTRAIL.names) <= {field.name for field in table.schema().fields}


def _catalog(root: Path, path: Path) -> SqlCatalog:
    url = URL.create("sqlite", database=str(path), query={"timeout": _BUSY_SECONDS})
    # Plain paths, not `file:` addresses: those end at a `#` or `?` in a folder's name.
    properties = {
        "uri": url.render_as_string(),
        "warehouse": str(root / "warehouse"),
        "py-io-impl": "tenfold.lake.disk.DurableFileIO",
    }
    return SqlCatalog("tenfold", **properties)


def _create(catalog: SqlCatalog, root: Path) -> None:
    location = str(root / "warehouse" / "cloudtrail")
    name = (NAMESPACE, "cloudtrail")
    with catalog.create_table_transaction(name, CLOUDTRAIL, location=location, properties=_PROPERTIES) as making:
        by_day: UpdateSpec = making.update_spec()
        by_day.add_field("event_time", DayTransform(), _DAY).commit()
