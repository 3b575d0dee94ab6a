"""The two fences around files and namespaces; behind either, the child puts up seccomp and limits by itself."""

import enum
import errno
import os
import shutil
import sys
import sysconfig
from collections.abc import Iterator, Sequence
from importlib.util import find_spec
from pathlib import Path

from tenfold.confinement import landlock
from tenfold.model.errors import ConfigError

_SYSTEM = ("/lib", "/lib64", "/usr/lib", "/usr/lib64", "/nix/store", "/etc/ld.so.cache", "/usr/share/zoneinfo")
"""Where shared libraries and time zones lie, as far as they are there."""

_START = "import json, sys; sys.path += json.loads(sys.argv[1]); from tenfold.confinement.child import main; main()"


class Method(enum.StrEnum):
    """How a child is confined."""

    BUBBLEWRAP = "bubblewrap and seccomp"
    LANDLOCK = "Landlock and seccomp"


def missing(method: Method) -> str:
    """What a method lacks on this machine before anything is tried; empty when nothing does."""
    if sys.platform != "linux":
        return f"{sys.platform} does not have it"
    if method is Method.BUBBLEWRAP:
        return "" if shutil.which("bwrap") else "bwrap is not installed"
    try:
        landlock.version()
    except OSError as error:
        off = error.errno == errno.EOPNOTSUPP
        return "switched off in this kernel" if off else f"not in this kernel: {error.strerror}"
    return ""


def interpreter() -> list[str]:
    """This Python, without site, user and environment settings: nothing of the user's runs before the walls stand."""
    return [os.path.realpath(sys.executable), "-I", "-S", "-X", "utf8", "-c", _START]


def wrapped(program: Sequence[str], readable: Sequence[str]) -> list[str]:
    """The program behind bubblewrap: own namespaces of every kind, and a file system that holds `readable` alone."""
    binds = [word for path in readable for word in ("--ro-bind", path, path)]
    walls = ("--unshare-all", "--die-with-parent", *binds, "--remount-ro", "/", "--chdir", "/")
    return [shutil.which("bwrap") or "bwrap", *walls, "--", *program]


def readable(folders: Sequence[Path], reads: Sequence[Path]) -> list[str]:
    """What a child may read: Python, the system's libraries, the folders of its packages, and what it is given."""
    paths = sysconfig.get_paths()
    python = (os.path.realpath(sys.executable), sys.base_prefix, paths["stdlib"], paths["platstdlib"])
    given = [str(path.absolute()) for path in (*folders, *reads)]
    return [path for path in dict.fromkeys((*python, *_SYSTEM, *given)) if os.path.exists(path)]  # noqa: PTH110 - text


def folders(names: Sequence[str]) -> Iterator[Path]:
    """The folders that packages or modules are imported from.

    Raises:
        ConfigError: when one is not installed.
    """
    for name in names:
        spec = find_spec(name)
        if spec is None or spec.origin is None:
            raise ConfigError(f"the package {name} is not installed")
        yield Path(spec.origin).parents[name.count(".") + (spec.submodule_search_locations is not None)]
