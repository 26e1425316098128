# What a symbol offers, as JSON: both sides are described by this text, and the descriptions are compared.

import ast
import inspect

SKIPPED = {
    "__module__", "__dict__", "__weakref__", "__qualname__", "__doc__", "__annotations__", "__annotate__", "__annotate_func__", "__annotations_cache__",
    "__firstlineno__", "__static_attributes__", "__parameters__", "__orig_bases__", "__conditional_annotations__", "__classdictcell__",
    "__subclasshook__", "__init_subclass__", "__dataclass_fields__", "__dataclass_params__", "__abstractmethods__", "__slots__",
}


def annotation_text(annotation):
    """An annotation without the paths of modules: whether it is evaluated or text is no difference by itself."""
    if annotation is inspect.Parameter.empty:
        return None
    if isinstance(annotation, str) and annotation[:1] in ("'", '"'):
        # Text that was written as a string already, and is left unevaluated once more.
        try:
            inner = ast.literal_eval(annotation)
        except (ValueError, SyntaxError):
            inner = annotation
        annotation = inner if isinstance(inner, str) else annotation
    text = annotation if isinstance(annotation, str) else annotation.__name__ if isinstance(annotation, type) and not hasattr(annotation, "__args__") else repr(annotation)
    text = re.sub(r"ForwardRef\(['\"]([^'\"]*)['\"](?:, [^)]*)?\)", r"\1", text)
    text = re.sub(r"[\w.]*\.(?=[A-Za-z_])", "", text)
    text = text.replace("'", "").replace('"', "").replace("NoneType", "None").replace(" ", "")
    return ("text:" if isinstance(annotation, str) else "value:") + text


def signature_of(value):
    try:
        signature = inspect.signature(value)
    except (ValueError, TypeError):
        return None
    except Exception as error:
        return type(error).__name__
    parameters = []
    for parameter in signature.parameters.values():
        entry = {"name": parameter.name, "kind": str(parameter.kind), "annotation": annotation_text(parameter.annotation)}
        if parameter.default is not parameter.empty:
            entry["default"] = tell(parameter.default)
        parameters.append(entry)
    return {"parameters": parameters, "returns": annotation_text(signature.return_annotation)}


def flags_of(value):
    inner = getattr(value, "__wrapped__", value)
    return sorted(name for name in ("isgeneratorfunction", "iscoroutinefunction", "isasyncgenfunction") if getattr(inspect, name)(value) or getattr(inspect, name)(inner))


def doc_of(value):
    doc = getattr(value, "__doc__", None)
    return doc if isinstance(doc, str) else None


def describe_callable(value):
    return {"what": "callable", "type": type_name(type(value)), "name": getattr(value, "__name__", None), "signature": signature_of(value), "flags": flags_of(value), "doc": doc_of(value)}


def describe_class(cls, depth=0):
    described = {
        "what": "class", "name": cls.__name__, "metaclass": type_name(type(cls)), "bases": [type_name(base) for base in cls.__bases__],
        "mro": [type_name(base) for base in cls.__mro__], "doc": doc_of(cls), "abstract": sorted(getattr(cls, "__abstractmethods__", ())), "members": {},
    }
    if depth == 0:
        described["signature"] = signature_of(cls)
    for owner in cls.__mro__:
        if not is_own(owner):
            continue
        slots = owner.__dict__.get("__slots__")
        if slots is not None:
            described["slots of " + owner.__name__] = sorted([slots] if isinstance(slots, str) else list(slots))
        for name, value in owner.__dict__.items():
            if name in SKIPPED or (name.startswith("_") and not name.endswith("__")) or name in described["members"]:
                continue
            described["members"][name] = describe_member(value, name, depth)
    return described


