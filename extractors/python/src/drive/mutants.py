# Mutants: faults planted in the functions of the module, in process. A function's code is swapped for one compiled from a
# changed tree, so that every reference to the function sees it, and back again.
#
#     SIDE.json LIST.json                      lists them
#     SIDE.json INPUTS OUTCOMES FIRST LAST     runs those from FIRST up to LAST, which is not included

PATIENCE = 1.0  # seconds without a difference after which a mutant is left unfinished
MOST_CASES = 12  # values of which each is forgotten in turn
SHIFT = 5.0  # seconds after which the rest is left to another process


def other_operators():
    import ast
    pairs = [
        ("arithmetic", ast.Add, ast.Sub), ("arithmetic", ast.Sub, ast.Add), ("arithmetic", ast.Mult, ast.Add), ("arithmetic", ast.Div, ast.Mult),
        ("arithmetic", ast.FloorDiv, ast.Mult), ("arithmetic", ast.Mod, ast.FloorDiv), ("arithmetic", ast.Pow, ast.Mult),
        ("bits", ast.BitAnd, ast.BitOr), ("bits", ast.BitOr, ast.BitAnd), ("bits", ast.BitXor, ast.BitOr), ("bits", ast.LShift, ast.RShift), ("bits", ast.RShift, ast.LShift),
        ("boundary", ast.Lt, ast.LtE), ("boundary", ast.LtE, ast.Lt), ("boundary", ast.Gt, ast.GtE), ("boundary", ast.GtE, ast.Gt),
        ("comparison", ast.Lt, ast.GtE), ("comparison", ast.LtE, ast.Gt), ("comparison", ast.Gt, ast.LtE), ("comparison", ast.GtE, ast.Lt),
        ("comparison", ast.Eq, ast.NotEq), ("comparison", ast.NotEq, ast.Eq), ("comparison", ast.Is, ast.IsNot), ("comparison", ast.IsNot, ast.Is),
        ("comparison", ast.In, ast.NotIn), ("comparison", ast.NotIn, ast.In), ("boolean", ast.And, ast.Or), ("boolean", ast.Or, ast.And),
    ]
    table = {}
    for word, one, other in pairs:
        table.setdefault(one, []).append((word, other))
    return table


# What people confuse, both ways.
CONFUSED = [
    ("lower", "upper"), ("startswith", "endswith"), ("find", "rfind"), ("index", "rindex"), ("split", "rsplit"), ("partition", "rpartition"),
    ("lstrip", "rstrip"), ("min", "max"), ("any", "all"), ("isdigit", "isalpha"), ("islower", "isupper"), ("append", "extend"), ("keys", "values"),
    ("floor", "ceil"), ("popleft", "pop"), ("removeprefix", "removesuffix"), ("match", "search"), ("ljust", "rjust"),
]
ERRORS = {"ValueError": "TypeError", "TypeError": "ValueError", "KeyError": "IndexError", "IndexError": "KeyError"}


