# One input: decode it, exercise the subject, write down what was seen.

STEPS = 6
SETTINGS = ["1", "", "0", "true", "no", "dumb", "xterm-256color", "C", "en_US.UTF-8", "/tmp", "80", "auto"]


class Observed:
    """Lines of one observation, and how it ended."""

    def __init__(self):
        self.text = ""
        self.lines = []
        self.kind = "returned"
        self.world = ""

    def say(self, line):
        self.lines.append(line)


def exercise(draw, plan, subject, observed):
    """Runs the input that `draw` decodes to."""
    symbols = plan["symbols"]
    space = plan_space(plan, subject)
    maker = Maker(draw, plan, space)
    if draw._data.startswith(LITERAL):
        return written_out(draw, plan, maker, observed)
    snippets = plan.get("snippets") or []
    how = draw.byte() % 16
    if how == 7 and plan.get("variables"):
        # What the text reads of the environment is an argument, too; `one_input` puts it back.
        name = plan["variables"][draw.below(len(plan["variables"]))]
        setting = SETTINGS[draw.below(len(SETTINGS))] if draw.byte() % 4 else (draw.string(maker.words).replace("\0", "").encode("ascii", "replace").decode("ascii"))
        os.environ[name] = setting
        observed.world = "%s=%r; " % (name, setting)
        how = draw.byte() % 16
    if snippets and how >= 16 - plan.get("snippet_share", 4):
        return run_snippet(draw, plan, maker, subject, observed)
    if how == 8 and plan.get("targets"):
        # What the symbols reach, by itself: lines that no argument of the symbols was found to reach run here.
        symbols = plan["targets"]
    symbol = symbols[draw.below(len(symbols))]
    value = space[symbol["name"]]
    kind = symbol["kind"]
    if kind == "value":
        observed.text = symbol["name"]
        observed.say(tell(value, drain=False))
        if symbol.get("type"):
            steps(value, symbol["name"], plan, maker, observed, plan["types"].get(symbol["type"]))
        return None
    name = symbol["name"]
    if how == 10 and symbol.get("type") in plan["types"]:
        observed.text = name
        return steps(value, name, plan, maker, observed, plan["types"][symbol["type"]])
    if how == 9 and symbol.get("constructor"):
        # An instance is a symbol with its class: others of its class are in reach.
        try:
            args, kwargs, text = maker.arguments(symbol["constructor"])
            value, name = watched(type(value), *args, **kwargs), "type(%s)(%s)" % (name, text)
        except Exception as error:
            observed.kind, observed.text = "raised", "type(%s)(…)" % name
            observed.say(tell_error(error))
            return None
    if how == 11 and symbol.get("defaults"):
        symbol = symbol["defaults"][draw.below(len(symbol["defaults"]))]
        value, name = callable_defaults(value)[symbol["name"]], "(default of %s)" % symbol["name"]
    try:
        args, kwargs, text = maker.arguments(symbol)
    except Exception as error:
        observed.kind = "discarded"
        observed.text = "%s: arguments could not be made: %s" % (symbol["name"], type(error).__name__)
        observed.say(type(error).__name__)
        return None
    call(value, name, args, kwargs, text, plan, maker, observed)
    return None


def written_out(draw, plan, maker, observed):
    """A call whose text the bytes are."""
    found = literal_input(draw, plan)
    if found is None:
        observed.kind, observed.text = "discarded", "no call: %r" % draw._data
        return None
    symbol, args, kwargs, text = found
    call(maker.space[symbol["name"]], symbol["name"], args, kwargs, text, plan, maker, observed)
    return None


def callable_defaults(value):
    """Parameters of a function whose defaults are functions of the same package."""
    code = getattr(value, "__code__", None)
    if code is None:
        return {}
    names = code.co_varnames[:code.co_argcount]
    defaults = value.__defaults__ or ()
    found = dict(zip(names[len(names) - len(defaults):], defaults))
    found.update(value.__kwdefaults__ or {})
    return {name: one for name, one in found.items() if hasattr(one, "__code__") and is_own(one)}


def plan_space(plan, subject):
    """Names that expressions of the plan may use."""
    space = plan.get("space")
    if space is None:
        space = plan["space"] = Space(plan, subject)
    return space


