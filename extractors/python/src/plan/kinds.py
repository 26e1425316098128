# Kinds of arguments, from annotations, defaults, names and docstrings. Nothing here is trusted: calls decide later.

import collections.abc
import enum
import inspect
import typing

EMPTY = inspect.Parameter.empty

NAMED = [
    (r"^(n|k|i|j|num|count|size|length|width|height|indent|depth|limit|maxsize|max_?size|min_?length|max_?length|precision|digits|places|level|index|start|stop|step|times|number|year|month|day|days|hours?|minutes?|seconds?|position|pos|offset|max_\w+|min_\w+|\w*_count|\w*_size)$", ["int", "float", "str"]),
    (r"(text|string|str|word|sentence|msg|message|name|title|label|line|pattern|prefix|suffix|sep|separator|delim|delimiter|char|chars|expression|expr|query|source|src|html|xml|markdown|version|specifier|format|fmt|s1|s2|phrase|slug|language|lang|locale|encoding|tag)s?$", ["str", "bytes"]),
    (r"^(s|t|a|b|x|y|u|v|c|value|val|obj|o|data|item|arg|key|element|left|right|other)$", ["str", "int", "float", ["list", "int"], ["dict", "str", "any"], "any"]),
    (r"(seq|seqs|sequence|sequences|iterable|iterables|it|lst|list|items|values|elements|array|arr|xs|ys|coll|collection|vector|rows|points|words|lines|strings|args)\d?$", [["list", "int"], ["list", "str"], ["iter", "int"], "str", ["list", ["list", "int"]]]),
    (r"(func|function|fn|f|callback|predicate|pred|key|visit|enter|exit|default_factory|factory|wrapped|getter|op|binop|combine|process|keyfunc|cmp|user_function|getsizeof)$", [["callable", 1], ["callable", 2], ["callable", 9], ["callable", 3]]),
    (r"(dict|mapping|map|d|dct|kwargs|options|attrs|config|context|params|record|document|tree|root)$", [["dict", "str", "any"], ["dict", "str", "int"], "any"]),
    (r"(path|file|filename|fname|lock_file|dirname|directory|folder)$", ["file", "path", "stringio"]),
    (r"(stream|fp|buf|buffer|handle|fileobj|file)$", ["stringio", "bytesio", "str"]),
    (r"(date|dt|when|datetime|dt1|dt2|dtstart|since|until|now)$", ["datetime", "date", "timedelta"]),
    (r"(delta|timedelta|duration|interval|timeout|ttl)$", ["timedelta", "float", "int"]),
    (r"^(is_|has_|use_|allow_|ignore|strict|reverse|reversed|inclusive|recursive|ensure|no_|with_|include|exclude|case|verbose|debug)\w*$", ["bool"]),
    (r"(tz|tzinfo)$", ["timezone", "none"]),
    (r"(rng|random)$", ["random"]),
]
# What an unannotated parameter may be, with small weights; calls raise them.
CANDIDATES = [
    "int", "str", "float", "bool", "none", ["list", "int"], ["list", "str"], ["list", "float"], ["list", ["list", "int"]], ["list", ["dict", "str", "any"]],
    ["tuple", "int"], ["dict", "str", "any"], ["dict", "str", "int"], ["set", "int"], ["iter", "int"], ["iter", "str"], ["callable", 1], ["callable", 2], ["callable", 9],
    "bytes", "datetime", "date", "timedelta", "decimal", "stringio", "pattern", "type", "any", "fraction", "file", "path", ["list", ["fixed", "str", "int"]], "bytesio", ["callable", 3],
]
SIMPLE = {
    int: "int", float: "float", str: "str", bytes: "bytes", bool: "bool", type(None): "none", complex: "complex", bytearray: "bytearray",
    list: ["list", "any"], tuple: ["tuple", "any"], dict: ["dict", "str", "any"], set: ["set", "int"], frozenset: ["frozenset", "int"], object: "any", type: "type",
}
BY_NAME = {
    "int": "int", "float": "float", "str": "str", "bytes": "bytes", "bool": "bool", "None": "none", "NoneType": "none", "Any": "any", "object": "any", "list": ["list", "any"], "List": ["list", "any"],
    "dict": ["dict", "str", "any"], "Dict": ["dict", "str", "any"], "Mapping": ["dict", "str", "any"], "tuple": ["tuple", "any"], "Tuple": ["tuple", "any"], "set": ["set", "int"], "Set": ["set", "int"],
    "Iterable": ["list", "int"], "Iterator": ["iter", "int"], "Sequence": ["list", "int"], "Callable": ["callable", 1], "datetime": "datetime", "date": "date", "time": "time", "timedelta": "timedelta",
    "Decimal": "decimal", "Fraction": "fraction", "Path": "path", "PathLike": "path", "Pattern": "pattern", "TextIO": "stringio", "IO": "stringio", "BinaryIO": "bytesio", "StringIO": "stringio",
    "string": "str", "integer": "int", "boolean": "bool", "number": "number", "array_like": ["list", "float"], "callable": ["callable", 1], "iterable": ["list", "int"], "sequence": ["list", "int"], "function": ["callable", 1],
    "Type": "type", "type": "type", "SupportsFloat": "number", "Number": "number", "Real": "number", "tzinfo": "timezone", "unicode": "str", "text": "str", "UUID": "uuid", "Optional": "none", "AnyStr": "str", "ArrayLike": ["list", "float"],
}


