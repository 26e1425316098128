# What tests name beside the symbols: helpers of their own folder, fixtures, and definitions of the package that the slice
# left. Their text goes along with a test that needs them, so that both sides are given the same.

MOST_HELPERS = 40
LONGEST_SNIPPET = 9000


class Text:
    """One file of tests or of the package: what its imports bind, and what it defines."""

    def __init__(self, path, dotted, tree, foreign):
        self.path, self.dotted, self.tree, self.foreign = path, dotted, tree, foreign
        self.bound, self.known = {}, {}

    def package(self, level):
        """The package that a relative import begins at."""
        parts = self.dotted.split(".")
        if not self.path.endswith("__init__.py"):
            parts = parts[:-1]
        return parts[:len(parts) - level + 1]


def definitions_by_name(body):
    known = {}
    for node in body:
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            known[node.name] = node
        elif isinstance(node, ast.Assign) and len(node.targets) == 1 and isinstance(node.targets[0], ast.Name):
            known[node.targets[0].id] = node
        elif isinstance(node, ast.AnnAssign) and node.value is not None and isinstance(node.target, ast.Name):
            known[node.target.id] = ast.copy_location(ast.Assign(targets=[node.target], value=node.value), node)
    return known


class Texts:
    """Files by their dotted names, read where something asks for them."""

    def __init__(self, finder, root):
        self.finder, self.root, self.read = finder, root, {}

    def parse(self, path, dotted, foreign):
        try:
            if os.path.getsize(path) > LARGEST_FILE:
                return None
            with open(path, encoding="utf-8", errors="replace") as handle, warnings.catch_warnings():
                warnings.simplefilter("ignore")
                tree = ast.parse(handle.read())
        except (OSError, SyntaxError, ValueError, RecursionError):
            return None
        return self.of_tree(path, dotted, tree, foreign)

    def of_tree(self, path, dotted, tree, foreign):
        text = Text(path, dotted, tree, foreign)
        text.known = definitions_by_name(tree.body)
        # Bound last: a star import asks for another file, which may ask for this one.
        self.read[dotted] = text
        text.bound = self.finder.imports_of(tree.body, text)
        return text

    def of_test(self, path, tree):
        dotted = os.path.relpath(path, self.root)[:-3].replace(os.sep, ".") if self.root else os.path.basename(path)[:-3]
        return self.of_tree(path, dotted[:-9] if dotted.endswith(".__init__") else dotted, tree, False)

    def module(self, dotted, near=None):
        """The file of a dotted name: a loaded module of the package, or a file of the tests."""
        if dotted in self.read:
            return self.read[dotted]
        top = dotted.partition(".")[0]
        if top in self.finder.tops:
            path = getattr(sys.modules.get(dotted), "__file__", None)
            found = self.parse(path, dotted, True) if isinstance(path, str) and path.endswith(".py") else None
            self.read.setdefault(dotted, found)
            return found
        if top in self.finder.standard or not self.root:
            return None
        places = [self.root] + ([os.path.dirname(near.path)] if near is not None else [])
        for place in places:
            for tail in (".py", os.sep + "__init__.py"):
                path = os.path.join(place, *dotted.split(".")) + tail
                if os.path.isfile(path):
                    if place != self.root:
                        dotted = os.path.relpath(path, self.root)[:-3].replace(os.sep, ".")
                    if dotted not in self.read:
                        self.read[dotted] = self.parse(path, dotted, False)
                    return self.read[dotted]
        return None

    def fixture(self, name, text):
        """The function of a fixture: of the test's own file, or of a `conftest.py` above it."""
        places, folder = [text], os.path.dirname(text.path)
        while self.root and folder.startswith(self.root):
            inside = os.path.relpath(folder, self.root)
            dotted = "conftest" if inside == "." else inside.replace(os.sep, ".") + ".conftest"
            if dotted not in self.read:
                path = os.path.join(folder, "conftest.py")
                self.read[dotted] = self.parse(path, dotted, False) if os.path.isfile(path) else None
            places.append(self.read[dotted])
            folder = os.path.dirname(folder)
        for place in places:
            node = place.known.get(name) if place is not None else None
            if isinstance(node, ast.FunctionDef) and any(name_of(one) == "fixture" for one in node.decorator_list):
                if any(isinstance(one, ast.Call) and any(word.arg == "params" for word in one.keywords) for one in node.decorator_list):
                    raise Unusable("fixture with params")
                return place, node
        raise Unusable("fixture " + name)


class Carried:
    """Definitions that go along with one snippet, each under a name of its own."""

    def __init__(self, finder, local, most=MOST_HELPERS, lost=None):
        self.finder, self.local = finder, local
        # Where `lost` is a table, what can't be had is left out and noted there.
        self.most, self.lost = most, lost
        self.names, self.pending, self.files, self.fixtures = {}, [], [], set()

    def want(self, text, name, fixture=False):
        key = (text.path, text.dotted, name)
        if key in self.names:
            return self.names[key]
        if len(self.names) >= self.most:
            raise Unusable("many helpers")
        taken = self.local | set(self.names.values()) | set(self.finder.wanted) | set(self.finder.inner) | self.finder.standard
        alias, count = name + "_fixture" if fixture else name, 1
        while alias in taken or (alias != name and hasattr(builtins, alias)):
            count += 1
            alias = "%s_%d" % (name, count)
        self.names[key] = alias
        if fixture:
            self.fixtures.add(key)
        self.pending.append((key, text, name))
        return alias

    def statements(self):
        """The definitions, those of files that others import first, each file's in its own order."""
        made, edges = [], {}
        while self.pending:
            key, text, name = self.pending.pop(0)
            node = duplicate(text.known[name])
            decorators = getattr(node, "decorator_list", [])
            fixture = any(name_of(one) == "fixture" for one in decorators)
            if fixture and key not in self.fixtures:
                if self.lost is not None:
                    continue
                raise Unusable("fixture")
            if fixture:
                node.decorator_list = [one for one in decorators if name_of(one) != "fixture"]
            if text.foreign:
                node = Bare().visit(node)
            if isinstance(node, ast.Assign):
                local = set()
                node.targets[0].id = self.names[key]
            else:
                node.name = self.names[key]
                local = stored(node) - {node.name} | (set() if node.name != name else {name})
            before = len(self.pending)
            try:
                seen = text if self.lost is None else self.finder.inside(text, node)
                node = Renamer(self.finder, seen, local, self).visit(node)
            except Unusable as error:
                if self.lost is None:
                    raise
                self.lost[self.names[key]] = str(error)
                continue
            edges.setdefault(text.dotted, [])
            edges[text.dotted] += [other[1].dotted for other in self.pending[before:]]
            made.append((text.dotted, text.known[name].lineno, node))
        rank, begun = {}, set()

        def visit(dotted):
            if dotted in begun:
                return
            begun.add(dotted)
            for other in edges.get(dotted, ()):
                visit(other)
            rank[dotted] = len(rank)

        for dotted in edges:
            visit(dotted)
        made.sort(key=lambda one: (rank[one[0]], one[1]))
        return [node for _, _, node in made]


class Bare(ast.NodeTransformer):
    """Takes annotations away: they name what nothing else needs."""

    def visit_FunctionDef(self, node):
        self.generic_visit(node)
        node.returns = None
        return node

    visit_AsyncFunctionDef = visit_FunctionDef

    def visit_arg(self, node):
        node.annotation = None
        return node

    def visit_AnnAssign(self, node):
        self.generic_visit(node)
        node.annotation = ast.Name(id="object", ctx=ast.Load())
        return node
