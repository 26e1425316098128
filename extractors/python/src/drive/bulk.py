# Many inputs at once, at full speed: what can be called with plain values is called with values near those of the pool's
# inputs, a family of neighbours at a time, so that choosing costs little; everything else is driven as ever.
#
#     SIDE.json POOL REPORT SEED FIRST COUNT [LIST [SEEN]]
#
# COUNT may be MOST/MILLIS: as many blocks, doubled while time allows. Where POOL.told is there it says of the pool's inputs
# how they end and what text they have, and those that have one are not run again.
#
# What is called follows from the plan, the pool, the seed and the block's number, and never from what a side does.

import datetime
import operator

BLOCK = 4096
FAMILY = 64  # inputs that are made, and looked after, together
TRIES = 4  # so many times as many families as a block has are made for what is new in them
SAMPLE = 200  # inputs of the pool whose memory is measured

SCALARS = {str, int, float, bool, bytes, type(None)}
TOLD_BY_REPR = {str, float, bool, bytes, type(None)}
LARGE = 10 ** 1000  # Python refuses to write down numbers that are much larger
CONTAINERS = {list, tuple, dict, set, frozenset}
MOMENTS = {datetime.timedelta, datetime.date}
# What an example may name to make an argument: anything else may tell of the process, or call the subject.
MAKING = {
    "float", "int", "str", "bytes", "set", "frozenset", "list", "dict", "tuple", "range", "bool", "complex", "len", "datetime", "date", "timedelta", "timezone", "utc",
    "decimal", "Decimal", "fractions", "Fraction", "uuid", "UUID", "re", "compile", "pathlib", "Path", "PurePath", "PurePosixPath", "math", "pi", "inf", "nan", "lower", "upper",
} | set(OFFERED)


def is_simple(value, depth=0):
    """Whether a value is made of scalars and built-in containers, and is small enough to be made thousands of times."""
    kind = type(value)
    if kind in SCALARS or kind in MOMENTS:
        return kind not in (str, bytes) or len(value) <= LONGEST
    if kind in (set, frozenset) and not all(map(is_ordered, value)):
        return False
    if kind not in CONTAINERS or depth > 4 or len(value) > 400:
        return False
    if kind is dict:
        return all(is_simple(key, depth + 1) and is_simple(inner, depth + 1) for key, inner in value.items())
    return all(is_simple(inner, depth + 1) for inner in value)


def is_fixed(value, text):
    """Whether a value never changes and its text makes it again."""
    if not isinstance(value, type) and type(value) not in FUNCTION_KINDS and (type(value).__module__ not in ("datetime", "decimal", "fractions", "uuid", "re", "pathlib", "builtins") or type(value).__name__ not in FIXED):
        return False
    try:
        again = eval(text, LITERAL_GLOBALS, LITERAL_NAMES)
    except Exception:
        return False
    return again is value or type(again) is type(value) and type(value) not in FUNCTION_KINDS and repr(again) == repr(value)


FIXED = {"datetime", "date", "time", "timedelta", "timezone", "Decimal", "Fraction", "UUID", "Pattern", "PosixPath", "PurePosixPath", "complex", "ellipsis", "range"}


class Given(Maker):
    """Makes arguments that don't come from the subject, and keeps each with its text."""

    def joined(self, pairs, named):
        self.kept = pairs, named
        return Maker.joined(pairs, named)

    def own(self, name, depth):
        raise LookupError(name)

    def evaluate(self, source):
        code = compile_once(source)
        if any(name not in MAKING for name in code.co_names):
            raise LookupError(source)
        return eval(code, self.space), source


class Neutral(Space):
    """A space without a subject."""

    def __init__(self):
        dict.__init__(self)
        self._inner, self._subject, self._imports = {}, None, ()
        self["__builtins__"] = builtins


class Part:
    """One argument of a call: what it is, and whether others may stand in its place."""

    def __init__(self, value, text):
        self.value, self.text = value, text
        self.simple = is_simple(value)
        self.usable = self.simple or is_fixed(value, text)
        self.changes = self.usable and not is_frozen(value)
        if self.simple:
            self.text = text_of(value)


def is_frozen(value):
    """Whether a value can't be changed by who gets it."""
    kind = type(value)
    if kind in (list, dict, set):
        return False
    return all(map(is_frozen, value)) if kind is tuple else True


def text_of(value):
    try:
        return show(value)
    except ValueError:
        return hex(value)


def texts_of(column):
    """What the values of a family are written as, all of one type."""
    try:
        texts = list(map(repr, column))
    except ValueError:
        return list(map(text_of, column))
    if type(column[0]) is float and not NO_NUMBERS.isdisjoint(texts):
        return list(map(show, column))
    return texts


