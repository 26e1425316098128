# Probe tables: where functions begin and which lines can run, read off the text and its code objects.

import ast


def line_numbers(code):
    if hasattr(code, "co_lines"):
        return {line for _, _, line in code.co_lines() if line}
    import dis
    return {line for _, line in dis.findlinestarts(code)}


def code_lines(code, found):
    """Lines that each code object can run, by its name and first line."""
    lines = line_numbers(code)
    found.setdefault("%s:%d" % (code.co_name, code.co_firstlineno), set()).update(lines)
    for constant in code.co_consts:
        if hasattr(constant, "co_code"):
            code_lines(constant, found)
    return found


def first_line(node):
    decorators = getattr(node, "decorator_list", None)
    return min([node.lineno] + [decorator.lineno for decorator in decorators or ()])


PLATFORM = re.compile(r"sys\.platform|sys\.version_info|os\.name|platform\.system|TYPE_CHECKING|sys\.implementation|__name__ ==|PYPY|IS_WINDOWS|\bPY[23]\b|PY\d+|sys\.byteorder|sys\.maxunicode|sys\.maxsize")


def waiver_of(statement):
    """Why one statement need not run, where its own text says so."""
    if isinstance(statement, ast.Raise) and statement.exc is not None:
        raised = statement.exc.func if isinstance(statement.exc, ast.Call) else statement.exc
        if isinstance(raised, ast.Name) and raised.id == "NotImplementedError":
            said = statement.exc.args[:1] if isinstance(statement.exc, ast.Call) else []
            if said and isinstance(said[0], ast.Constant) and str(said[0].value).startswith("left out of this module: "):
                return "says what is left out"
            return "raises NotImplementedError: a member that others override"
        if isinstance(raised, ast.Name) and raised.id == "AssertionError":
            return "raises AssertionError: the author calls it unreachable"
    if isinstance(statement, ast.Assert) and isinstance(statement.test, ast.Constant) and not statement.test.value:
        return "assert False: the author calls it unreachable"
    if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Call) and getattr(statement.value.func, "id", "") == "assert_never":
        return "assert_never: the author calls it unreachable"
    return None


def name_of(node):
    if isinstance(node, ast.Attribute):
        return node.attr
    if isinstance(node, ast.Call):
        return name_of(node.func)
    if isinstance(node, ast.Subscript):
        return name_of(node.value)
    return getattr(node, "id", "")


class Lines:
    """The probes of one file of the module."""

    def __init__(self, text, spans):
        self.text = text.splitlines()
        self.spans = spans
        self.probes = []
        tree = ast.parse(text)
        self.codes = code_lines(compile(text, "module", "exec"), {})
        self.table = {"functions": {}, "spans": [], "lines": {}}
        self.module(tree.body, None)
        self.table["spans"].sort(key=lambda span: span[1] - span[0])

    def wanted(self, line):
        return any(first <= line <= last for first, last in self.spans)

    def probe(self, line, entry, waiver, branch=None):
        self.probes.append({"line": line, "entry": entry, "waiver": waiver, "branch": branch})
        return len(self.probes) - 1

    def branches(self, text):
        """A probe for each way of a branch, waived as the statement is that it stands in or leads to."""
        waived = {probe["line"]: probe["waiver"] for probe in self.probes if probe["waiver"] and not probe["entry"]}
        ways = []
        for way in Branches(text).ways:
            waiver = waived.get(way["statement"]) or waived.get(way["leads"])
            if waiver is None and PLATFORM.search(way["words"]):
                waiver = "an arm for another platform, version or use"
            ways.append(self.probe(way["line"], False, waiver, way["words"]) if self.wanted(way["line"]) else -1)
        self.table["ways"] = ways

    def module(self, body, waiver, inside=False):
        for statement in body:
            if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef)):
                self.function(statement, waiver)
            elif isinstance(statement, ast.ClassDef):
                self.cls(statement, waiver)
            elif docstring(statement):
                continue
            elif self.wanted(statement.lineno):
                self.simple_or_compound(statement, waiver, self.table["lines"], self.codes.get("<module>:1", self.codes.get("<module>:0", set())), True)
            else:
                for inner, why in arms(statement, waiver):
                    self.module(inner, why, True)

    def cls(self, node, waiver):
        # A class is entered when something of it runs: a method, which covers most constructions. Where Python makes the
        # constructor, or there is nothing to run, all that can be seen to run is its body.
        if self.wanted(node.lineno):
            key = "%s:%d" % (node.name, first_line(node))
            if not self.has_own_text(node):
                self.table["functions"][key] = [self.probe(node.lineno, True, waiver), {}]
        self.members(node.body, waiver, any(name_of(base) == "Protocol" for base in node.bases))

    @staticmethod
    def has_own_text(node):
        """Whether a method's run would show that the class is in use."""
        functions = [one for one in ast.walk(node) if isinstance(one, (ast.FunctionDef, ast.AsyncFunctionDef))]
        made = any(name_of(one) in ("dataclass", "define", "attrs", "s") for one in node.decorator_list) or any(name_of(base) in ("NamedTuple", "Enum", "IntEnum", "Flag", "TypedDict") for base in node.bases)
        return bool(functions) and not (made and not any(one.name in ("__init__", "__new__", "__post_init__") for one in functions))

    def members(self, body, waiver, protocol):
        for statement in body:
            if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef)):
                self.function(statement, "a member of a protocol" if protocol and is_stub(statement) else waiver)
            elif isinstance(statement, ast.ClassDef):
                self.cls(statement, waiver)
            else:
                for inner, why in arms(statement, waiver):
                    self.members(inner, why, protocol)

    def function(self, node, waiver):
        if any(name_of(decorator) == "overload" for decorator in node.decorator_list):
            waiver = "an overload stub: never runs"
        elif any(name_of(decorator) in ("abstractmethod", "abstractproperty") for decorator in node.decorator_list):
            waiver = "an abstract member: others override it"
        key = "%s:%d" % (node.name, first_line(node))
        entry, lines = -1, {}
        if self.wanted(node.lineno):
            entry = self.probe(node.lineno, True, waiver)
        self.table["functions"][key] = [entry, lines]
        self.table["spans"].append([first_line(node), node.end_lineno, key])
        self.body(node.body, waiver, lines, self.codes.get(key, set()))

    def body(self, body, waiver, lines, code):
        for place, statement in enumerate(body):
            if place == 0 and docstring(statement) or docstring(statement):
                continue
            if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef)):
                self.line(statement, first_line(statement), statement.lineno, waiver, lines, code)
                self.function(statement, waiver)
            elif isinstance(statement, ast.ClassDef):
                self.line(statement, first_line(statement), statement.lineno, waiver, lines, code)
                self.members(statement.body, waiver, False)
            else:
                self.simple_or_compound(statement, waiver, lines, code, False)

    def simple_or_compound(self, statement, waiver, lines, code, at_module):
        inner = arms(statement, waiver)
        last = statement.end_lineno
        if inner:
            last = max(statement.lineno, min(first_line(part[0]) for part, _ in inner if part) - 1)
        self.line(statement, statement.lineno, last, waiver or waiver_of(statement), lines, code, at_module)
        for part, why in inner:
            if at_module:
                for one in part:
                    if isinstance(one, (ast.FunctionDef, ast.AsyncFunctionDef)):
                        self.function(one, why)
                    elif isinstance(one, ast.ClassDef):
                        self.cls(one, why)
                    elif not docstring(one):
                        self.simple_or_compound(one, why, lines, code, True)
            else:
                self.body(part, why, lines, code)

    def line(self, statement, first, last, waiver, lines, code, at_module=False):
        if isinstance(statement, (ast.Pass, ast.Global, ast.Nonlocal)) or not self.wanted(statement.lineno):
            return
        running = [line for line in range(first, last + 1) if line in code]
        if not running:
            return
        probe = self.probe(first, False, waiver)
        for line in running:
            lines.setdefault(line, probe)
        if at_module:
            # A statement of the module is entered when its line runs: one more probe with the same place.
            self.table.setdefault("twins", {})[probe] = self.probe(first, True, waiver)


