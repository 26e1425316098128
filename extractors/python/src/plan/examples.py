# Examples: calls and short programs from docstrings, docs and tests, rewritten to the names of `subject`.
#
# An expression that denotes a wanted symbol becomes that symbol's name; one that denotes the standard library gets its
# full dotted path; whatever names anything else of the package makes the example unusable, since the module's side has
# no such name.

import ast
import copy
import doctest
import importlib
import operator

MOST_FILES = 400
LARGEST_FILE = 600000
MOST_CALLS = 300
# Text that asks where text lies, or for modules by names of its own: that differs between the sides, and is no behaviour.
TELLS_PLACE = r"\b(import_module|__import__|sys\.modules|__file__|co_filename|co_firstlineno|tb_lineno|f_lineno|f_code|extract_tb|extract_stack|format_exc|getsource\w*|getfile|getsourcefile|getmodule|currentframe|linecache|c?[pP]ickle|dill|marshal|shelve|__reduce\w*|set_trace|breakpoint)\b"

# Tests and documents that are found, that are tried, and that are kept.
MOST_FOUND = 6000
MOST_TRIED = 500
MOST_SNIPPETS = 120


# Methods of the built-in types: too many calls of these are nobody's.
COMMON = {name for kind in (str, bytes, list, dict, set, tuple, int, float) for name in dir(kind)}


class Unusable(Exception):
    pass