class Faults:
    """The faults in a tree: what each changes and where, in the order of the text."""

    def __init__(self, text):
        import ast
        self.ast = ast
        self.text = text
        self.tree = ast.parse(text)
        self.operators = other_operators()
        self.confused = {one: other for pair in CONFUSED for one, other in (pair, pair[::-1])}
        self.found = []
        self.skipped = []
        for top in self.tree.body:
            self.top = top
            self.outside(top)

    def outside(self, node):
        """Text that runs once, at import: only what its functions hold can be swapped."""
        ast = self.ast
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            return self.function(node)
        if isinstance(node, ast.Lambda):
            return self.inside(node.body, node)
        if isinstance(node, (ast.Assign, ast.AugAssign, ast.Expr)) and not self.documents(node):
            self.skipped.append((node.lineno, "runs once, when the module is imported"))
        for child in ast.iter_child_nodes(node):
            self.outside(child)

    def documents(self, node):
        ast = self.ast
        return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)

    def function(self, node):
        for statement in self.statements(node.body, node):
            self.inside(statement, node)

    def plant(self, operator, node, function, change, back, to=None):
        self.found.append({
            "operator": operator, "line": node.lineno, "node": node, "function": function, "top": self.top, "change": change, "back": back, "to": to,
        })

    def field(self, operator, node, function, name, value, shown=None):
        """A fault that gives one field another value."""
        old = getattr(node, name)
        self.plant(operator, shown or node, function, lambda: setattr(node, name, value), lambda: setattr(node, name, old))

    def place(self, operator, shown, function, items, at, value):
        """A fault that gives one place of a list another value."""
        old = items[at]
        self.plant(operator, shown, function, lambda: items.__setitem__(at, value), lambda: items.__setitem__(at, old))

    def statements(self, body, function):
        """The statements of a body; those that may be left out are."""
        ast = self.ast
        for at, statement in enumerate(body):
            if self.documents(statement):
                continue
            acts = isinstance(statement, ast.Expr) and isinstance(statement.value, (ast.Call, ast.Await))
            sets = isinstance(statement, ast.Assign) and not all(isinstance(target, ast.Name) for target in statement.targets)
            if acts or sets or isinstance(statement, (ast.AugAssign, ast.Raise, ast.Continue, ast.Break, ast.Delete)):
                nothing = ast.copy_location(ast.Pass(), statement)
                self.place("deleted statement", statement, function, body, at, nothing)
            yield statement

    def inside(self, node, function):
        ast = self.ast
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            return self.function(node)
        if isinstance(node, ast.Lambda):
            return self.inside(node.body, node)
        if isinstance(node, (ast.BinOp, ast.AugAssign)):
            text = isinstance(getattr(node, "left", None), ast.Constant) and isinstance(node.left.value, (str, bytes))
            for word, other in () if text else self.operators.get(type(node.op), ()):
                self.field(word, node, function, "op", other())
        elif isinstance(node, ast.BoolOp):
            for word, other in self.operators.get(type(node.op), ()):
                self.field(word, node, function, "op", other())
        elif isinstance(node, ast.Compare):
            for at, operator in enumerate(node.ops):
                if isinstance(operator, (ast.In, ast.NotIn)):
                    self.lost_cases(node.comparators[at], function)
                for word, other in self.operators.get(type(operator), ()):
                    self.place(word, node, function, node.ops, at, other())
        elif isinstance(node, ast.UnaryOp) and isinstance(node.op, (ast.Not, ast.USub)):
            self.field("boolean" if isinstance(node.op, ast.Not) else "arithmetic", node, function, "op", ast.UAdd() if isinstance(node.op, ast.USub) else None)
            if isinstance(node.op, ast.Not):
                self.found.pop()
                self.twice(node, function)
        elif isinstance(node, ast.Constant):
            for other in constants(node.value):
                self.field("constant", node, function, "value", other)
        elif isinstance(node, (ast.If, ast.While, ast.IfExp)):
            if isinstance(node.test, (ast.Name, ast.Attribute, ast.Call, ast.Subscript)):
                turned = ast.copy_location(ast.UnaryOp(ast.Not(), node.test), node.test)
                self.field("boolean", node, function, "test", turned, node.test)
        elif isinstance(node, ast.Return) and node.value is not None:
            nothing = ast.copy_location(ast.Constant(None), node.value)
            if not isinstance(node.value, ast.Constant):
                self.field("returned value", node, function, "value", nothing)
        elif isinstance(node, ast.Call):
            self.call(node, function)
        elif isinstance(node, ast.ExceptHandler) and node.type is not None:
            nobody = ast.copy_location(ast.Tuple([], ast.Load()), node.type)
            self.field("removed handler", node, function, "type", nobody, node.type)
            self.lost_cases(node.type, function)
        elif isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call) and isinstance(node.exc.func, ast.Name):
            name = node.exc.func.id
            other = ast.copy_location(ast.Name(ERRORS.get(name, "Exception"), ast.Load()), node.exc.func)
            self.field("error kind", node.exc, function, "func", other)
        for name, value in ast.iter_fields(node):
            if name in ("annotation", "returns", "decorator_list", "targets", "target", "type", "type_comment"):
                continue
            if isinstance(value, list):
                children = self.statements(value, function) if name in ("body", "orelse", "finalbody") and not isinstance(node, ast.IfExp) else value
                for child in children:
                    if isinstance(child, ast.AST):
                        self.inside(child, function)
            elif isinstance(value, ast.AST):
                self.inside(value, function)

    def twice(self, node, function):
        """`not x` becomes `not not x`, which is `x` as a truth."""
        ast = self.ast
        turned = ast.copy_location(ast.UnaryOp(ast.Not(), node.operand), node.operand)
        self.field("boolean", node, function, "operand", turned)

    def call(self, node, function):
        ast = self.ast
        args = node.args
        for at in range(len(args) - 1):
            pair = args[at:at + 2]
            if any(isinstance(arg, ast.Starred) for arg in pair) or ast.dump(pair[0]) == ast.dump(pair[1]):
                continue
            swapped = args[:at] + pair[::-1] + args[at + 2:]
            self.field("swapped arguments", node, function, "args", swapped)
        called = node.func
        if isinstance(called, ast.Name) and called.id in ("isinstance", "issubclass") and len(args) == 2:
            self.lost_cases(args[1], function)
        if isinstance(called, ast.Attribute) and called.attr in self.confused:
            self.field("method", called, function, "attr", self.confused[called.attr])
        elif isinstance(called, ast.Name) and called.id in self.confused:
            self.field("method", called, function, "id", self.confused[called.id])

    def lost_cases(self, node, function):
        """One of several values or types that are treated alike is forgotten."""
        ast = self.ast
        if not isinstance(node, (ast.Tuple, ast.List, ast.Set)) or not 2 <= len(node.elts) <= MOST_CASES:
            return
        for at in range(len(node.elts)):
            self.field("lost case", node, function, "elts", node.elts[:at] + node.elts[at + 1:])

    def told(self):
        """What each changes, as text."""
        unparse = getattr(self.ast, "unparse", None)
        told = []
        for fault in self.found:
            node = fault["node"]
            before = self.ast.get_source_segment(self.text, node) or ""
            fault["change"]()
            try:
                after = "" if fault["operator"] == "deleted statement" else unparse(node) if unparse else "<%s>" % fault["operator"]
            except Exception:
                after = "<%s>" % fault["operator"]
            fault["back"]()
            told.append({"operator": fault["operator"], "line": fault["line"], "from": before, "to": after})
        return told


