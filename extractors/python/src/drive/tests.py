# The original's own tests, as programs in the subject's names: run on one side, each by itself, and told how it ended.
#
#     SIDE.json TESTS OUTCOMES ONLY
#
# TESTS holds the programs, ONLY the names of the tests to run (a JSON list). One JSON object a line says what became of each.

import itertools
import marshal

ONE_TEST = 2.0  # seconds of the clock that one test may take on the original
ALL_TESTS = 4.0  # seconds after which the rest is left out


class NotHad(BaseException):
    """A test says, or shows, that it can't be run here."""


class TooLong(BaseException):
    """Raised by the alarm."""


class Info:
    """What `pytest.raises` gives."""

    def __init__(self, kinds, match):
        self.kinds, self.pattern = kinds, match
        self.value = self.type = self.tb = None

    def __enter__(self):
        return self

    def __exit__(self, kind, error, trace):
        if error is None:
            raise AssertionError("did not raise %s" % (self.kinds,))
        if not isinstance(error, self.kinds):
            return False
        self.value, self.type = error, kind
        if self.pattern is not None:
            self.match(self.pattern)
        return True

    def match(self, pattern):
        assert re.search(pattern, str(self.value)), "%r does not match %r" % (str(self.value), pattern)
        return True


class Warned(warnings.catch_warnings):
    """What `pytest.warns` gives."""

    def __init__(self, kinds=Warning, match=None):
        super().__init__(record=True)
        self.kinds, self.pattern = kinds, match

    def __enter__(self):
        self.list = super().__enter__()
        warnings.simplefilter("always")
        return self.list

    def __exit__(self, kind, error, trace):
        super().__exit__(kind, error, trace)
        if kind is None and self.kinds is not None:
            fit = [one for one in self.list if issubclass(one.category, self.kinds) and (self.pattern is None or re.search(self.pattern, str(one.message)))]
            assert fit, "no warning of %s" % (self.kinds,)


class Approx:
    """Equal to what is near."""

    __hash__ = None

    def __init__(self, expected, rel=None, abs=None, nan_ok=False):
        self.expected, self.rel, self.abs, self.nan_ok = expected, rel, abs, nan_ok

    def __eq__(self, actual):
        return self.near(actual, self.expected)

    def __ne__(self, actual):
        return not self == actual

    def __repr__(self):
        return "approx(%r)" % (self.expected,)

    def near(self, actual, expected):
        if isinstance(expected, dict):
            return set(actual) == set(expected) and all(self.near(actual[key], expected[key]) for key in expected)
        if isinstance(expected, (list, tuple)):
            return len(actual) == len(expected) and all(map(self.near, actual, expected))
        if actual == expected:
            return True
        if isinstance(expected, (bool, str, bytes, type(None))):
            return False
        if expected != expected:
            return self.nan_ok and actual != actual
        if expected in (INF, -INF):
            return False
        least = 1e-12 if self.abs is None else self.abs
        share = 1e-6 if self.rel is None else self.rel
        if self.rel is None and self.abs is not None:
            share = 0
        return abs(actual - expected) <= max(least, share * abs(expected))


class Row:
    def __init__(self, *values, marks=(), id=None):
        self.values, self.marks = values, marks if isinstance(marks, (list, tuple)) else [marks]


class Mark:
    def __init__(self, name, args=(), kwargs=None):
        self.name, self.args, self.kwargs = name, args, kwargs or {}

    def __call__(self, *args, **kwargs):
        if len(args) == 1 and not kwargs and callable(args[0]) and not isinstance(args[0], Mark):
            marks = list(vars(args[0]).get("ripout_marks", ()))
            args[0].ripout_marks = marks + [self]
            return args[0]
        return Mark(self.name, args, kwargs)


class Marks:
    def __getattr__(self, name):
        return Mark(name)


class Pytest:
    """Stands in for `pytest`: what tests of plain functions use of it."""

    mark, param, approx = Marks(), Row, Approx

    def raises(self, kinds, *args, match=None, **kwargs):
        if args and callable(args[0]):
            with Info(kinds, None) as info:
                args[0](*args[1:], **kwargs)
            return info
        return Info(kinds, match)

    def warns(self, kinds=Warning, *args, match=None, **kwargs):
        if args and callable(args[0]):
            with Warned(kinds):
                return args[0](*args[1:], **kwargs)
        return Warned(kinds, match)

    def deprecated_call(self):
        return Warned((DeprecationWarning, PendingDeprecationWarning, FutureWarning))

    def fixture(self, function=None, **how):
        def marked(function):
            function.ripout_fixture = how
            return function
        return marked if function is None else marked(function)

    def skip(self, reason="", **_):
        raise NotHad(str(reason) or "it skips itself")

    xfail = skip

    def fail(self, reason="", **_):
        raise AssertionError(reason)

    def importorskip(self, name, **_):
        if name.partition(".")[0] not in STANDARD:
            raise NotHad("needs " + name)
        __import__(name)
        return sys.modules[name]

    def __getattr__(self, name):
        if name.startswith(("ripout_", "__")):
            raise AttributeError(name)
        raise NotHad("needs pytest." + name)


