# The process: reads inputs, runs each against one side, writes one line of JSON for each.


def load_file(name, path):
    """A module from a file, without a place on sys.path for its folder."""
    import types
    module = types.ModuleType(name)
    module.__file__ = path
    with open(path, encoding="utf-8") as handle:
        exec(compile(handle.read(), path, "exec"), module.__dict__)
    return module


def unraisable(told):
    """An error in a destructor: what it was, and not where its text stands."""
    error = told.exc_value
    print("ignored: %s" % (type_name(told.exc_type) if error is None else describe_error(error)), file=sys.stderr)


def read_inputs(path):
    with open(path, "rb") as handle:
        data = handle.read()
    inputs, at = [], 0
    while at + 4 <= len(data):
        size = int.from_bytes(data[at:at + 4], "little")
        inputs.append(data[at + 4:at + 4 + size])
        at += 4 + size
    return inputs


def settle(side):
    """Prepares the process for one side: its paths, its world."""
    sys.path[:] = list(side["path"]) + [path for path in sys.path if path not in side["path"]]
    if side.get("bytecode"):
        # From here on what is compiled is kept for the next process of this side; the standard library's own was read before.
        sys.pycache_prefix, sys.dont_write_bytecode = side["bytecode"], False
    little_memory()
    CLOCK.install()
    sys.unraisablehook = unraisable
    settle_world(side["modules"], side["folders"] + [SCRATCH], side["known"], side.get("private", True))
    STANDARD.update(side["standard"])


def little_memory():
    """A call that asks for very much is to fail at once, and not to fill the machine first."""
    try:
        import resource
        _, hard = resource.getrlimit(resource.RLIMIT_AS)
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY if hard < 0 else min(MEMORY, hard), hard))
    except (ImportError, ValueError, OSError):
        pass


def wipe(folder):
    for entry in os.listdir(folder):
        path = os.path.join(folder, entry)
        if os.path.isdir(path) and not os.path.islink(path):
            import shutil
            shutil.rmtree(path, ignore_errors=True)
        else:
            try:
                os.unlink(path)
            except OSError:
                pass


class Catch:
    """Standard output and error of one input."""

    def __enter__(self):
        self.kept = sys.stdout, sys.stderr
        sys.stdout, sys.stderr = self.out, self.err = io.StringIO(), io.StringIO()
        return self

    def __exit__(self, *_):
        sys.stdout, sys.stderr = self.kept
        return False


ENVIRONMENT = {}


def environment():
    """The variables of the environment, decoded anew only where something changed: most inputs leave them alone."""
    raw = getattr(os.environ, "_data", None)
    if raw is None:
        return dict(os.environ)
    if ENVIRONMENT.get("raw") != raw:
        ENVIRONMENT.update(raw=dict(raw), read=dict(os.environ))
    return ENVIRONMENT["read"]


def one_input(data, plan, drive, subject, tracer):
    """The observation of one input."""
    observed = Observed()
    draw = Draw(data)
    random.seed(0)
    variables = environment()
    with Catch() as caught, warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        EFFECTS.begin()
        try:
            if drive is not None:
                by_hand(drive, subject, draw, observed)
            else:
                exercise(draw, plan, subject, observed)
        except BaseException as error:
            try:
                observed.say("outside: " + tell_error(error))
                observed.kind = "raised"
            except LeftOut as left_out:
                observed.say(str(left_out))
                observed.kind = "left_out"
        finally:
            if tracer is not None:
                # A call that an alarm ended may have left it on.
                tracer.off()
            for effect in EFFECTS.end():
                observed.say("effect: %s" % effect)
        for name, stream in (("stdout", caught.out), ("stderr", caught.err)):
            text = "" if stream.closed else stream.getvalue()
            if text:
                observed.say("%s: %s" % (name, short(repr(plain_text(text)))))
        for warning in warned:
            if warning.category is not ResourceWarning:
                observed.say("warning: %s: %s" % (type_name(warning.category), short(plain_text(str(warning.message)))))
    if variables != environment():
        set_here = observed.world.partition("=")[0]
        for name in sorted(set(variables) | set(os.environ)):
            if variables.get(name) != os.environ.get(name) and name != set_here:
                observed.say("environment: %s became %s" % (name, tell(os.environ.get(name))))
        os.environ.clear()
        os.environ.update(variables)
    observed.text = observed.world + observed.text
    observed.used = min(draw._at, len(data))
    return observed


def by_hand(drive, subject, draw, observed):
    """A driver that a person wrote: `def drive(subject, draw)`."""
    try:
        result = watched(drive, subject, draw)
        if hasattr(type(result), "__await__"):
            await_it(result, observed)
        else:
            observed.say(tell(result, drain=True))
    except BaseException as error:
        observed.kind = "raised"
        observed.say(tell_error(error))
    observed.text = ", ".join(draw._log) or "nothing was drawn"