def constants(value):
    if isinstance(value, bool):
        return [not value]
    if isinstance(value, int):
        return [value + 1, value - 1]
    if isinstance(value, float):
        return [value + 1.0]
    if isinstance(value, str):
        return [value + "x"]
    if isinstance(value, bytes):
        return [value + b"x"]
    return []


def codes_below(code, found):
    """Codes by name and line; None where two share them."""
    for inner in code.co_consts:
        if hasattr(inner, "co_consts"):
            key = inner.co_name, inner.co_firstlineno
            found[key] = None if key in found else inner
            codes_below(inner, found)
    return found


WHAT_RUNS = (
    "co_code", "co_names", "co_varnames", "co_freevars", "co_cellvars", "co_argcount", "co_posonlyargcount", "co_kwonlyargcount", "co_nlocals", "co_flags", "co_name", "co_qualname",
    "co_exceptiontable",
)


def shape(value):
    """All of a code that runs, and nothing of where its text stands. Constants count with their types and signs, where
    something names them: those of text that is never reached stay in the list. The first may be what documents it."""
    if hasattr(value, "co_code"):
        constants = [(at, shape(value.co_consts[at])) for at in sorted({0} | loaded(value.co_code)) if at < len(value.co_consts)]
        return "code", tuple([getattr(value, name, None) for name in WHAT_RUNS]), tuple(constants)
    if type(value) is tuple:
        return ("tuple",) + tuple(map(shape, value))
    if type(value) is frozenset:
        return "frozenset", frozenset(map(shape, value))
    return type(value).__name__, repr(value) if type(value) in (float, complex) else value


def loaded(code):
    """Places of the constants that instructions name."""
    import opcode
    places, above = set(), 0
    for at in range(0, len(code) - 1, 2):
        if code[at] in opcode.hasconst:
            places.add(above | code[at + 1])
        above = (above | code[at + 1]) << 8 if code[at] == opcode.EXTENDED_ARG else 0
    return places


class Swapper:
    """Puts other code into the functions of one file."""

    def __init__(self, path):
        import __future__
        self.path = path
        self.flags = 0
        self.functions, self.caches, self.shapes = {}, [], {}
        known = 0
        for name in __future__.all_feature_names:
            known |= getattr(__future__, name).compiler_flag
        for one in gc.get_objects():
            kind = type(one)
            if kind.__name__ == "function" and kind is FUNCTION and one.__code__.co_filename == path:
                key = one.__code__.co_name, one.__code__.co_firstlineno
                self.functions.setdefault(key, []).append(one)
                self.flags = one.__code__.co_flags & known
            elif kind.__name__ == "_lru_cache_wrapper":
                self.caches.append(one)

    def forget(self):
        for cache in self.caches:
            cache.cache_clear()

    def compiled(self, faults, top):
        tree = faults.ast.Module([top], [])
        return compile(faults.ast.fix_missing_locations(tree), self.path, "exec", self.flags, True)

    def changed(self, faults, fault):
        """The code with the fault, None if that does not compile; and whether it is the code without, to the letter."""
        top = fault["top"]
        if id(top) not in self.shapes:
            self.shapes[id(top)] = shape(self.compiled(faults, top))
        fault["change"]()
        try:
            code = self.compiled(faults, top)
        except (SyntaxError, ValueError, TypeError):
            return None, False
        finally:
            fault["back"]()
        return code, shape(code) == self.shapes[id(top)]

    def swap(self, code):
        """The functions with the codes that they had; None if none could get another."""
        kept = []
        for key, new in codes_below(code, {}).items():
            for function in self.functions.get(key, ()):
                old = function.__code__
                if new is None or old == new:
                    continue
                try:
                    function.__code__ = new
                except ValueError:
                    # Another closure than the one that is there.
                    self.restore(kept)
                    return None
                kept.append((function, old))
        return kept or None

    def restore(self, kept):
        for function, old in kept:
            function.__code__ = old