class Patcher:
    """Stands in for the fixture `monkeypatch`."""

    def __init__(self):
        self.undone = []

    def setattr(self, target, name, *value, raising=True):
        if isinstance(target, str):
            raise NotHad("changes " + target)
        value = value[0]
        old = vars(target).get(name, Patcher) if isinstance(target, type) else getattr(target, name, Patcher)
        if old is Patcher and raising and not hasattr(target, name):
            raise AttributeError(name)
        self.undone.append(lambda: delattr(target, name) if old is Patcher else setattr(target, name, old))
        setattr(target, name, value)

    def delattr(self, target, name, raising=True):
        old = getattr(target, name)
        self.undone.append(lambda: setattr(target, name, old))
        delattr(target, name)

    def setitem(self, table, name, value):
        old = table.get(name, Patcher)
        self.undone.append(lambda: table.pop(name, None) if old is Patcher else table.__setitem__(name, old))
        table[name] = value

    def delitem(self, table, name, raising=True):
        if name in table or raising:
            old = table[name]
            self.undone.append(lambda: table.__setitem__(name, old))
            del table[name]

    def setenv(self, name, value, prepend=None):
        self.setitem(os.environ, name, str(value))

    def delenv(self, name, raising=True):
        self.delitem(os.environ, name, raising)

    def chdir(self, path):
        os.chdir(path)

    def undo(self):
        while self.undone:
            self.undone.pop()()


class Printed:
    """Stands in for the fixture `capsys`."""

    def __init__(self, caught):
        self.caught = caught

    def readouterr(self):
        import collections
        told = [stream.getvalue() for stream in (self.caught.out, self.caught.err)]
        for stream in (self.caught.out, self.caught.err):
            stream.seek(0)
            stream.truncate()
        return collections.namedtuple("CaptureResult", "out err")(*told)


class Request:
    def __init__(self, param):
        self.param = param


def marks_of(function, cls=None):
    return list(getattr(function, "ripout_marks", ())) + (list(getattr(cls, "ripout_marks", ())) if cls is not None else [])


def rows_given(marks):
    """Every combination of the rows of its tables."""
    tables = []
    for mark in marks:
        if mark.name in ("skip", "xfail"):
            raise NotHad(str(mark.kwargs.get("reason") or (mark.args and mark.args[0]) or mark.name))
        if mark.name == "skipif" and mark.args and (eval(mark.args[0], {"sys": sys, "os": os}) if isinstance(mark.args[0], str) else mark.args[0]):
            raise NotHad(str(mark.kwargs.get("reason", "not for this platform")))
        if mark.name == "asyncio":
            raise NotHad("needs a plugin of pytest")
        if mark.name != "parametrize":
            continue
        if mark.kwargs.get("indirect"):
            raise NotHad("gives its fixtures arguments")
        names = mark.args[0] if mark.args else mark.kwargs["argnames"]
        rows = mark.args[1] if len(mark.args) > 1 else mark.kwargs["argvalues"]
        names = [name.strip() for name in names.split(",") if name.strip()] if isinstance(names, str) else list(names)
        table = []
        for row in rows:
            if isinstance(row, Row):
                if any(mark.name in ("skip", "xfail", "skipif") for mark in row.marks):
                    continue
                row = row.values
            elif len(names) == 1:
                row = (row,)
            table.append(dict(zip(names, row)))
        tables.append(table)
    for rows in itertools.product(*tables[::-1]):
        found = {}
        for row in rows:
            found.update(row)
        yield found


