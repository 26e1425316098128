# Collects the original's own tests that have to do with what was taken, rewrites them to the subject's names, and runs them
# on the original.
#
#     SIDE.json TESTS OUTCOMES REQUEST SKIPPED

PREFIX = "subject__"
MOST_TESTS = 400
MOST_CARRIED = 400
# What these are asked tells where text lies, or leaves the process: it differs between the sides, or can't be had.
TELLS = {
    "import_module", "__import__", "co_filename", "co_firstlineno", "tb_lineno", "f_lineno", "f_code", "extract_tb", "extract_stack", "format_exc", "getsource", "getsourcelines",
    "getfile", "getsourcefile", "getmodule", "currentframe", "linecache", "pickle", "cPickle", "dill", "marshal", "shelve", "__reduce__", "__reduce_ex__", "set_trace", "breakpoint",
    "__module__", "__qualname__", "__package__", "__spec__", "getrefcount", "tracemalloc", "filename", "lineno", "getdoc", "reload", "exec_module", "modules", "caplog",
    "__globals__", "__code__", "__closure__", "__annotations__", "get_type_hints",
}
LEAVES = {"subprocess", "socket", "multiprocessing", "urlopen", "fork", "_exit", "ProcessPoolExecutor", "system", "popen", "requests", "input", "main"}
KNOWN_FIXTURES = {"self", "request", "monkeypatch", "capsys", "tmp_path"}


class TestFinder(Finder):
    """A finder that gives the symbols names that no test has, and may import parts of the standard library."""

    def denoted(self, dotted):
        kind, found = super().denoted(dotted)
        return (kind, PREFIX + found) if kind == "symbol" else (kind, found)

    def has_part(self, module, part):
        if super().has_part(module, part):
            return True
        try:
            __import__("%s.%s" % (module, part))
        except (Exception, SystemExit):
            return False
        return True


def refuse(node, tops):
    """Gives up on text that tells its place, or names modules by strings."""
    logs = False
    words, said = [], set()
    for one in ast.walk(node):
        if isinstance(one, ast.Expr) and isinstance(one.value, ast.Constant):
            said.add(id(one.value))
        name = one.id if isinstance(one, ast.Name) else one.attr if isinstance(one, ast.Attribute) else None
        if name in TELLS:
            raise Unusable("asks for %s, which tells where text lies" % name)
        if name in LEAVES or isinstance(one, ast.Name) and name in ("exec", "eval", "compile"):
            raise Unusable("uses %s" % name)
        logs = logs or name is not None and re.search(r"patch|[Ll]og", name)
        if isinstance(one, ast.Constant) and isinstance(one.value, str) and id(one) not in said:
            words.append(one.value)
    places = re.compile(r"(?<![\w.])(?:%s)\.[A-Za-z_]" % "|".join(map(re.escape, sorted(tops)))) if tops else None
    for word in words:
        if places is not None and places.search(word) or logs and word in tops:
            raise Unusable("names %s by a string" % word[:80])


