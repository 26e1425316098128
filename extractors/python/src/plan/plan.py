# The plan of a driver: made once, on the original, and fixed in the driver's text.

MOST_APART = 200
MOST_STRINGS = 220


def standard_modules():
    names = getattr(sys, "stdlib_module_names", None)
    if names is None:
        names = set(sys.builtin_module_names)
        for entry in os.listdir(os.path.dirname(os.__file__)):
            if entry.endswith(".py"):
                names.add(entry[:-3])
            elif "." not in entry and entry != "site-packages":
                names.add(entry)
        dynload = os.path.join(os.path.dirname(os.__file__), "lib-dynload")
        if os.path.isdir(dynload):
            names.update(entry.partition(".")[0] for entry in os.listdir(dynload))
    return sorted(set(names) - {"antigravity", "this", "idlelib", "turtledemo", "__main__"})


def own_modules(packages):
    """Modules of the packages that are loaded: name and file."""
    found = []
    for name, module in sorted(sys.modules.items()):
        path = getattr(module, "__file__", None)
        if isinstance(path, str) and any(path.startswith(package["root"] + os.sep) for package in packages) and name == getattr(module, "__name__", name):
            found.append((name, path))
    return found


def original_probes(packages, loaded):
    """A probe for each top-level definition of each loaded file, and one for each file that is not loaded yet."""
    probes, table, loaded_files = [], {}, {path: name for name, path in loaded}
    for index, package in enumerate(packages):
        for folder, folders, files in os.walk(package["root"]):
            folders[:] = sorted(one for one in folders if not one.startswith(".") and one != "__pycache__")
            for name in sorted(files):
                path = os.path.join(folder, name)
                if not name.endswith(".py") or path in table:
                    continue
                relative = os.path.relpath(path, package["root"]).replace(os.sep, "/")
                calls = []
                if path in loaded_files:
                    try:
                        with open(path, "rb") as handle:
                            definitions = definitions_of(handle.read())
                    except (SyntaxError, ValueError, RecursionError, OSError):
                        definitions = []
                    for own_name, kind, first, last, decorated in definitions:
                        calls.append([decorated, last, len(probes)])
                        full = loaded_files[path] + ("." + own_name if own_name else "")
                        probes.append({"package": index, "file": relative, "name": full, "kind": kind, "lines": [first, last]})
                calls.append([0, 1 << 30, len(probes)])
                probes.append({"package": index, "file": relative, "name": relative, "kind": "statement", "lines": [1, 1 << 30]})
                table[path] = {"calls": calls}
    return probes, table


def module_probes(files):
    probes, table = [], {}
    for entry in files:
        with open(entry["path"], encoding="utf-8") as handle:
            text = handle.read()
        lines = Lines(text, entry["spans"])
        lines.branches(text)
        base = len(probes)
        shift = lambda probe: probe + base if probe >= 0 else probe
        for probe in lines.probes:
            probes.append(dict(probe, file=entry["file"]))
        raw = lines.table
        table[entry["path"]] = {
            "functions": {key: [shift(first), {line: shift(probe) for line, probe in inner.items()}] for key, (first, inner) in raw["functions"].items()},
            "spans": raw["spans"],
            "lines": {line: shift(probe) for line, probe in raw["lines"].items()},
            "ways": [shift(probe) for probe in raw["ways"]],
            "twins": {shift(one): shift(other) for one, other in raw.get("twins", {}).items()},
        }
    return probes, table


def distinct(values, most):
    out, seen_values = [], set()
    for value in values:
        key = (type(value).__name__, repr(value))
        if key not in seen_values and len(out) < most:
            seen_values.add(key)
            out.append(value)
    return out


def document_of(value):
    """What a value says of itself: not all that is called so is text."""
    text = getattr(value, "__doc__", None)
    return text if isinstance(text, str) else ""