NO_NUMBERS = {"nan", "inf", "-inf"}


def pick(rng, options, count):
    """So many of the options, each as likely as another: `choices` takes twice as long."""
    many = len(options)
    return [options[one * many >> 32] for one in memoryview(rng.getrandbits(32 * count).to_bytes(4 * count, sys.byteorder)).cast("I")]


class Base:
    """A call of the pool that others are made of."""

    def __init__(self, symbol, parts, names):
        self.symbol, self.parts, self.names = symbol, parts, names


def base_of(data, plan, neutral):
    """The call that an input of the pool decodes to, where it is one and its arguments are plain."""
    draw = Draw(data)
    if data.startswith(LITERAL):
        found = literal_input(draw, plan)
        if found is None:
            return None
        symbol, args, kwargs, _ = found
        pairs, named = [(value, "") for value in args], [(name, (value, "")) for name, value in kwargs.items()]
    else:
        how = draw.byte() % 16
        snippets = plan.get("snippets")
        if how in (7, 8, 9, 10, 11) or snippets and how >= 16 - plan.get("snippet_share", 4):
            return None
        symbols = plan["symbols"]
        symbol = symbols[draw.below(len(symbols))]
        if symbol["kind"] == "value":
            return None
        maker = Given(draw, plan, neutral)
        try:
            maker.arguments(symbol)
        except Exception:
            return None
        pairs, named = maker.kept
    parts = [Part(value, text) for value, text in pairs] + [Part(value, text) for _, (value, text) in named]
    if not all(part.usable for part in parts):
        return None
    return Base(symbol, parts, [name for name, _ in named])


class Stock:
    """What changes are made of: words of the plan and of the pool, and what stood in each place of a call."""

    def __init__(self, plan, bases):
        self.plan = plan
        self.places, self.texts = {}, []
        for base in bases:
            for key, part in zip(self.keys(base), base.parts):
                if part.simple:
                    self.places.setdefault(key, []).append(part.value)
                if type(part.value) is str:
                    self.texts.append(part.value)
        self.texts = sorted(set(self.texts)) or [""]
        tokens = set()
        for text in self.texts + plan["strings"]:
            tokens.update(TOKEN.findall(text) if len(text) <= 400 else ())
        self.numbers = sorted(token for token in tokens if token.isdigit())
        self.words = sorted(token for token in tokens if token[:1].isalpha()) or ["a"]
        self.marks = sorted(token for token in tokens if not token[:1].isalnum()) or [" "]
        self.pieces = sorted(tokens | {char for token in tokens for char in token}) + EDGE_TEXTS[:-1]
        self.apart = plan.get("apart") or self.words
        # Whether texts may be those of a small language that calls by name.
        self.calling = any(CALLING.search(text) for text in self.texts)
        self.signs = sorted({char for text in self.texts for char in text}) or ["a"]

    def keys(self, base):
        count = len(base.parts) - len(base.names)
        return [(base.symbol["name"], place) for place in range(count)] + [(base.symbol["name"], name) for name in base.names]


CALLING = re.compile(r"[a-z_]\(.*\)")
TOKEN = re.compile(r"\d+|[^\W\d_]+|\s+|.", re.S)


def is_ordered(value):
    """Whether a set is gone through in the same order by every process that has this value in it. The hash of `None` is
    where it stands in memory, in some versions of Python."""
    return value is not None and (type(value) not in (tuple, frozenset) or all(map(is_ordered, value)))