class Space(dict):
    """The symbols, what they reach where an example needs it, and modules of the standard library on demand."""

    def __init__(self, plan, subject):
        super().__init__()
        self._inner, self._subject, self._imports = plan.get("inner") or {}, subject, plan.get("imports") or ()
        self["__builtins__"] = builtins
        for symbol in plan["symbols"]:
            self[symbol["name"]] = getattr(subject, symbol["name"])

    def __missing__(self, name):
        if name in self._inner:
            self[name] = inner_value(self._inner[name], self._subject)
            return self[name]
        if name in OFFERED:
            return OFFERED[name]
        if hasattr(builtins, name) or name not in STANDARD:
            raise KeyError(name)
        __import__(name)
        for dotted in self._imports:
            if dotted.startswith(name + "."):
                __import__(dotted)
        self[name] = sys.modules[name]
        return self[name]


def inner_value(place, subject):
    """What a symbol reaches: in the original by its module and name, in the one module by the name it has there."""
    from importlib import import_module
    module, attribute, name = place
    home = getattr(subject, "HOME", None)
    return getattr(import_module(module), attribute) if home is None else getattr(import_module(home), name)


def call(value, name, args, kwargs, text, plan, maker, observed):
    """Calls, tells the outcome and what became of the arguments, then goes on with the result."""
    observed.text = "%s(%s)" % (name, text)
    before = [tell(arg) for arg in args] + [tell(kwargs[key]) for key in sorted(kwargs)] if args or kwargs else []
    try:
        result = watched(value, *args, **kwargs)
    except BaseException as error:
        observed.kind = "raised"
        observed.say(tell_error(error))
        changed(args, kwargs, before, observed)
        return
    follow(result, observed.text, plan, maker, observed, args, kwargs)
    changed(args, kwargs, before, observed)


def changed(args, kwargs, before, observed):
    if before:
        after = [tell(arg) for arg in args] + [tell(kwargs[key]) for key in sorted(kwargs)]
        for place, (old, new) in enumerate(zip(before, after)):
            if old != new:
                observed.say("argument %d became %s" % (place, new))


def follow(result, name, plan, maker, observed, args=(), kwargs=None):
    """Tells a result: drains what yields, awaits what awaits, calls what can be called, pokes at objects."""
    kind = type(result)
    if hasattr(kind, "__next__") and not isinstance(result, Numbered) and not any(result is arg for arg in args):
        drain(result, observed, args, plan)
        if is_own(kind):
            steps(result, "it", plan, maker, observed, plan["types"].get(type_name(kind)))
        return
    if hasattr(kind, "__await__"):
        await_it(result, observed)
        return
    if hasattr(kind, "__aiter__") and hasattr(kind, "__anext__"):
        drain_async(result, observed)
        return
    observed.say(tell(result, drain=True))
    if kind in FUNCTION_KINDS or (kind.__name__ == "partial" and kind.__module__ == "functools"):
        if not isinstance(result, type) and result is not None:
            call_result(result, maker, observed)
        return
    if isinstance(result, type) and is_own(result):
        spec = plan["types"].get(type_name(result))
        observed.say("bases %s" % ", ".join(type_name(base) for base in result.__mro__))
        if spec:
            return
    if is_own(kind):
        standing(result, observed)
        steps(result, "it", plan, maker, observed, plan["types"].get(type_name(kind)))
    elif kind.__name__ == "_GeneratorContextManager":
        steps(result, "it", plan, maker, observed, {"operations": [{"how": "with"}]})


def drain(result, observed, args, plan):
    texts = [type_name(type(result))]
    sources = [arg for arg in args if isinstance(arg, Numbered)]
    try:
        for place in range(DRAINED):
            one = watched(next, result)
            texts.append(tell(one, drain=False))
            if place == 0 and sources:
                texts.append("read so far %s" % [source._at for source in sources])
        else:
            texts.append("…")
    except StopIteration as stop:
        if stop.value is not None:
            texts.append("ends with %s" % tell(stop.value))
    except BaseException as error:
        texts.append("then raises %s" % tell_error(error))
        if len(texts) == 2:
            observed.kind = "raised"
    observed.say("yields %s" % "; ".join(texts))


