"""The methods of this machine, for tests: one that does not work here is skipped with what it lacks."""

import pytest

from tenfold.confinement.fences import Method
from tenfold.confinement.run import shortcoming


def _parameter(method: Method) -> object:
    lack = shortcoming(method)
    return pytest.param(
        method, id=method.name.lower(), marks=pytest.mark.skipif(bool(lack), reason=f"{method}: {lack}")
    )


confined = pytest.mark.skipif(
    all(shortcoming(method) for method in Method), reason=f"nothing confines here: {[*map(shortcoming, Method)]}"
)
"""A test whose child is confined by the method that users get here."""

each_method = pytest.mark.parametrize("method", [_parameter(method) for method in Method])
