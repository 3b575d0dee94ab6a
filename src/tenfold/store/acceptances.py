"""What somebody said is meant to be so, one row a key."""

from sqlalchemy import Connection, delete, insert, select

from tenfold.model.alert import Acceptance
from tenfold.store.codec import packed, unpacked
from tenfold.store.incidents import moment
from tenfold.store.schema import ACCEPTANCES


def put(connection: Connection, acceptance: Acceptance) -> None:
    """Write an acceptance over whatever stood under its key."""
    remove(connection, acceptance.key)
    row = {"key": acceptance.key, "expires_at": moment(acceptance.expires_at), "body": packed(acceptance)}
    connection.execute(insert(ACCEPTANCES).values(row))


def remove(connection: Connection, key: str) -> bool:
    """Take an acceptance back; whether there was one."""
    return bool(connection.execute(delete(ACCEPTANCES).where(ACCEPTANCES.c.key == key)).rowcount)


def read(connection: Connection) -> list[Acceptance]:
    """All acceptances, expired ones too, by key."""
    bodies = connection.execute(select(ACCEPTANCES.c.body).order_by(ACCEPTANCES.c.key)).scalars()
    return [unpacked(body, Acceptance) for body in bodies]