def is_stub(node):
    """Whether a function has nothing to run but to say that others implement it."""
    def empty(statement):
        return docstring(statement) or isinstance(statement, ast.Pass) or isinstance(statement, ast.Raise) and name_of(statement.exc) == "NotImplementedError"
    return all(map(empty, node.body))


def docstring(statement):
    return isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)


def arms(statement, waiver):
    """The blocks of a compound statement, each with why it need not run."""
    if isinstance(statement, ast.If):
        why = waiver
        if why is None and PLATFORM.search(ast_text(statement.test)):
            why = "an arm for another platform, version or use"
        return [(statement.body, why), (statement.orelse, why)] if statement.orelse else [(statement.body, why)]
    if isinstance(statement, (ast.For, ast.AsyncFor, ast.While)):
        return [(part, waiver) for part in (statement.body, statement.orelse) if part]
    if isinstance(statement, (ast.With, ast.AsyncWith)):
        return [(statement.body, waiver)]
    if isinstance(statement, ast.Try) or type(statement).__name__ == "TryStar":
        parts = [(statement.body, waiver)]
        for handler in statement.handlers:
            absent = handler.type is not None and re.search(r"ImportError|ModuleNotFoundError", ast_text(handler.type))
            parts.append((handler.body, waiver or ("for when an import fails" if absent else None)))
        return parts + [(part, waiver) for part in (statement.orelse, statement.finalbody) if part]
    if type(statement).__name__ == "Match":
        return [(case.body, waiver) for case in statement.cases]
    return []


def ast_text(node):
    """The names of an expression, as text; `ast.unparse` came with 3.9."""
    if hasattr(ast, "unparse"):
        return ast.unparse(node)
    return " ".join("%s.%s" % (getattr(one.value, "id", ""), one.attr) if isinstance(one, ast.Attribute) else getattr(one, "id", "") for one in ast.walk(node))


def definitions_of(text):
    """Top-level definitions of a file: name, kind, first and last line, line of the first decorator."""
    found = []

    def walk(body):
        for statement in body:
            lines = [statement.lineno, statement.end_lineno, first_line(statement)]
            if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef)):
                found.append([statement.name, "function"] + lines)
            elif isinstance(statement, ast.ClassDef):
                found.append([statement.name, "class"] + lines)
            elif isinstance(statement, (ast.Assign, ast.AnnAssign)):
                target = statement.targets[0] if isinstance(statement, ast.Assign) else statement.target
                found.append([target.id if isinstance(target, ast.Name) else "", "variable"] + lines)
            else:
                inner = arms(statement, None)
                if not inner:
                    found.append(["", "statement"] + lines)
                for part, _ in inner:
                    walk(part)

    walk(ast.parse(text).body)
    return found