class Finder:
    """Collects examples for the wanted symbols."""

    def __init__(self, wanted, inner, tops, standard, root=None):
        self.wanted = wanted
        self.inner = inner
        self.imports = set()
        self.inner_names = {id(value): name for name, value in inner.items()}
        self.mentions = re.compile(r"\b(?:%s)\b" % "|".join(map(re.escape, sorted(set(wanted) | {value.__name__ for value in inner.values() if isinstance(getattr(value, "__name__", None), str)}))))
        self.tops = tops
        self.standard = standard
        self.texts = Texts(self, root)
        self.calls = {name: [] for name in list(wanted) + list(inner)}
        self.methods = {}
        self.found = []
        self.words = []
        self.test_words = []
        self.seen = set()
        self.members = {name for symbol in wanted.values() for name in dir(symbol if isinstance(symbol, type) else type(symbol)) if not name.startswith("_")}

    # -- names ------------------------------------------------------------------------------------

    def denoted(self, dotted):
        """What a dotted path of imports denotes: a symbol's name, a path of the standard library, or nothing usable."""
        top = dotted.partition(".")[0]
        if top in self.standard:
            return ("standard", dotted)
        if top in ("pytest",):
            return ("pytest", dotted)
        if top not in self.tops:
            raise Unusable(dotted)
        value = resolve(dotted)
        for name, symbol in self.wanted.items():
            if value is symbol or (not isinstance(value, (int, str, float, bool, tuple, type(None))) and type(value) is type(symbol) and type(value).__name__ in ("method", "builtin_function_or_method") and value == symbol):
                return ("symbol", name)
        if id(value) in self.inner_names:
            return ("symbol", self.inner_names[id(value)])
        if type(value).__name__ == "module":
            return ("module", dotted)
        raise Unusable(dotted)

    def has_part(self, module, part):
        """Whether a module of the standard library has a name without more being imported."""
        try:
            __import__(module)
        except (Exception, SystemExit):
            return False
        return hasattr(sys.modules[module], part)

    def note(self, parts):
        """Remembers modules within a module of the standard library: one side may have imported them, and the other not."""
        for count in range(2, len(parts) + 1):
            dotted = ".".join(parts[:count])
            if type(sys.modules.get(dotted)).__name__ != "module":
                return
            self.imports.add(dotted)

    def imports_of(self, body, text=None):
        """Local names that the imports of some statements bind, as dotted paths."""
        bound = {}
        for node in body:
            for one in ast.walk(node) if not isinstance(node, (ast.FunctionDef, ast.ClassDef, ast.AsyncFunctionDef)) else ():
                self.bind(one, bound, text)
        return bound

    def bind(self, node, bound, text=None):
        if isinstance(node, ast.Import):
            for alias in node.names:
                bound[alias.asname or alias.name.partition(".")[0]] = alias.name if alias.asname else alias.name.partition(".")[0]
        elif isinstance(node, ast.ImportFrom) and (not node.level or text is not None):
            origin = ".".join((text.package(node.level) if node.level else []) + ([node.module] if node.module else []))
            for alias in node.names if origin else ():
                if alias.name == "*":
                    for name in self.names_of_module(origin, text):
                        bound.setdefault(name, "%s.%s" % (origin, name))
                else:
                    bound[alias.asname or alias.name] = "%s.%s" % (origin, alias.name)

    def names_of_module(self, origin, text):
        """What a star import of a module binds."""
        module = sys.modules.get(origin)
        if module is not None:
            return getattr(module, "__all__", None) or [name for name in vars(module) if not name.startswith("_")]
        other = self.texts.module(origin, text)
        return [] if other is None else sorted(name for name in set(other.known) | set(other.bound) if not name.startswith("_"))

    # -- sources ----------------------------------------------------------------------------------

    def scan_file(self, path):
        try:
            if os.path.getsize(path) > LARGEST_FILE:
                return
            with open(path, encoding="utf-8", errors="replace") as handle:
                text = handle.read()
        except OSError:
            return
        words_of_document(path, text, self.words)
        if not self.mentions.search(text):
            return
        if path.endswith(".py"):
            self.scan_python(text, path)
        else:
            self.scan_document(text, {})

    def scan_python(self, text, path):
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                tree = ast.parse(text)
        except (SyntaxError, ValueError, RecursionError):
            return
        lines = text.splitlines()
        literals_of(text, self.test_words, [])
        home = self.texts.of_test(path, tree)
        bound, known = home.bound, home.known
        if not any(path.partition(".")[0] in self.tops or self.texts.module(path.rpartition(".")[0], home) for path in bound.values()):
            return
        near = self.near(text, known)
        for node in tree.body:
            if not near.search("\n".join(lines[first_line(node) - 1:node.end_lineno])):
                continue
            self.scan_test(node, home)
            for text in docstrings_of(node):
                self.scan_document(text, bound)

    def near(self, text, known):
        """A pattern for what may exercise a symbol: it names one, or something of its file that does."""
        lines = text.splitlines()
        names = {self.mentions.pattern}
        for name, node in known.items():
            if self.mentions.search("\n".join(lines[first_line(node) - 1:node.end_lineno])):
                names.add(r"\b%s\b" % re.escape(name))
        return re.compile("|".join(sorted(names)))

    def scan_test(self, node, text):
        if isinstance(node, ast.ClassDef):
            setup = [one for one in node.body if isinstance(one, ast.FunctionDef) and one.name in ("setUp", "setup_method", "setup")]
            for one in node.body:
                if isinstance(one, ast.FunctionDef) and one.name not in ("setUp", "tearDown"):
                    self.scan_function(one, text, setup[0].body if setup else [])
        elif isinstance(node, ast.FunctionDef):
            self.scan_function(node, text, [])
        elif not isinstance(node, (ast.Import, ast.ImportFrom)):
            self.take_calls(node, text.bound, [])

    def scan_function(self, node, text, before):
        text = self.inside(text, node)
        bound, known = text.bound, text.known
        names = [argument.arg for argument in node.args.args if argument.arg not in ("self", "cls")]
        rows = rows_of(node, known)
        self.take_calls(node, bound, rows, dict(known, **plain_locals(before + node.body)))
        mentioned = {one.id for one in ast.walk(node) if isinstance(one, ast.Name)} | {one.attr for one in ast.walk(node) if isinstance(one, ast.Attribute)}
        # A test may reach a symbol by a fixture alone.
        if not (mentioned | set(names)) & (set(self.wanted) | set(self.inner) | set(known) | {name for name, path in bound.items() if self.mentions.search(path)}):
            return
        if not node.name.startswith(("test", "check", "example")):
            return
        asked = [name for name in names if name not in (rows[0] if rows else ())]
        # What exercises the symbols themselves comes before what exercises what they reach, and each test before its rows.
        direct = bool(mentioned & (set(self.wanted) | {name for name, path in bound.items() if path.rpartition(".")[2] in self.wanted}))
        for place, row in enumerate(rows[:12] or [{}]):
            head = [ast.Assign(targets=[ast.Name(id=name, ctx=ast.Store())], value=row[name]) for name in sorted(row)]
            self.take_snippet(head + before + node.body, text, asked, (not direct, place > 0))

    def inside(self, text, node):
        """A file as a function of it sees it, with the function's own imports."""
        inner = Text(text.path, text.dotted, text.tree, text.foreign)
        inner.bound, inner.known = dict(text.bound), text.known
        for one in ast.walk(node):
            self.bind(one, inner.bound, text)
        return inner

    def alone(self, bound):
        """A text that defines nothing: a document's."""
        text = Text("", "", None, False)
        text.bound = bound
        return text

    def scan_document(self, text, bound):
        """Doctests of a text, and fenced or `code-block` Python."""
        bound = dict(bound)
        try:
            examples = doctest.DocTestParser().get_examples(text)
        except ValueError:
            examples = []
        statements = []
        for example in examples:
            try:
                body = ast.parse(example.source).body
            except (SyntaxError, ValueError):
                continue
            for node in body:
                for one in ast.walk(node):
                    self.bind(one, bound)
                self.take_calls(node, self.with_symbols(bound), [])
                statements.append(node)
        self.usable_run(statements, self.with_symbols(bound))
        for block in re.findall(r"^```(?:python|py|pycon)?[^\n]*\n(.*?)^```", text, re.M | re.S)[:60]:
            try:
                body = ast.parse(block).body
            except (SyntaxError, ValueError):
                continue
            inner = dict(bound)
            for node in body:
                for one in ast.walk(node):
                    self.bind(one, inner)
            for node in body:
                self.take_calls(node, self.with_symbols(inner), [])
            self.usable_run(body, self.with_symbols(inner))

    def with_symbols(self, bound):
        """In a docstring the symbols stand under their own names, unless an import says otherwise."""
        names = {name: ":" + name for name in self.wanted}
        names.update({top: top for top in self.tops})
        names.update(bound)
        return names

    def usable_run(self, statements, bound):
        """The statements of a document that can be used, as one example; others are left out one by one."""
        kept = []
        for node in statements:
            if isinstance(node, (ast.Import, ast.ImportFrom)):
                continue
            try:
                self.rewritten([node], self.alone(bound), (), {name for one in kept for name in stored(one)})
            except Unusable:
                continue
            kept.append(node)
        if kept:
            for start in range(0, len(kept), 12):
                self.take_snippet(kept[: start + 12][-24:], self.alone(bound))

    # -- taking -----------------------------------------------------------------------------------

    def rewritten(self, body, text, asked=(), extra=()):
        """The statements in the subject's names, with the helpers and fixtures that they need."""
        body = [duplicate(node) for node in body if not isinstance(node, (ast.Import, ast.ImportFrom))]
        local = set(extra) | set(asked)
        for node in body:
            local.update(stored(node))
        carried = Carried(self, local)
        head = []
        for name in asked:
            self.take_fixture(name, text, carried, head, set())
        out = [Renamer(self, text, local, carried).visit(node) for node in body]
        return carried.statements() + head + out

    def take_fixture(self, name, text, carried, head, begun):
        """Statements that bind what a fixture gives, after those that it asks for itself."""
        if any(one.targets[0].id == name for one in head):
            return
        if name in begun:
            raise Unusable("fixture " + name)
        place, node = self.texts.fixture(name, text)
        if any(isinstance(one, (ast.AsyncFunctionDef, ast.Await)) for one in ast.walk(node)):
            raise Unusable("fixture " + name)
        inner = [argument.arg for argument in node.args.args]
        for other in inner:
            self.take_fixture(other, place, carried, head, begun | {name})
        call = ast.Call(func=ast.Name(id=carried.want(place, name, True), ctx=ast.Load()), args=[ast.Name(id=other, ctx=ast.Load()) for other in inner], keywords=[])
        if any(isinstance(one, (ast.Yield, ast.YieldFrom)) for one in ast.walk(node)):
            call = ast.Call(func=ast.Name(id="next", ctx=ast.Load()), args=[call], keywords=[])
        carried.local.add(name)
        head.append(ast.Assign(targets=[ast.Name(id=name, ctx=ast.Store())], value=call))

    def take_snippet(self, body, text, asked=(), rank=(False, False)):
        if len(self.found) < MOST_FOUND and hasattr(ast, "unparse"):
            self.found.append((rank, len(self.found), body, text, asked))

    def snippets(self):
        """The programs that were found, as text, those that promise most first."""
        for _, _, body, text, asked in sorted(self.found, key=lambda one: one[:2])[:MOST_TRIED]:
            snippet = self.snippet(body, text, asked)
            if snippet is not None:
                yield snippet

    def snippet(self, body, text, asked):
        try:
            body = self.rewritten(body, text, asked)
        except (Unusable, RecursionError):
            return None
        module = ast.Module(body=[Watch().visit(node) for node in body], type_ignores=[])
        ast.fix_missing_locations(module)
        names = {node.id for node in ast.walk(module) if isinstance(node, ast.Name)}
        if not names & (set(self.wanted) | set(self.inner)):
            return None
        try:
            source = ast.unparse(module)
        except (ValueError, RecursionError):
            return None
        if source in self.seen or len(source) > LONGEST_SNIPPET or re.search(r"\b(os\.system|subprocess|socket|threading|multiprocessing|urlopen|input\()", source) or re.search(TELLS_PLACE, source):
            return None
        self.seen.add(source)
        return {"source": source}

    def take_calls(self, node, bound, rows, known=None):
        """Calls of the symbols, and of methods that may be theirs, with arguments that stand alone, for each row of a table."""
        if not hasattr(ast, "unparse"):
            return
        found = []
        for one in ast.walk(node):
            if not isinstance(one, ast.Call) or any(isinstance(argument, ast.Starred) for argument in one.args) or any(word.arg is None for word in one.keywords):
                continue
            try:
                name = self.called(one.func, bound)
            except Unusable:
                name = None
            method = one.func.attr if name is None and isinstance(one.func, ast.Attribute) else None
            if name is not None:
                found.append((one, self.calls[name], MOST_CALLS))
            elif method is not None and (method in self.members or not (method in COMMON or method.startswith("assert"))):
                found.append((one, self.methods.setdefault(method, []), 60))
        for one, pool, most in found:
            for row in rows or [{}]:
                if len(pool) >= most:
                    break
                try:
                    args = [self.argument(argument, bound, row, known) for argument in one.args]
                    named = {word.arg: self.argument(word.value, bound, row, known) for word in one.keywords}
                except (Unusable, RecursionError, ValueError):
                    continue
                entry = [args, named]
                if sum(map(len, args)) + sum(map(len, named.values())) <= 4000 and entry not in pool:
                    pool.append(entry)

    def called(self, function, bound):
        dotted = dotted_of(function)
        if dotted is None:
            return None
        root, _, rest = dotted.partition(".")
        if root not in bound:
            return None
        path = bound[root]
        if path.startswith(":"):
            return path[1:] if not rest else None
        kind, found = self.denoted(path + ("." + rest if rest else ""))
        return found if kind == "symbol" else None

    def argument(self, node, bound, row, known):
        """An argument as an expression that needs nothing but the symbols and the standard library."""
        if isinstance(node, ast.Constant):
            return repr(node.value)
        if isinstance(node, ast.Name) and isinstance(row.get(node.id), ast.Constant):
            return repr(row[node.id].value)
        node = Substitute(row, known or {}).visit(copy.deepcopy(node))
        node = Renamer(self, self.alone(bound), stored(node), None).visit(node)
        return ast.unparse(ast.fix_missing_locations(node))


