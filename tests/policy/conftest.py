"""The action reference, made once a run."""

import pytest

from tenfold.aws.action_reference import packed_reference
from tenfold.policy.actions import ActionIndex


@pytest.fixture(scope="session")
def actions(tmp_path_factory: pytest.TempPathFactory) -> ActionIndex:
    return ActionIndex(packed_reference(tmp_path_factory.mktemp("actions")))
