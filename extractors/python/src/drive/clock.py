# Time for the subject: who sleeps is not kept waiting, and finds the clocks as late as if it had slept.

REAL_MONOTONIC = time.monotonic
# More is no wait that a program means; the real function says what it says to that.
LONGEST_SLEEP = 1e9


class Clock:
    """Stands for what `time` waits and tells the time with. Methods of an object: kept in a class, these stay what they are."""

    def __init__(self):
        self.slept = 0.0

    def install(self):
        if time.monotonic is not REAL_MONOTONIC:
            return
        self.real = {}
        for name in ("sleep", "time", "monotonic", "perf_counter", "time_ns", "monotonic_ns", "perf_counter_ns"):
            self.real[name] = getattr(time, name)
            setattr(time, name, getattr(self, name))

    def sleep(self, seconds, /):
        if isinstance(seconds, (int, float)) and 0 < seconds < LONGEST_SLEEP:
            self.slept += seconds
            return None
        # Nothing to wait for, or no time at all: the error is the real one's.
        return self.real["sleep"](seconds)

    def time(self):
        return self.real["time"]() + self.slept

    def monotonic(self):
        return self.real["monotonic"]() + self.slept

    def perf_counter(self):
        return self.real["perf_counter"]() + self.slept

    def time_ns(self):
        return self.real["time_ns"]() + int(self.slept * 1e9)

    def monotonic_ns(self):
        return self.real["monotonic_ns"]() + int(self.slept * 1e9)

    def perf_counter_ns(self):
        return self.real["perf_counter_ns"]() + int(self.slept * 1e9)

    def __deepcopy__(self, memo):
        return self

    def __reduce__(self):
        return "CLOCK"


CLOCK = Clock()
