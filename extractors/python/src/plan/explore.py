# What the inputs reach: the driver is tried on the original with its lines watched, so that the search begins with inputs
# that reach much, and what the symbols' own arguments do not reach is driven by itself.

MOST_RUNS = 2400
NO_NEWS = 500
MOST_TARGETS = 40
# Work that exploring may take: what is counted is the same on any machine, so that the driver is, too.
MOST_STEPS = 5000000
# What an input costs beside the steps of the subject.
STEPS_OF_RUN = 80
# Seconds of the processor and of the clock: far above what the steps take, for what is slow without taking steps.
CEILING = 40


def inner_definitions(request, loaded):
    """What the symbols reach, by its name in the module: the original's module and attribute, and the module's name."""
    names = {path: name for name, path in loaded}
    entry = request["files"][0] if request["files"] else None
    if entry is None:
        return {}
    with open(entry["path"], encoding="utf-8") as handle:
        try:
            body = ast.parse(handle.read()).body
        except (SyntaxError, ValueError, RecursionError):
            return {}
    found, stood, left = {}, [], {}
    follow_names(body, stood, left)
    wanted = {symbol["name"] for symbol in request["symbols"]}
    for definition in request["definitions"]:
        module = names.get(definition["path"])
        if module is None or definition["file"] != entry["file"] or not definition["name"].startswith(module + "."):
            continue
        attribute = definition["name"][len(module) + 1:]
        first, end = definition["module_lines"]
        for name, line, origin in stood:
            if not first <= line <= end:
                continue
            value = getattr(sys.modules[module], attribute, None)
            if left.get(name) != origin:
                # Of what is bound anew or deleted later, another name may be left.
                name = min((other for other in left if left[other] == origin), default=None)
            if name is not None and name not in wanted and (isinstance(value, type) or type(value) in FUNCTION_KINDS or is_own(type(value))):
                alias = "own_" + name if hasattr(builtins, name) or name in STANDARD else name
                found.setdefault(alias, [module, attribute, name])
    return found


def follow_names(body, stood, left):
    """Follows what the names of a module stand for. `stood`: each name that a definition binds, its line, and the line of
    what it then stands for; `left`: the same for the names that are left in the end."""
    for node in body:
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            left[node.name] = node.lineno
            stood.append((node.name, node.lineno, node.lineno))
            continue
        if isinstance(node, (ast.Assign, ast.AnnAssign)):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            origin = left.get(node.value.id, node.lineno) if isinstance(node.value, ast.Name) else node.lineno
            for target in targets:
                if isinstance(target, ast.Name):
                    left[target.id] = origin
                    stood.append((target.id, node.lineno, origin))
                else:
                    bound_otherwise(target, left)
            continue
        inner = arms(node, None)
        if not inner:
            bound_otherwise(node, left)
        for part, _ in inner:
            follow_names(part, stood, left)


def bound_otherwise(node, left):
    """Names that a statement imports, deletes or binds in another way stand for nothing that is followed."""
    for one in ast.walk(node):
        if isinstance(one, (ast.Import, ast.ImportFrom)):
            names = [(alias.asname or alias.name).partition(".")[0] for alias in one.names]
        elif isinstance(one, ast.Name) and isinstance(one.ctx, (ast.Store, ast.Del)):
            names = [one.id]
        else:
            continue
        for name in names:
            left.pop(name, None)