FUNCTION = type(lambda: None)


class Endless(BaseException):
    """Raised by the alarm."""


class MutantJudge:
    def __init__(self, begun, inputs):
        self.begun, self.inputs = begun, inputs
        self.known, self.reach = [], {}
        self.used = False
        self.fired = False

    def alarm(self, signum, frame):
        self.fired = True
        raise Endless("took too long")

    def look(self, at, seconds):
        """What one input shows, in brief."""
        _, plan, drive, subject, _ = self.begun
        self.fired = False
        signal.setitimer(signal.ITIMER_REAL, seconds)
        try:
            observed = one_input(self.inputs[at], plan, drive, subject, None)
            seen = observed.text, observed.kind, tuple(observed.lines)
        except Endless:
            seen = ()
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
        if EFFECTS.touched:
            tidy()
        return hash(seen)

    def learn(self, path):
        """Sees every input with no mutant active: what it shows, how long it takes, which functions it enters."""
        entered = set()

        # Told of calls alone, and of none within the standard library's C code, which a profile function would be.
        def entering(frame, event, arg):
            entered.add(frame.f_code)

        for at in range(len(self.inputs)):
            entered.clear()
            sys.settrace(entering)
            try:
                begun = time.perf_counter()
                seen = self.look(at, 30)
                took = time.perf_counter() - begun
            finally:
                sys.settrace(None)
            self.known.append((seen, took))
            for key in {(code.co_name, code.co_firstlineno) for code in entered if code.co_filename == path}:
                self.reach.setdefault(key, []).append(at)

    def fate(self, swapper, faults, fault):
        function = fault["function"]
        name = getattr(function, "name", "<lambda>")
        first = min([function.lineno] + [one.lineno for one in getattr(function, "decorator_list", ())])
        reached = self.reach.get((name, first), [])
        code, alike = swapper.changed(faults, fault)
        if alike:
            return "equivalent", None, len(reached)
        fresh, self.used = not self.used, True
        if not reached:
            return "survived", None, 0
        swapper.forget()
        kept = None if code is None else swapper.swap(code)
        if kept is None:
            return "unfinished", None, 0
        begun = time.perf_counter()
        try:
            for at in reached:
                seen, took = self.known[at]
                if self.look(at, 20 * took + 0.2) != seen:
                    endless = self.fired
                    swapper.restore(kept)
                    swapper.forget()
                    if not fresh and self.look(at, 30) != seen:
                        # What showed may be the doing of a mutant before: a fresh process has to tell.
                        return None, at, len(reached)
                    return "timed_out" if endless else "killed", at, len(reached)
                if time.perf_counter() - begun > PATIENCE:
                    return "unfinished", None, len(reached)
            return "survived", None, len(reached)
        finally:
            swapper.restore(kept)


def list_mutants(side_path, list_path):
    with open(side_path, encoding="utf-8") as handle:
        side = json.load(handle)
    with open(side["module"], encoding="utf-8") as handle:
        faults = Faults(handle.read())
    # A fault that changes nothing in the bytes of the program is none.
    told = faults.told()
    with open(list_path, "w", encoding="utf-8") as handle:
        json.dump({"mutants": told, "not_mutated": faults.skipped}, handle)


def judge_mutants(side_path, inputs_path, outcomes_path, first, last):
    import faulthandler
    out = open(outcomes_path, "ab", buffering=0)
    begun = begin(side_path)
    path = begun[0]["module"]
    with open(path, encoding="utf-8") as handle:
        faults = Faults(handle.read())
    judge = MutantJudge(begun, read_inputs(inputs_path))
    signal.signal(signal.SIGALRM, judge.alarm)
    judge.learn(path)
    swapper = Swapper(path)
    out.write(b"known\n")
    started = time.perf_counter()
    for number in range(int(first), int(last)):
        if time.perf_counter() - started > SHIFT:
            break
        # Code that never comes back to the interpreter is not to be stopped by an alarm.
        faulthandler.dump_traceback_later(8, exit=True, file=open(os.devnull, "w"))
        fate, at, reached = judge.fate(swapper, faults, faults.found[number])
        faulthandler.cancel_dump_traceback_later()
        if fate is None:
            break
        line = json.dumps({"mutant": number, "fate": fate, "input": at, "reached": reached})
        out.write(line.encode("ascii") + b"\n")
    os._exit(0)


if __name__ == "__main__" and len(sys.argv) == 3:
    list_mutants(*sys.argv[1:])
elif __name__ == "__main__" and len(sys.argv) == 6:
    judge_mutants(*sys.argv[1:])
