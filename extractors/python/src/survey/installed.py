# Tells of the distributions that are installed: those that are named and all that they require in turn.
# Reads metadata only: nothing of theirs is imported.
import json, os, platform, re, sys
from importlib import metadata

wanted, places = json.loads(sys.argv[1])
CODE = (".py", ".so", ".pyd")


def plain(name):
    return re.sub(r"[-_.]+", "-", name).lower()


def is_namespace(path):
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            text = file.read(4000)
    except OSError:
        return False
    return "extend_path" in text or "declare_namespace" in text


def roots(place, files):
    """Dotted names that `import` finds the distribution by."""
    tree = {}
    for file in files:
        if file.endswith(CODE):
            node = tree
            *folders, last = file.split("/")
            for folder in folders:
                node = node.setdefault(folder, {})
            node[last.split(".")[0] + ".py"] = None
    found = []

    def look(node, path):
        for name, below in sorted(node.items()):
            stem = name[:-3] if below is None else name
            if not stem.isidentifier() or stem == "__init__":
                continue
            here = path + [stem]
            if below is None:
                found.append(".".join(here))
            elif "__init__.py" in below and not is_namespace(os.path.join(place, *here, "__init__.py")):
                found.append(".".join(here))
            elif len(path) < 4:
                look(below, here)

    look(tree, [])
    # Tests that were installed beside the package by accident are not what users import.
    chosen = [name for name in found if name.split(".")[0] not in ("tests", "test", "docs", "examples")]
    return sorted(chosen or found, key=lambda name: (name.startswith("_"), name))


known = {}
for one in metadata.distributions(path=places) if places else metadata.distributions():
    name = one.metadata["Name"]
    # The first on the path is the one that is imported.
    if name and plain(name) not in known:
        known[plain(name)] = one

told, waiting = {}, list(wanted)
while waiting:
    key = waiting.pop()
    one = known.get(key)
    if key in told or one is None:
        continue
    requires = list(one.requires or [])
    for text in requires:
        match = re.match(r"\s*([A-Za-z0-9][A-Za-z0-9._-]*)", text)
        if match:
            waiting.append(plain(match.group(1)))
    place = os.path.abspath(str(one.locate_file("")))
    files = sorted(
        {str(file).replace(os.sep, "/") for file in one.files or []
         if not str(file).startswith("..") and "__pycache__" not in str(file) and not os.path.isabs(str(file))})
    code = [file for file in files if ".dist-info/" not in file and ".egg-info/" not in file]
    names = roots(place, code)
    if not names:
        names = [name for name in (one.read_text("top_level.txt") or "").split() if name.isidentifier()]
    told[key] = {
        "name": one.metadata["Name"], "version": one.version, "place": place, "requires": requires,
        "files": files if code else [], "called": names,
        "native": next((file for file in code if file.endswith((".so", ".pyd", ".dylib"))), None),
        "headers": [[field.lower(), value] for field in ("License-Expression", "License", "Classifier")
                    for value in one.metadata.get_all(field) or []],
        "groups": sorted({point.group for point in one.entry_points} - {"console_scripts", "gui_scripts"}),
    }

names = getattr(sys, "stdlib_module_names", None) or sys.builtin_module_names
json.dump({
    "distributions": told,
    "stdlib": sorted(names),
    "environment": {
        "python_version": ".".join(platform.python_version_tuple()[:2]),
        "python_full_version": platform.python_version(),
        "os_name": os.name, "sys_platform": sys.platform, "platform_system": platform.system(),
        "platform_machine": platform.machine(), "platform_release": platform.release(),
        "platform_python_implementation": platform.python_implementation(),
        "implementation_name": sys.implementation.name,
    },
}, sys.stdout)
