# Examples of several lines, from docs and tests, run as they stand or with other literals.


class Raises:
    """Stands in for `pytest.raises` and `assertRaises`."""

    def __init__(self, told, kinds):
        self.told, self.kinds = told, kinds
        self.value = self.exception = None

    def __enter__(self):
        return self

    def __exit__(self, kind, error, trace):
        self.value = self.exception = error
        self.told.append("raises nothing" if error is None else "raises %s" % tell_error(error))
        return error is not None and isinstance(error, self.kinds)

    def match(self, *_):
        return True


class Case:
    """Stands in for `self` of a test and for `pytest`: what is asserted is told instead."""

    def __init__(self, told):
        self._told = told

    def raises(self, kinds, *args, **kwargs):
        if args and callable(args[0]):
            with Raises(self._told, kinds):
                args[0](*args[1:], **{name: value for name, value in kwargs.items() if name != "match"})
            return None
        return Raises(self._told, kinds)

    assertRaises = raises
    warns = lambda self, *_, **__: Quiet()

    def assertRaisesRegex(self, kinds, _, *args, **kwargs):
        return self.raises(kinds, *args, **kwargs)

    def assertWarns(self, *_, **__):
        return Quiet()

    def subTest(self, *_, **__):
        return Quiet()

    def approx(self, value, *_, **__):
        return value

    def fail(self, *_):
        raise AssertionError("fail")

    def skip(self, *_, **__):
        raise AssertionError("skip")

    skipTest = skip

    def __getattr__(self, name):
        if name.startswith("assert"):
            return lambda *values, **_: self._told.append(", ".join([tell(value, drain=True) for value in values[:2]]))
        raise AttributeError(name)


class Quiet:
    def __enter__(self):
        return self

    def __exit__(self, *_):
        return False


def constants_of(tree):
    import ast
    return [node for node in ast.walk(tree) if isinstance(node, ast.Constant) and type(node.value) in (int, float, str, bytes, bool)]


class Parsed:
    """An example's tree, which is given other constants for one compilation."""

    known = {}

    def __init__(self, source):
        import ast
        self.tree = ast.parse(source)
        self.constants = constants_of(self.tree)
        self.names = sorted({node.id for node in ast.walk(self.tree) if isinstance(node, ast.Name)})
        self.values = [node.value for node in self.constants]
        self.code = None

    @classmethod
    def of(cls, source):
        found = cls.known.get(source)
        if found is None:
            found = cls.known[source] = cls(source)
        # Whoever had it before may have left it changed.
        for node, value in zip(found.constants, found.values):
            node.value = value
        return found

    def compiled(self, changed):
        if changed:
            return compile(self.tree, "<snippet>", "exec")
        if self.code is None:
            self.code = compile(self.tree, "<snippet>", "exec")
        return self.code


def run_snippet(draw, plan, maker, subject, observed):
    snippets = plan["snippets"]
    snippet = snippets[draw.below(len(snippets))]
    parsed = Parsed.of(snippet["source"])
    constants = parsed.constants
    changes = []
    for _ in range(draw.byte() % 4):
        if not constants:
            break
        node = constants[draw.below(len(constants))]
        old = node.value
        node.value = mutate(old, draw, maker)
        changes.append("line %d: %s for %s" % (node.lineno, show(node.value), show(old)))
    observed.text = snippet["source"].strip() + ("".join("\n# " + change for change in changes))
    told = observed.lines
    case = Case(told)

    def seen(value):
        told.append(tell(value, drain=False))
        return value

    space = Space(plan, subject)
    space["__name__"] = "__main__"
    space["__seen__"] = seen
    space["self"] = space["pytest"] = case
    for name in [name for name in parsed.names if name not in space]:
        # The body of a class looks names up where nothing is made on demand.
        try:
            space[name]
        except KeyError:
            pass
    before = set(space)
    try:
        code = parsed.compiled(changes)
    except (ValueError, SyntaxError, RecursionError) as error:
        observed.kind = "discarded"
        observed.say(type(error).__name__)
        return
    try:
        watched(exec, code, space)
    except BaseException as error:
        observed.kind = "raised"
        observed.say("raises " + tell_error(error))
    for name in sorted(set(space) - before) if not snippet.get("only_seen") else ():
        value = space[name]
        if name.startswith("__") or name in space._inner or name in STANDARD:
            continue
        if type(value).__name__ not in ("module", "function") and not isinstance(value, type):
            observed.say("%s = %s" % (name, tell(value)))
