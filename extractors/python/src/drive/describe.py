# Observations as text: values deep, no addresses, no hash order, no module path of what is judged.

LONGEST = 6000
ITEMS = 20000
DRAINED = 60


class World:
    """What of a text belongs to the side and not to its behaviour. The same list of names serves both sides."""

    own_modules = None
    own_tops = ()
    folders = ()
    known = frozenset()
    private = True


def settle_world(modules, folders, known, private):
    names = sorted(set(modules), key=lambda name: (-len(name), name))
    World.own_tops = tuple(sorted({name.split(".")[0] + "." for name in names}))
    World.own_modules = re.compile(r"(?<![\w.])(?:%s)\.(?=[A-Za-z_])" % "|".join(map(re.escape, names))) if names else None
    World.folders = tuple(sorted(set(folders), key=lambda folder: (-len(folder), folder)))
    World.known = frozenset(known)
    World.private = private


WITHIN = re.compile(r"<folder>/(?:[\w.-]+/)+")
ADDRESS = re.compile(r" at 0x[0-9a-fA-F]+")


PLACE = re.compile(r'File "[^"]*", line \d+')
PICKLED = re.compile(r"(attribute lookup \S+ on )[\w.]+( failed)")
QUOTED = re.compile(r'(?<=\n)    [^\n]*\n(?:    +[~^ ]+\n)?(?=  File "|\w|$)')


def plain_text(text):
    """A text without addresses, folders of this run and module paths of the subject."""
    if " at 0x" in text:
        text = ADDRESS.sub(" at 0x", text)
    if "attribute lookup " in text:
        text = PICKLED.sub(r"\1<module>\2", text)
    if 'File "' in text:
        # A traceback as text: files and lines are no behaviour, and Python quotes the source as it stands.
        text = QUOTED.sub("", PLACE.sub('File "", line 0', text))
    if "/" in text or "\\" in text:
        for folder in World.folders:
            if folder in text:
                text = text.replace(folder, "<folder>")
                if folder != SCRATCH:
                    # Where a package keeps its files is its own affair, and a module has them in one folder.
                    text = WITHIN.sub("<folder>/", text)
    if World.own_modules is not None and any(top in text for top in World.own_tops):
        text = World.own_modules.sub("", text)
    return text


