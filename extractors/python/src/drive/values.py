# Arguments: values of a kind, each with the text that names it.
#
# A kind is a word, or a list of a word and kinds: "int", ["list", "str"], ["optional", ["dict", "str", "int"]].


class Numbered:
    """An iterator that knows how far it was read: laziness is behaviour."""

    def __init__(self, items):
        self._items = items
        self._at = 0

    def __iter__(self):
        return self

    def __next__(self):
        if self._at >= len(self._items):
            raise StopIteration
        self._at += 1
        return self._items[self._at - 1]


def identity(value):
    return value


def is_even(value):
    return value % 2 == 0


def negate(value):
    return -value


def raise_value_error(*args, **kwargs):
    raise ValueError("from the callback")


def nothing(*args, **kwargs):
    return None


def count_args(*args, **kwargs):
    return len(args) + len(kwargs)


def add(left, right):
    return left + right


def first_of(*args, **kwargs):
    return args[0] if args else None


def compare(left, right):
    return (left > right) - (left < right)


def greet(name="you", *, loud=False):
    """Greets."""
    return "hello %s%s" % (name, "!" if loud else "")


def count_up(limit=3):
    for number in range(limit):
        yield number


def is_true(*args):
    return True


def second_and_third(path, key, value):
    return key, value


def only_values(path, key, value):
    return value


def keep_all(path, key, value):
    return True


def keep_truthy(path, key, value):
    return bool(value)


CALLABLES = {
    0: [nothing, list, dict, int, str, raise_value_error],
    1: [identity, str, len, bool, is_even, negate, repr, type, int, nothing, raise_value_error, str.lower, list, tuple, set, sorted, is_true],
    2: [add, compare, first_of, max, nothing, raise_value_error],
    3: [keep_all, keep_truthy, second_and_third, only_values, count_args, nothing, raise_value_error],
    9: [greet, identity, add, count_up, nothing, raise_value_error, count_args],
}
OFFERED = {function.__name__: function for pool in CALLABLES.values() for function in pool if getattr(function, "__module__", None) == __name__}
CLASSES = [int, str, float, list, dict, tuple, set, bytes, ValueError, KeyError, Exception, object, type(None), bool]
ENCODINGS = ["utf-8", "ascii", "latin-1", "utf-16", "cp1252", "nope"]
PATTERNS = [r"\d+", r"[a-z]+", r"\s", r"(a)(b)?", r"^x", r"", r"\w+", r"[,;]"]
NAMES = ["a.txt", "b.lock", "c/d.json", "e", "\u00e9.txt", "a.b.c", "sub/x.py"]


def show(value):
    """A plain value as an expression."""
    return "float(%r)" % str(value) if isinstance(value, float) and (value != value or value in (INF, -INF)) else repr(value)


INF = float("inf")


PLAIN = {int, str, float, bool, bytes, type(None), complex}


def is_plain(value):
    """Whether a value is made of built-in values throughout."""
    kind = type(value)
    if kind in (list, tuple, set, frozenset):
        return all(map(is_plain, value))
    if kind is dict:
        return all(is_plain(key) and is_plain(inner) for key, inner in value.items())
    return kind in PLAIN or kind.__module__ in ("datetime", "decimal", "fractions")