def symbol_spec(name, value, own):
    if isinstance(value, type):
        spec = {"name": name, "kind": "class", "params": parameters_of(value, own, document_of(value) + "\n" + document_of(value.__init__))}
        enum_type = ENUM()
        if enum_type and issubclass(value, enum_type):
            members = [repr(member.value) for member in value if isinstance(member.value, (int, str))]
            spec["params"] = [{"name": "value", "how": "p", "required": True, "kinds": [[["literal"] + members, 8.0]] * bool(members) + [["int", 1.0], ["str", 1.0]]}]
    elif callable(value):
        spec = {"name": name, "kind": "function", "params": parameters_of(value, own, document_of(value))}
    else:
        return {"name": name, "kind": "value"}
    if spec["params"] is None:
        spec["params"] = [{"name": "value%d" % place, "how": "p", "required": place == 0, "kinds": [[kind, 1.0] for kind in CANDIDATES]} for place in range(2)]
    return spec


def exhaustive_examples(spec):
    """All calls there are, where every parameter has a closed domain by its annotation."""
    import itertools
    domains = []
    for param in spec["params"]:
        if param["how"] not in "pb":
            return None
        values = []
        for kind, weight in param["kinds"]:
            if weight < 1:
                continue
            if kind == "bool":
                values += ["False", "True"]
            elif kind == "none":
                values += ["None"]
            elif isinstance(kind, list) and kind[0] == "literal":
                values += kind[1:]
            else:
                return None
        if not values:
            return None
        domains.append(values)
    calls = [[list(one), {}] for one in itertools.islice(itertools.product(*domains), 600)] if domains else [[[], {}]]
    return calls if len(calls) <= 512 else None


def example_seeds(plan, symbol_place, rng):
    """Bytes that decode to the examples of one symbol, as `exercise` reads them."""
    symbol = plan["symbols"][symbol_place]
    head = bytes([0]) + (bytes([symbol_place]) if len(plan["symbols"]) > 1 else b"")
    count = len(symbol.get("examples") or ())
    seeds = []
    for index in range(count):
        place = b"" if count == 1 else bytes([index]) if count <= 256 else bytes([index & 255, index >> 8])
        seeds.append(head + b"\0" + place + b"\0\0")
        if symbol["kind"] == "class" or plan["types"]:
            tail = bytes([1 + rng.randrange(STEPS)]) + random_bytes(rng, 30)
            seeds.append(head + b"\0" + place + b"\0\0" + tail)
        if count <= 100:
            # Long inputs near the example: what is mutated needs bytes to mutate.
            seeds += [head + b"\0" + place + bytes([1 + rng.randrange(7)]) + random_bytes(rng, 24) for _ in range(2)]
    return seeds


def closed_seeds(plan):
    count = len(plan["symbols"][0]["examples"])
    return [b"\0\0" + (b"" if count == 1 else bytes([index]) if count <= 256 else bytes([index & 255, index >> 8])) + b"\0\0" for index in range(count)]


def made_seeds(plan, symbol_place, rng):
    """Bytes that decode to generated calls."""
    symbol = plan["symbols"][symbol_place]
    head = bytes([0]) + (bytes([symbol_place]) if len(plan["symbols"]) > 1 else b"")
    return [head + (b"\7" if symbol.get("examples") else b"") + random_bytes(rng, 40) for _ in range(80)]


# One value of each built-in kind, empty and not: what tells kinds apart is asked about all of them.
EACH_KIND = (
    "None", "True", "0", "-1", "1.5", "''", "'a'", "b''", "b'ab'", "bytearray(b'a')", "[]", "['a', 1]", "()", "(1, 2)", "{}", "{'a': 1}", "set()", "{1}",
    "frozenset([1])", "range(3)", "1j", "int",
)
MOST_EXCHANGED = 4  # parameters of a symbol


def kind_seeds(plan, symbol_place):
    """Calls in which one argument of an example is a value of another kind, or a container that holds one."""
    symbol = plan["symbols"][symbol_place]
    if symbol["kind"] != "function" or symbol.get("closed"):
        return []
    example = next((args for args, named in symbol.get("examples") or () if args and all(map(is_literal, args))), None)
    if example is None:
        required = [param for param in symbol["params"] if param["how"] in "pb" and param["required"]]
        example = ["'a'"] * max(1, len(required))
    calls = []
    for at in range(min(len(example), MOST_EXCHANGED)):
        forms = ("%s", "[%s]", "{'a': %s}") if at == 0 else ("%s",)
        calls += [example[:at] + [form % one] + example[at + 1:] for form in forms for one in EACH_KIND]
    return [literal_seed("%s(%s)" % (symbol["name"], ", ".join(call))) for call in calls]