class TestFile:
    """One file of tests: those of its tests that can be had, with what they need of it."""

    def __init__(self, finder, path, name, tree, near):
        self.finder, self.path, self.name, self.near = finder, path, name, near
        self.home = finder.texts.of_test(path, tree)
        self.tree = tree
        self.top = set(self.home.known)
        self.lost = {}
        self.carried = Carried(finder, stored(tree), MOST_CARRIED, self.lost)
        self.fitted, self.why, self.tests, self.skipped, self.fixtures = {}, {}, [], [], {}

    def fit(self, node, local=(), text=None):
        """A statement in the subject's names."""
        refuse(node, self.finder.tops)
        inner = self.finder.inside(text or self.home, node)
        local = self.top | stored(node) | set(local)
        node = Bare().visit(duplicate(node))
        return Renamer(self.finder, inner, local, self.carried).visit(node)

    def include(self, name):
        """A definition of the file, and what it needs of it."""
        if name in self.why:
            raise Unusable(self.why[name])
        if name in self.fitted:
            return
        node = self.home.known[name]
        self.fitted[name] = None
        try:
            self.fitted[name] = (node.lineno, self.whole_class(node, ()) if isinstance(node, ast.ClassDef) else self.fit(node))
            self.need(node)
        except Unusable as error:
            del self.fitted[name]
            self.why[name] = str(error)
            raise

    def need(self, node):
        """Includes what a statement names, and the fixtures that it asks for."""
        for one in ast.walk(node):
            if isinstance(one, ast.Name) and isinstance(one.ctx, ast.Load) and one.id in self.top:
                self.include(one.id)
        if isinstance(node, ast.FunctionDef):
            given = {one.arg for one in node.args.args + node.args.kwonlyargs} - KNOWN_FIXTURES
            for name in sorted(given - set().union(*rows_of(node, self.home.known) or [()])):
                self.want_fixture(name, self.home)

    def want_fixture(self, name, text):
        if name in self.top:
            return self.include(name)
        if name in self.fixtures or name in KNOWN_FIXTURES:
            return None
        try:
            place, node = self.finder.texts.fixture(name, text)
        except Unusable:
            return None
        refuse(node, self.finder.tops)
        self.fixtures[name] = self.carried.want(place, name, True)
        for one in node.args.args:
            self.want_fixture(one.arg, place)

    def collect(self):
        lines = self.tree_lines
        for node in self.tree.body:
            if not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
                continue
            if not self.near.search("\n".join(lines[first_line(node) - 1:node.end_lineno])):
                continue
            if isinstance(node, ast.ClassDef):
                if any(isinstance(one, ast.FunctionDef) and one.name.startswith("test") for one in node.body):
                    self.collect_class(node)
            elif node.name.startswith("test"):
                test = {"name": "%s::%s" % (self.name, node.name), "function": node.name, "class": None}
                try:
                    if isinstance(node, ast.AsyncFunctionDef):
                        raise Unusable("a plugin of pytest")
                    self.include(node.name)
                    self.tests.append(test)
                except (Unusable, RecursionError) as error:
                    self.skip(test["name"], error)

    def skip(self, name, error):
        why = str(error) or type(error).__name__
        self.skipped.append([name, why if re.match(r"asks|uses|names", why) else "needs " + why])

    def collect_class(self, node):
        lines = self.tree_lines
        tests = [one for one in node.body if isinstance(one, (ast.FunctionDef, ast.AsyncFunctionDef)) and one.name.startswith("test")]
        setup = any(isinstance(one, ast.FunctionDef) and one.name in ("setUp", "setup_method", "setup_class", "setUpClass", "setup") for one in node.body)
        tests = [one for one in tests if setup or self.near.search("\n".join(lines[first_line(one) - 1:one.end_lineno]))]
        called = lambda one: "%s::%s::%s" % (self.name, node.name, one.name)
        try:
            left = {}
            whole = self.whole_class(node, left)
            for one in tests:
                if one.name in left:
                    self.skip(called(one), left[one.name])
                else:
                    self.tests.append({"name": called(one), "function": one.name, "class": node.name})
            self.fitted[node.name] = (node.lineno, whole)
            for one in node.bases + node.decorator_list:
                self.need(one)
        except (Unusable, RecursionError) as error:
            kept = {called(one) for one in tests}
            self.tests = [test for test in self.tests if test["name"] not in kept]
            self.fitted.pop(node.name, None)
            for one in tests:
                self.skip(called(one), error)

    def whole_class(self, node, left):
        """A class with the members that can be had; `left` learns why others can't, where it is a table."""
        shell = copy.copy(node)
        shell.body = [ast.Pass()]
        made = self.fit(shell)
        made.body = []
        names = {name for one in node.body if not isinstance(one, (ast.FunctionDef, ast.AsyncFunctionDef)) for name in stored(one)}
        for member in node.body:
            try:
                plain = isinstance(member, (ast.FunctionDef, ast.AsyncFunctionDef))
                fitted = self.fit(member, () if plain else names)
                self.need(member)
                made.body.append(fitted)
            except (Unusable, RecursionError) as error:
                if isinstance(left, dict) and hasattr(member, "name"):
                    left[member.name] = error
                elif isinstance(left, tuple) and not hasattr(member, "name"):
                    raise
        made.body = made.body or [ast.Pass()]
        return made

    def program(self):
        """What a side runs."""
        nodes = []
        for node in self.carried.statements():
            try:
                refuse(node, self.finder.tops)
            except Unusable as error:
                self.lost[getattr(node, "name", "") or node.targets[0].id] = str(error)
                continue
            nodes.append(node)
        nodes += [node for _, node in sorted((one for one in self.fitted.values() if one is not None), key=lambda one: one[0])]
        names, codes = set(), []
        for node in nodes:
            tree = ast.fix_missing_locations(ast.Module(body=[node], type_ignores=[]))
            names.update(one.id for one in ast.walk(tree) if isinstance(one, ast.Name))
            try:
                codes.append(marshal.dumps(compile(tree, self.path, "exec", dont_inherit=True)))
            except (SyntaxError, ValueError, TypeError, RecursionError):
                continue
        return dict(program_of(self.finder, self.path, names, codes, self.tests, self.fixtures), lost=self.lost)