class Maker:
    """Makes the arguments of one input."""

    def __init__(self, draw, plan, space):
        self.draw = draw
        self.plan = plan
        self.space = space
        self.words = plan.get("strings") or []
        self.apart = plan.get("apart") or []
        self.language = SmallLanguage(plan["language"]) if plan.get("language") else None
        self.ints = plan.get("ints") or []
        self.floats = plan.get("floats") or []
        self.limit = plan.get("limit")
        self.longest = plan.get("longest")
        self.made = []
        self.earlier = []

    def make(self, kind, param=None, depth=0):
        """A value and its text, no longer than calls of this plan can take."""
        value, text = self.make_any(kind, param, depth)
        if self.longest is not None and type(value) in (str, bytes, list, tuple) and len(value) > self.longest:
            value = value[:self.longest]
            text = show(value)
        return value, text

    def make_any(self, kind, param, depth):
        draw = self.draw
        if isinstance(kind, list):
            return self.compound(kind, param, depth)
        if kind == "example":
            return self.example(param)
        if kind == "int":
            value = draw.small_int(self.ints, self.limit)
        elif kind == "float":
            value = draw.real(self.floats)
        elif kind == "number":
            value = draw.small_int(self.ints, self.limit) if draw.byte() % 2 == 0 else draw.real(self.floats)
        elif kind == "str":
            value = self.language.expression(draw) if self.language and draw.byte() % 2 else draw.string(self.words)
        elif kind == "char":
            value = (draw.string(self.words) or "a")[:1]
        elif kind == "bytes":
            value = draw.string(self.words).encode("utf-8", "replace") if draw.byte() % 4 else bytes(draw.byte() for _ in range(draw.byte() % 12))
        elif kind == "bytearray":
            value = bytearray(draw.string(self.words).encode("utf-8", "replace"))
        elif kind == "bool":
            value = draw.byte() % 2 == 1
        elif kind == "none":
            value = None
        elif kind == "ellipsis":
            value = Ellipsis
        elif kind == "complex":
            value = complex(draw.real(), draw.real())
        elif kind == "any":
            return self.anything(depth)
        elif kind in ("datetime", "date", "time", "timedelta", "timezone"):
            return self.moment(kind)
        elif kind == "decimal":
            import decimal
            value = decimal.Decimal((str(draw.small_int()), str(draw.real()), "0.10", "1e5", "NaN", "-0")[draw.below(6)])
            return value, "decimal." + repr(value)
        elif kind == "fraction":
            import fractions
            value = fractions.Fraction(draw.small_int(), 1 + draw.byte())
            return value, "fractions." + repr(value)
        elif kind == "uuid":
            import uuid
            value = uuid.UUID(int=abs(draw.number(8)))
            return value, "uuid." + repr(value)
        elif kind == "file":
            name = NAMES[draw.below(len(NAMES))]
            return name, repr(name)
        elif kind == "path":
            import pathlib
            name = NAMES[draw.below(len(NAMES))]
            return pathlib.Path(name), "pathlib.Path(%r)" % name
        elif kind == "pattern":
            import re
            pattern = PATTERNS[draw.below(len(PATTERNS))]
            return re.compile(pattern), "re.compile(%r)" % pattern
        elif kind == "stringio":
            import io
            text = draw.string(self.words)
            return io.StringIO(text), "io.StringIO(%r)" % text
        elif kind == "bytesio":
            import io
            text = draw.string(self.words).encode("utf-8", "replace")
            return io.BytesIO(text), "io.BytesIO(%r)" % text
        elif kind == "type":
            value = CLASSES[draw.below(len(CLASSES))]
            return value, value.__name__
        elif kind == "encoding":
            value = ENCODINGS[draw.below(len(ENCODINGS))]
        elif kind == "random":
            import random
            seed = draw.byte()
            return random.Random(seed), "random.Random(%d)" % seed
        elif kind == "object":
            value = object()
            return value, "object()"
        elif kind == "default":
            value = None
        else:
            value = None
        return value, show(value)

    def compound(self, kind, param, depth):
        draw, head = self.draw, kind[0]
        inner = kind[1:] or ["any"]
        if head == "literal":
            return self.evaluate(kind[1 + draw.below(len(kind) - 1)])
        if head == "optional":
            return (None, "None") if draw.byte() % 4 == 3 else self.make(inner[0], param, depth)
        if head == "union":
            return self.make(inner[draw.below(len(inner))], param, depth)
        if head == "callable":
            pool = CALLABLES.get(kind[1], CALLABLES[9])
            value = pool[draw.below(len(pool))]
            return value, getattr(value, "__qualname__", "callable")
        if head == "own":
            return self.own(kind[1], depth)
        if head == "fixed":
            pairs = [self.make(one, None, depth + 1) for one in inner]
            texts = [text for _, text in pairs]
            return tuple(value for value, _ in pairs), "(%s)" % ", ".join(texts) if len(texts) != 1 else "(%s,)" % texts[0]
        size = self.size(depth)
        if head == "dict":
            keys, values = inner[0], inner[1] if len(inner) > 1 else "any"
            made, texts = {}, []
            for _ in range(size):
                key, key_text = self.make(keys, None, depth + 1)
                value, text = self.make(values, None, depth + 1)
                try:
                    made[key] = value
                except TypeError:
                    continue
                texts.append("%s: %s" % (key_text, text))
            return made, "{%s}" % ", ".join(texts)
        pairs = [self.make(inner[0], None, depth + 1) for _ in range(size)]
        values, texts = [value for value, _ in pairs], [text for _, text in pairs]
        inside = ", ".join(texts)
        if head == "tuple":
            return tuple(values), "(%s)" % (inside + "," if len(values) == 1 else inside)
        if head == "iter":
            return Numbered(values), "iter([%s])" % inside
        if head in ("set", "frozenset"):
            try:
                return (set if head == "set" else frozenset)(values), "%s([%s])" % (head, inside)
            except TypeError:
                return set(), "set()"
        if head == "deque":
            import collections
            return collections.deque(values), "collections.deque([%s])" % inside
        return values, "[%s]" % inside

    def size(self, depth):
        if depth > 3:
            return 0
        how = self.draw.byte() % 16
        if how < 12 or depth:
            return how % 5
        return self.draw.byte() % (12 if how < 15 else 40)

    def anything(self, depth):
        kinds = ["int", "str", "none", "bool", "float"]
        if depth < 3:
            kinds += [["list", "any"], ["dict", "str", "any"], ["tuple", "any"], ["list", "int"], ["dict", "str", "str"], ["set", "int"]]
        if depth == 0:
            kinds += ["bytes", "datetime", "decimal", ["iter", "int"]]
        return self.make(kinds[self.draw.below(len(kinds))], None, depth + 1)

    def near_known(self, limit):
        """A number, often one that the subject's text names or a neighbour of it."""
        draw = self.draw
        if self.ints and draw.byte() % 2:
            return (self.ints[draw.below(len(self.ints))] + draw.byte() % 3 - 1) % limit
        return draw.small_int(self.ints, limit)

    def moment(self, kind):
        import datetime
        draw = self.draw
        if kind == "timedelta":
            # Spans of one unit alone are those that borders are about.
            how = draw.byte() % 8
            days = 0 if how in (0, 2, 4, 7) else draw.number(2) if how == 5 else draw.byte() % 40
            seconds = 0 if how in (1, 2, 5) else self.near_known(10 ** 9)
            value = datetime.timedelta(days=days, seconds=seconds, microseconds=self.near_known(10 ** 6) if how in (2, 6, 7) else 0)
        elif kind == "timezone":
            value = datetime.timezone(datetime.timedelta(minutes=(draw.byte() - 128) * 5))
        else:
            stamp = datetime.datetime(2000 + draw.byte() % 40, 1 + draw.byte() % 12, 1 + draw.byte() % 28, draw.byte() % 24, draw.byte() % 60, draw.byte() % 60, draw.byte() * 3907 if draw.byte() % 3 == 2 else 0)
            if kind == "datetime" and draw.byte() % 4 == 3:
                stamp = stamp.replace(tzinfo=datetime.timezone.utc)
            value = stamp.date() if kind == "date" else stamp.time() if kind == "time" else stamp
        return value, repr(value)

    def own(self, name, depth):
        for symbol in self.plan["symbols"]:
            if symbol["name"] == name and depth < 3:
                args, kwargs, text = self.arguments(symbol, depth + 1)
                value = watched(self.space[name], *args, **kwargs)
                self.made.append(value)
                return value, "%s(%s)" % (name, text)
        return None, "None"

    def evaluate(self, source):
        code = compile_once(source)
        # Text without names calls nothing.
        return (watched(eval, code, self.space) if code.co_names else eval(code, self.space)), source

    def example(self, param):
        sources = (param or {}).get("examples") or ["None"]
        value, text = self.evaluate(sources[self.draw.below(len(sources))])
        return self.mutated(value, text, self.draw.byte() % 4)

    def mutated(self, value, text, times):
        changed, begun = value, self.draw._at
        for _ in range(times):
            changed = mutate(changed, self.draw, self)
        if self.longest is not None and type(changed) in (str, bytes, list, tuple) and len(changed) > max(self.longest, len(value)):
            changed = changed[:self.longest]
        if changed is value:
            return value, text
        if type(value) is type(identity):
            return changed, changed.__qualname__
        # What is not plain may tell of itself what only one side has, a counter, say: it is named by how it was made.
        return changed, show(changed) if is_plain(changed) else "near(%s, %r)" % (text, self.draw._data[begun:self.draw._at].hex())

    def near_earlier(self, pair):
        """Now and then an argument is one that was there before, or near it: comparisons and shared objects need that."""
        draw = self.draw
        if self.earlier and draw.byte() % 8 == 7:
            value, text = self.earlier[draw.below(len(self.earlier))]
            if type(value) is type(pair[0]):
                pair = self.mutated(value, text, draw.byte() % 3)
        if type(pair[0]) in (str, bytes, int, float, list, tuple, dict) and len(self.earlier) < 8:
            self.earlier.append(pair)
        return pair

    # -- whole argument lists ---------------------------------------------------------------------

    def arguments(self, spec, depth=0):
        """Positional and keyword arguments for a callable of the plan, and their text."""
        draw = self.draw
        examples = spec.get("examples") or []
        if examples and draw.byte() % 8 < spec.get("lean", 4):
            return self.from_example(spec, examples[draw.below(len(examples))])
        return self.from_kinds(spec, depth)

    def from_example(self, spec, example):
        draw = self.draw
        pairs = [self.near_earlier(self.evaluate(source)) for source in example[0]]
        named = [(name, self.evaluate(source)) for name, source in sorted(example[1].items())]
        for _ in range((0, 1, 1, 2, 1, 3, 2, 5)[draw.byte() % 8]):
            place = draw.below(len(pairs) + len(named)) if pairs or named else None
            if place is None:
                break
            if place < len(pairs):
                value, text = pairs[place]
                if draw.byte() % 8 == 7 and spec.get("params"):
                    pairs[place] = self.other(spec, place, pairs[place])
                else:
                    pairs[place] = self.mutated(value, text, 1)
            else:
                name, (value, text) = named[place - len(pairs)]
                named[place - len(pairs)] = (name, self.mutated(value, text, 1))
        if draw.byte() % 4 == 3:
            free = [param for param in spec.get("params", ())[len(pairs):] if param["how"] in "bk" and param["name"] not in example[1] and param.get("kinds")]
            if free:
                param = free[draw.below(len(free))]
                named.append((param["name"], self.make(draw.weighted(param["kinds"]), param)))
        return self.joined(pairs, named)

    def other(self, spec, place, pair):
        """What another example has at the same place."""
        params = spec["params"]
        if place >= len(params) or not params[place].get("kinds"):
            return pair
        return self.make(self.draw.weighted(params[place]["kinds"]), params[place])

    def from_kinds(self, spec, depth=0):
        draw = self.draw
        pairs, named, by_name = [], [], False
        for param in spec.get("params", ()):
            how = param["how"]
            if not param.get("kinds"):
                continue
            if how == "*":
                if not by_name:
                    for _ in range(param.get("least", 0) + draw.byte() % 4 if depth < 2 else 0):
                        pairs.append(self.make(draw.weighted(param["kinds"]), param, depth))
                continue
            if how == "**":
                for _ in range(draw.byte() % 3 if draw.byte() % 4 == 3 else 0):
                    words = param.get("names") or ["a", "b", "name", "key"]
                    name = words[draw.below(len(words))]
                    if name not in [given for given, _ in named]:
                        named.append((name, self.make(draw.weighted(param["kinds"]), param, depth)))
                continue
            if not param["required"] and draw.byte() % 8 < param.get("skip", 4):
                by_name = True
                continue
            pair = self.near_earlier(self.make(draw.weighted(param["kinds"]), param, depth))
            if how == "k" or (how == "b" and (by_name or draw.byte() % 16 == 15)):
                by_name = True
                named.append((param["name"], pair))
            elif not by_name:
                pairs.append(pair)
        return self.joined(pairs, named)

    @staticmethod
    def joined(pairs, named):
        texts = [text for _, text in pairs] + ["%s=%s" % (name, text) for name, (_, text) in named]
        return [value for value, _ in pairs], {name: value for name, (value, _) in named}, ", ".join(texts)