def is_literal(source):
    try:
        eval(source, LITERAL_GLOBALS, LITERAL_NAMES)
    except Exception:
        return False
    return True


def literal_seed(text):
    text = text.encode("utf-8", "surrogatepass")
    return LITERAL + len(text).to_bytes(4, "little") + text


def make_plan(request, subject):
    random.seed(0)
    names = [symbol["name"] for symbol in request["symbols"]]
    values = {name: getattr(subject, name) for name in names}
    own = {name: value for name, value in values.items() if isinstance(value, type)}
    plan = {"symbols": [], "types": {}, "snippets": [], "strings": [], "apart": [], "ints": [], "floats": []}
    loaded = own_modules(request["packages"])
    tops = sorted({name.partition(".")[0] for name, _ in loaded})
    standard = set(request["standard"])
    plan["inner"] = inner_definitions(request, loaded)
    finder = Finder(values, {alias: inner_value(place, subject) for alias, place in plan["inner"].items()}, set(tops) - standard, standard, request.get("documents"))
    collect_examples(finder, request, values)
    strings, numbers, apart, called = [], [], [], []
    for entry in request["files"]:
        with open(entry["path"], encoding="utf-8") as handle:
            text = handle.read()
        literals_of(text, strings, numbers)
        called += dispatched_words(text)
        apart += told_apart(text)
    strings += called
    apart = called + apart
    for pool in [finder.calls[name] for name in names]:
        for args, named in pool[:150]:
            for source in args + list(named.values()):
                literals_of(source + "\n", strings, numbers)
                try:
                    value = ast.literal_eval(source)
                except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError):
                    continue
                if isinstance(value, str) and len(value) <= 200:
                    strings.append(value)
    plan["variables"] = variables_read(request["files"])
    plan["language"] = small_language(apart, called, [source for name in names for args, named in finder.calls[name] for source in args + list(named.values())])
    plan["apart"] = distinct(apart, 5000)
    if len(plan["apart"]) > MOST_APART:
        plan["apart"] = random.Random(7).sample(plan["apart"], MOST_APART)
    plan["strings"] = distinct(strings, 5000)
    if len(plan["strings"]) > MOST_STRINGS:
        plan["strings"] = random.Random(3).sample(plan["strings"], MOST_STRINGS)
    tested = distinct([word for word in finder.test_words if word not in plan["strings"]], 20000)
    plan["strings"] += random.Random(6).sample(tested, min(len(tested), 160))
    words = distinct(finder.words, 20000)
    plan["strings"] += random.Random(4).sample(words, min(len(words), 120))
    plan["ints"] = distinct([one for one in numbers if isinstance(one, int) and abs(one) < 10 ** 30], 120)
    plan["floats"] = distinct([one for one in numbers if isinstance(one, float)], 60)
    for name in names:
        plan["symbols"].append(symbol_spec(name, values[name], own))
    learner = Learner(plan, plan_space(plan, subject), 1)
    evaluate = lambda source: eval(compile_once(source), plan["space"])
    rates, heard = {}, {}
    for symbol in plan["symbols"]:
        value = values[symbol["name"]]
        if symbol["kind"] == "value":
            learner.note_result(value)
            if is_own(type(value)):
                symbol["type"] = type_name(type(value))
            continue
        act = lambda args, kwargs: value(*args, **kwargs)
        closed = exhaustive_examples(symbol)
        learn_defaults(symbol, value, learner)
        if is_own(type(value)) and not isinstance(value, type) and type(value) not in FUNCTION_KINDS:
            symbol["type"] = type_name(type(value))
            learner.note_result(value)
            params = parameters_of(type(value), own, None)
            if params:
                symbol["constructor"] = {"name": "constructor", "params": params}
                learner.learn(symbol["constructor"], lambda args, kwargs: type(value)(*args, **kwargs), 120)
        good = with_examples(symbol, closed or finder.calls[symbol["name"]], evaluate, act, learner)
        if plan["language"]:
            heard.update(words_called(plan["language"]["called"], symbol["examples"], evaluate, act))
        if closed is not None and closed == symbol["examples"] and symbol["kind"] == "function":
            symbol["closed"] = True
        learner.learn(symbol, act)
        rate = learner.rate(symbol, act)
        few = len(symbol["examples"]) < 12
        symbol["lean"] = 0 if not symbol["examples"] else (1 if few else 3) if rate > 0.5 else 4 if rate > 0.2 or good < 3 else 6
        rates[symbol["name"]] = [rate, good, len(symbol["examples"])]
    plan["language"] = dict(plan["language"], called=list(heard)[:120], forms=heard) if heard else None
    learn_types(plan, learner, finder, own, evaluate, {})
    plan["snippets"] = usable_snippets(request, finder.snippets(), plan, subject, learner)
    plan["snippet_share"] = 4 if len(plan["snippets"]) > 20 else 3 if len(plan["snippets"]) > 3 else 1
    seeds = reaching_seeds(request, plan, subject, learner, finder, own, evaluate)
    plan["imports"] = sorted(finder.imports)
    return plan, rates, seeds


