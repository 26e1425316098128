# Decoding: any bytes give a value, missing bytes read as zero, and zero gives the simplest choice.


class Draw:
    """Takes values off the bytes of one input. A driver written by hand gets one of these."""

    def __init__(self, data):
        self._data = data
        self._at = 0
        self._log = []

    # -- for the built-in driver ------------------------------------------------------------------

    def byte(self):
        at = self._at
        self._at = at + 1
        return self._data[at] if at < len(self._data) else 0

    def below(self, limit):
        """A number in range(limit). A choice of one takes no bytes."""
        if limit <= 1:
            return 0
        if limit <= 256:
            return self.byte() % limit
        number = self.byte() | self.byte() << 8
        if limit > 65536:
            number |= self.byte() << 16 | self.byte() << 24
        return number % limit

    def spent(self):
        return self._at >= len(self._data)

    def number(self, size):
        return int.from_bytes(bytes(self.byte() for _ in range(size)), "little", signed=True)

    def weighted(self, choices):
        """One of (choice, weight) pairs; the first for zero."""
        total = sum(weight for _, weight in choices)
        if len(choices) <= 1 or total <= 0:
            return choices[0][0]
        place = self.below(256) * total / 256.0
        for choice, weight in choices:
            place -= weight
            if place < 0:
                return choice
        return choices[-1][0]

    def small_int(self, edges=(), limit=None):
        how = self.byte() % 16
        if how < 6:
            value = self.byte() % 24
        elif how < 8:
            value = -(self.byte() % 24)
        elif how < 10:
            value = self.byte()
        elif how == 10:
            value = EDGE_INTS[self.below(len(EDGE_INTS))]
        elif how == 11 and edges:
            value = edges[self.below(len(edges))] + self.byte() % 3 - 1
        elif how == 12:
            value = self.number(2)
        elif how == 13:
            value = self.number(4)
        elif how == 14:
            value = self.number(8)
        else:
            value = self.byte() * 10 ** (self.byte() % 20)
        if limit is not None and abs(value) > limit:
            value %= limit
        return value

    def real(self, edges=()):
        how = self.byte() % 8
        if how == 0:
            return float(self.byte() % 24)
        if how == 1:
            return self.byte() / 10.0
        if how == 2:
            return -self.byte() / 8.0
        if how == 3:
            return EDGE_FLOATS[self.below(len(EDGE_FLOATS))]
        if how == 4:
            return self.number(4) / 1000.0
        if how == 5 and edges:
            return edges[self.below(len(edges))]
        if how == 6:
            return self.number(2) * 10.0 ** (self.byte() % 40 - 20)
        return struct.unpack("<d", bytes(self.byte() for _ in range(8)))[0]

    def string(self, words=()):
        first = self.byte()
        how = first % 10
        if how < 3 and not words:
            how += 4
        if how == 0:
            word = words[self.below(len(words))]
            # A word is the very one of the subject's text where the interpreter keeps one of each; some callers have another.
            return word if first // 10 % 2 == 0 else (word + " ")[:-1]
        if how == 1:
            return mutate_text(words[self.below(len(words))], self, words)
        if how == 2:
            parts = [words[self.below(len(words))] for _ in range(1 + self.byte() % 4)]
            return ("", " ", ", ", "-", "\n", ".")[self.below(6)].join(parts)
        if how == 9:
            return EDGE_TEXTS[self.below(len(EDGE_TEXTS))]
        alphabet = ALPHABETS[how % len(ALPHABETS)]
        text = "".join(alphabet[self.below(len(alphabet))] for _ in range(self.byte() % 12))
        if how == 8:
            text = text * (1 + self.byte() % 40)
        return text

    # -- for drivers written by hand: each choice is logged, and the log names the input ----------

    def _logged(self, value):
        self._log.append(show(value))
        return value

    def note(self, text):
        """Adds words to the description of the input."""
        self._log.append(str(text))

    def int(self, low=None, high=None):
        value = self.small_int()
        if low is not None and high is not None:
            value = low + value % (high - low + 1)
        elif low is not None:
            value = low + abs(value)
        return self._logged(value)

    def float(self):
        return self._logged(self.real())

    def bool(self):
        return self._logged(self.byte() % 2 == 1)

    def text(self, alphabet=None):
        if alphabet:
            return self._logged("".join(alphabet[self.below(len(alphabet))] for _ in range(self.byte() % 16)))
        return self._logged(self.string())

    def bytes(self):
        return self._logged(bytes(self.byte() for _ in range(self.byte() % 16)))

    def choice(self, options):
        return self._logged(options[self.below(len(options))])

    def list(self, draw_one, most=8):
        """A list of what draw_one() gives."""
        return [draw_one() for _ in range(self.below(most + 1))]


