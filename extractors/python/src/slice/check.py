# What a module lacks, as JSON in a file: names that its text looks up and that neither it nor the interpreter binds,
# and what keeps it from being imported. The names are told first: importing may end the process.
import builtins
import dis
import importlib
import json
import os
import sys
import types

folder, stem, importing = sys.argv[1:4]
base = os.path.join(folder, *stem.split("."))
path = base + ".py" if os.path.exists(base + ".py") else os.path.join(base, "__init__.py")
GIVEN = {"__name__", "__file__", "__path__", "__doc__", "__package__", "__spec__", "__loader__", "__cached__", "__annotations__", "__builtins__", "__dict__"}
READS = {"LOAD_GLOBAL", "LOAD_NAME", "LOAD_FROM_DICT_OR_GLOBALS", "LOAD_CLASSDEREF"}


def told(answer):
    with open(os.path.join(folder, "check.json"), "w", encoding="utf-8") as file:
        json.dump(answer, file)


def walk(code, scope, bound, reads):
    """Collects what the code and all code inside it binds in the module, and what it looks up there, with its line."""
    own = set()
    looked = []
    line = code.co_firstlineno
    for step in dis.get_instructions(code):
        positions = getattr(step, "positions", None)
        if positions is not None and positions.lineno:
            line = positions.lineno
        elif type(step.starts_line) is int:
            line = step.starts_line
        if step.opname == "STORE_GLOBAL" or (step.opname == "STORE_NAME" and scope == "module"):
            bound.add(step.argval)
        elif step.opname == "STORE_NAME":
            own.add(step.argval)
        elif step.opname in READS and step.opname != "LOAD_CLASSDEREF":
            looked.append((step.argval, line))
    # A class body looks into itself first.
    given = own | ({"__qualname__", "__module__", "__classdict__"} if scope == "body" else set())
    reads.extend((name, line) for name, line in looked if name not in given)
    for inner in code.co_consts:
        if isinstance(inner, types.CodeType):
            # Only functions have locals of their own; any other text with a name is the body of a class.
            walk(inner, "function" if inner.co_flags & 2 else "body", bound, reads)


answer = {"failure": None, "missing": []}
try:
    with open(path, "rb") as file:
        code = compile(file.read(), path, "exec", dont_inherit=True)
except Exception as error:
    answer["failure"] = "%s: %s" % (type(error).__name__, error)
    told(answer)
    sys.exit()
bound, reads = set(), []
walk(code, "module", bound, reads)
known = bound | GIVEN | set(vars(builtins))
missing = sorted({(line, name) for name, line in reads if name not in known})
answer["missing"] = [{"line": line, "name": name} for line, name in missing]
answer["failure"] = "importing it ends the process" if importing == "yes" else None
told(answer)
if importing == "yes":
    sys.path.insert(0, folder)
    try:
        module = importlib.import_module(stem)
    except BaseException as error:
        answer["failure"] = "%s: %s" % (type(error).__name__, error)
        frame = error.__traceback__
        if type(error) is NameError and error.name:
            # The statement of the module that was running when the name was not there yet.
            while frame is not None:
                if frame.tb_frame.f_code.co_filename == path and frame.tb_frame.f_code.co_name == "<module>":
                    answer["late"] = {"line": frame.tb_lineno, "name": error.name}
                frame = frame.tb_next
    else:
        answer["failure"] = None
        # What a star import or a call brought.
        answer["missing"] = [one for one in answer["missing"] if one["name"] not in vars(module)]
    told(answer)