def reaching_seeds(request, plan, subject, learner, finder, own, evaluate):
    """Seeds of the search, those that reach something first ahead; targets are added where lines stay out of reach."""
    explorer = Explorer(request, plan, subject, learner)
    seeds, ahead = [], []
    for round_ in range(4):
        rng = random.Random(5)
        seeds = plain_seeds(plan, rng)
        explorer.fruitful = []
        before = len(explorer.open)
        explorer.explore(seeds, MOST_RUNS)
        ahead = explorer.fruitful
        if round_ < 3 and explorer.open and not explorer.over() and not explorer.harvest(plan["symbols"], evaluate):
            break
        if explorer.over() or (round_ and len(explorer.open) > 0.97 * before):
            break
    explorer.share = 1.0
    if explorer.open and not explorer.over():
        missed = explorer.missed()
        plan["targets"] = []
        add_targets(plan, choose_targets(request, plan, missed, subject), learner, finder, own, evaluate, plan["space"])
        learn_types(plan, learner, finder, own, evaluate, missed)
        explorer.fruitful = []
        for _ in range(2 if plan["targets"] else 0):
            more = target_seeds(plan, rng)
            explorer.explore(more, MOST_RUNS)
            if explorer.over() or not explorer.harvest(plan["targets"], evaluate):
                break
        more = target_seeds(plan, rng) if plan["targets"] else []
        seeds = plain_seeds(plan, random.Random(5)) + more
        ahead = explorer.fruitful
    first = set(ahead) | explorer.too_slow
    return ahead + [seed for seed in seeds if seed not in first]


def variables_read(files):
    """Names of the environment that the text reads."""
    found = set()
    for entry in files:
        with open(entry["path"], encoding="utf-8") as handle:
            text = handle.read()
        for pattern in (r"environ(?:\.get\(|\.pop\(|\.setdefault\(|\[)\s*['\"](\w+)['\"]", r"getenv\(\s*['\"](\w+)['\"]", r"['\"](\w+)['\"] (?:not )?in (?:os\.)?environ\b"):
            found.update(re.findall(pattern, text))
    return sorted(found - {"PATH", "HOME", "TMPDIR"} - {name for name in found if name.startswith(("PYTHON", "LD_"))})


def plain_seeds(plan, rng):
    """Bytes that decode to the examples, to generated calls, and to the snippets."""
    seeds = []
    for place in range(len(plan["symbols"])):
        seeds += example_seeds(plan, place, rng) + made_seeds(plan, place, rng) + kind_seeds(plan, place)
    for place in range(len(plan["variables"])):
        head = bytes([7]) + (bytes([place]) if len(plan["variables"]) > 1 else b"")
        seeds += [head + bytes([setting, 1]) + random_bytes(rng, 24) for setting in range(len(SETTINGS)) for _ in range(2)]
    count = len(plan["snippets"])
    for index in range(count):
        seeds.append(bytes([15]) + (b"" if count == 1 else bytes([index])) + b"\0")
    return seeds


