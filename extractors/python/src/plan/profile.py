# What each callable takes: tried on the original, with a fixed seed and counts, never a clock, as far as that is possible.

import resource

TRIALS = 360
SLOW = 0.4

OPERATORS = {
    "__eq__": ("binary", "=="), "__ne__": ("binary", "!="), "__lt__": ("binary", "<"), "__le__": ("binary", "<="), "__gt__": ("binary", ">"), "__ge__": ("binary", ">="),
    "__add__": ("binary", "+"), "__sub__": ("binary", "-"), "__mul__": ("binary", "*"), "__truediv__": ("binary", "/"), "__floordiv__": ("binary", "//"), "__mod__": ("binary", "%"),
    "__pow__": ("binary", "**"), "__and__": ("binary", "&"), "__or__": ("binary", "|"), "__xor__": ("binary", "^"), "__lshift__": ("binary", "<<"), "__rshift__": ("binary", ">>"), "__matmul__": ("binary", "@"),
    "__radd__": ("swapped", "+"), "__rsub__": ("swapped", "-"), "__rmul__": ("swapped", "*"), "__rtruediv__": ("swapped", "/"), "__rfloordiv__": ("swapped", "//"), "__rmod__": ("swapped", "%"),
    "__rand__": ("swapped", "&"), "__ror__": ("swapped", "|"), "__rxor__": ("swapped", "^"), "__contains__": ("binary", "in"), "__hash__": ("binary", "hash =="),
    "__repr__": ("repr", None), "__str__": ("str", None), "__len__": ("len", None), "__bool__": ("bool", None), "__int__": ("int", None), "__float__": ("float", None), "__index__": ("index", None),
    "__neg__": ("neg", None), "__pos__": ("pos", None), "__abs__": ("abs", None), "__invert__": ("invert", None), "__round__": ("round", None), "__reversed__": ("reversed", None),
    "__copy__": ("copy", None), "__deepcopy__": ("deepcopy", None), "__getstate__": ("pickle", None), "__setstate__": ("pickle", None), "__reduce__": ("pickle", None), "__reduce_ex__": ("pickle", None), "__getnewargs__": ("pickle", None),
    "__format__": ("format", None), "__next__": ("next", None), "__bytes__": ("bytes", None), "__fspath__": ("fspath", None), "__iter__": ("iter", None), "__enter__": ("with", None), "__dir__": ("dir", None),
}


class Slow(BaseException):
    pass


def on_alarm(signum, frame):
    SLOWED.append(STEPPING[0])
    raise Slow()


def timed(act):
    """How a call ended: `good`, `type`, `other` or `slow`, with the value."""
    # Time of the processor decides, which a busy machine does not stretch; the clock is for what sleeps.
    signal.setitimer(signal.ITIMER_PROF, SLOW, 0.05)
    signal.setitimer(signal.ITIMER_REAL, 2 * SLOW, 0.05)
    try:
        try:
            with Catch(), warnings.catch_warnings():
                warnings.simplefilter("ignore")
                value = act()
                if hasattr(type(value), "__next__") and not isinstance(value, Numbered):
                    items = [one for one, _ in zip(value, range(DRAINED))]
                    return "good", (items[0] if items else None)
            return "good", value
        except (TypeError, AttributeError) as error:
            return "type", error
        except Slow:
            return "slow", None
        except MemoryError:
            return "slow", MemoryError()
        except BaseException as error:
            return "other", error
        finally:
            silence()
    except Slow:
        silence()
        return "slow", None


def silence():
    """Stops both timers; an alarm may go off meanwhile."""
    while True:
        try:
            signal.setitimer(signal.ITIMER_PROF, 0)
            signal.setitimer(signal.ITIMER_REAL, 0)
            return
        except Slow:
            pass


def random_bytes(rng, size=48):
    top = rng.choice((8, 32, 128, 256, 256))
    return bytes(rng.randrange(top) for _ in range(size))