class Substitute(ast.NodeTransformer):
    """Puts the values of a parametrised test, and plain constants of its file, in place of their names."""

    def __init__(self, row, known, depth=0):
        self.row, self.known, self.depth = row, known, depth

    def visit_Name(self, node):
        if isinstance(node.ctx, ast.Load):
            if node.id in self.row:
                return copy.deepcopy(self.row[node.id])
            other = self.known.get(node.id)
            if isinstance(other, ast.Assign) and len(getattr(other.value, "elts", None) or getattr(other.value, "keys", ())) <= 20 and self.depth < 4:
                return Substitute(self.row, self.known, self.depth + 1).visit(copy.deepcopy(other.value))
        return node


DUPLICATES = {}


def duplicate(node):
    """A copy of a node. What goes along with many tests is copied many times, so that it is kept in the form for it."""
    import pickle
    kept = DUPLICATES.get(id(node))
    if kept is None:
        # The node is kept, too, so that no other gets its number.
        kept = DUPLICATES[id(node)] = (node, pickle.dumps(node, -1))
    return pickle.loads(kept[1])


class Renamer(ast.NodeTransformer):
    """Rewrites names to those of the subject, or gives up."""

    def __init__(self, finder, text, local, carried):
        self.finder, self.text, self.local, self.carried = finder, text, local, carried
        self.bound, self.known = text.bound, text.known if carried is not None else {}

    def visit_Import(self, node):
        return ast.Pass()

    visit_ImportFrom = visit_Import

    def visit_Attribute(self, node):
        dotted = dotted_of(node)
        if dotted is not None:
            root, _, rest = dotted.partition(".")
            if root in self.bound and root not in self.local and not self.bound[root].startswith(":"):
                return self.path(self.bound[root].split(".") + rest.split("."), node.ctx)
        return self.generic_visit(node)

    def visit_Name(self, node):
        if node.id in self.local:
            return node
        if node.id in self.bound:
            path = self.bound[node.id]
            if path.startswith(":"):
                return ast.Name(id=path[1:], ctx=node.ctx)
            return self.path(path.split("."), node.ctx)
        if node.id in self.known:
            return ast.Name(id=self.carried.want(self.text, node.id), ctx=node.ctx)
        if hasattr(builtins, node.id) or node.id in ("self", "__name__", "__file__"):
            return node
        raise Unusable(node.id)

    def path(self, parts, ctx):
        """The longest head of a dotted path that denotes a symbol or a module of the standard library."""
        for count in range(len(parts), 0, -1):
            head = ".".join(parts[:count])
            try:
                kind, found = self.finder.denoted(head)
            except Unusable:
                continue
            if kind == "symbol" or kind == "pytest":
                node = ast.Name(id=found, ctx=ast.Load())
                rest = parts[count:]
                if kind == "pytest":
                    node, rest = ast.Name(id="pytest", ctx=ast.Load()), parts[1:]
            elif kind == "standard":
                node, rest = ast.Name(id=parts[0], ctx=ast.Load()), parts[1:]
                if "." in head and not self.finder.has_part(parts[0], parts[1]):
                    raise Unusable(head)
                self.finder.note(parts)
            else:
                break
            for place, part in enumerate(rest):
                node = ast.Attribute(value=node, attr=part, ctx=ctx if place == len(rest) - 1 else ast.Load())
            return node
        return self.carry(parts, ctx)

    def carry(self, parts, ctx, depth=0):
        """What a dotted path denotes that is neither a symbol nor of the standard library, where its text can go along."""
        for count in range(len(parts) - 1, 0, -1) if self.carried is not None and depth < 6 else ():
            other = self.finder.texts.module(".".join(parts[:count]), self.text)
            if other is None:
                continue
            name, node = parts[count], None
            if name in other.known:
                node = ast.Name(id=self.carried.want(other, name), ctx=ast.Load())
            elif name in other.bound and other.bound[name].split(".") != parts[:count + 1]:
                inner = other.bound[name].split(".")
                try:
                    return Renamer(self.finder, other, set(), self.carried).path(inner + parts[count + 1:], ctx)
                except RecursionError:
                    break
            if node is None:
                break
            for place, part in enumerate(parts[count + 1:], count + 1):
                node = ast.Attribute(value=node, attr=part, ctx=ctx if place == len(parts) - 1 else ast.Load())
            return node
        raise Unusable(".".join(parts))