def learn_defaults(symbol, value, learner):
    """Defaults that are functions of the package are part of what a call offers: they are called, too."""
    if symbol["kind"] != "function":
        return
    for name, default in sorted(callable_defaults(value).items()):
        params = parameters_of(default, {}, None)
        if params:
            spec = {"name": name, "params": params}
            learner.learn(spec, lambda args, kwargs: default(*args, **kwargs), 60)
            symbol.setdefault("defaults", []).append(spec)


def collect_examples(finder, request, values):
    for path in request.get("callers") or ():
        finder.scan_file(path)
    modules = {symbol["name"]: sys.modules.get(symbol["module"]) for symbol in request["symbols"]}
    for name, value in list(values.items()) + sorted(finder.inner.items()):
        documented = [value, modules.get(name)] + ([getattr(value, name, None) for name in sorted(dir(value)) if not name.startswith("__")] if isinstance(value, type) else [])
        for one in documented:
            text = getattr(one, "__doc__", None)
            if isinstance(text, str) and ">>>" in text:
                finder.scan_document(text, {})
    if request.get("documents"):
        files = document_files(request["documents"], finder.tops)
        for path in files[:MOST_FILES]:
            finder.scan_file(path)
    for package in request["packages"][:1]:
        for folder, folders, files in os.walk(package["root"]):
            folders[:] = sorted(folders)
            for name in sorted(files):
                if re.match(r"(test_.*|.*_test|tests?)\.py$", name):
                    finder.scan_file(os.path.join(folder, name))


def learn_types(plan, learner, finder, own, evaluate, missed):
    """Operations of the classes that calls give, and of those that their methods give."""
    done = set()
    for _ in range(3):
        for key in sorted(learner.found):
            if key in done or len(done) > (30 if missed else 12):
                continue
            done.add(key)
            cls, samples = learner.found[key]
            spec = operations_of(cls, own, finder.methods, evaluate, missed)
            known = {(operation["how"], operation["name"]) for operation in (plan["types"].get(key) or {"operations": ()})["operations"]}
            fresh = [operation for operation in spec["operations"] if (operation["how"], operation["name"]) not in known]
            if known:
                plan["types"][key]["operations"] += fresh
            else:
                plan["types"][key] = spec
            for operation in fresh:
                if operation["how"] != "call":
                    continue
                name = operation["name"]

                def act(args, kwargs):
                    return getattr(samples[learner.rng.randrange(len(samples))], name)(*args, **kwargs)

                with_examples(operation, finder.methods.get(name, [])[:60], evaluate, act, learner)
                learner.learn(operation, act, 90)
                operation["lean"] = 4 if operation.get("examples") else 0


# Work that trying snippets may take, counted as that of exploring is.
MOST_SNIPPET_STEPS = 1500000
ENOUGH_SNIPPETS = 60


def usable_snippets(request, snippets, plan, subject, learner):
    """Snippets that run alike twice: those that reach lines which none before reached, then some of the others."""
    trying = Explorer(request, plan, subject, learner)
    reaching, others = [], []
    for snippet in snippets:
        if learner.slow > learner.out_of_patience or trying.slow > 24 or trying.work() > MOST_SNIPPET_STEPS or len(reaching) >= MOST_SNIPPETS:
            break
        if not trying.open and len(reaching) + len(others) > ENOUGH_SNIPPETS:
            break
        for tried in (snippet, dict(snippet, only_seen=True)):
            fresh = tried_twice(tried, plan, subject, learner, trying)
            if fresh is None:
                break
            if fresh is not False:
                (reaching if fresh else others).append(tried)
                break
    room = max(0, MOST_SNIPPETS - len(reaching))
    return reaching + random.Random(8).sample(others, min(room, len(others)))


def tried_twice(snippet, plan, subject, learner, trying):
    """Lines that a snippet reaches first; None where it is of no use, False where it does not tell the same again: it shows
    the time, say, or what the package has counted so far, which is less where less is imported."""
    trial = dict(plan, snippets=[snippet])
    run = lambda seen: timed(lambda: run_snippet(Draw(b""), trial, Maker(Draw(b""), trial, plan["space"]), subject, seen))[0]
    observed, again = Observed(), Observed()
    trying.runs += 2
    end = run(observed)
    if end == "slow":
        learner.slow += 2
        trying.slow += 1
    if end != "good" or observed.kind == "discarded" or not observed.lines:
        return None
    if observed.kind == "raised" and any(re.search(r"raises (NameError|ImportError|ModuleNotFoundError|AssertionError|KeyError\('\w+'\)|AttributeError)", line) for line in observed.lines):
        return None
    trying.tracer.start()
    trying.tracer.off()
    end = run(again)
    trying.tracer.stop()
    fresh = trying.open.intersection(trying.tracer.take())
    if (end, again.lines) != ("good", observed.lines):
        return False
    trying.open -= fresh
    return fresh