class Learner:
    """Learns which kinds a callable takes."""

    def __init__(self, plan, space, seed):
        self.plan, self.space = plan, space
        self.rng = random.Random(seed)
        self.slow = 0
        self.found = {}
        self.out_of_patience = 60

    def maker(self):
        return Maker(Draw(random_bytes(self.rng)), self.plan, self.space)

    def note_result(self, value, depth=0):
        """Remembers classes of the package that calls give."""
        kind = type(value)
        if is_own(kind):
            self.found.setdefault(type_name(kind), (kind, []))
            samples = self.found[type_name(kind)][1]
            if len(samples) < 8:
                samples.append(value)
        elif depth == 0 and isinstance(value, (list, tuple)) and value:
            self.note_result(value[0], 1)

    def too_much(self, value):
        """A call took too long or too much memory: numbers are kept small from now on."""
        self.slow += 1 if isinstance(value, MemoryError) else 4
        self.plan["limit"] = 300 if self.slow > 8 else 5000
        if self.slow > 4:
            # What takes ever longer takes it of long arguments.
            self.plan["longest"] = 7 if self.slow > 12 else 24

    def learn(self, spec, act, trials=TRIALS):
        """Raises and lowers the weights of a callable's kinds by how calls with them end."""
        params = [param for param in spec.get("params") or () if param["kinds"]]
        if not params:
            return
        # Examples are known to be good: what else is taken is to be learned, and they are put back afterwards.
        for param in params:
            param["kinds"] = [entry for entry in param["kinds"] if entry[0] != "example"]
        scores = [[[0.0, 0.0] for _ in param["kinds"]] for param in params]

        def rates(place):
            return [(good + 0.3) / (tries + 1) for good, tries in scores[place]]

        def weights(place, least=0.02):
            found = rates(place)
            best, top = max(found), max(weight for _, weight in params[place]["kinds"])
            return [(0.1 + weight / top) * max(least, (rate / best) ** 2) for (_, weight), rate in zip(params[place]["kinds"], found)]

        for trial in range(trials):
            if self.slow > self.out_of_patience:
                break
            maker, chosen, pairs, named, by_name = self.maker(), [], [], [], False
            try:
                for place, param in enumerate(params):
                    how = param["how"]
                    if not param["required"] and self.rng.random() < (0.7 if how in "pbk" else 0.5):
                        by_name = by_name or how in "pb*"
                        continue
                    index = self.rng.choices(range(len(param["kinds"])), weights(place))[0]
                    kind = param["kinds"][index][0]
                    pair = maker.make(kind, param)
                    chosen.append((place, index))
                    if how == "**":
                        names = param.get("names") or ["a", "b", "name"]
                        named.append((names[self.rng.randrange(len(names))], pair))
                    elif how == "*":
                        if not by_name:
                            pairs += [pair] + ([maker.make(kind, param)] if self.rng.random() < 0.5 else [])
                    elif how == "k" or by_name and how == "b":
                        named.append((param["name"], pair))
                    elif not by_name:
                        pairs.append(pair)
            except Exception:
                continue
            args, kwargs, _ = Maker.joined(pairs, named)
            end, value = timed(lambda: act(args, kwargs))
            if end == "slow":
                self.too_much(value)
            for place, index in chosen:
                score = scores[place][index]
                score[1] += 1
                score[0] += 1 if end == "good" else 0.3 if end == "other" else 0
            if end == "good":
                self.note_result(value)
        for place, param in enumerate(params):
            found = rates(place)
            learned = sorted(zip(weights(place, 0.0), range(len(param["kinds"]))), key=lambda pair: (-pair[0], pair[1]))
            # Kinds that were never tried have shown nothing.
            learned = [(weight, index) for weight, index in learned if scores[place][index][1] >= 1] or learned[:1]
            top = learned[0][0] or 1.0
            kept = [[param["kinds"][index][0], max(1, round(100 * weight / top))] for weight, index in learned if weight > 0.02 * top][:14]
            total = sum(weight for _, weight in kept)
            # What it does not take is tried now and then: errors are behaviour.
            for kind in ("none", "str", "int", "any"):
                if param["how"] in "pbk" and not any(kind == known for known, _ in kept):
                    kept.append([kind, max(1, total // 60)])
            if param.get("examples"):
                tried = max(scores[place][index][1] for _, index in learned)
                good = max(found[index] for _, index in learned)
                share = 0.6 if good > 0.4 and tried > 3 else 2 if good > 0.15 else 8
                kept.insert(0, ["example", max(1, round(total * share * min(1, len(param["examples"]) / 6.0 + 0.3)))])
            param["kinds"] = kept

    def rate(self, spec, act, trials=120):
        """The share of calls that return, with the arguments the driver will make."""
        good = 0
        for _ in range(trials):
            if self.slow > self.out_of_patience:
                break
            try:
                args, kwargs, _ = self.maker().from_kinds(spec)
            except Exception:
                continue
            end, value = timed(lambda: act(args, kwargs))
            if end == "good":
                good += 1
                self.note_result(value)
            elif end == "slow":
                self.too_much(value)
        return good / float(trials)


def with_examples(spec, examples, evaluate, act, learner):
    """Keeps the examples that can be evaluated, those that return first, and lends their values to the parameters."""
    kept = []
    for args, named in examples:
        if learner.slow > learner.out_of_patience:
            break
        try:
            values = [evaluate(source) for source in args]
            named_values = {name: evaluate(source) for name, source in named.items()}
        except BaseException:
            continue
        end, value = timed(lambda: act(values, named_values))
        if end == "slow" or isinstance(value, NameError):
            learner.slow += 2 if end == "slow" else 0
            continue
        if end == "good":
            learner.note_result(value)
        kept.append((0 if end == "good" else 1, [args, named]))
    kept.sort(key=lambda pair: pair[0])
    good = sum(1 for rank, _ in kept if rank == 0)
    spec["examples"] = [entry for _, entry in kept][:240]
    params = {param["name"]: param for param in spec.get("params") or ()}
    order = [param for param in spec.get("params") or () if param["how"] in "pb"]
    rest = next((param for param in spec.get("params") or () if param["how"] == "*"), None)
    # Values lend themselves to a parameter from calls that returned, where there are any.
    for args, named in spec["examples"][: good or None]:
        for place, source in enumerate(args):
            lend(order[place] if place < len(order) else rest, source)
        for name, source in named.items():
            lend(params.get(name), source)
    return good


def lend(param, source):
    if param is None:
        return
    pool = param.setdefault("examples", [])
    if source not in pool and len(pool) < 80:
        pool.append(source)
        if len(pool) == 1:
            param["kinds"].insert(0, ["example", max([weight for _, weight in param["kinds"]] or [1]) * 1.5])


def is_missed(value, missed):
    """Whether a method has lines that nothing reached."""
    code = getattr(getattr(value, "__func__", value), "__code__", None)
    if code is None or code.co_name == "__init_subclass__":
        return False
    return bool(missed.get(code.co_filename, set()) & set(line_numbers(code)))


def operations_of(cls, own, methods, evaluate, missed):
    """What can be done with an instance: methods, properties, operators. Private methods where nothing else reaches them."""
    operations, attributes = [], []
    for name in sorted(dir(cls)):
        owner = next((base for base in cls.__mro__ if name in base.__dict__), None)
        if owner is None or owner is object:
            continue
        inherited = not is_own(owner)
        value = owner.__dict__[name]
        if name in OPERATORS:
            how, label = OPERATORS[name]
            if value is None or (inherited and how in ("pickle", "dir")):
                continue
            entry = {"how": how, "name": label} if label else {"how": how, "name": name}
            if how in ("binary", "swapped"):
                kinds = [[["own", symbol], 6.0] for symbol, known in own.items() if issubclass(cls, known) or issubclass(known, cls)]
                for kind in ("int", "str", "none", "float", ["list", "int"], ["dict", "str", "any"], "timedelta"):
                    kinds.append([kind, 1.0])
                function = getattr(cls, name, None)
                params = parameters_of(function, own, None, True) if function is not None else None
                for kind, weight in (params[0]["kinds"] if params else ()):
                    if weight > 1:
                        put(kinds, kind, weight)
                entry["params"] = [{"name": "other", "how": "p", "required": True, "kinds": kinds}]
            if entry not in operations:
                operations.append(entry)
            continue
        if name == "__getitem__":
            operations.append({"how": "item", "name": name, "params": [{"name": "key", "how": "p", "required": True, "kinds": [["int", 3.0], ["str", 3.0], ["any", 0.5]]}]})
            operations.append({"how": "slice", "name": name})
            continue
        if name == "__setitem__":
            operations.append({"how": "set item", "name": name, "params": [{"name": "key", "how": "p", "required": True, "kinds": [["int", 3.0], ["str", 3.0]]}, {"name": "value", "how": "p", "required": True, "kinds": [["any", 1.0], ["int", 2.0]]}]})
            continue
        if name == "__call__" or (not name.startswith("_") and not isinstance(value, type)) or is_missed(value, missed):
            target = getattr(cls, name, None)
            if isinstance(value, (staticmethod, classmethod)) or hasattr(target, "__call__") and not isinstance(value, property):
                if inherited and issubclass(owner, (BaseException,)):
                    continue
                bound = isinstance(value, (staticmethod, classmethod))
                params = parameters_of(target, own, document_of(target), not bound)
                if params is None:
                    params = [{"name": "value", "how": "p", "required": False, "kinds": [["int", 1.0], ["str", 1.0], ["list", 1.0]]}]
                operations.append({"how": "call", "name": name, "params": params})
            else:
                attributes.append(name)
                if isinstance(value, property) and value.fset is not None:
                    operations.append({"how": "set", "name": name, "params": parameters_of(value.fset, own, None, True) or [{"name": "value", "how": "p", "required": True, "kinds": [["any", 1.0], ["int", 2.0], ["str", 2.0], ["none", 1.0]]}]})
    # Pickling and copying are no members, but every object may be.
    for how in ("copy", "deepcopy", "pickle"):
        if not any(operation["how"] == how for operation in operations):
            operations.append({"how": how, "name": how})
    for symbol, known in own.items():
        if known is cls or issubclass(cls, known):
            # A second object of the class while the first is there: what they share shows.
            operations.append({"how": "another", "name": symbol})
    return {"operations": operations, "attributes": attributes[:40]}
