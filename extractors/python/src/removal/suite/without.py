# What keeps a project from its former dependency: Python reads this file at its start, before any other. Two lines stand in
# front of it: `OWN`, the project's folder, and `NAMES`, what the dependency is imported by. Other packages may go on using
# it, so each import is judged by who asks.
import builtins
import importlib
import importlib.abc
import os
import sys

# Files that import in somebody else's name.
BEHALF = tuple(
    os.sep.join(path.split("/"))
    for path in (
        "/importlib/__init__.py", "/importlib/util.py", "/importlib/_bootstrap.py", "/importlib/_bootstrap_external.py",
        "/pkgutil.py", "/runpy.py", "/unittest/mock.py", "/_pytest/outcomes.py", "/_pytest/monkeypatch.py", "/sitecustomize.py",
    )
)


def named(name):
    return any(name == one or name.startswith(one + ".") for one in NAMES)


def is_own(frame):
    # The first frame that asks for itself.
    while frame is not None:
        file = frame.f_code.co_filename
        if file.startswith("<"):
            file = frame.f_globals.get("__file__") or file
        if file.startswith("<doctest") or frame.f_globals.get("__name__") == "__main__" and file.startswith("<"):
            return True
        if not file.startswith("<") and not file.endswith(BEHALF):
            return os.path.realpath(file).startswith(OWN + os.sep)
        frame = frame.f_back
    return False


def refuse(name):
    raise ModuleNotFoundError(f"No module named {name!r}: the project does without it", name=name)


plain_import = builtins.__import__
plain_import_module = importlib.import_module


def import_(name, globals=None, locals=None, fromlist=(), level=0):
    __tracebackhide__ = True  # Of no interest in a failed test.
    if level == 0:
        wanted = [name] + [f"{name}.{one}" for one in fromlist or () if isinstance(one, str)]
        for one in wanted:
            if named(one) and is_own(sys._getframe(1)):
                refuse(one)
    return plain_import(name, globals, locals, fromlist, level)


def import_module(name, package=None):
    __tracebackhide__ = True
    if named(name) and is_own(sys._getframe(1)):
        refuse(name)
    return plain_import_module(name, package)


def watch():
    # A module that is loaded already is found without a finder. Only then is each import looked at by a function in between:
    # it stands in tracebacks, which some tests count.
    builtins.__import__ = import_
    importlib.import_module = import_module


class Finder(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        if named(name):
            if is_own(sys._getframe(1)):
                refuse(name)
            watch()
        return None


sys.meta_path.insert(0, Finder())
if any(named(name) for name in list(sys.modules)):
    watch()