class Program:
    """The tests of one file, in a world of their own."""

    def __init__(self, entry, subject, inner):
        self.entry, self.space = entry, {"__name__": "ripout_tests", "__file__": entry["path"], "__builtins__": builtins}
        for name in entry["imports"]:
            __import__(name)
        for name in entry["names"]:
            if name == "pytest":
                self.space[name] = Pytest()
            elif name.startswith(entry["prefix"]):
                real = name[len(entry["prefix"]):]
                self.space[name] = inner_value(inner[real], subject) if real in inner else getattr(subject, real)
            else:
                __import__(name)
                self.space[name] = sys.modules[name]
        # A piece that fails takes those with it that need it, and no others.
        for code in entry["codes"]:
            try:
                exec(marshal.loads(code), self.space)
            except Exception as error:
                self.space.setdefault("__failed__", []).append("%s: %s" % (type(error).__name__, error))

    def run(self, test, caught):
        """Runs one test; it passes if nothing is raised."""
        if test.get("examples") is not None:
            return self.documented(test)
        if test.get("class") is None:
            return self.rows(self.found(test["function"]), None, caught)
        cls = self.found(test["class"])
        base = getattr(sys.modules.get("unittest"), "TestCase", None)
        if base is not None and issubclass(cls, base):
            return self.case(cls, test["function"])
        return self.rows(getattr(cls, test["function"]), cls, caught)

    def found(self, name):
        if name not in self.space:
            raise NotHad("; ".join(self.space.get("__failed__", ())) or "%s is not defined" % name)
        return self.space[name]

    def case(self, cls, name):
        import unittest
        for _ in rows_given(marks_of(cls)):
            break
        result = unittest.TestResult()
        unittest.TestSuite([cls(name)]).run(result)
        if result.skipped:
            raise NotHad(result.skipped[0][1] or "it skips itself")
        if result.expectedFailures or result.unexpectedSuccesses:
            raise NotHad("expected to fail")
        for _, text in result.errors + result.failures:
            raise AssertionError(text.strip().rpartition("\n")[2])

    def rows(self, function, cls, caught):
        if hasattr(function, "__code__") and function.__code__.co_flags & 0x280:
            raise NotHad("needs a plugin of pytest")
        marks = marks_of(function, cls)
        ran = False
        for row in rows_given(marks):
            ran = True
            self.once(function, cls, row, marks, caught)
        if not ran:
            raise NotHad("has no rows")

    def once(self, function, cls, row, marks, caught):
        begun, made, patcher = [], {}, Patcher()
        it = cls() if cls is not None else None
        bound = function if it is None else getattr(it, function.__name__)
        made.update(row)
        wanted = {name for mark in marks if mark.name == "usefixtures" for name in mark.args}
        wanted |= {name for name, value in list(self.space.items()) if getattr(value, "ripout_fixture", {}).get("autouse")}
        try:
            if it is not None:
                for name in ("setup_class", "setup_method", "setup"):
                    if hasattr(it, name):
                        act = getattr(it, name)
                        act(*[bound][:act.__code__.co_argcount - 1])
            for name in sorted(wanted):
                self.fixture(name, it, made, begun, patcher, caught)
            defaults = len(getattr(function, "__defaults__", None) or ())
            code = function.__code__
            names = code.co_varnames[:code.co_argcount + code.co_kwonlyargcount]
            names = [name for name in names[: len(names) - defaults or None] if name != "self" or it is None] if defaults < len(names) else []
            given = {name: self.fixture(name, it, made, begun, patcher, caught) for name in names}
            given.update({name: value for name, value in row.items() if name in code.co_varnames})
            bound(**given)
        finally:
            patcher.undo()
            for one in reversed(begun):
                next(one, None)
            if it is not None and hasattr(it, "teardown_method"):
                it.teardown_method(*[bound][:it.teardown_method.__code__.co_argcount - 1])

    def fixture(self, name, it, made, begun, patcher, caught):
        if name in made:
            return made[name]
        own = getattr(type(it), name, None) if it is not None else None
        function = own if hasattr(own, "ripout_fixture") else self.space.get(name)
        if not hasattr(function, "ripout_fixture"):
            function = self.space.get(self.entry["fixtures"].get(name))
        if function is None:
            value = {
                "monkeypatch": lambda: patcher, "capsys": lambda: Printed(caught), "tmp_path": lambda: fresh_folder(),
            }.get(name)
            if value is None:
                raise NotHad("needs the fixture " + name)
            made[name] = value()
            return made[name]
        if "params" in getattr(function, "ripout_fixture", {}):
            raise NotHad("its fixture %s has parameters" % name)
        code = function.__code__
        given = {}
        for other in code.co_varnames[:code.co_argcount]:
            given[other] = it if other == "self" else self.fixture(other, it, made, begun, patcher, caught)
        value = function(**given)
        if code.co_flags & 0x20:
            begun.append(value)
            value = next(value)
        made[name] = value
        return value

    def documented(self, test):
        """A docstring's examples, each with what it shows."""
        import doctest
        examples = [doctest.Example(source, want, message, line, 0, {}) for source, want, message, line in test["examples"]]
        told = []
        errors = {example.exc_msg for example in examples}

        class Checker(doctest.OutputChecker):
            def check_output(self, want, got, flags):
                # A class's module is another on purpose; a class of the interpreter's own has none.
                bare = without_module(want), without_module(got)
                if want in errors and bare[0] != want and bare[1] != got:
                    want, got = bare
                return super().check_output(want, got, flags)

        runner = doctest.DocTestRunner(checker=Checker(), verbose=False, optionflags=doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE)
        runner.run(doctest.DocTest(examples, dict(self.space), test["name"], None, 0, ""), out=told.append, clear_globs=True)
        if runner.failures:
            raise AssertionError("".join(told).strip())