def kinds_of_hint(hint, own, depth=0):
    """Kinds for an annotation that has been evaluated."""
    if hint is EMPTY or hint is typing.Any or depth > 5:
        return ["any"] if hint is typing.Any else []
    if isinstance(hint, str):
        return kinds_of_words(hint)
    if hint is None:
        return ["none"]
    origin, inner = typing.get_origin(hint), typing.get_args(hint)
    if isinstance(hint, typing.TypeVar):
        if hint.__constraints__:
            return [kind for one in hint.__constraints__ for kind in kinds_of_hint(one, own, depth + 1)]
        return kinds_of_hint(hint.__bound__, own, depth + 1) if hint.__bound__ else ["int", "str"]
    first = lambda place, other: (kinds_of_hint(inner[place], own, depth + 1) or [other])[0] if len(inner) > place else other
    if origin is typing.Union or type(hint).__name__ == "UnionType":
        return [kind for one in inner for kind in kinds_of_hint(one, own, depth + 1)]
    if type(hint).__name__ == "_LiteralGenericAlias" or str(origin) == "typing.Literal":
        return [["literal"] + [repr(value) for value in inner if isinstance(value, (int, str, bytes, bool, type(None)))]]
    if hasattr(typing, "Annotated") and hasattr(hint, "__metadata__"):
        return kinds_of_hint(inner[0] if inner else hint.__origin__, own, depth + 1)
    if origin is type or hint is type:
        return ["type"]
    base = origin or hint
    if not isinstance(base, type):
        return kinds_of_words(str(hint))
    for name, cls in own.items():
        if base is cls:
            return [["own", name]]
    if base in SIMPLE and not inner:
        return [SIMPLE[base]]
    if issubclass(base, enum.Enum):
        return []
    if base is tuple:
        if len(inner) == 2 and inner[1] is Ellipsis:
            return [["tuple", first(0, "any")]]
        return [["fixed"] + [(kinds_of_hint(one, own, depth + 1) or ["any"])[0] for one in inner]]
    if base in (list, set, frozenset):
        return [[base.__name__, first(0, "any" if base is list else "int")]]
    if base is dict or base in (collections.abc.Mapping, collections.abc.MutableMapping):
        return [["dict", first(0, "str"), first(1, "any")]]
    if base is collections.abc.Callable:
        count = len(inner[0]) if inner and isinstance(inner[0], list) else 9
        return [["callable", count if count in (0, 1, 2, 3) else 9]]
    if base in (collections.abc.Iterator, collections.abc.Generator):
        return [["iter", first(0, "int")]]
    if base is collections.abc.Iterable:
        return [["list", first(0, "int")], ["iter", first(0, "int")]]
    if base.__module__ in ("collections.abc", "typing"):
        return [["list", first(0, "int")]] if hasattr(base, "__iter__") else ["any"] if base is collections.abc.Hashable else ["number"]
    return kinds_of_words(base.__name__)


def kinds_of_words(text):
    """Kinds for an annotation or a docstring's type that is only text."""
    kinds = []
    for word in re.findall(r"[A-Za-z_]+", text):
        kind = BY_NAME.get(word)
        if kind is not None and kind not in kinds:
            kinds.append(kind)
    return kinds