class Explorer:
    """Runs inputs on the original and sees which lines of what was taken they reach."""

    def __init__(self, request, plan, subject, learner):
        self.plan, self.subject, self.learner = plan, subject, learner
        self.too_slow, self.blamed = set(), {}
        # The symbols' own arguments get half of the time.
        self.share = 0.5
        self.rng = random.Random(11)
        self.runs = 0
        self.slow = 0
        self.begun, self.worked = REAL_MONOTONIC(), time.process_time()
        self.pool = []
        self.fruitful = []
        self.texts = []
        table, self.probes = {}, []
        for path in sorted({definition["path"] for definition in request["definitions"]}):
            spans = [definition["lines"] for definition in request["definitions"] if definition["path"] == path]
            try:
                with open(path, "rb") as handle:
                    lines = Lines(handle.read().decode("utf-8", "replace"), spans)
            except (SyntaxError, ValueError, RecursionError, OSError):
                continue
            base = len(self.probes)
            own = lines.table["functions"]
            shift = lambda probe: probe + base if probe >= 0 else probe
            # Statements of the module ran when it was imported.
            table[path] = {"functions": {key: [shift(first), {line: shift(probe) for line, probe in inner.items()}] for key, (first, inner) in own.items()}, "spans": lines.table["spans"], "lines": {}}
            in_functions = {probe for first, inner in own.values() for probe in [first] + list(inner.values())}
            for place, probe in enumerate(lines.probes):
                self.probes.append(None if probe["waiver"] or place not in in_functions else (path, probe["line"]))
        self.tracer = Tracer(table, False, True)
        self.open = {place for place, probe in enumerate(self.probes) if probe is not None}

    def work(self):
        return self.tracer.steps + STEPS_OF_RUN * self.runs

    def over(self):
        steps = self.work()
        late = max(time.process_time() - self.worked, (REAL_MONOTONIC() - self.begun) / 2) > self.share * CEILING
        return not self.open or self.slow > 24 or steps > self.share * MOST_STEPS or late

    def run(self, data):
        """Whether an input reached a line first."""
        self.runs += 1
        before = len(self.open)
        SLOWED.clear()
        STEPPING[0] = None
        end, observed = timed(lambda: one_input(data, self.plan, None, self.subject, self.tracer))
        if end == "slow" or SLOWED:
            self.slow += 1
            self.too_slow.add(data)
            self.blame(SLOWED[0] if SLOWED else None)
            self.learner.too_much(None)
            self.tracer.take()
            return False
        self.open.difference_update(self.tracer.take())
        if len(self.open) < before:
            self.pool.append(data)
            self.fruitful.append(data)
            self.texts.append(observed.text)
            return True
        return False

    def blame(self, operation):
        """Leaves out a private method that does not end, time and again: it asks of its callers more than can be read of it,
        and would take the time of all others."""
        if operation is None or not operation["name"].startswith("_"):
            return
        self.blamed[id(operation)] = self.blamed.get(id(operation), 0) + 1
        if self.blamed[id(operation)] > 1:
            operation["endless"] = True

    def explore(self, seeds, most):
        """Seeds first, then changes of what reached something."""
        self.tracer.start()
        self.tracer.off()
        try:
            for seed in seeds:
                if self.over():
                    return
                self.run(seed)
            base = self.pool + seeds[:40]
            news = self.runs
            # Where much is still to be reached, more patience pays.
            many = min(len(self.open), 150)
            most += self.runs + 20 * many
            while not self.over() and self.runs < most and self.runs - news < NO_NEWS + 6 * many and base:
                data = self.changed(base[self.rng.randrange(len(base))])
                if self.run(data):
                    news = self.runs
                    base.append(data)
        finally:
            self.tracer.stop()

    def changed(self, data):
        rng, data = self.rng, bytearray(data)
        if rng.random() < 0.3:
            data = data[: rng.randrange(len(data) + 1)]
        data += random_bytes(rng, rng.choice((0, 8, 24)))
        for _ in range(rng.choice((1, 1, 2, 4, 8))):
            if not data:
                break
            place = rng.randrange(len(data))
            how = rng.randrange(4)
            if how == 0:
                data[place] = rng.randrange(256)
            elif how == 1:
                data[place] = (data[place] + rng.choice((1, 255))) & 255
            elif how == 2:
                del data[place]
            else:
                data.insert(place, rng.randrange(256))
        return bytes(data)

    def harvest(self, specs, evaluate):
        """Calls that reached something become examples: values, whose changes stay near them as changes of bytes do not."""
        by_name = {spec["name"]: spec for spec in specs}
        count = 0
        for text in self.texts:
            call = call_of(text)
            spec = call and by_name.get(call.func.id)
            if not spec or "params" not in spec or len(spec.setdefault("examples", [])) >= 300:
                continue
            entry = [[ast.unparse(one) for one in call.args], {word.arg: ast.unparse(word.value) for word in call.keywords}]
            if entry in spec["examples"] or sum(map(len, entry[0])) > 2000:
                continue
            try:
                for source in entry[0] + list(entry[1].values()):
                    evaluate(source)
            except BaseException:
                continue
            spec["examples"].append(entry)
            spec["lean"] = max(spec.get("lean", 0), 3)
            count += 1
            order = [param for param in spec["params"] if param["how"] in "pb"]
            for place, source in enumerate(entry[0][:len(order)]):
                lend(order[place], source)
        self.texts, self.pool = [], []
        return count

    def missed(self):
        """Lines that nothing reached, by file."""
        found = {}
        for place in self.open:
            path, line = self.probes[place]
            found.setdefault(path, set()).add(line)
        return found


def call_of(text):
    """The call that the text of an input begins with, where it has no stars."""
    if not hasattr(ast, "unparse"):
        return None
    for head in (text, text.partition("; ")[0], text.partition(" then (")[0]):
        try:
            node = ast.parse(head, mode="eval").body
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            continue
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            if any(isinstance(one, ast.Starred) for one in node.args) or any(word.arg is None for word in node.keywords):
                return None
            return node
    return None