def program_of(finder, path, names, codes, tests, fixtures):
    kept = [name for name in names if name.startswith(PREFIX) or name == "pytest" or name in finder.standard and name.isidentifier()]
    # A private variable of a test may have the name of any module.
    kept = [name for name in kept if name not in ("this", "antigravity", "idlelib", "turtledemo")]
    return {"path": path, "prefix": PREFIX, "names": sorted(kept), "imports": sorted(finder.imports), "codes": codes, "tests": tests, "fixtures": fixtures}


def test_files(request, finder):
    """Files of tests, with the names that their runner gives them."""
    root = request.get("documents")
    for path in document_files(root, finder.tops) if root else ():
        if re.match(r"(test_.*|.*_tests?|tests?)\.py$", os.path.basename(path)):
            yield path, os.path.relpath(path, root).replace(os.sep, "/")
    for package in request["packages"][:1]:
        if root and os.path.realpath(package["root"]).startswith(os.path.realpath(root)):
            continue
        for folder, folders, files in os.walk(package["root"]):
            folders[:] = sorted(folders)
            for name in sorted(files):
                if re.match(r"(test_.*|.*_tests?|tests?)\.py$", name):
                    path = os.path.join(folder, name)
                    yield path, os.path.relpath(path, package["root"]).replace(os.sep, "/")


def collect_file(finder, path, name):
    try:
        if os.path.getsize(path) > LARGEST_FILE:
            return None
        with open(path, encoding="utf-8", errors="replace") as handle:
            text = handle.read()
        if not finder.mentions.search(text):
            return None
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(text)
    except (OSError, SyntaxError, ValueError, RecursionError):
        return None
    file = TestFile(finder, path, name, tree, None)
    file.near = finder.near(text, file.home.known)
    file.tree_lines = text.splitlines()
    file.collect()
    return file


def documented_examples(finder, request, values):
    """Examples in the docstrings of the symbols and of their members."""
    roots = [package["root"] for package in request["packages"]]
    for symbol in request["symbols"]:
        value, name = values[symbol["name"]], symbol["name"]
        path = getattr(sys.modules.get(symbol["full"].rpartition(".")[0]), "__file__", None) or name
        for root in roots:
            if path.startswith(root + os.sep):
                path = os.path.relpath(path, root).replace(os.sep, "/")
        members = [(symbol["full"], value)]
        if isinstance(value, type):
            members += [("%s.%s" % (symbol["full"], member), vars(value)[member]) for member in sorted(vars(value)) if not member.startswith("__")]
        for full, one in members:
            text = document_of(getattr(one, "__func__", one))
            if ">>>" in text and is_own_text(one, value):
                yield "%s::%s" % (path, full), text


def is_own_text(one, value):
    return one is value and (isinstance(one, type) or type(one) in FUNCTION_KINDS) or one is not value