def describe_member(value, name, depth):
    kind = type(value)
    if isinstance(value, (staticmethod, classmethod)):
        return dict(describe_callable(value.__func__), what=kind.__name__)
    if isinstance(value, property):
        return {"what": "property", "doc": doc_of(value), "settable": value.fset is not None, "deletable": value.fdel is not None}
    if isinstance(value, type):
        return describe_class(value, depth + 1) if is_own(value) and depth < 2 else {"what": "class", "name": type_name(value)}
    if kind in FUNCTION_KINDS:
        return describe_callable(value)
    if value is None:
        return {"what": "none"}
    if hasattr(kind, "__get__"):
        return {"what": "descriptor", "type": type_name(kind), "doc": doc_of(value) if kind.__doc__ != getattr(value, "__doc__", None) else None}
    return {"what": "attribute", "type": type_name(kind), "value": tell(value) if kind in (int, str, float, bool, tuple, bytes, frozenset) else None}


def describe_symbol(value):
    if isinstance(value, type):
        return describe_class(value)
    if type(value) in FUNCTION_KINDS:
        return describe_callable(value)
    kind = type(value)
    described = {"what": "instance", "type": type_name(kind), "signature": signature_of(value) if callable(value) else None}
    if is_own(kind):
        described["of"] = describe_class(kind, 1)
    if type(value).__name__ == "function" or kind.__module__ == "functools":
        described["doc"] = doc_of(value)
    return described


def compiled_home(value, side):
    """The file of the side's own compiled code that a function or a class comes from, by the path below its folder."""
    try:
        # A cache around it, say.
        value = inspect.unwrap(value)
    except ValueError:
        return None
    if not isinstance(value, type) and type(value).__name__ not in ("builtin_function_or_method", "cython_function_or_method"):
        return None
    home = getattr(value, "__module__", None) or getattr(getattr(value, "__self__", None), "__name__", None)
    file = getattr(sys.modules.get(home) if isinstance(home, str) else None, "__file__", None)
    if not isinstance(file, str) or not file.endswith((".so", ".pyd")):
        return None
    for root in side["path"]:
        if file.startswith(root + os.sep):
            return os.path.relpath(file, root)
    return None


def describe_all(side_path, out_path):
    with open(side_path, encoding="utf-8") as handle:
        side = json.load(handle)
    settle(side)
    here = os.path.dirname(os.path.abspath(side_path))
    os.makedirs(SCRATCH, exist_ok=True)
    os.chdir(SCRATCH)
    before = set(sys.modules)
    answer = {"failed": None, "symbols": {}, "modules": {}, "compiled": {}, "foreign": []}
    try:
        with Catch():
            subject = load_file("subject", os.path.join(here, side["subject"]))
    except BaseException as error:
        answer["failed"] = "%s: %s%s" % (type(error).__name__, plain_text(str(error)), place_of(error, side))
    else:
        loaded = set(sys.modules) - before
        answer["foreign"] = sorted({name.partition(".")[0] for name in loaded} - World.known - set(side["own"]) - {name for name in loaded if name.startswith("_sysconfigdata")})
        for name in side["symbols"]:
            value = getattr(subject, name)
            answer["symbols"][name] = describe_symbol(value)
            file = compiled_home(value, side)
            if file:
                answer["compiled"][name] = file
            module = getattr(value, "__module__", None)
            answer["modules"][name] = module if isinstance(module, str) else None
    with open(out_path, "w", encoding="utf-8") as handle:
        json.dump(answer, handle, ensure_ascii=True)
    os._exit(0)


def place_of(error, side):
    """The last line of the side's own text that the error passed."""
    place = ""
    trace = error.__traceback__
    while trace is not None:
        path = trace.tb_frame.f_code.co_filename
        if any(path.startswith(root + os.sep) for root in side["path"]):
            place = " (%s, line %d)" % (os.path.basename(path), trace.tb_lineno)
        trace = trace.tb_next
    return place


if __name__ == "__main__" and len(sys.argv) == 3:
    describe_all(*map(os.path.abspath, sys.argv[1:]))
