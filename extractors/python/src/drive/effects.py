# What an input does beside its result: files, processes, the network, threads, the current folder, log records.
#
# Python tells of each act before it is done, so that one that the sandbox forbids is seen as well. What happens while a
# module is being imported does not count: where the original imports late, the one module is there from the start.

MOST_EFFECTS = 60
SELDOM = 64
GRACE = 0.05  # seconds that a thread which was begun may take to end

FILE_EVENTS = {
    "os.remove": "removes", "os.rename": "renames", "os.mkdir": "makes the folder", "os.rmdir": "removes the folder", "os.link": "links", "os.symlink": "links",
    "os.truncate": "truncates", "os.chmod": "changes the mode of", "os.chown": "changes the owner of", "os.utime": "changes the times of",
}
STARTING = {"os.system", "os.exec", "os.spawn", "os.posix_spawn", "os.startfile", "pty.spawn"}
ASKING = ("http.client.connect", "urllib.Request", "smtplib.connect", "ftplib.connect", "imaplib.open", "poplib.connect", "nntplib.connect", "telnetlib.Telnet.open")
NETWORK = {"socket.connect", "socket.bind", "socket.sendto", "socket.sendmsg", "socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr"}
# Read by the standard library for itself, by what the machine has of it.
OF_THE_SYSTEM = ("/usr/share/zoneinfo", "/usr/lib/", "/usr/local/lib/", "/usr/share/locale", "/usr/share/i18n", "/proc/", "/sys/", "/dev/", "/etc/localtime", "/etc/timezone")
# What a message says of the process and of the hour: addresses that were numbers, times of day, what was measured.
ADDRESS_NUMBER = re.compile(r"(?<![\w.])\d{11,15}(?![\w.])")
MEASURED = re.compile(r"\d+\.\d{6,}(?:e-?\d+)?|\d+(?:\.\d+)?e-\d+|\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d(?:[.,]\d+)?")
# What leaves neither a file nor another folder behind. What Python does not tell of at all is looked for now and then.
HARMLESS = {"builtins.id", "compile", "exec", "import", "object.__getattr__", "object.__setattr__", "object.__delattr__", "sys._getframe", "code.__new__", "function.__new__", "marshal.loads"}
TEMPORARY = re.compile(r"\btmp[a-z0-9_]{8}\b")


def own_number(text):
    """A text without the number of this process. In a sandbox of its own it is 2, say, each time, and many a 2 is none."""
    number = os.getpid()
    return text if number < 1000 else re.sub(r"(?<!\d)%d(?!\d)" % number, "<process>", text)


