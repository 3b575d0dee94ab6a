"""Organizations: policy types at the root."""

from moto.organizations.models import FakeRoot, organizations_backends
from moto.utilities.utils import get_partition

from tenfold.sandbox.calls import Call
from tenfold.sandbox.identity import Caller
from tenfold.sandbox.rules.state import Rule, State
from tenfold.sandbox.serialize import serialize
from tenfold.sandbox.wire import Reply


def _enable(_: State, call: Call, caller: Caller) -> Reply | None:
    """EnablePolicyType, which here is no error where AWS has enabled the type by itself."""
    backend = organizations_backends[caller.account][get_partition(call.region)]
    for root in backend.ou:
        enabled = isinstance(root, FakeRoot) and [row["Type"] for row in root.policy_types]
        if enabled and root.id == call.parameters["RootId"] and call.parameters["PolicyType"] in enabled:
            return serialize(call, {"Root": root.describe()})
    return None


RULES: dict[str, Rule] = {"organizations:EnablePolicyType": _enable}