def await_it(result, observed):
    import asyncio

    async def wait():
        return await asyncio.wait_for(result, 5)

    try:
        observed.say("awaited %s" % tell(watched(asyncio.run, wait()), drain=True))
    except BaseException as error:
        observed.kind = "raised"
        observed.say("awaited, raises %s" % tell_error(error))


def drain_async(result, observed):
    import asyncio

    async def wait():
        texts = []
        async for one in result:
            texts.append(tell(one))
            if len(texts) >= DRAINED:
                break
        return texts

    try:
        observed.say("yields async %s" % "; ".join(watched(asyncio.run, wait())))
    except BaseException as error:
        observed.kind = "raised"
        observed.say("async, raises %s" % tell_error(error))


def call_result(result, maker, observed):
    """A function that was returned is called a few times, with few arguments."""
    draw = maker.draw
    for part in ("__name__", "__doc__", "__wrapped__"):
        if hasattr(result, part):
            observed.say("its %s is %s" % (part, tell(getattr(result, part))))
    for _ in range(1 + draw.byte() % 3):
        pairs = [maker.make(("int", "str", ["list", "int"], "any")[draw.below(4)]) for _ in range((1, 0, 1, 2)[draw.byte() % 4])]
        text = ", ".join(text for _, text in pairs)
        try:
            outcome = tell_deep(watched(result, *[value for value, _ in pairs]))
        except BaseException as error:
            outcome = "raises " + tell_error(error)
        observed.text += " then (%s)" % text
        observed.say("called with (%s): %s" % (text, outcome))


def tell_deep(value):
    if hasattr(type(value), "__await__") and not isinstance(value, type):
        inner = Observed()
        await_it(value, inner)
        return "; ".join(inner.lines)
    return tell(value, drain=True)


def attempt(observed, label, function):
    try:
        observed.say("%s: %s" % (label, tell_deep(watched(function))))
        return True
    except BaseException as error:
        observed.say("%s raises %s" % (label, tell_error(error)))
        return False


def standing(result, observed):
    """What every object has."""
    kind = type(result)
    if kind.__repr__ is not object.__repr__:
        attempt(observed, "repr", lambda: repr(result))
    if kind.__str__ is not object.__str__:
        attempt(observed, "str", lambda: str(result))
    if hasattr(kind, "__len__"):
        attempt(observed, "len", lambda: len(result))
    if hasattr(kind, "__bool__"):
        attempt(observed, "bool", lambda: bool(result))


# The operation that was begun last.
STEPPING = [None]


def steps(result, name, plan, maker, observed, spec):
    """Up to STEPS operations on an object, as the bytes choose."""
    draw = maker.draw
    operations = (spec or {}).get("operations") or []
    if not operations:
        return
    count = draw.byte() % (STEPS + 2)
    good = 0
    for _ in range(count):
        operation = operations[draw.below(len(operations))]
        try:
            label, function = prepare(operation, result, maker, plan)
        except Exception as error:
            observed.text += "; %s not made: %s" % (operation.get("name"), type(error).__name__)
            continue
        if operation.get("endless"):
            # Its arguments were read off the bytes, so that what follows is what it was.
            observed.text += "; %s left out" % operation["name"]
            continue
        observed.text += "; " + label
        STEPPING[0] = operation
        good += attempt(observed, label, function)
        STEPPING[0] = None
        if operation["how"] == "call":
            observed.say("now %s" % tell(result))
    for attribute in (spec or {}).get("attributes") or ():
        attempt(observed, "." + attribute, lambda: getattr(result, attribute))
    if count and not good and len(operations) > 1:
        observed.kind = "raised"


