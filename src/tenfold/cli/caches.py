"""Where what can be made again is kept. Apart from the settings, whose import takes longer than reading a policy."""

import os
from collections.abc import Mapping
from pathlib import Path


def caches(environment: Mapping[str, str] = os.environ) -> Path:
    """Below `TENFOLD_HOME`, else tenfold's folder in the XDG cache folder."""
    if environment.get("TENFOLD_HOME"):
        return Path(environment["TENFOLD_HOME"]) / "cache"
    return Path(environment.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "tenfold"
