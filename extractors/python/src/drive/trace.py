# Probes: which functions and lines ran, told once per process. The text of both sides stays as it is.

WATCHING = [None]


def watched(act, /, *args, **kwargs):
    """Calls what may be the subject's. Only such calls are traced: before 3.12 tracing slows all Python text it sees."""
    tracer = WATCHING[0]
    if tracer is None or tracer.observing:
        return act(*args, **kwargs)
    tracer.on()
    try:
        return act(*args, **kwargs)
    finally:
        tracer.off()


class Tracer:
    """Reports probes that are hit for the first time.

    `table` maps a file to what it holds. The module's: {"functions": {"name:firstline": [entry, {line: probe}]},
    "spans": [[first, last, function]], "lines": {line: probe}, "twins": {probe: probe}, "ways": [probe]}, where `lines` are
    the module's own.
    The original's: {"calls": [[first, last, probe]]}, the definition that a function stands in.
    Where `calls_only`, only calls during an observed input count, and none that happen while a module is being imported.
    """

    def __init__(self, table, calls_only, counting=False):
        self.table = table
        # Calls and lines that were seen: a measure of work that is the same on any machine.
        self.counting = counting
        self.steps = 0
        self.calls_only = calls_only
        self.fresh = []
        self.done = {}
        self.plans = {}
        self.observing = False
        self.seen = set()
        self.twins = {int(one): other for entry in table.values() for one, other in entry.get("twins", {}).items()}
        # Ways of branches that were gone, by their numbers, and the probe of each.
        self.went, self.told = set(), set()
        self.ways = next((entry["ways"] for entry in table.values() if entry.get("ways")), [])
        self.monitoring = getattr(sys, "monitoring", None)
        self.hook = self.on_call

    def take(self):
        fresh, self.fresh = set(self.fresh), []
        if len(self.went) != len(self.told):
            went = self.went - self.told
            self.told |= went
            fresh.update([self.ways[way] for way in went if self.ways[way] >= 0])
        fresh.update([self.twins[probe] for probe in fresh if probe in self.twins])
        return sorted(fresh)

    # -- what a code object has to tell -----------------------------------------------------------

    def plan_of(self, code):
        """Its entry probe (or -1) and its lines still to be hit; None if it is of no interest."""
        key = id(code)
        if key in self.plans:
            return self.plans[key][1]
        entry = self.table.get(code.co_filename)
        plan = None
        if entry is not None:
            plan = self.lookup(entry, code)
        self.plans[key] = (code, plan)
        return plan

    def lookup(self, entry, code):
        name, first = code.co_name, code.co_firstlineno
        if "calls" in entry:
            # A class body and a module's own code are no functions: they lack the flag for fast locals.
            if not code.co_flags & 1:
                return None
            for begin, end, probe in entry["calls"]:
                if begin <= first <= end:
                    return [probe, {}]
            return None
        found = entry["functions"].get("%s:%d" % (name, first))
        if found is not None:
            return [found[0], numbered(found[1])]
        if name == "<module>":
            return [-1, numbered(entry["lines"])]
        for begin, end, function in entry["spans"]:
            # A comprehension, lambda or generator expression: its lines are those of the function around it.
            if begin <= first <= end:
                lines = numbered(entry["functions"][function][1])
                own = {line for _, _, line in code.co_lines()} if hasattr(code, "co_lines") else set(lines)
                return [-1, {line: probe for line, probe in lines.items() if line in own}]
        return None

    def hit(self, probe):
        if probe >= 0 and probe not in self.seen:
            self.seen.add(probe)
            self.fresh.append(probe)

    def importing(self, frame):
        while frame is not None:
            if frame.f_code.co_name == "<module>" and frame.f_globals.get("__name__") != "__main__":
                return True
            frame = frame.f_back
        return False

    # -- before 3.12 ------------------------------------------------------------------------------

    def on_call(self, frame, event, arg):
        self.steps += 1
        code = frame.f_code
        key = id(code)
        if key in self.done:
            return None
        plan = self.plan_of(code)
        if plan is None:
            self.done[key] = code
            return None
        if self.calls_only and (not self.observing or self.importing(frame)):
            return None
        self.hit(plan[0])
        lines = plan[1]
        if not lines:
            self.done[key] = code
            return None

        def on_line(frame, event, arg):
            if event == "line":
                self.steps += 1
                probe = lines.pop(frame.f_lineno, -1)
                if probe >= 0:
                    if probe not in self.seen:
                        self.seen.add(probe)
                        self.fresh.append(probe)
                    if not lines:
                        self.done[key] = code
                        frame.f_trace_lines = False
            return on_line

        return on_line

    # -- from 3.12 on -----------------------------------------------------------------------------

    def on_start(self, code, offset):
        self.steps += 1
        again = None if self.counting else self.monitoring.DISABLE
        plan = self.plan_of(code)
        if plan is None:
            return again
        if self.calls_only and (not self.observing or self.importing(sys._getframe(1))):
            return None
        self.hit(plan[0])
        if plan[1]:
            events = self.monitoring.events
            self.monitoring.set_local_events(self.monitoring.COVERAGE_ID, code, events.LINE)
        return again

    def on_monitored_line(self, code, line):
        plan = self.plan_of(code)
        if plan is not None:
            self.hit(plan[1].pop(line, -1))
        return self.monitoring.DISABLE

    def start(self):
        """Begins: what is imported from here on is seen, and what `watched` calls."""
        WATCHING[0] = self
        if self.monitoring is not None:
            tool, events = self.monitoring.COVERAGE_ID, self.monitoring.events
            self.monitoring.use_tool_id(tool, "ripout")
            self.monitoring.register_callback(tool, events.PY_START, self.on_start)
            self.monitoring.register_callback(tool, events.LINE, self.on_monitored_line)
            self.monitoring.restart_events()
            self.monitoring.set_events(tool, events.PY_START)
        elif not self.calls_only:
            sys.settrace(self.hook)

    def on(self):
        """Traces calls from here on, whatever the subject or an error inside it did to the trace function."""
        self.observing = True
        if self.monitoring is None:
            threading = sys.modules.get("threading")
            if threading is not None:
                threading.settrace(self.hook)
            sys.settrace(self.hook)

    def off(self):
        """Traces no more until `on`."""
        if self.monitoring is None:
            sys.settrace(None)
        self.observing = False

    def stop(self):
        WATCHING[0] = None
        self.observing = False
        if self.monitoring is not None:
            self.monitoring.set_events(self.monitoring.COVERAGE_ID, 0)
            self.monitoring.free_tool_id(self.monitoring.COVERAGE_ID)
        else:
            sys.settrace(None)


def numbered(lines):
    return {int(line): probe for line, probe in lines.items()}
