from collections.abc import Iterator

import pytest
from moto.s3.models import s3_backends
from moto.server import ThreadedMotoServer
from tests.inventory.plant import plant
from tests.wire import connect

from tenfold.aws.client import Client
from tenfold.aws.connection import Connection
from tenfold.inventory.collect import collect
from tenfold.inventory.registry import catalogue
from tenfold.model.arn import Scope
from tenfold.model.snapshot import Snapshot
from tenfold.sandbox.upstream import reset

MOTO_ACCOUNT = "123456789012"
HOME, AWAY = "us-east-1", "eu-west-1"


@pytest.fixture(scope="module")
def moto_url() -> Iterator[str]:
    """A simulated AWS in this process, on a port that the system chose, with one planted account."""
    reset(seed=0)  # moto's state belongs to the process, and other tests may have run in it
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    plant(f"http://{host}:{port}", HOME, AWAY)
    assert_it_is_ours()
    yield f"http://{host}:{port}"
    server.stop()


def assert_it_is_ours() -> None:
    """What was planted over the port must be in this process's memory."""
    assert "dressed" in s3_backends[MOTO_ACCOUNT]["aws"].buckets


@pytest.fixture(scope="module")
def connection(moto_url: str) -> Connection:
    return connect(moto_url, region=HOME, regions=(HOME, AWAY))


@pytest.fixture
def aws(connection: Connection) -> Client:
    """The planted account, with nothing remembered."""
    return Client(connection, Scope("aws", MOTO_ACCOUNT, HOME))


@pytest.fixture(scope="module")
def snapshot(connection: Connection) -> Snapshot:
    """Everything of the planted account."""
    known = catalogue()
    wanted = {kind: {f.name for f in known.facets if f.kind == kind} for c in known.collectors for kind in c.kinds}
    return collect(connection, [MOTO_ACCOUNT], {kind: frozenset(names) for kind, names in wanted.items()})