EDGE_INTS = [
    0, 1, -1, 2, 3, 7, 8, 9, 10, 11, 12, 13, 16, 19, 20, 21, 31, 32, 59, 60, 61, 64, 99, 100, 101, 127, 128, 255, 256,
    365, 366, 999, 1000, 1001, 1023, 1024, 3599, 3600, 3601, 65535, 65536, 86399, 86400, 86401, 999999, 1000000,
    2 ** 31 - 1, -2 ** 31, 2 ** 32, 2 ** 53, 2 ** 53 + 1, 2 ** 63 - 1, -2 ** 63, 2 ** 64, 10 ** 18, 10 ** 30,
]
EDGE_FLOATS = [
    0.0, 1.0, -1.0, 0.5, -0.0, 1.5, 2.5, 0.1, 0.001, 1e-9, 1e9, 1e16, 1e22, 1e300, -1e300, 5e-324, 2.2250738585072014e-308,
    float("inf"), float("-inf"), float("nan"), 3.141592653589793, 99.95, 999.5, 0.9999999999999999, 123456789.123456789,
]
EDGE_TEXTS = [
    "", " ", "\n", "\t", "\r\n", "\0", "a", "A", "0", "-", "_", ".", "%", "%s", "{}", "{0}", "\\", "'", '"', "\u00e9", "e\u0301",
    "\u00df", "\u0130", "\ufb01", "\u4e2d\u6587", "\u3042", "\uff21", "\U0001f600", "\U0001f468\u200d\U0001f469\u200d\U0001f467", "\U0001f1e9\U0001f1ea",
    "\u200b", "\u200d", "\ufe0f", "\u202e", "\ufeff", "\u2028", "\u0660", "\u00b2", "\ud800", "\x1b[31m", "\x7f", "\x85", "a\u0308\u0323",
    "None", "null", "true", "nan", "1e5", "0x1f", "1_000", "a b", " a ", "a,b", "a=b", "a/b", "../a", "<a>&amp;</a>", "x" * 300,
]
ALPHABETS = [
    "abcdefghijklmnopqrstuvwxyz",
    "0123456789",
    "aAbB zZ09_-",
    " \t\n.,;:!?-_/\\|()[]{}<>'\"`@#$%^&*+=~",
    "ab \u00e9\u00ff\u00cb\u00f1\u0142\u015f\u1ea1\u00df\u0130\u03a9\u0416\u05d0\u0639\u0e01\u4e2d\u3042\uac00\uff21\u0301\u200d\U0001f600\ufe0f\ud800",
    "0123456789.-+e: TZ",
    "abcABC012 .,-_:/=%'\"\n()[]{}#*",
]


WRAPS = [("(", ")"), ("[", "]"), ("{", "}"), ('"', '"'), ("'", "'"), ("`", "`"), ("<", ">"), (" ", " "), ("**", "**"), ("-", ""), ("!", ""), ("&", ""), ("@", ""), ("$", ""), ("#", "\n")]
JOINS = ["", " ", ".", ",", ", ", ":", "=", "==", " == ", "|", " || ", " && ", "&", "+", "-", "/", "\n", ";", " < ", ": ", "(", "["]


RUN = re.compile(r"\d+|[^\W\d_]+")


def value_text(draw):
    """A value as small languages write it, by itself or within marks."""
    inner = lambda: (draw.byte() % 21 - 10, draw.byte() / 4.0 - 32, "", "ab", "b", True, False, None)[draw.byte() % 8]
    how = draw.byte() % 8
    value = inner() if how < 5 else {"b": inner(), "a": inner()} if how == 5 else [inner() for _ in range(draw.byte() % 4)]
    before, after = WRAPS[draw.below(len(WRAPS))] if draw.byte() % 4 else ("`", "`")
    return before + json.dumps(value) + after


def mutate_text(text, draw, words=(), apart=()):
    """A text near another; `apart` are words that the subject tells from others."""
    how = draw.byte() % 18
    place = draw.below(len(text) + 1)
    if how == 10:
        # Small languages nest: a text within brackets, quotes or a call.
        before, after = WRAPS[draw.below(len(WRAPS))]
        return before + text + after
    if how >= 13 and (apart or words):
        known = apart or words
        word = known[draw.below(len(known))]
        if how == 14:
            return text[:place] + word + text[place:]
        if how == 15:
            # A call by a name that is known, of the whole or of a value, and one by another.
            given = (text, "@", value_text(draw))[draw.byte() % 3]
            return "%s(%s%s)" % (word, given, "" if draw.byte() % 2 else ", " + (value_text(draw) if draw.byte() % 2 else "&" + words[draw.below(len(words))]))
        runs = list(RUN.finditer(text))
        begin, end = runs[draw.below(len(runs))].span() if runs else (place, place)
        return text[:begin] + (word if how == 13 else value_text(draw)) + text[end:]
    if how in (11, 12) and words:
        other, (before, after) = words[draw.below(len(words))], WRAPS[draw.below(len(WRAPS))]
        return text + JOINS[draw.below(len(JOINS))] + other if how == 11 else other + before + text + after
    if how == 0:
        alphabet = ALPHABETS[draw.below(len(ALPHABETS))]
        return text[:place] + alphabet[draw.below(len(alphabet))] + text[place:]
    if how == 1:
        return text[:place] + text[place + 1 + draw.byte() % 3:]
    if how == 2:
        alphabet = ALPHABETS[draw.below(len(ALPHABETS))]
        return text[:place] + alphabet[draw.below(len(alphabet))] + text[place + 1:]
    if how == 3:
        return (text.upper(), text.lower(), text.title(), text.swapcase())[draw.below(4)]
    if how == 4 and words:
        return text[:place] + words[draw.below(len(words))] + text[place:]
    if how == 5:
        return text[:place]
    if how == 6:
        end = place + 1 + draw.byte() % 8
        return text[:end] + text[place:]
    if how == 7:
        digits = [at for at, char in enumerate(text) if char.isdigit()]
        if digits:
            at = digits[draw.below(len(digits))]
            return text[:at] + str(draw.byte() % 256 if draw.byte() % 2 else draw.byte() % 10) + text[at + 1:]
        return text[::-1]
    if how == 8 and words:
        other = words[draw.below(len(words))]
        return text[:place] + other[draw.below(len(other) + 1):]
    return text[:place] + EDGE_TEXTS[draw.below(len(EDGE_TEXTS))] + text[place:]