class Watch(ast.NodeTransformer):
    """Tells what an example shows: expressions that stand alone, and what is asserted."""

    def visit_Expr(self, node):
        self.generic_visit(node)
        if isinstance(node.value, (ast.Constant, ast.Yield, ast.YieldFrom, ast.Await)):
            return node
        return ast.Expr(value=seen(node.value))

    def visit_Assert(self, node):
        self.generic_visit(node)
        test = node.test
        if isinstance(test, ast.Compare) and isinstance(test.ops[0], (ast.Eq, ast.Is, ast.In, ast.NotEq)):
            return [ast.Expr(value=seen(test.left)), ast.Expr(value=seen(test.comparators[0]))]
        return ast.Expr(value=seen(test))


def seen(value):
    return ast.Call(func=ast.Name(id="__seen__", ctx=ast.Load()), args=[value], keywords=[])


def dotted_of(node):
    parts = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    if not isinstance(node, ast.Name):
        return None
    return ".".join([node.id] + parts[::-1])


def stored(node):
    """Names that a statement binds, at any depth: good enough for examples."""
    names = set()
    for one in ast.walk(node):
        if isinstance(one, ast.Name) and isinstance(one.ctx, (ast.Store, ast.Del)):
            names.add(one.id)
        elif isinstance(one, (ast.FunctionDef, ast.ClassDef, ast.AsyncFunctionDef)):
            names.add(one.name)
        elif isinstance(one, ast.arg):
            names.add(one.arg)
        elif isinstance(one, ast.ExceptHandler) and one.name:
            names.add(one.name)
    return names