def short(text):
    """A long text is kept by its hash: every bit still counts."""
    if len(text) <= LONGEST:
        return text
    import hashlib
    return "%s… (%d characters, sha256 %s)" % (text[: LONGEST // 2], len(text), hashlib.sha256(text.encode("utf-8", "backslashreplace")).hexdigest())


def type_name(cls):
    module = getattr(cls, "__module__", None) or ""
    name = getattr(cls, "__qualname__", None) or getattr(cls, "__name__", "?")
    if module == "builtins" or not isinstance(module, str):
        return str(name)
    return "%s.%s" % (module, name) if is_known(module) else str(name)


def is_known(module):
    return module.partition(".")[0] in World.known


def is_own(cls):
    """Whether a class is neither built in, nor of the standard library, nor kept, nor the driver's."""
    module = getattr(cls, "__module__", None)
    return isinstance(module, str) and module not in ("builtins", "__main__") and not is_known(module)


def number_text(value):
    try:
        return int.__repr__(value)
    except ValueError:
        return hex(value)


def float_text(value):
    return "nan" if value != value else float.__repr__(value)


class Teller:
    """Tells one value."""

    def __init__(self, drain=False):
        self.drain = drain
        self.path = {}
        self.items = 0

    def tell(self, value, depth=0):
        kind = type(value)
        if value is None or value is True or value is False or value is Ellipsis or value is NotImplemented:
            return repr(value)
        if kind is int:
            return number_text(value)
        if kind is float:
            return float_text(value)
        if kind is str:
            return repr(plain_text(value))
        if kind is bytes:
            return repr(value)
        self.items += 1
        if self.items > ITEMS or depth > 24:
            return "<… %s>" % type_name(kind)
        key = id(value)
        if key in self.path:
            return "<cycle %d>" % (len(self.path) - self.path[key])
        self.path[key] = len(self.path)
        try:
            return self.compound(value, kind, depth + 1)
        except RecursionError:
            return "<deep %s>" % type_name(kind)
        finally:
            self.path.pop(key, None)

    def many(self, values, depth):
        return ", ".join([self.tell(value, depth) for value in values])

    def pairs(self, items, depth):
        return ", ".join(["%s: %s" % (self.tell(key, depth), self.tell(value, depth)) for key, value in items])

    def compound(self, value, kind, depth):
        if kind is list:
            return "[%s]" % self.many(value, depth)
        if kind is tuple:
            return "(%s)" % (self.many(value, depth) + ("," if len(value) == 1 else ""))
        if kind is dict:
            return "{%s}" % self.pairs(value.items(), depth)
        if kind is set or kind is frozenset:
            return "%s{%s}" % ("" if kind is set else "frozenset", ", ".join(sorted([self.tell(one, depth) for one in value])))
        if isinstance(value, type):
            return "<class %s>" % type_name(value)
        if isinstance(value, BaseException):
            return self.error(value, depth)
        name = type_name(kind)
        if kind.__name__ == "module" and kind.__module__ == "builtins":
            return "<module %s>" % plain_text(str(value.__name__) + ".x")[:-2]
        if kind in FUNCTION_KINDS:
            return self.function(value, kind, depth)
        if isinstance(value, ENUM()):
            return "<%s.%s: %s>" % (name, value.name, self.tell(value._value_, depth))
        if isinstance(value, bool):
            return repr(value)
        if isinstance(value, dict):
            extra = ", ".join(self.tell(getattr(value, part, None), depth) for part in ("default_factory",) if hasattr(value, part))
            items = dict.items(value)
            if kind.__name__ == "Counter" and is_known(kind.__module__):
                items = list(items)
            return "%s(%s{%s})%s" % (name, extra and extra + ", ", self.pairs(items, depth), self.state(value, kind, depth))
        if isinstance(value, tuple):
            fields = getattr(kind, "_fields", None)
            if isinstance(fields, tuple) and len(fields) == tuple.__len__(value):
                inside = ", ".join("%s=%s" % (field, self.tell(one, depth)) for field, one in zip(fields, tuple.__iter__(value)))
            else:
                inside = self.many(tuple.__iter__(value), depth)
            return "%s(%s)%s" % (name, inside, self.state(value, kind, depth))
        if isinstance(value, list):
            return "%s[%s]%s" % (name, self.many(list.__iter__(value), depth), self.state(value, kind, depth))
        if isinstance(value, (set, frozenset)):
            base = set if isinstance(value, set) else frozenset
            return "%s{%s}%s" % (name, ", ".join(sorted([self.tell(one, depth) for one in base.__iter__(value)])), self.state(value, kind, depth))
        if isinstance(value, str):
            return "%s(%r)%s" % (name, plain_text(str.__str__(value)), self.state(value, kind, depth))
        if isinstance(value, (bytes, bytearray)):
            return "%s(%r)%s" % (name, bytes(value), self.state(value, kind, depth))
        if isinstance(value, int):
            return "%s(%s)%s" % (name, number_text(value), self.state(value, kind, depth))
        if isinstance(value, float):
            return "%s(%s)%s" % (name, float_text(value), self.state(value, kind, depth))
        if isinstance(value, complex):
            return "%s(%s, %s)" % (name, float_text(value.real), float_text(value.imag))
        if isinstance(value, Numbered):
            return "iter(%s)" % self.tell(value._items[value._at:], depth)
        module = getattr(kind, "__module__", "")
        if hasattr(kind, "dtype") and hasattr(kind, "tolist"):
            return "%s[%s, %s](%s)" % (name, plain_text(str(value.dtype)), getattr(value, "shape", ()), self.tell(value.tolist(), depth))
        if is_known(module) or module == "builtins":
            return self.standard(value, kind, name, depth)
        text = "%s%s" % (name, self.state(value, kind, depth) or "{}")
        if self.drain and hasattr(kind, "__next__"):
            text += self.drained(value, depth)
        return text

    def standard(self, value, kind, name, depth):
        if kind.__name__ in ("deque", "dict_keys", "dict_values", "odict_keys", "odict_values"):
            return "%s[%s]" % (name, self.many(value, depth))
        if kind.__name__ in ("dict_items", "odict_items", "mappingproxy"):
            return "%s{%s}" % (name, self.pairs(value.items() if hasattr(value, "items") else value, depth))
        if kind.__name__ == "memoryview":
            return "memoryview(%r)" % value.tobytes()
        if kind.__name__ in ("StringIO", "BytesIO"):
            return "%s(%s)" % (name, "closed" if value.closed else "%s at %d" % (self.tell(value.getvalue(), depth), value.tell()))
        if kind.__name__ == "partial":
            return "partial(%s, %s, %s)" % (self.tell(value.func, depth), self.tell(value.args, depth), self.tell(value.keywords, depth))
        if self.drain and hasattr(kind, "__next__") and not hasattr(value, "fileno"):
            return name + self.drained(value, depth)
        if hasattr(kind, "__next__") or hasattr(kind, "send"):
            return "<%s>" % name
        if kind.__name__ == "SimpleNamespace":
            return "%s{%s}" % (name, self.pairs(sorted(vars(value).items()), depth))
        if kind.__repr__ is object.__repr__:
            return "<%s>" % name
        return plain_text(watched(repr, value))

    def drained(self, value, depth):
        texts = []
        try:
            for _ in range(DRAINED):
                texts.append(self.tell(watched(next, value), depth))
            texts.append("…")
        except StopIteration as stop:
            if stop.value is not None:
                texts.append("ends with " + self.tell(stop.value, depth))
        except Exception as error:
            texts.append("then raises " + self.error(error, depth))
        return "<%s>" % ", ".join(texts)

    def function(self, value, kind, depth):
        name = getattr(value, "__qualname__", None) or getattr(value, "__name__", "?")
        if name == "?" and hasattr(value, "func"):
            name = "?"
        return "<%s %s>" % ("function" if kind.__name__ == "function" else kind.__name__, plain_text(str(name)))

    def state(self, value, kind, depth):
        """Attributes, in the order of their names."""
        found = {}
        for cls in kind.__mro__:
            slots = cls.__dict__.get("__slots__", ())
            for slot in (slots,) if isinstance(slots, str) else slots:
                if slot in ("__dict__", "__weakref__"):
                    continue
                real = "_%s%s" % (cls.__name__.lstrip("_"), slot) if slot.startswith("__") and not slot.endswith("__") else slot
                try:
                    found[real] = object.__getattribute__(value, real)
                except AttributeError:
                    pass
        try:
            inner = object.__getattribute__(value, "__dict__")
        except AttributeError:
            inner = None
        if isinstance(inner, dict):
            found.update(inner)
        names = sorted([name for name in found if isinstance(name, str) and (World.private or not name.startswith("_"))])
        if not names:
            return ""
        drain, self.drain = self.drain, False
        try:
            return "{%s}" % ", ".join(["%s=%s" % (name, self.inner(name, found[name], depth)) for name in names])
        finally:
            self.drain = drain

    def inner(self, name, value, depth):
        """An attribute. Private ones may hold what belongs to the process: its number, an address, a clock."""
        if name.startswith("_"):
            if type(value) is int and (value == os.getpid() or 1 << 36 < value < 1 << 49):
                return "<of the process>"
            if type(value) is float and min(abs(value - time.time()), abs(value - time.monotonic()), abs(value - time.perf_counter())) < 60 and value > 60:
                return "<clock>"
        return self.tell(value, depth)

    def error(self, error, depth):
        kind = type(error)
        if kind is RecursionError:
            return "RecursionError"
        try:
            message = plain_text(watched(str, error))
        except Exception as inner:
            message = "<str raises %s>" % type_name(type(inner))
        base = next((cls.__name__ for cls in kind.__mro__ if cls.__module__ == "builtins"), "")
        text = type_name(kind) + ("" if kind.__module__ == "builtins" else "<%s>" % base) + "(%r)" % message
        args = getattr(error, "args", ())
        if not (len(args) == 1 and isinstance(args[0], str) and args[0] == str(args[0]) and plain_text(args[0]) == message):
            text += " args " + self.tell(tuple(args), depth)
        state = {name: value for name, value in vars(error).items() if not name.startswith("__")} if hasattr(error, "__dict__") else {}
        if state:
            text += " with {%s}" % ", ".join("%s=%s" % (name, self.tell(state[name], depth)) for name in sorted(state) if World.private or not name.startswith("_"))
        if depth < 6:
            if error.__cause__ is not None:
                text += " from " + self.tell(error.__cause__, depth + 1)
            elif error.__context__ is not None and not error.__suppress_context__:
                text += " while handling " + self.tell(error.__context__, depth + 1)
        return text


FUNCTION_KINDS = {type(identity), type(len), type("".join), type(str.join), type(Maker(None, {}, {}).make), type(object().__str__), type(int.__add__), type(dict.__dict__["fromkeys"])}
ENUM_TYPE = []


def ENUM():
    """The base of enumerations, where something has imported it; nothing is an enumeration member before."""
    if not ENUM_TYPE:
        enum = sys.modules.get("enum")
        if enum is None:
            return ()
        ENUM_TYPE.append(enum.Enum)
    return ENUM_TYPE[0]


def tell(value, drain=False):
    return short(Teller(drain).tell(value))


# What the text of a subject's error begins with that leaves something out.
LEFT_OUT = "left out of this module: "


class LeftOut(BaseException):
    """The subject has left something out: nothing comes after."""


def tell_error(error):
    """An error that was raised."""
    if isinstance(error, LeftOut):
        raise error
    if isinstance(error, NotImplementedError) and error.args and isinstance(error.args[0], str) and error.args[0].startswith(LEFT_OUT):
        raise LeftOut(error.args[0]) from None
    return describe_error(error)


def describe_error(error):
    return short(Teller().error(error, 0))
