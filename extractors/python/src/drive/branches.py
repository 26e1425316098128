# Branches of the module: both ways of each condition, each loop, handler and case. Its functions are compiled from a tree
# in which each way leaves a mark; no name, no frame and no value of the subject's is another for it, and each condition is
# asked for its truth once, as ever. Text that runs once, at import, goes one way and is left as it is.
#
# Whoever reads its own code would see the marks: such text has none, and its ways count as not gone.

READS_ITSELF = re.compile(r"\bf_lasti\b|\bco_(?:code|consts|names|positions)\b|\bdis\b")
MARK, KEPT = "__ripout_went__", "__ripout_kept__"


class Branches:
    """The ways of one text: `ways` tells of each, `tree` has the marks."""

    def __init__(self, text):
        import ast
        self.ast, self.lines = ast, text.splitlines(keepends=True)
        self.tree = ast.parse(text)
        self.ways = []
        # Operands of `and` and `or` are put aside while their truth is asked; two threads would get each other's.
        self.alone = "thread" not in text.lower() and "concurrent" not in text
        self.statement = None
        self.inside = False
        self.tree = self.visit(self.tree)
        ast.fix_missing_locations(self.tree)

    def way(self, node, words, leads=None):
        """The number of one way. `leads`: the first statement that it leads to."""
        self.ways.append({"line": node.lineno, "statement": getattr(self.statement, "lineno", node.lineno), "words": words, "leads": getattr(leads, "lineno", None)})
        return len(self.ways) - 1

    def said(self, node):
        first, last = node.lineno - 1, node.end_lineno - 1
        lines = [line.encode("utf-8") for line in self.lines[first:last + 1]]
        lines[-1] = lines[-1][:node.end_col_offset]
        lines[0] = lines[0][node.col_offset:]
        said = " ".join(b"".join(lines).decode("utf-8", "replace").split())
        return said if len(said) <= 60 else said[:57] + "…"

    # -- marks ------------------------------------------------------------------------------------

    def mark(self, number, like):
        """An expression that leaves a mark, and is false."""
        ast = self.ast
        name, value = ast.Name(MARK, ast.Load()), ast.Constant(number)
        return self.at(ast.Call(name, [value], []), like)

    def at(self, node, like):
        for one in self.ast.walk(node):
            if not hasattr(one, "lineno"):
                self.ast.copy_location(one, like)
        return node

    def both(self, node, arms=(None, None)):
        said = self.said(node)
        return self.way(node, "is never taken where `%s` holds" % said, arms[0]), self.way(node, "is never taken where `%s` does not hold" % said, arms[1])

    def condition(self, node, arms=(None, None)):
        """A test of which only the truth counts."""
        ast = self.ast
        if isinstance(node, ast.Constant):
            return node
        if isinstance(node, ast.BoolOp):
            node.values = [self.condition(value) for value in node.values]
            return node
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
            node.operand = self.condition(node.operand, arms[::-1])
            return node
        yes, no = self.both(node, arms)
        inner = self.visit(node)
        nothing = lambda: ast.Constant(None)
        true, false = ast.Compare(self.mark(yes, node), [ast.Is()], [nothing()]), ast.Compare(self.mark(no, node), [ast.IsNot()], [nothing()])
        return self.at(ast.IfExp(inner, true, false), node)

    def operands(self, node):
        """`a or b` where its value counts: what is asked for its truth is put aside, once."""
        ast = self.ast
        *firsts, last = node.values
        result = self.visit(last)
        found = [(one, self.both(one)) for one in firsts]
        kept = lambda name, *args: ast.Call(ast.Attribute(ast.Name(KEPT, ast.Load()), name, ast.Load()), list(args), [])
        for one, (yes, no) in reversed(found):
            top = ast.Subscript(ast.Name(KEPT, ast.Load()), self.place(-1), ast.Load())
            test = ast.BoolOp(ast.Or(), [kept("append", self.visit(one)), top])
            stays, goes = (yes, no) if isinstance(node.op, ast.Or) else (no, yes)
            ends = ast.BoolOp(ast.Or(), [self.mark(stays, one), kept("pop")])
            on = ast.BoolOp(ast.Or(), [kept("__delitem__", ast.Constant(-1)), self.mark(goes, one), result])
            result = ast.IfExp(test, ends, on) if isinstance(node.op, ast.Or) else ast.IfExp(test, on, ends)
            result = self.at(result, one)
        return result

    def place(self, number):
        """The index of a subscript, which had a node of its own before 3.9."""
        value = self.ast.Constant(number)
        return value if sys.version_info >= (3, 9) else self.ast.Index(value)

    def entered(self, body, node, words):
        """A block that leaves a mark when it is entered."""
        mark = self.ast.Expr(self.mark(self.way(node, words, body[0]), body[0]))
        return [self.at(mark, body[0])] + body

    # -- text -------------------------------------------------------------------------------------

    def visit(self, node):
        ast = self.ast
        outer = self.statement, self.inside
        if isinstance(node, ast.stmt):
            self.statement = node
        try:
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)):
                # Its defaults and decorators run outside; what annotates it may be told as text.
                self.inside = True
                node.body = self.visit(node.body) if isinstance(node, ast.Lambda) else self.block(node.body)
                return node
            if isinstance(node, ast.ClassDef):
                self.inside = False
                node.body = self.block(node.body)
                return node
            return self.changed(node) if self.inside else self.below(node)
        finally:
            self.statement, self.inside = outer

    def block(self, body):
        return [self.visit(one) for one in body]

    def changed(self, node):
        ast = self.ast
        if isinstance(node, (ast.If, ast.While)):
            arms = node.body[0], node.orelse[0] if node.orelse else None
            node.test = self.condition(node.test, arms)
            node.body, node.orelse = self.block(node.body), self.block(node.orelse)
            return node
        if isinstance(node, ast.IfExp):
            node.test = self.condition(node.test)
            node.body, node.orelse = self.visit(node.body), self.visit(node.orelse)
            return node
        if isinstance(node, ast.Assert):
            node.test = self.condition(node.test)
            return node
        if isinstance(node, ast.BoolOp):
            return self.operands(node) if self.alone else self.below(node)
        if isinstance(node, ast.comprehension):
            node.iter = self.visit(node.iter)
            node.ifs = [self.condition(one) for one in node.ifs]
            return node
        self.below(node)
        if isinstance(node, (ast.For, ast.AsyncFor)):
            node.body = self.entered(node.body, node, "into the loop is never taken")
        elif isinstance(node, ast.ExceptHandler):
            node.body = self.entered(node.body, node, "into the handler is never taken")
        elif type(node).__name__ == "match_case":
            node.body = self.entered(node.body, node.pattern, "into the case is never taken")
            if node.guard is not None:
                node.guard = self.condition(node.guard)
        return node

    def below(self, node):
        ast = self.ast
        for name, value in ast.iter_fields(node):
            if name in ("annotation", "returns", "type_comment", "guard", "pattern", "type_params"):
                continue
            if isinstance(value, list):
                value[:] = [self.visit(one) if isinstance(one, ast.AST) else one for one in value]
            elif isinstance(value, ast.AST):
                setattr(node, name, self.visit(value))
        return node


def mark_branches(path, went):
    """From here on the module of this file is imported with marks: the numbers of its ways go into `went`."""
    from importlib.machinery import PathFinder, SourceFileLoader
    with open(path, encoding="utf-8") as handle:
        text = handle.read()
    if READS_ITSELF.search(text):
        return
    folder, file = os.path.split(path)
    # A module with data files is a folder.
    own = os.path.basename(folder) if file == "__init__.py" else file[:-3]

    class Marking(SourceFileLoader):
        def get_code(self, fullname):
            return compile(Branches(text).tree, path, "exec", dont_inherit=True)

    class Finder:
        @staticmethod
        def find_spec(name, folders=None, target=None):
            if name != own or folders is not None:
                return None
            spec = PathFinder.find_spec(name)
            if spec is not None and spec.origin == path and type(spec.loader) is SourceFileLoader:
                spec.loader = Marking(name, path)
                return spec
            return None

    # Not a function of Python's: it would have a frame, and so one call less would fit.
    setattr(builtins, MARK, went.add)
    setattr(builtins, KEPT, [])
    sys.meta_path.insert(0, Finder)