def choose_targets(request, plan, missed, subject):
    """Definitions with lines that nothing reached, those with the most first."""
    counted = []
    for definition in request["definitions"]:
        first, last = definition["lines"]
        count = sum(1 for line in missed.get(definition["path"], ()) if first <= line <= last)
        if count:
            counted.append((-count, definition["path"], first))
    wanted = {(path, first) for _, path, first in sorted(counted)[:MOST_TARGETS]}
    places = {(definition["path"], definition["lines"][0]): definition["name"] for definition in request["definitions"]}
    names = sorted(places[place] for place in wanted)
    return [alias for alias, (module, attribute, _) in sorted(plan["inner"].items()) if "%s.%s" % (module, attribute) in names]


def add_targets(plan, aliases, learner, finder, own, evaluate, space):
    """Callables to be driven by themselves, with what they take."""
    for alias in aliases:
        value = space[alias]
        if tells_its_place(value) or imports_compiled(value):
            continue
        spec = symbol_spec(alias, value, own)
        if spec["kind"] == "value":
            if is_own(type(value)):
                learner.note_result(value)
                plan["targets"].append(dict(spec, type=type_name(type(value))))
            continue
        act = lambda args, kwargs: value(*args, **kwargs)
        good = with_examples(spec, finder.calls.get(alias, []), evaluate, act, learner)
        learner.learn(spec, act, 160)
        if wavers(spec, act, learner):
            continue
        spec["lean"] = 4 if good else 1 if spec["examples"] else 0
        plan["targets"].append(spec)
    return plan["targets"]


# What a module's text knows of where it lies: that differs between the sides, and is no part of the symbols' behaviour.
PLACE_WORDS = {"__file__", "__path__", "__name__", "__package__", "__spec__", "__module__"}


def tells_its_place(value):
    """Whether a function's own text reads where its module lies."""
    value = inspect.unwrap(getattr(value, "__func__", value)) if callable(value) and not isinstance(value, type) else value
    code = getattr(value, "__code__", None)
    top = str(getattr(value, "__module__", "")).partition(".")[0]
    codes = [code] if code is not None else []
    while codes:
        code = codes.pop()
        if PLACE_WORDS & set(code.co_names):
            return True
        for const in code.co_consts:
            if hasattr(const, "co_names"):
                codes.append(const)
            elif isinstance(const, str) and const.partition(".")[0] == top and const.replace(".", "").isidentifier():
                # The name of a module of the package: a slice writes its own there.
                return True
    return False


def imports_compiled(value):
    """Whether a function imports what has no text: the module does without, as the package itself does where it is not built."""
    import dis
    code = getattr(getattr(value, "__func__", value), "__code__", None)
    package = getattr(value, "__module__", None) or ""
    for step in dis.get_instructions(code) if code is not None else ():
        if step.opname in ("IMPORT_NAME", "IMPORT_FROM"):
            found = [module for name, module in list(sys.modules.items()) if name.rpartition(".")[2] == str(step.argval).rpartition(".")[2] and name.partition(".")[0] == package.partition(".")[0]]
            if any(str(getattr(module, "__file__", None) or "").endswith((".so", ".pyd")) for module in found):
                return True
    return False


def wavers(spec, act, learner):
    """Whether the same calls give something else the second time: a counter, say. What it counted before the first call is
    no behaviour of the symbols, and differs where less is imported."""
    for trial in range(12):
        data, told = random_bytes(learner.rng), []
        for _ in range(2):
            try:
                args, kwargs, _ = Maker(Draw(data), learner.plan, learner.space).arguments(spec)
            except Exception:
                break
            end, value = timed(lambda: act(args, kwargs))
            if end == "slow":
                return True
            told.append(tell(value) if end == "good" else tell_error(value))
        if len(told) == 2 and told[0] != told[1]:
            return True
    return False


def target_seeds(plan, rng):
    """Bytes that decode to calls of the targets."""
    seeds = []
    count = len(plan["targets"])
    for place, spec in enumerate(plan["targets"]):
        head = bytes([8]) + (bytes([place]) if count > 1 else b"")
        for index in range(min(12, len(spec.get("examples") or ()))):
            seeds.append(head + b"\0" + bytes([index]) + b"\0\0" + random_bytes(rng, 16))
        seeds += [head + random_bytes(rng, 40) for _ in range(20)]
    return seeds


# Operations that were under way when time was up.
SLOWED = []
