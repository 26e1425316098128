# Texts of a small language that calls by name, such as a query's: made from the words that the subject looks up.


# What calls by name may be given: kinds of their arguments, of which `by` tells what to do with parts of another.
FORMS = [
    [], ["number"], ["text"], ["numbers"], ["texts"], ["object"], ["objects"], ["text", "text"], ["number", "number"], ["text", "texts"], ["texts", "text"],
    ["numbers", "number"], ["object", "object"], ["objects", "by"], ["by", "objects"], ["any", "any"], ["text", "text", "text"],
]


class SmallLanguage:
    """What the plan knows of the language of a subject: the names that it calls by, with the forms that it takes, those of its
    data, and its signs."""

    def __init__(self, known):
        self.called, self.forms = known["called"], known.get("forms") or {}
        self.names = known["names"]
        self.signs = known["signs"]

    def expression(self, draw, leaf=None, depth=0):
        """An expression. `leaf` is a text that may be part of it. No bytes give a name."""
        how = draw.byte() % 20 if depth < 3 else 0
        inner = lambda: self.expression(draw, leaf, depth + 1)
        if how < 3:
            return self.leaf(draw, leaf)
        if how < 11:
            return self.call(draw, leaf, depth)
        if how == 11:
            return inner() + self.pick(draw, self.signs + JOINS) + inner()
        if how == 12:
            return inner() + "." + self.pick(draw, self.names)
        if how == 13:
            return inner() + "[" + self.within(draw, leaf, depth) + "]" + ("", "." + self.pick(draw, self.names))[draw.byte() % 2]
        if how == 14:
            return "(" + inner() + ")"
        if how == 15:
            return "[" + ", ".join(inner() for _ in range(1 + draw.byte() % 3)) + "]"
        if how == 16:
            return "{" + ", ".join("%s: %s" % (self.pick(draw, self.names), inner()) for _ in range(1 + draw.byte() % 2)) + "}"
        if how == 17:
            return ("!", "-", "&", "not ")[draw.byte() % 4] + inner()
        if how == 18:
            return inner() + (" | ", " || ", " && ", " == ", " < ", " >= ", " != ", " and ")[draw.byte() % 8] + inner()
        return inner() + (".*", "[*]", "[]", "[*].", ".[")[draw.byte() % 5]

    def leaf(self, draw, leaf):
        how = draw.byte() % 8
        if how < 2:
            return self.pick(draw, self.names)
        if how == 2:
            return "@"
        if how == 3 and leaf is not None:
            return leaf
        return self.value(draw)

    def call(self, draw, leaf, depth):
        """A call by name, mostly in a form that is taken."""
        name, given, first = self.pick(draw, self.called), [], ""
        forms = self.forms.get(name) if draw.byte() % 4 else None
        for kind in self.pick(draw, forms or FORMS):
            how = draw.byte() % 16
            if how == 0:
                given.append(self.expression(draw, leaf, depth + 1))
            elif how == 1:
                given.append(self.leaf(draw, leaf))
            elif how == 2 and kind != "by":
                given.append("@")
            elif kind == "by":
                given.append("&" + self.pick(draw, self.names))
            else:
                data = self.argument(draw, kind, first)
                first = first or data
                given.append(self.marked(draw, data))
        return "%s(%s)" % (name, ", ".join(given))

    def argument(self, draw, kind, first):
        """An argument of a kind. A text that follows another is a part of that as a rule."""
        if kind == "number":
            return self.number(draw)
        if kind == "text":
            if first and isinstance(first, str) and draw.byte() % 4:
                cut = draw.byte() % (len(first) + 1)
                return (first[:cut], first[cut:], first[cut : cut + 1])[draw.byte() % 3]
            return self.text(draw)
        if kind in ("numbers", "texts"):
            one = self.number if kind == "numbers" else self.text
            return [one(draw) for _ in range(draw.byte() % 4)]
        if kind == "object":
            return {name: self.data(draw, 1) for name in self.names[draw.byte() % 2 :][: draw.byte() % 4]}
        if kind == "objects":
            return self.alike(draw, 0)
        return self.data(draw)

    def within(self, draw, leaf, depth):
        """What stands in brackets after something: a place, a stretch, or what the items are chosen by."""
        how = draw.byte() % 8
        number = lambda: ("", "0", "1", "-1", "2", "-2", "10", "3")[draw.byte() % 8]
        if how < 2:
            return number()
        if how < 4:
            return number() + ":" + number() + (":" + number() if draw.byte() % 2 else "")
        if how == 4:
            return ("*", "", "?", "'a'")[draw.byte() % 4]
        sides = [self.expression(draw, leaf, depth + 1) if draw.byte() % 2 else self.leaf(draw, leaf) for _ in range(2)]
        return "?" + (" == ", " < ", " >= ", " != ", " && ", " > ", " <= ", " || ")[draw.byte() % 8].join(sides)

    def value(self, draw):
        return self.marked(draw, self.data(draw))

    def marked(self, draw, data):
        """A value as text within marks, as a rule those of JSON within a query."""
        before, after = ("`", "`") if draw.byte() % 8 else WRAPS[draw.below(len(WRAPS))]
        return before + json.dumps(data) + after

    def number(self, draw):
        return draw.byte() % 7 - 2 if draw.byte() % 2 else draw.byte() / 8.0 - 16

    def text(self, draw):
        return ("", "a", "b", "ab", "ba", "B", "10", "-1.5", "1e2", "\u00e9", "abc", "aba")[draw.byte() % 12]

    def data(self, draw, depth=0):
        """Plain data. Lists are of one kind as a rule, and objects have the same names."""
        how = draw.byte() % 16
        if how < 4:
            return self.number(draw)
        if how < 6:
            return self.text(draw)
        if how == 6:
            return (True, False, None)[draw.byte() % 3]
        if how < 9 or depth > 2:
            return {name: self.data(draw, depth + 1) for name in self.names[: 1 + draw.byte() % 3]} if depth <= 2 and draw.byte() % 8 else {}
        size = draw.byte() % 5
        if how == 9:
            return [self.data(draw, depth + 1) for _ in range(size)]
        if how < 12:
            return [draw.byte() % 7 - 2 if draw.byte() % 4 else draw.byte() / 4.0 for _ in range(size)]
        if how < 14:
            return [self.text(draw) for _ in range(size)]
        return self.alike(draw, depth)

    def alike(self, draw, depth):
        """A list of objects with the same names."""
        names = self.names[: 1 + draw.byte() % 3]
        kind = draw.byte() % 3
        item = lambda: draw.byte() % 5 if kind == 0 else "cab"[draw.byte() % 3] if kind == 1 else self.data(draw, depth + 2)
        return [{name: item() for name in names} for _ in range(draw.byte() % 5)]

    def pick(self, draw, choices):
        return choices[draw.below(len(choices))]
