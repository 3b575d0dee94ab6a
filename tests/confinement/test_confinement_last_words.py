"""What a child's last words mean."""

from tenfold.confinement.errors import Limit, StoppedError
from tenfold.confinement.limits import Limits
from tenfold.confinement.run import _failed


def test_the_c_library_without_memory_for_a_thread_is_the_memory_limit() -> None:
    said = b"something before\ncannot allocate memory for thread-local data: ABORT\n"
    stopped = _failed(127, said, Limits())
    assert isinstance(stopped, StoppedError)
    assert stopped.limit is Limit.MEMORY