def too_slow(signum, frame):
    # Raising inside strangers' code could be caught there. A process that ends has died on this input, which the
    # judge knows how to read; the limit of the module's side is several times the original's.
    os._exit(124)


def begin(side_path, effects=True):
    """Settles the process for the side that a file describes: the side, the driver's plan or its function, the subject."""
    with open(side_path, encoding="utf-8") as handle:
        side = json.load(handle)
    here = os.path.dirname(os.path.abspath(side_path))
    driver = load_file("driver", os.path.join(here, side["driver"]))
    plan, drive = getattr(driver, "PLAN", None), getattr(driver, "drive", None)
    side["modules"] = (plan or {}).get("modules") or side["modules"]
    settle(side)
    if effects:
        EFFECTS.install(side["modules"], own_text(side))
    tracer = None
    if side.get("probes"):
        with open(os.path.join(here, side["probes"]), encoding="utf-8") as handle:
            tracer = Tracer(json.load(handle), side["calls_only"])
        if tracer.ways:
            mark_branches(side["module"], tracer.went)
        tracer.start()
    subject = load_file("subject", os.path.join(here, side["subject"]))
    if tracer is not None:
        tracer.off()
    os.makedirs(SCRATCH, exist_ok=True)
    os.chdir(SCRATCH)
    return side, plan, drive, subject, tracer


def own_text(side):
    """The module's text, on both sides."""
    try:
        with open(side["module"], encoding="utf-8", errors="replace") as handle:
            return handle.read()
    except (OSError, KeyError):
        return ""


def tidy():
    """The scratch folder as it was before an input."""
    try:
        away = os.getcwd() != SCRATCH
    except OSError:
        away = True
    if away:
        os.makedirs(SCRATCH, exist_ok=True)
        os.chdir(SCRATCH)
    if os.listdir(SCRATCH):
        wipe(SCRATCH)


def leave():
    """Takes the scratch folder away. What the subject did to it must not change how this process ends."""
    try:
        os.chdir(os.path.dirname(SCRATCH))
        wipe(SCRATCH)
        os.rmdir(SCRATCH)
    except OSError:
        pass


def observe_all(side_path, inputs_path, observations_path):
    inputs = read_inputs(inputs_path)
    # Opened before the subject is there, and never named to it.
    out = open(observations_path, "ab", buffering=0)
    side, plan, drive, subject, tracer = begin(side_path)
    # Time of the processor decides, which a busy machine does not stretch; the clock is for what sleeps.
    seconds = side["seconds"]
    signal.signal(signal.SIGALRM, too_slow)
    signal.signal(signal.SIGPROF, too_slow)
    write, quoted = out.write, json.encoder.encode_basestring_ascii
    # What is there by now stays: looking through it again and again would take a part of the time.
    getattr(gc, "freeze", int)()
    for data in inputs:
        signal.setitimer(signal.ITIMER_PROF, seconds)
        signal.setitimer(signal.ITIMER_REAL, 3 * seconds)
        observed = one_input(data, plan, drive, subject, tracer)
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.setitimer(signal.ITIMER_REAL, 0)
        if "MemoryError" in observed.text or any("MemoryError" in line for line in observed.lines):
            # Where memory ends is no behaviour: the two sides have not loaded the same.
            observed.kind, observed.lines = "discarded", ["out of memory"]
        value, hits = clean("\n".join(observed.lines)), tracer.take() if tracer is not None else []
        line = '{"input":%s,"kind":"%s","value":%s,"hits":%s,"used":%d}\n' % (quoted(clean(observed.text)), observed.kind, quoted(value), hits, observed.used)
        write(line.encode("ascii"))
        if EFFECTS.touched:
            tidy()
    if tracer is not None:
        tracer.stop()
    out.close()
    leave()
    # Threads and exit handlers of the subject have no say in how this process ends.
    os._exit(0)


def clean(text):
    """Lone surrogates can't be written as JSON that everybody reads."""
    text = plain_text(short(text))
    return text if text.isascii() else text.encode("utf-8", "backslashreplace").decode("utf-8")


STANDARD = set()
MEMORY = 1 << 30
# The number of the process would not do: both sides may run under the same one, each in a world of its own.
SCRATCH = os.path.join(os.path.realpath(os.environ.get("TMPDIR") or "/tmp"), "ripout-scratch-" + os.urandom(6).hex())

if __name__ == "__main__" and len(sys.argv) == 4:
    observe_all(*sys.argv[1:])