def docstrings_of(node):
    for one in ast.walk(node):
        if isinstance(one, (ast.FunctionDef, ast.ClassDef, ast.AsyncFunctionDef)):
            text = ast.get_docstring(one)
            if text and ">>>" in text:
                yield text


def plain_locals(body):
    """Names that a test binds once, by a plain assignment: their values stand for them in arguments."""
    counts, found = {}, {}
    for statement in body:
        for node in ast.walk(statement):
            if isinstance(node, ast.Name) and isinstance(node.ctx, (ast.Store, ast.Del)):
                counts[node.id] = counts.get(node.id, 0) + 1
        if isinstance(statement, ast.Assign) and len(statement.targets) == 1 and isinstance(statement.targets[0], ast.Name):
            found[statement.targets[0].id] = statement
    return {name: statement for name, statement in found.items() if counts[name] == 1}


def words_of_document(path, text, words):
    """Strings that documents set in code, or hold as data: expressions of small languages are found there."""
    if path.endswith(".json"):
        try:
            stack = [json.loads(text)]
        except ValueError:
            return
        while stack:
            value = stack.pop()
            if isinstance(value, str) and 0 < len(value) <= 80:
                words.append(value)
            elif isinstance(value, list):
                stack.extend(value)
            elif isinstance(value, dict):
                stack.extend(value.values())
    elif not path.endswith(".py"):
        words.extend(re.findall(r"``?([^`\n]{1,60})``?", text))