def kind_of_value(value):
    """The kind that a default or an example suggests."""
    if value is None:
        return None
    if callable(value) and not isinstance(value, type):
        return ["callable", 1]
    if isinstance(value, enum.Enum):
        return None
    for cls in (bool, int, float, str, bytes):
        if isinstance(value, cls):
            return cls.__name__
    if isinstance(value, (list, tuple)) and value:
        inner = kind_of_value(value[0])
        return ["list" if isinstance(value, list) else "tuple", inner or "any"]
    return SIMPLE.get(type(value)) or (BY_NAME.get(type(value).__name__))


def documented(doc, name):
    """Kinds that a docstring gives a parameter: reST, Google and NumPy styles."""
    if not doc:
        return []
    escaped = re.escape(name)
    for pattern in (r":param\s+([\w\[\], .|]+?)\s+%s\s*:" % escaped, r":type\s+%s\s*:\s*(.+)" % escaped, r"^\s*\*{0,2}%s\s*\(([^)]*)\)\s*:" % escaped, r"^\s*%s\s*:\s*(\S.*)$" % escaped):
        found = re.search(pattern, doc, re.M)
        if found:
            return kinds_of_words(found.group(1)[:80])
    return []


def parameters_of(function, own, doc=None, skip_first=False):
    """Parameters of a callable, each with weighted kinds. None where Python itself does not know them."""
    try:
        signature = inspect.signature(function)
    except (ValueError, TypeError):
        return None
    target = function
    if isinstance(function, type):
        target = function.__init__ if function.__init__ is not object.__init__ else function.__new__
    elif not hasattr(function, "__annotations__") and hasattr(type(function), "__call__") and hasattr(type(function).__call__, "__annotations__"):
        target = type(function).__call__
    try:
        hints = typing.get_type_hints(target)
    except Exception:
        hints = {}
    params = []
    parameters = list(signature.parameters.values())
    if skip_first and parameters and parameters[0].kind in (parameters[0].POSITIONAL_ONLY, parameters[0].POSITIONAL_OR_KEYWORD):
        parameters = parameters[1:]
    for parameter in parameters:
        how = {parameter.POSITIONAL_ONLY: "p", parameter.POSITIONAL_OR_KEYWORD: "b", parameter.KEYWORD_ONLY: "k", parameter.VAR_POSITIONAL: "*", parameter.VAR_KEYWORD: "**"}[parameter.kind]
        hint = hints.get(parameter.name, parameter.annotation)
        typed = kinds_of_hint(hint, own) if hint is not EMPTY else []
        typed = [kind for kind in typed if kind != ["literal"]]
        weights = []
        for kind in typed:
            put(weights, kind, 8.0 if kind != "none" else 2.0)
        for kind in documented(doc, parameter.name):
            put(weights, kind, 4.0)
        if parameter.default is not EMPTY:
            kind = kind_of_value(parameter.default)
            if kind is not None:
                put(weights, kind, 6.0)
            else:
                put(weights, "none", 1.0)
        sure = bool(typed) and "any" not in typed
        if not sure:
            for pattern, kinds in NAMED:
                if re.search(pattern, parameter.name):
                    for place, kind in enumerate(kinds):
                        put(weights, kind, 2.0 / (place + 1))
        for kind in CANDIDATES:
            put(weights, kind, 0.04 if sure else 0.4)
        if how == "**":
            names = words_taken(target, parameter.name)
            if names:
                # Each word is a parameter of its own: what one takes says nothing of the others.
                for name in names:
                    params.append({"name": name, "how": "k", "required": False, "kinds": [list(entry) for entry in weights]})
                params.append({"name": parameter.name, "how": how, "required": False, "kinds": weights, "names": ["unknown"]})
                continue
        params.append({"name": parameter.name, "how": how, "required": parameter.default is EMPTY and how in "pbk", "kinds": weights})
    return params


def words_taken(function, name):
    """The words that a function takes out of its `**kwargs`, where its text shows them."""
    try:
        text = inspect.getsource(function)
    except (OSError, TypeError):
        return []
    found = re.findall(r"\b%s(?:\.(?:pop|get)\(|\[)\s*['\"](\w+)['\"]" % re.escape(name), text)
    return sorted(set(found))


def put(weights, kind, weight):
    for entry in weights:
        if entry[0] == kind:
            entry[1] = max(entry[1], weight)
            return
    weights.append([kind, weight])
