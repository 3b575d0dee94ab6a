"""The runs that were saved, in the order in which they were."""

from sqlalchemy import Connection, insert, select

from tenfold.model.run import Run
from tenfold.store.codec import packed, unpacked
from tenfold.store.schema import RUNS


def add(connection: Connection, run: Run) -> int:
    """Store a run; its number, which grows from run to run."""
    row = insert(RUNS).values(id=run.id, body=packed(run)).returning(RUNS.c.number)
    number: int = connection.execute(row).scalar_one()
    return number


def newest(connection: Connection, limit: int) -> list[Run]:
    """The last `limit` runs, newest first."""
    rows = connection.execute(select(RUNS.c.body).order_by(RUNS.c.number.desc()).limit(limit))
    return [unpacked(body, Run) for body in rows.scalars()]