def rows_of(node, known):
    """The rows of `pytest.mark.parametrize`: for each the expressions of its names."""
    rows = [{}]
    for decorator in node.decorator_list:
        if name_of(decorator) != "parametrize" or len(decorator.args) < 2:
            continue
        names, table = decorator.args[0], decorator.args[1]
        if isinstance(table, ast.Name) and isinstance(known.get(table.id), ast.Assign):
            table = known[table.id].value
        if isinstance(names, ast.Constant) and isinstance(names.value, str):
            words = [word.strip() for word in names.value.split(",")]
        elif isinstance(names, (ast.Tuple, ast.List)):
            words = [one.value for one in names.elts if isinstance(one, ast.Constant)]
        else:
            continue
        if isinstance(table, ast.Call) and name_of(table) == "items" and isinstance(table.func, ast.Attribute) and isinstance(table.func.value, ast.Dict):
            elements = [ast.Tuple(elts=[key, value], ctx=ast.Load()) for key, value in zip(table.func.value.keys, table.func.value.values)]
        elif isinstance(table, (ast.List, ast.Tuple, ast.Set)):
            elements = table.elts
        else:
            continue
        found = []
        for element in elements:
            if isinstance(element, ast.Call) and name_of(element) == "param":
                element = element.args[0] if len(words) == 1 and element.args else ast.Tuple(elts=element.args, ctx=ast.Load())
            if len(words) == 1:
                found.append({words[0]: element})
            elif isinstance(element, (ast.Tuple, ast.List)) and len(element.elts) == len(words):
                found.append(dict(zip(words, element.elts)))
        rows = [dict(one, **other) for one in rows for other in found][:200] if found else rows
    return rows if rows != [{}] else []


def resolve(dotted):
    """The object at a dotted path of modules and attributes, importing as needed."""
    parts = dotted.split(".")
    value = None
    for count in range(1, len(parts) + 1):
        head = ".".join(parts[:count])
        if value is not None and hasattr(value, parts[count - 1]):
            value = getattr(value, parts[count - 1])
            continue
        try:
            value = importlib.import_module(head)
        except (Exception, SystemExit):
            raise Unusable(dotted)
    return value