def prepare(operation, result, maker, plan):
    """The text and the act of one operation."""
    how, name = operation["how"], operation.get("name")
    if how == "get":
        return "." + name, lambda: getattr(result, name)
    if how == "call":
        method = getattr(result, name)
        args, kwargs, text = maker.arguments(operation)
        return ".%s(%s)" % (name, text), lambda: chained(method(*args, **kwargs), result)
    if how == "binary":
        value, text = operand(operation, result, maker, plan)
        return "%s %s" % (name, text), lambda: BINARY[name](result, value)
    if how == "swapped":
        value, text = operand(operation, result, maker, plan)
        return "%s swapped %s" % (text, name), lambda: BINARY[name](value, result)
    if how == "item":
        value, text = maker.arguments(operation)[0::2]
        key = value[0] if value else 0
        return "[%s]" % text, lambda: result[key]
    if how == "slice":
        start, stop = maker.make("int")[0] % 8, maker.make("int")[0] % 8
        return "[%d:%d]" % (start, stop), lambda: result[start:stop]
    if how == "set item":
        args, _, text = maker.arguments(operation)
        return "[..] = (%s)" % text, lambda: set_item(result, args)
    if how == "set":
        args, _, text = maker.arguments(operation)
        return ".%s = %s" % (name, text), lambda: setattr(result, name, args[0] if args else None)
    if how == "another":
        other, text = maker.own(name, 0)
        inner = plan["types"].get(type_name(type(other)))
        ways = [way for way in (inner or {}).get("operations") or () if way["how"] != "another"]
        if not ways:
            return "another " + text, lambda: (other, other is result)
        label, act = prepare(ways[maker.draw.below(len(ways))], other, maker, plan)
        return "another %s; its %s" % (text, label), lambda: (tell(other), other is result, tell_deep(act()), tell(result))
    if how == "with":
        return "with", lambda: enter(result, maker.draw.byte() % 4)
    if how == "iter":
        return "iter", lambda: iter(result) if not hasattr(type(result), "__next__") else next(result)
    return UNARY[how][0], lambda: UNARY[how][1](result)


def chained(value, result):
    """A method that gives the object itself says so, and no more."""
    return "<itself>" if value is result else value


def set_item(result, args):
    result[args[0]] = args[1]


def operand(operation, result, maker, plan):
    kinds = operation.get("params") or []
    if kinds:
        return maker.make(maker.draw.weighted(kinds[0]["kinds"]), kinds[0], 1)
    return result, "itself"


def enter(result, raising):
    texts = []
    with result as inner:
        texts.append("<itself>" if inner is result else tell(inner))
        texts.append(tell(result))
        if raising == 3:
            raise KeyError("inside the with")
    texts.append(tell(result))
    return texts


def pickled(value):
    import pickle
    return pickle.loads(pickle.dumps(value))


def copied(value):
    import copy
    return copy.copy(value)


def copied_deep(value):
    import copy
    return copy.deepcopy(value)


BINARY = {
    "==": lambda left, right: left == right,
    "!=": lambda left, right: left != right,
    "<": lambda left, right: left < right,
    "<=": lambda left, right: left <= right,
    ">": lambda left, right: left > right,
    ">=": lambda left, right: left >= right,
    "+": lambda left, right: left + right,
    "-": lambda left, right: left - right,
    "*": lambda left, right: left * right,
    "/": lambda left, right: left / right,
    "//": lambda left, right: left // right,
    "%": lambda left, right: left % right,
    "**": lambda left, right: left ** (right if not isinstance(right, int) else right % 9),
    "&": lambda left, right: left & right,
    "|": lambda left, right: left | right,
    "^": lambda left, right: left ^ right,
    "<<": lambda left, right: left << right,
    ">>": lambda left, right: left >> right,
    "@": lambda left, right: left @ right,
    "in": lambda left, right: right in left,
    "hash ==": lambda left, right: (left == right, hash(left) == hash(right)),
}
UNARY = {
    "repr": ("repr", repr),
    "str": ("str", str),
    "len": ("len", len),
    "bool": ("bool", bool),
    "int": ("int", int),
    "float": ("float", float),
    "index": ("range", lambda value: range(value)),
    "neg": ("-", lambda value: -value),
    "pos": ("+", lambda value: +value),
    "abs": ("abs", abs),
    "invert": ("~", lambda value: ~value),
    "round": ("round", round),
    "reversed": ("reversed", reversed),
    "hash": ("hash", lambda value: hash(value) == hash(value)),
    "copy": ("copy", copied),
    "deepcopy": ("deepcopy", copied_deep),
    "pickle": ("pickle", pickled),
    "dir": ("dir", lambda value: [name for name in dir(value) if not name.startswith("_")]),
    "format": ("format", lambda value: format(value, "")),
    "next": ("next", next),
    "bytes": ("bytes", lambda value: type(value).__bytes__(value)),
    "fspath": ("fspath", lambda value: type(value).__fspath__(value)),
    "call": ("call", lambda value: value()),
}