class Families:
    """Neighbours of a value, many at a time."""

    def __init__(self, stock, rng, plan, number):
        self.stock, self.rng = stock, rng
        # Calls that hardly anything new is made of, a truth value, say.
        self.spent = set()
        # What is next to the pool's inputs is soon all made: later blocks go further away.
        self.further = min(3, number.bit_length() // 2)
        self.limit, self.longest = plan.get("limit"), plan.get("longest")
        self.ints, self.floats = (plan.get("ints") or []) + EDGE_INTS, (plan.get("floats") or []) + EDGE_FLOATS

    def of(self, value, count, depth=0):
        kind = type(value)
        if kind is str:
            return self.texts(value, count)
        if kind is bool:
            return pick(self.rng, (True, False), count)
        if kind is int:
            return self.ints_near(value, count)
        if kind is float:
            return self.floats_near(value, count)
        if kind is bytes:
            return [text.encode("latin-1", "replace") for text in self.texts(value.decode("latin-1"), count)]
        if kind in (list, tuple) and depth < 4:
            return list(map(kind, self.rows(list(value), count, depth)))
        if kind in (set, frozenset) and depth < 4:
            return [kind(filter(is_ordered, row)) for row in self.rows(sorted(value, key=repr), count, depth)]
        if kind is dict and value and depth < 4:
            return self.dicts(value, count, depth)
        if kind is datetime.timedelta:
            return self.spans(count)
        if kind is datetime.date:
            return [datetime.date.fromordinal(1 + abs(day) % datetime.date.max.toordinal()) for day in self.ints_near(value.toordinal(), count)]
        return [value] * count

    # -- text -------------------------------------------------------------------------------------

    def texts(self, text, count):
        rng, stock = self.rng, self.stock
        how = rng.randrange(18 if stock.calling else 16)
        tokens = TOKEN.findall(text) if len(text) <= 2000 else [text]
        if how < 8 and tokens:
            made = self.retold(tokens, count, 1 + (how > 2) + (how > 6) + self.further)
        elif how < 10:
            places, pieces = pick(rng, range(len(text) + 1), count), pick(rng, stock.apart if rng.randrange(3) == 0 else stock.pieces, count)
            made = [text[:at] + piece + text[at:] for at, piece in zip(places, pieces)]
        elif how < 12 and text:
            places, pieces = pick(rng, range(len(text)), count), pick(rng, stock.signs if how == 10 else stock.pieces, count)
            made = [text[:at] + piece + text[at + 1:] for at, piece in zip(places, pieces)]
        elif how == 12:
            heads, others, tails = pick(rng, range(len(text) + 1), count), pick(rng, stock.texts, count), pick(rng, range(1 << 16), count)
            made = [text[:at] + other[end % (len(other) + 1):] for at, other, end in zip(heads, others, tails)]
        elif how == 13:
            firsts, seconds = pick(rng, range(len(text) + 1), count), pick(rng, range(len(text) + 1), count)
            # Short texts have few parts.
            pieces = pick(rng, stock.pieces, count) if self.further or len(text) < 32 else [""] * count
            made = [text[:one] + piece + text[other:] for one, other, piece in zip(firsts, seconds, pieces)]
        elif how == 14:
            joins, others = pick(rng, JOINS, count), pick(rng, stock.texts + stock.pieces, count)
            made = [text + join + other for join, other in zip(joins, others)]
        elif how > 15:
            draw = Draw(rng.getrandbits(8 * 16 * count).to_bytes(16 * count, "little"))
            givens = [", ".join(value_text(draw) for _ in range(how - 15)) for _ in range(count)]
            made = ["%s(%s)" % pair for pair in zip(pick(rng, stock.apart, count), givens)]
        else:
            alphabet = rng.choice(ALPHABETS + [stock.signs] * 4)
            choices, size = rng.choices, rng.randrange
            made = ["".join(choices(alphabet, k=size(16))) for _ in range(count)]
        longest = self.longest
        if longest is not None:
            made = [one[:max(longest, len(text))] for one in made]
        return made

    def retold(self, tokens, count, times):
        """Some tokens become others of their sort: numbers numbers, words words."""
        rng, stock = self.rng, self.stock
        numbers = [at for at, token in enumerate(tokens) if token.isdigit()]
        parts, last, columns = [], 0, []
        chosen = set()
        for _ in range(times):
            chosen.add(rng.choice(numbers) if numbers and rng.randrange(2) else rng.randrange(len(tokens)))
        # A text of few words gets more of them.
        missing = max(0, times - len(tokens))
        chosen.update(range(len(tokens), len(tokens) + missing))
        tokens = tokens + [""] * missing
        for at in sorted(chosen):
            token = tokens[at]
            parts.append("".join(tokens[last:at]).replace("%", "%%"))
            last = at + 1
            if token.isdigit():
                column = self.digits(token, count)
            else:
                column = pick(rng, stock.apart if token[:1].isalpha() and rng.randrange(3) == 0 else stock.words if token[:1].isalpha() else stock.marks if token else stock.pieces, count)
            columns.append(column)
        parts.append("".join(tokens[last:]).replace("%", "%%"))
        form = "%s".join(parts)
        return [form % row for row in zip(*columns)]

    def digits(self, token, count):
        rng = self.rng
        how = rng.randrange(8)
        if how == 0 and self.stock.numbers:
            return pick(rng, self.stock.numbers, count)
        size = len(token) if how < 5 else rng.randrange(1, 12 if how < 7 else 24)
        top = 10 ** min(size, 30)
        bits, form = top.bit_length() + 3, "%0*d" if how in (1, 2) else None
        draw = rng.getrandbits
        if form:
            return ["%0*d" % (size, draw(bits) % top) for _ in range(count)]
        return [str(draw(bits) % top) for _ in range(count)]

    # -- numbers ----------------------------------------------------------------------------------

    def ints_near(self, value, count):
        rng = self.rng
        how, draw, limit = rng.randrange(10), rng.getrandbits, self.limit
        if how > 7:
            width = max(8 + 4 * self.further, value.bit_length() + rng.randrange(4))
            made = [draw(width) for _ in range(count)]
        elif how < 2:
            width = rng.choice((8, 10, 12, 16)) + 3 * self.further
            base = value - (1 << width >> 1)
            made = [base + draw(width) for _ in range(count)]
        elif how < 5:
            width = rng.choice((10, 14, 16, 20, 24, 31, 32, 40, 53, 62))
            made = [draw(width) for _ in range(count)]
            if how == 4:
                made = [-one for one in made]
        elif how == 5:
            powers = [10 ** power for power in range(25)]
            made = [(draw(10) + 1) * power for power in pick(rng, powers, count)]
        elif how == 6:
            width = 3 + 2 * self.further
            made = [one + draw(width) - 3 for one in pick(rng, self.ints, count)]
        else:
            width = rng.choice((64, 65, 96))
            made = [value ^ draw(width) for _ in range(count)]
        if limit is not None:
            made = [one % limit if not -limit <= one <= limit else one for one in made]
        return made

    def floats_near(self, value, count):
        rng = self.rng
        how, draw = rng.randrange(8), rng.random
        if value != value or value in (INF, -INF):
            value = 1.0
        if how < 2:
            scale = 10.0 ** rng.randrange(-3, 12)
            return [(draw() - 0.25) * scale for _ in range(count)]
        if how == 2:
            scale, places = 10.0 ** rng.randrange(7), rng.randrange(6)
            return [round(draw() * scale, places) for _ in range(count)]
        if how == 3:
            scale = 10.0 ** -rng.randrange(16)
            return [value * (1.0 + scale * (draw() - 0.5)) for _ in range(count)]
        if how == 4:
            width = rng.choice((4, 8, 16, 32, 53, 60))
            return [rng.getrandbits(width) / 2.0 - value for _ in range(count)]
        if how == 5:
            return [one * (1 + int(draw() * 9)) for one in pick(rng, self.floats, count)]
        if how == 6:
            powers = pick(rng, range(-300, 300), count)
            return [draw() * 10.0 ** power for power in powers]
        return list(struct.unpack("<%dd" % count, rng.getrandbits(64 * count).to_bytes(8 * count, "little")))

    def spans(self, count):
        """Spans of one unit alone, or of two: borders are about those."""
        units = self.rng.choice((("seconds",), ("days",), ("microseconds",), ("milliseconds",), ("hours",), ("days", "seconds"), ("seconds", "microseconds")))
        columns = [[one % 10 ** 8 if abs(one) > 10 ** 8 else one for one in self.ints_near(1, count)] for _ in units]
        return [datetime.timedelta(**dict(zip(units, row))) for row in zip(*columns)]

    # -- containers -------------------------------------------------------------------------------

    def rows(self, items, count, depth):
        rng = self.rng
        how = rng.randrange(6) if items else 0
        if not items:
            return [[one] * (at % 3) for at, one in enumerate(pick(rng, self.ints + ["", "a", None], count))]
        if how < 3:
            columns = [self.of(item, count, depth + 1) if rng.randrange(3) or len(items) == 1 else [item] * count for item in items]
            return list(map(list, zip(*columns)))
        if how == 3:
            return [rng.choices(items, k=size) for size in rng.choices(range(2 * len(items) + 2), k=count)]
        extra = self.of(rng.choice(items), count, depth + 1)
        places = pick(rng, range(len(items) + 1), count)
        if how == 4:
            return [items[:at] + [one] + items[at:] for at, one in zip(places, extra)]
        return [items[:at] + [one] + items[at + 1:] for at, one in zip(places, extra)]

    def dicts(self, value, count, depth):
        rng = self.rng
        keys = list(value)
        key = rng.choice(keys)
        if rng.randrange(3):
            return [dict(value, **{key: one}) if type(key) is str else {**value, key: one} for one in self.of(value[key], count, depth + 1)]
        made = []
        for other, one in zip(self.of(key, count, depth + 1), self.of(value[key], count, depth + 1)):
            fresh = dict(value)
            if not rng.randrange(2):
                del fresh[key]
            fresh[other] = one
            made.append(fresh)
        return made


class Calls:
    """Calls of one symbol that are made together."""

    def __init__(self, base, rows, words, texts, changing, tail):
        self.base, self.symbol = base, base.symbol
        self.rows, self.words, self.texts, self.changing, self.tail = rows, words, texts, changing, tail

    def fresh(self, made):
        """Places of those that were not made yet, which from here on are."""
        return [at for at, text in enumerate(self.texts) if text not in made and not made.add(text)]

    def only(self, places):
        """The calls at these places."""
        some = lambda items: [items[at] for at in places]
        return Calls(self.base, some(self.rows), self.words and some(self.words), some(self.texts), self.changing, self.tail)

    def inputs(self):
        """Each as the bytes that an ordinary driver reads."""
        for text in self.texts:
            text = text.encode("utf-8", "surrogatepass")
            yield LITERAL + len(text).to_bytes(4, "little") + text + self.tail


class Inputs:
    """The inputs of any block."""

    def __init__(self, plan, pool, seed, returned):
        self.plan, self.pool, self.seed = plan, pool or [b""], int(seed)
        self.bases, self.stock, self.others = [], None, 0
        if plan is None:
            return
        neutral = Neutral()
        # What the driver makes is told apart from what it found by the bytes alone: one list of random numbers for both sides.
        found = [base_of(data, plan, neutral) for data in pool]
        self.bases = [base for base in found if base is not None]
        # How an input of the pool ends is known to be the same on both sides.
        self.good = [base for base, one in zip(found, returned) if base is not None and one] or self.bases
        if self.bases:
            self.stock = Stock(plan, self.bases)
            driven = {base.symbol["name"] for base in self.bases}
            # Symbols that no plain values reach get their share of the ordinary driver.
            left = sum(1 for symbol in plan["symbols"] if symbol["name"] not in driven)
            self.others = left / float(len(plan["symbols"]))

    def block(self, number):
        """Its inputs: `Calls`, or the bytes of one for the ordinary driver."""
        rng = random.Random(self.seed * 1000003 + number * 7 + 1)
        families = Families(self.stock, rng, self.plan, number) if self.bases else None
        made, left, tries = set(), BLOCK, TRIES * BLOCK // FAMILY
        while left > 0:
            if families is None or self.others and rng.random() < self.others:
                for _ in range(min(FAMILY, left)):
                    yield self.changed(rng)
                left -= FAMILY
                continue
            calls = self.calls(rng, families)
            tries -= 1
            # What can't be called in so many ways is called in the same way again: a block has its size.
            fresh = calls.fresh(made) if tries > 0 else list(range(FAMILY))
            if fresh:
                yield calls if len(fresh) == FAMILY <= left else calls.only(fresh[:left])
            left -= len(fresh)
            if len(fresh) < FAMILY // 8:
                families.spent.add(calls.base)

    def changed(self, rng):
        """Bytes near those of an input of the pool."""
        data = bytearray(rng.choice(self.pool))
        if rng.randrange(3) == 0:
            data = data[:rng.randrange(len(data) + 1)]
        data += rng.getrandbits(8 * 24).to_bytes(24, "little")[:rng.choice((0, 8, 24))]
        for _ in range(rng.choice((1, 1, 2, 4, 8))):
            if data:
                place, how = rng.randrange(len(data)), rng.randrange(4)
                if how == 0:
                    data[place] = rng.randrange(256)
                elif how == 1:
                    data[place] = (data[place] + rng.choice((1, 255))) & 255
                elif how == 2:
                    del data[place]
                else:
                    data.insert(place, rng.randrange(256))
        return bytes(data)

    def calls(self, rng, families):
        for _ in range(2):
            base = rng.choice(self.good if rng.randrange(4) else self.bases)
            if base not in families.spent:
                break
        open_parts = [at for at, part in enumerate(base.parts) if part.simple and part.value is not None]
        varied = {at for at in open_parts if rng.randrange(2)}
        if open_parts and not varied:
            varied.add(rng.choice(open_parts))
        keys = self.stock.keys(base)
        columns, texts, changing = [], [], []
        for at, part in enumerate(base.parts):
            if at in varied:
                column = families.of(self.start(part.value, keys[at], rng), FAMILY)
                texts.append(texts_of(column))
                if type(column[0]) in CONTAINERS:
                    changing.append(at)
            elif part.changes:
                code = compile_once(part.text)
                column = [eval(code, LITERAL_GLOBALS, LITERAL_NAMES) for _ in range(FAMILY)]
                texts.append(part.text)
                changing.append(at)
            else:
                column = [part.value] * FAMILY
                texts.append(part.text)
            columns.append(column)
        count = len(base.parts) - len(base.names)
        rows = list(zip(*columns[:count])) if count else [()] * FAMILY
        words = [dict(zip(base.names, row)) for row in zip(*columns[count:])] if base.names else None
        labels = [""] * count + ["%s=" % name for name in base.names]
        form, shown = [], []
        for label, text in zip(labels, texts):
            if type(text) is list:
                form.append(label + "%s")
                shown.append(text)
            else:
                form.append(label + text.replace("%", "%%"))
        form = "%s(%s)" % (base.symbol["name"], ", ".join(form))
        told = [form % row for row in zip(*shown)] if shown else [form % ()] * FAMILY
        tail = rng.getrandbits(8 * 16).to_bytes(16, "little") if self.plan["types"] else b""
        return Calls(base, rows, words, told, changing, tail)

    def start(self, value, key, rng):
        """What a family is around: the value, one that stood in its place elsewhere, or one near it."""
        how = rng.randrange(8)
        if how == 0:
            value = rng.choice(self.stock.places[key])
        elif how > 4:
            draw = Draw(rng.getrandbits(8 * 24).to_bytes(24, "little"))
            maker = Given(draw, self.plan, Neutral())
            for _ in range(how - 4):
                near = mutate(value, draw, maker)
                value = near if is_simple(near) else value
        return value


# -- running ----------------------------------------------------------------------------------------


class Noted(io.StringIO):
    """Knows by itself that something was written."""

    fresh = None

    def write(self, text):
        self.fresh.append(text)
        return len(text)


def raised_text(error, depth=0):
    """What an exception is: in brief where it is one of Python's own with nothing to it but its words."""
    kind = type(error)
    if kind.__module__ != "builtins" or kind is RecursionError or depth > 5 or getattr(error, "__dict__", None):
        return tell_error(error)
    args = error.args
    if len(args) != 1 or type(args[0]) is not str or kind not in IN_BRIEF:
        return tell_error(error)
    text = "%s(%r)" % (kind.__name__, args[0])
    if error.__cause__ is not None:
        text += " from " + raised_text(error.__cause__, depth + 1)
    elif error.__context__ is not None and not error.__suppress_context__:
        text += " while handling " + raised_text(error.__context__, depth + 1)
    return text


IN_BRIEF = {ValueError, TypeError, IndexError, AttributeError, NameError, AssertionError, ArithmeticError, ZeroDivisionError, OverflowError, RuntimeError, NotImplementedError, LookupError}


class Side:
    """One side, as it goes through blocks."""

    def __init__(self, begun, seen_path):
        self.side, self.plan, self.drive, self.subject, _ = begun
        self.known, self.progress = set(), 0
        self.seen = open(seen_path, "ab", buffering=0) if seen_path else None
        self.random = "random" in own_text(self.side)
        self.space = plan_space(self.plan, self.subject) if self.plan is not None else {}
        self.fresh = []
        # Whether files may have been made since the scratch folder was tidied: looking there takes as long as many a call.
        self.touched = True
        sys.addaudithook(self.notice)
        self.out, self.err = Noted(), Noted()
        self.out.fresh = self.err.fresh = self.fresh

    def notice(self, event, args):
        if event in TOUCHING or event.startswith(("os.", "shutil.", "subprocess.", "sqlite3.", "ctypes.", "import")):
            self.touched = True

    def watch(self, seconds):
        """Ends the process when it stays with one input."""
        last = [-1]

        def tick(signum, frame):
            if last[0] == self.progress:
                os._exit(124)
            last[0] = self.progress

        signal.signal(signal.SIGALRM, tick)
        signal.setitimer(signal.ITIMER_REAL, 3 * seconds, 3 * seconds)

    def one(self, data):
        """An input by the ordinary driver: its text, and what was seen with how it ended ahead."""
        self.progress += 1
        observed = one_input(data, self.plan, self.drive, self.subject, None)
        tidy()
        lines = "\n".join(observed.lines)
        if "MemoryError" in lines or "MemoryError" in observed.text:
            return observed.text, "?out of memory"
        return observed.text, {"raised": "!", "discarded": "?"}.get(observed.kind, "=") + lines

    def together(self, calls, ins, outs):
        """Calls that were made together."""
        value, say = self.space[calls.symbol["name"]], outs.append
        fresh, seeded, longest = self.fresh, self.random, LONGEST
        variables = environment()
        rows, words, begun = calls.rows, calls.words, len(outs)
        texts, tail = calls.texts, calls.tail
        kept, sys.stdout, sys.stderr = (sys.stdout, sys.stderr), self.out, self.err
        try:
            with warnings.catch_warnings(record=True) as warned:
                warnings.simplefilter("always")
                for at, row in enumerate(rows):
                    if seeded:
                        random.seed(0)
                    try:
                        result = value(*row) if words is None else value(*row, **words[at])
                        kind = type(result)
                    except MemoryError:
                        text = "?out of memory"
                    except BaseException as error:
                        text = "!" + raised_text(error)
                    else:
                        if kind in TOLD_BY_REPR or kind is int and -LARGE < result < LARGE:
                            text = repr(result)
                        else:
                            text = self.told(result, kind, texts, at, tail, row, words)
                    if fresh or warned:
                        text += effects(fresh, warned)
                    say(text if len(text) <= longest else text[0] + short(text[1:]))
                    self.progress += 1
        finally:
            sys.stdout, sys.stderr = kept
        ins.extend(texts)
        if calls.changing:
            self.changed(calls, outs, begun)
        if variables != environment():
            outs[-1] += "\nenvironment: %s" % sorted((name, os.environ.get(name)) for name in set(variables) ^ set(os.environ) | {name for name in variables if os.environ.get(name) != variables[name]})
            os.environ.clear()
            os.environ.update(variables)
        if self.touched:
            tidy()
            self.touched = False

    def told(self, result, kind, texts, at, tail, row, words):
        """A result that is no scalar. What an object is asked for is part of the input."""
        try:
            if kind is int:
                return repr(result)
            if kind in (list, tuple, set, frozenset):
                if set(map(type, result)) <= SCALARS:
                    return repr(result) if kind in (list, tuple) else tell(result)
            elif kind is dict and set(map(type, result)) <= SCALARS and set(map(type, result.values())) <= SCALARS:
                return repr(result)
        except ValueError:
            return tell(result)
        observed, draw = Observed(), Draw(tail)
        observed.text = texts[at]
        follow(result, texts[at], self.plan, Maker(draw, self.plan, self.space), observed, row, words[at] if words is not None else {})
        texts[at] = observed.text
        return ("!" if observed.kind == "raised" else "=") + "\n".join(observed.lines)

    def changed(self, calls, outs, begun):
        """What became of arguments that can be changed."""
        count = len(calls.rows[0])
        names = list(calls.words[0]) if calls.words is not None else []
        for place in calls.changing:
            for at, row in enumerate(calls.rows):
                now = row[place] if place < count else calls.words[at][names[place - count]]
                text = repr(now) if is_plain(now) else tell(now)
                if text not in calls.texts[at]:
                    outs[begun + at] += "\nargument %d became %s" % (place, short(text))

    def block(self, inputs):
        """Runs one block: what the report says of it."""
        begun = REAL_CLOCK()
        # What is not written in Python may have made files without notice.
        tidy()
        ins, outs = [], []
        for one in inputs:
            if type(one) is bytes:
                text, seen = self.one(one)
                ins.append(text)
                outs.append(seen)
            else:
                self.together(one, ins, outs)
        plain, digest = digest_of(ins, outs)
        known = self.known
        hashes = list(map(hash, ins if plain else map(clean, ins)))
        # Read from the last to the first, so that what stays is how the first of several ended.
        ends = dict(zip(reversed(hashes), map(FIRST, reversed(outs))))
        for again in known.intersection(ends):
            del ends[again]
        known.update(ends)
        signs = list(ends.values())
        raised = signs.count("!")
        returned = len(signs) - raised - signs.count("?")
        nanos = REAL_CLOCK() - begun
        if self.seen is not None:
            self.write(ins, outs)
        return {"digest": digest, "distinct": len(signs), "returned": returned, "raised": raised, "nanos": nanos, "peak": 0}

    def write(self, ins, outs):
        """Every observation of a block, for whoever looks at them one by one."""
        kinds = {"!": "raised", "?": "discarded"}
        for text, seen in zip(ins, outs):
            value = seen[1:] if seen[0] in "!?=" else seen
            line = json.dumps({"input": clean(text), "kind": kinds.get(seen[0], "returned"), "value": clean(value), "hits": []})
            self.seen.write(line.encode("ascii") + b"\n")

    def pool(self, pool, told):
        """Runs the pool, but for what is told of it: what the report says of it, and which of its inputs returned."""
        begun = REAL_CLOCK()
        ins, outs, ends = [], [], []
        for data, (returned, text) in zip(pool, told or [(False, None)] * len(pool)):
            if text is None:
                text, seen = self.one(data)
                returned = seen[0] not in "!?"
                ins.append(text)
                outs.append(seen)
            else:
                self.known.add(hash(text))
            ends.append(returned)
        _, digest = digest_of(ins, outs)
        self.known.update(map(hash, map(clean, ins)))
        nanos = REAL_CLOCK() - begun
        return {"digest": digest, "distinct": 0, "returned": 0, "raised": 0, "nanos": nanos, "peak": 0}, ends

    def peak(self, pool):
        """The most that was allocated at once within one call of the pool, or within one input where none is a plain call."""
        import tracemalloc
        acts = []
        neutral = Neutral()
        for data in pool if self.plan is not None else ():
            base = base_of(data, self.plan, neutral)
            if base is not None:
                acts.append(base)
        acts = acts or list(pool)
        most = 0
        tracemalloc.start()
        for act in acts[::max(1, len(acts) // SAMPLE)][:SAMPLE]:
            tracemalloc.clear_traces()
            self.progress += 1
            if type(act) is bytes:
                self.one(act)
            else:
                with Catch(), warnings.catch_warnings():
                    warnings.simplefilter("ignore")
                    self.alone(act)
                tidy()
            most = max(most, tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
        return most

    def alone(self, base):
        """A call, drained where it yields."""
        count = len(base.parts) - len(base.names)
        values = [eval(compile_once(part.text), LITERAL_GLOBALS, LITERAL_NAMES) if part.changes else part.value for part in base.parts]
        variables = dict(os.environ)
        try:
            result = self.space[base.symbol["name"]](*values[:count], **dict(zip(base.names, values[count:])))
            if hasattr(type(result), "__next__"):
                for _ in zip(range(DRAINED), result):
                    pass
        except BaseException:
            pass
        if variables != environment():
            os.environ.clear()
            os.environ.update(variables)


TOUCHING = {"open", "tempfile.mkstemp", "tempfile.mkdtemp", "socket.bind"}
FIRST = operator.itemgetter(0)


def effects(fresh, warned):
    """What was printed and warned of since the last input."""
    text = ""
    if fresh:
        text = "\nprinted: " + short(repr("".join(map(str, fresh))))
        del fresh[:]
    for warning in warned:
        if warning.category is not ResourceWarning:
            text += "\nwarning: %s: %s" % (type_name(warning.category), short(str(warning.message)))
    del warned[:]
    return text


def digest_of(ins, outs):
    """One word for all: texts are made plain together, which costs a pass and not one each. And whether those of the
    inputs are so by themselves."""
    import hashlib
    joined = "\n".join(ins)
    told = plain_text(joined)
    plain = told == joined and max(map(len, ins), default=0) <= LONGEST and is_encodable(joined)
    text = told + "\n" + plain_text("\n".join(outs))
    return plain, hashlib.sha256(text.encode("utf-8", "backslashreplace")).hexdigest()


def is_encodable(text):
    """Whether a text has no lone surrogates."""
    try:
        return text.isascii() or text.encode("utf-8") is not None
    except UnicodeEncodeError:
        return False


def told_of(pool_path, count):
    """What is known of the pool's inputs; nothing where nobody tells."""
    try:
        with open(pool_path + ".told", encoding="utf-8") as handle:
            told = json.load(handle)
    except (OSError, ValueError):
        return None
    return told if len(told) == count else None


# Time of the processor: what else runs on the machine does not show in it.
REAL_CLOCK = time.process_time_ns


def bulk(side_path, pool_path, report_path, seed, first, count, list_path=None, seen_path=None):
    pool = read_inputs(pool_path)
    told = told_of(pool_path, len(pool))
    most, _, millis = count.partition("/")
    numbers = range(int(first), int(first) + int(most))
    report = open(report_path, "ab", buffering=0)
    # Acts are compared one by one elsewhere: here they would cost more than the calls.
    begun = begin(side_path, False)
    side = Side(begun, seen_path)
    side.watch(begun[0]["seconds"])
    ran, returned = side.pool(pool, told)
    inputs = Inputs(begun[1], pool, seed, returned)
    if list_path is not None:
        with open(list_path, "wb") as handle:
            for number in numbers:
                for one in inputs.block(number):
                    for data in [one] if type(one) is bytes else one.inputs():
                        handle.write(len(data).to_bytes(4, "little") + data)
    if list_path is None or seen_path is not None:
        ran["peak"] = side.peak(pool)
        write = lambda block: report.write(json.dumps(block).encode("ascii") + b"\n")
        write(ran)
        # What is there by now stays: looking through it again and again would take a good part of the time.
        gc.freeze()
        begun = REAL_CLOCK()
        for done, number in enumerate(numbers):
            # Twice as many blocks take twice the time: whoever has more of it has twice as many, or none more.
            if millis and done and not done & (done - 1) and 2 * (REAL_CLOCK() - begun) > int(millis) * 1e6:
                break
            write(side.block(inputs.block(number)))
    leave()
    os._exit(0)


if __name__ == "__main__" and len(sys.argv) in (7, 8, 9):
    bulk(*sys.argv[1:])