def document_files(root, tops):
    """Tests and docs of a source distribution, nearest first."""
    found = []
    for folder, folders, files in os.walk(root):
        folders[:] = sorted(name for name in folders if not name.startswith(".") and name not in ("node_modules", "build"))
        for name in sorted(files):
            if name.endswith((".py", ".rst", ".md", ".txt", ".json")):
                path = os.path.join(folder, name)
                found.append(path)
    tests = lambda path: 0 if re.search(r"test", os.path.relpath(path, root)) else 1
    found.sort(key=lambda path: (tests(path), path))
    return found


def dispatched_words(text):
    """What follows a prefix that several functions share: `visit_field` and its like are looked up by such words."""
    families = {}
    for name in re.findall(r"^\s+def (_*[a-z]+_\w+)\(", text, re.M):
        head, _, tail = name.lstrip("_").partition("_")
        families.setdefault(head, []).append(tail)
    return [tail for head, tails in sorted(families.items()) if len(tails) >= 4 for tail in tails]


def told_apart(text):
    """Words that a text tells from others: what it compares with, looks up and has as a choice within a pattern; and, where
    it asks for the numbers of signs, the signs on either side of each number that it compares with."""
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError):
        return []
    found, numbers = [], []
    for node in ast.walk(tree):
        if isinstance(node, ast.Compare):
            for side in [node.left] + node.comparators:
                for one in side.elts if isinstance(side, (ast.Tuple, ast.List, ast.Set)) else [side]:
                    if isinstance(one, ast.Constant):
                        (found if isinstance(one.value, str) else numbers).append(one.value)
        elif isinstance(node, ast.Dict) and len(node.keys) <= 100:
            found += [key.value for key in node.keys if isinstance(key, ast.Constant) and isinstance(key.value, str)]
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in TELLING:
            for one in node.args[:1]:
                found += [inner.value for inner in ast.walk(one) if isinstance(inner, ast.Constant) and isinstance(inner.value, str)]
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and "|" in node.value:
            found += CHOICE.findall(node.value)
    if re.search(r"\b(ord|unicodedata)\b", text):
        for number in numbers:
            if type(number) is int and 0 < number < 0x10FFFF:
                found += [chr(one) for one in (number - 1, number, number + 1) if not 0xD800 <= one < 0xE000]
    return [word for word in found if 0 < len(word) <= 40]


TELLING = {"startswith", "endswith", "removeprefix", "removesuffix", "find", "index", "split", "partition", "get", "replace"}
CHOICE = re.compile(r"(?<=[|(>:])\w{1,24}(?=[|)])")


def literals_of(text, strings, numbers):
    """String and number literals of a text, docstrings aside, and what numbers come to that are written as `60 * 60`."""
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError):
        return
    skip = set()
    for node in ast.walk(tree):
        if docstring(node):
            skip.add(id(node.value))
        if isinstance(node, ast.Constant) and id(node) not in skip:
            if isinstance(node.value, str) and 0 < len(node.value) <= 60:
                strings.append(node.value)
            elif is_number(node.value):
                numbers.append(node.value)
        elif isinstance(node, ast.BinOp):
            value = folded(node)
            if value is not None:
                numbers.append(value)


def is_number(value):
    return isinstance(value, (int, float)) and not isinstance(value, bool)


FOLDED = {ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.FloorDiv: operator.floordiv, ast.Div: operator.truediv, ast.LShift: operator.lshift, ast.Pow: operator.pow}


def folded(node):
    """What a number is that is written as a term of numbers; none where it is no such term, or a huge one."""
    if isinstance(node, ast.Constant):
        return node.value if is_number(node.value) else None
    if not isinstance(node, ast.BinOp) or type(node.op) not in FOLDED:
        return None
    left, right = folded(node.left), folded(node.right)
    if left is None or right is None or isinstance(node.op, (ast.LShift, ast.Pow)) and not (0 <= right < 256 and abs(left) < 1 << 32):
        return None
    try:
        return FOLDED[type(node.op)](left, right)
    except ArithmeticError:
        return None