def literal_text(value, indent=0):
    """The plan as readable Python."""
    pad = "    " * indent
    if isinstance(value, dict) and value and indent < 4:
        return "{\n" + "".join("%s    %r: %s,\n" % (pad, key, literal_text(inner, indent + 1)) for key, inner in value.items()) + pad + "}"
    if isinstance(value, list) and value and indent < 5 and len(repr(value)) > 100:
        return "[\n" + "".join("%s    %s,\n" % (pad, literal_text(inner, indent + 1)) for inner in value) + pad + "]"
    return repr(value)


def plan_all(request_path, out_path):
    with open(request_path, encoding="utf-8") as handle:
        request = json.load(handle)
    # What is kept is there on both sides, as the standard library is.
    request["standard"] = standard_modules() + [name for name in request["keep"] if name.isidentifier()]
    here = os.path.dirname(os.path.abspath(request_path))
    leave = os._exit
    # A call that ends the process would end the learning, too.
    os._exit = os.abort = sys.exit
    signal.signal(signal.SIGALRM, on_alarm)
    signal.signal(signal.SIGPROF, on_alarm)
    result = {"failed": None}
    side = {"path": request["original_path"], "modules": [], "folders": request["folders"], "known": request["standard"] + request["keep"], "standard": request["standard"], "private": request["private"], "bytecode": request["bytecode"]}
    settle(side)
    os.makedirs(SCRATCH, exist_ok=True)
    os.chdir(SCRATCH)
    with Catch() as caught:
        try:
            subject = load_file("subject", os.path.join(here, request["subject"]))
        except BaseException as error:
            subject = None
            result["failed"] = "%s: %s" % (type(error).__name__, error)
    if subject is not None:
        driver = request.get("driver")
        if driver is None:
            plan, rates, seeds = make_plan(request, subject)
            result["rates"] = rates
            result["seeds"] = [seed.hex() for seed in seeds]
            only = plan["symbols"][0] if len(plan["symbols"]) == 1 else {}
            if only.get("closed"):
                result["exhaustive"] = [seed.hex() for seed in closed_seeds(plan)]
            elif only.get("kind") == "value" and not only.get("type"):
                result["exhaustive"] = [""]
            plan.pop("space", None)
            result["inside"] = bool(plan["inner"])
            # Texts are told without these names on both sides, and in the frozen tests, too.
            plan["modules"] = sorted({name for name, _ in own_modules(request["packages"])} | set(request["module_names"]))
            result["driver"] = plan_text(plan, names_of(request))
        probes, table = original_probes(request["packages"], own_modules(request["packages"]))
        write_json(os.path.join(here, "original.probes.json"), table)
        result["original_probes"] = probes
        result["modules"] = sorted({name for name, _ in own_modules(request["packages"])} | set(request["module_names"]))
        result["known"] = side["known"]
        result["standard"] = request["standard"]
        probes, table = module_probes(request["files"])
        write_json(os.path.join(here, "module.probes.json"), table)
        result["module_probes"] = probes
    write_json(out_path, result)
    leave(0)


def names_of(request):
    return ", ".join(symbol["full"] for symbol in request["symbols"])


def plan_text(plan, names):
    return '''"""How %s is exercised: what each call is given. Read by run.py beside it; the same text drives both sides."""

PLAN = %s
''' % (names, literal_text(plan))


def write_json(path, value):
    with open(path, "w", encoding="utf-8") as handle:
        json.dump(value, handle, ensure_ascii=True)


if __name__ == "__main__" and len(sys.argv) == 3:
    plan_all(*map(os.path.abspath, sys.argv[1:]))