class Effects:
    """Notes acts while an input is observed."""

    def __init__(self):
        self.on = False
        # Whether something happened that may have left traces; without notice of acts it always may have.
        self.touched = True
        self.told, self.temporary, self.names = [], {}, frozenset()
        self.threads = 1
        self.installed, self.inputs = False, 0
        self.logging = None

    def install(self, names, text):
        """From here on acts are seen; `text` is the module's own, `names` what either side calls its modules."""
        self.names = frozenset(names)
        self.roots = tuple(os.path.realpath(path) + os.sep for path in {sys.prefix, sys.base_prefix, os.path.dirname(os.__file__)}) + OF_THE_SYSTEM
        self.writing = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
        if "logging" in text:
            self.watch_logs()
        sys.addaudithook(self.notice)
        self.installed = True

    def say(self, line):
        if len(self.told) < MOST_EFFECTS and line not in self.told:
            self.told.append(line)

    # -- acts -------------------------------------------------------------------------------------

    def notice(self, event, args):
        if not self.on or event in HARMLESS:
            return
        self.touched = True
        try:
            if event == "open":
                self.opened(*args)
            elif event in FILE_EVENTS:
                if not self.importing():
                    self.say("%s %s" % (FILE_EVENTS[event], " to ".join(self.place(one) for one in args if isinstance(one, (str, bytes)))))
            elif event == "subprocess.Popen":
                self.say("starts %s" % tell(args[1]))
            elif event in STARTING:
                self.say("starts %s" % tell([one for one in args if not isinstance(one, dict)]))
            elif event in NETWORK:
                self.say("%s %s" % (event, tell([one for one in args if isinstance(one, (str, bytes, int, tuple, type(None)))])))
            elif event == "socket.__new__":
                # Pairs within the process are no network.
                if args[1] != 1:
                    self.say("opens a socket of family %d" % args[1])
            elif event in ASKING:
                self.say("%s %s" % (event, tell([one for one in args if isinstance(one, (str, int))])))
            elif event in ("tempfile.mkstemp", "tempfile.mkdtemp"):
                self.temporary.setdefault(str(args[0]), "<temporary %d>" % (1 + len(self.temporary)))
        except Exception as error:
            # An error in here would be the subject's.
            self.say("%s, not told: %s" % (event, type(error).__name__))

    def opened(self, path, mode, flags):
        if isinstance(path, int):
            return
        path = os.fsdecode(path)
        writes = bool(flags & self.writing) if isinstance(flags, int) else bool(set(mode or "r") & set("wax+"))
        real = os.path.abspath(path)
        if not writes and not real.startswith(SCRATCH + os.sep) and (real.endswith((".py", ".pyc", ".so", ".pth")) or real.startswith(self.roots) or any(real.startswith(folder + os.sep) for folder in World.folders)):
            # What a package reads of its own folder it may have read at import on the other side.
            return
        if real.startswith("/dev/") or "__pycache__" in real or sys.pycache_prefix and real.startswith(sys.pycache_prefix) or self.importing():
            return
        self.say("%s %s" % ("writes" if writes else "reads", self.place(path)))

    def place(self, path):
        """A path as both sides tell it: relative below the scratch folder, without what is drawn by lot."""
        path = os.fsdecode(path)
        for name in self.temporary:
            path = path.replace(name, self.temporary[name])
        if path.startswith(SCRATCH + os.sep):
            path = path[len(SCRATCH) + 1:]
        path = path.replace(os.path.dirname(SCRATCH), "<tmp>")
        path = TEMPORARY.sub("<temporary>", path)
        return repr(own_number(path))

    def importing(self):
        frame = sys._getframe(1)
        while frame is not None:
            if frame.f_code.co_filename.startswith("<frozen importlib"):
                return True
            frame = frame.f_back
        return False

    # -- log records ------------------------------------------------------------------------------

    def watch_logs(self):
        import logging
        # Where nothing is configured, what is below a warning would be dropped before it could be seen.
        logging.root.setLevel(1)
        real = logging.Logger.callHandlers
        effects = self

        def callHandlers(logger, record):
            if effects.on and not effects.importing():
                on, effects.on = effects.on, False
                try:
                    message = effects.message(plain_text(str(record.getMessage())))
                except Exception as error:
                    message = "%s in its message" % type(error).__name__
                finally:
                    effects.on = on
                effects.say("logs %s %s %s%s" % (effects.logger(record.name), record.levelname, short(repr(message)), " with an error" if record.exc_info else ""))
            return real(logger, record)

        logging.Logger.callHandlers = callHandlers

    def message(self, text):
        """A message without what differs from process to process."""
        text = ADDRESS_NUMBER.sub(lambda found: "<of the process>" if 1 << 36 < int(found.group()) < 1 << 49 else found.group(), text)
        text = MEASURED.sub("<measured>", TEMPORARY.sub("<temporary>", text))
        return own_number(text)

    def logger(self, name):
        """The name of a logger; one that is called after a module is called otherwise on the other side."""
        return "<own>" if name in self.names or name.partition(".")[0] in {one.partition(".")[0] for one in self.names} else name

    # -- one input --------------------------------------------------------------------------------

    def begin(self):
        self.told, self.temporary = [], {}
        self.inputs += 1
        self.touched = not self.installed or self.inputs % SELDOM == 0
        threading = sys.modules.get("threading")
        self.threads = None if threading is None else set(threading.enumerate()) if threading.active_count() > 1 else 1
        self.on = True

    def end(self):
        """What was noted since `begin`."""
        self.on = False
        told = self.told
        threading = sys.modules.get("threading")
        if threading is not None and threading.active_count() > 1:
            told = told + self.left_running(threading)
        if not self.touched:
            return told
        try:
            folder = os.getcwd()
        except OSError:
            return told + ["takes the current folder away"]
        return told + (["leaves the current folder at %s" % self.place(folder)] if folder != SCRATCH else [])

    def left_running(self, threading):
        before = self.threads if isinstance(self.threads, set) else set()
        fresh = [one for one in threading.enumerate() if one not in before and one is not threading.main_thread()]
        for one in fresh:
            one.join(GRACE)
        return sorted("leaves the thread %r running" % re.sub(r"\d+", "#", one.name) for one in fresh if one.is_alive())


EFFECTS = Effects()