SOURCES = {}


def compile_once(source):
    code = SOURCES.get(source)
    if code is None:
        code = SOURCES[source] = compile(source, "<example>", "eval")
    return code


def mutate(value, draw, maker):
    """A value near another, of the same type as a rule; what is not plain stays itself."""
    kind = type(value)
    if kind is bool:
        return not value
    if kind is int:
        how = draw.byte() % 7
        if how == 5 and maker.limit is None or how == 6:
            return draw.small_int(maker.ints, maker.limit)
        return (value + 1, value - 1, value * 2, -value, value // 10, value * 10 + draw.byte() % 10)[how]
    if kind is float:
        how = draw.byte() % 6
        if how == 5:
            return draw.real(maker.floats)
        return (value + 1, value - 0.5, value * 10, -value, value / 3)[how]
    if kind is str:
        if maker.language and draw.byte() % 2:
            return maker.language.expression(draw, value)
        return mutate_text(value, draw, maker.words, maker.apart) if draw.byte() % 8 < 7 else draw.string(maker.words)
    if kind is bytes:
        return mutate_text(value.decode("latin-1"), draw).encode("latin-1", "replace")
    if kind in (list, tuple):
        return kind(mutate_items(list(value), draw, maker))
    if kind is type(identity) and not is_own(value):
        # What calls it may tell what it gives apart: nothing, say, and what does not hold.
        pool = CALLABLES.get(value.__code__.co_argcount, CALLABLES[9])
        return pool[draw.below(len(pool))]
    if kind is dict and value:
        items = list(value.items())
        place = draw.below(len(items))
        key, inner = items[place]
        how = draw.byte() % 6
        try:
            if how == 0:
                del items[place]
            elif how == 5:
                items[place] = (key, odd(draw))
            elif how == 1:
                items[place] = (mutate(key, draw, maker), inner)
            elif how == 2:
                items.append((mutate(key, draw, maker), inner if draw.byte() % 2 else mutate(inner, draw, maker)))
            else:
                items[place] = (key, mutate(inner, draw, maker))
            return dict(items)
        except TypeError:
            return value
    if kind in (set, frozenset):
        items = sorted(value, key=repr)
        try:
            return kind(mutate_items(items, draw, maker))
        except TypeError:
            return value
    if kind.__module__ == "datetime":
        import datetime
        step = datetime.timedelta(days=draw.byte() % 64, seconds=draw.byte() * 337 if draw.byte() % 2 else 0)
        if kind in (datetime.datetime, datetime.date, datetime.timedelta):
            try:
                return value + step if draw.byte() % 2 == 0 else value - step
            except OverflowError:
                return value
    return value


def mutate_items(items, draw, maker):
    how = draw.byte() % 8
    place = draw.below(len(items)) if items else 0
    if not items:
        return [draw.small_int()] if how % 2 else items
    if how == 0:
        del items[place]
    elif how == 1:
        items.insert(place, shared(items, place, draw))
    elif how == 2:
        other = draw.below(len(items))
        items[place], items[other] = items[other], items[place]
    elif how == 3:
        items.append(mutate(items[place], draw, maker))
    elif how == 4:
        items.extend(items[: 1 + draw.byte() % 8])
    elif how == 7:
        items[place] = odd(draw)
    else:
        items[place] = mutate(items[place], draw, maker)
    return items


def shared(items, place, draw):
    """An object that then stands twice among the items: what is told apart by identity needs containers that are met again."""
    if draw.byte() % 2:
        holders = [item for item in items if type(item) in (list, tuple, dict, set, frozenset)]
        if holders:
            return holders[draw.below(len(holders))]
        # A constant of the text would be one object wherever it stands; this one is made here.
        items[place] = (list, tuple)[draw.byte() % 2]((items[place], draw.byte()))
    return items[draw.below(len(items))]


def odd(draw):
    """What stands in a container now and then, whatever its other values are."""
    return (None, True, False, 0, 1, 1.0, -1, "", "a", b"", [], (), {})[draw.below(13)]


# Inputs that are the text of a call: these bytes, the size of the text, the text, and bytes for what follows the call.

LITERAL = b"\xf7call"


def literal_input(draw, plan):
    """The symbol, its arguments and their text; nothing where the bytes hold no call of a symbol with plain arguments."""
    data, begun = draw._data, len(LITERAL) + 4
    told = begun + int.from_bytes(data[len(LITERAL):begun], "little")
    draw._at = min(told, len(data))
    # Text that was changed has another size than is told: then it goes to the last bracket.
    last = data.rfind(b")") + 1
    for end in (told, last) if last != told and not COSTLY.search(data) else (told,):
        found = literal_call(data[begun:end], plan)
        if found is not None:
            draw._at = min(end, len(data))
            return found
    return None


# Terms that would take long, or much room, to work out.
COSTLY = re.compile(rb"\*\*|<<|\d{5}\s*\*|\*\s*\d{5}")


def literal_call(data, plan):
    try:
        text = data.decode("utf-8", "surrogatepass")
    except UnicodeDecodeError:
        return None
    head, _, rest = text.partition("(")
    symbol = next((one for one in plan["symbols"] if one["name"] == head and one["kind"] != "value"), None)
    if symbol is None:
        return None
    try:
        args, kwargs = eval("__given__(" + rest, LITERAL_GLOBALS, LITERAL_NAMES)
    except Exception:
        return None
    return (symbol, args, kwargs, rest[:-1]) if type(args) is list and type(kwargs) is dict else None


class LiteralNames(dict):
    """What the text of plain values names."""

    def __missing__(self, name):
        if name not in ("datetime", "decimal", "fractions", "uuid", "re", "pathlib"):
            raise KeyError(name)
        self[name] = __import__(name)
        return self[name]


LITERAL_NAMES = LiteralNames(OFFERED, __given__=lambda *args, **kwargs: (list(args), kwargs), inf=INF, nan=INF - INF)
LITERAL_GLOBALS = {"__builtins__": {name: getattr(builtins, name) for name in (
    "float", "int", "str", "bytes", "bytearray", "set", "frozenset", "list", "dict", "tuple", "range", "bool", "complex", "len", "sorted", "max", "repr", "type", "object",
    "ValueError", "KeyError", "Exception", "Ellipsis",
)}}