def collect_documented(finder, name, text):
    """A docstring's examples as a test."""
    try:
        examples = doctest.DocTestParser().get_examples(text)
        bound, made, names = {}, [], set()
        for example in examples:
            if example.options.get(doctest.SKIP):
                continue
            body = ast.parse(example.source).body
            for node in body:
                for one in ast.walk(node):
                    finder.bind(one, bound)
        local = {found for example in examples for node in ast.parse(example.source).body for found in stored(node)}
        carried = Carried(finder, local)
        for example in examples:
            tree = ast.parse(example.source)
            out = []
            for node in tree.body:
                if isinstance(node, (ast.Import, ast.ImportFrom)):
                    continue
                refuse(node, finder.tops)
                inner = finder.alone(dict({top: top for top in finder.tops}, **bound))
                node = Owned(finder).visit(duplicate(node)) if not (set(finder.wanted) & local) else node
                node = Renamer(finder, inner, local | {PREFIX + one for one in finder.wanted}, carried).visit(node)
                out.append(ast.fix_missing_locations(node))
            tree.body = out
            names.update(one.id for one in ast.walk(tree) if isinstance(one, ast.Name))
            source = ast.unparse(tree) + "\n" if out else "pass\n"
            made.append([source, example.want, example.exc_msg, example.lineno])
    except (Unusable, SyntaxError, ValueError, RecursionError) as error:
        why = str(error)
        return None, [name, why if re.match(r"asks|uses|names", why) else "needs " + why]
    codes = []
    for node in carried.statements():
        names.update(one.id for one in ast.walk(node) if isinstance(one, ast.Name))
        codes.append(marshal.dumps(compile(ast.fix_missing_locations(ast.Module(body=[node], type_ignores=[])), "<doctest>", "exec", dont_inherit=True)))
    return program_of(finder, "<doctest>", names, codes, [{"name": name, "examples": made}], {}), None


class Owned(ast.NodeTransformer):
    """In a docstring the symbols stand under their own names."""

    def __init__(self, finder):
        self.finder = finder

    def visit_Name(self, node):
        return ast.copy_location(ast.Name(id=PREFIX + node.id, ctx=node.ctx), node) if node.id in self.finder.wanted else node


def collect_tests(request, subject, side):
    names = [symbol["name"] for symbol in request["symbols"]]
    values = {name: getattr(subject, name) for name in names}
    loaded = own_modules(request["packages"])
    inner = inner_definitions(request, loaded)
    standard = set(side["standard"])
    tops = {name.partition(".")[0] for name, _ in loaded} - standard
    finder = TestFinder(values, {alias: inner_value(place, subject) for alias, place in inner.items()}, tops, standard, request.get("documents"))
    programs, skipped, count = [], [], 0
    if hasattr(ast, "unparse"):
        for name, text in documented_examples(finder, request, values):
            program, why = collect_documented(finder, name, text)
            if program is not None:
                programs.append(program)
            else:
                skipped.append(why)
    for path, name in itertools.islice(test_files(request, finder), MOST_FILES):
        file = collect_file(finder, path, name)
        if file is None or count > MOST_TESTS:
            continue
        count += len(file.tests)
        skipped += file.skipped
        if file.tests:
            try:
                programs.append(file.program())
            except (Unusable, RecursionError) as error:
                skipped += [[test["name"], "needs %s" % error] for test in file.tests]
    return {"programs": programs, "inner": inner}, skipped


def collect_and_run(side_path, tests_path, outcomes_path, request_path, skipped_path):
    with open(request_path, encoding="utf-8") as handle:
        request = json.load(handle)
    begun = begin(side_path, False)
    held, skipped = collect_tests(request, begun[3], begun[0])
    with open(tests_path, "wb") as handle:
        marshal.dump(held, handle)
    write_json(skipped_path, skipped)
    places = {}
    for definition in request["definitions"]:
        places.setdefault(definition["path"], []).append(definition["lines"])
    run_tests(begun, tests_path, outcomes_path, None, places)


if __name__ == "__main__" and len(sys.argv) == 6:
    collect_and_run(*map(os.path.abspath, sys.argv[1:]))