def without_module(message):
    """An error's message without the name of the module that its class is from: `a.b.Wrong: text`."""
    import re
    return re.sub(r"^(?:\w+\.)+(?=\w+\s*(?::|$))", "", message)


def fresh_folder():
    import pathlib
    folder = os.path.join(SCRATCH, "tmp")
    os.makedirs(folder, exist_ok=True)
    return pathlib.Path(folder)


class Reach:
    """Notices that what was taken runs, and looks no further then."""

    def __init__(self, places):
        self.places, self.there = places, False

    def __call__(self, frame, event, arg):
        if event == "call":
            code = frame.f_code
            for first, last in self.places.get(code.co_filename, ()):
                if first <= code.co_firstlineno <= last:
                    self.there = True
                    sys.setprofile(None)
                    return


def ended(program, test, seconds, places):
    """How a test ended on this side: `passed`, `failed` or `skipped`, with words; and whether it reached what was taken."""
    reach = Reach(places)
    variables = dict(os.environ)
    random.seed(0)
    signal.setitimer(signal.ITIMER_REAL, seconds, 0.1)
    outcome = "passed", ""
    try:
        with Catch() as caught, warnings.catch_warnings():
            warnings.simplefilter("default")
            try:
                if places:
                    sys.setprofile(reach)
                program.run(test, caught)
            except NotHad as why:
                outcome = "skipped", str(why)
            except NameError as error:
                # What could not be had is missed only now.
                name = (re.findall(r"'(\w+)'", str(error)) or [""])[0]
                lost = program.entry.get("lost", {}).get(name)
                if lost is not None:
                    outcome = "skipped", "needs %s, which needs %s" % (name, lost)
                else:
                    # What it needs of the tests' own text may have ended before it was there.
                    outcome = "failed", "; ".join(["NameError: %s" % error] + program.space.get("__failed__", []))
            except TooLong:
                outcome = "slow", "takes too long"
            except BaseException as error:
                kind = type(error).__name__
                said = "%s: %s" % (kind, error) if str(error) else kind
                outcome = ("skipped" if kind == "SkipTest" else "failed"), said
            finally:
                sys.setprofile(None)
    except TooLong:
        outcome = "slow", "takes too long"
    finally:
        silence_alarm()
    os.environ.clear()
    os.environ.update(variables)
    tidy()
    return outcome[0], plain_text(outcome[1])[:2000], reach.there


def silence_alarm():
    while True:
        try:
            signal.setitimer(signal.ITIMER_REAL, 0)
            return
        except TooLong:
            pass


def too_long(signum, frame):
    raise TooLong()


def run_tests(begun, tests_path, outcomes_path, only, places):
    side, _, _, subject, _ = begun
    with open(tests_path, "rb") as handle:
        held = marshal.load(handle)
    signal.signal(signal.SIGALRM, too_long)
    out = open(outcomes_path, "ab", buffering=0)
    started, seconds = REAL_MONOTONIC(), ONE_TEST * max(1.0, side["seconds"])
    patience = ALL_TESTS * max(1.0, side["seconds"])
    for entry in held["programs"]:
        tests = [test for test in entry["tests"] if only is None or test["name"] in only]
        program = None
        for test in tests:
            if REAL_MONOTONIC() - started > patience:
                line = {"name": test["name"], "outcome": "skipped", "text": "no time was left for it", "reached": True}
            else:
                try:
                    with Catch():
                        program = program or Program(entry, subject, held["inner"])
                except BaseException as error:
                    line = {"name": test["name"], "outcome": "failed", "text": "%s: %s" % (type(error).__name__, error), "reached": False}
                else:
                    outcome, text, reached = ended(program, test, seconds, places)
                    line = {"name": test["name"], "outcome": outcome, "text": text, "reached": reached}
            out.write(json.dumps(line).encode("ascii") + b"\n")
    leave()
    os._exit(0)


if __name__ == "__main__" and len(sys.argv) == 5:
    with open(sys.argv[4], encoding="utf-8") as names:
        ONLY = set(json.load(names))
    run_tests(begin(sys.argv[1], False), sys.argv[2], sys.argv[3], ONLY, {})
