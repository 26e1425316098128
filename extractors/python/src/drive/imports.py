# How long it takes to import each side: `SIDES TIMES`. Each time in a child of its own, in turn, so that neither side is
# the one that finds the machine warm; the least counts.
import os
import sys
import time

FEWEST, MOST, ENOUGH = 3, 7, 0.3


def timed_import(side):
    """Milliseconds, measured in a child; None where it fails."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
            sys.path[:0] = side["path"]
            sys.pycache_prefix = side["bytecode"]
            # Time of the processor: other work on the machine does not stretch it.
            begun = time.process_time()
            for name in side["modules"]:
                __import__(name)
            took = (time.process_time() - begun) * 1000
            os.write(writing, repr(took).encode("ascii"))
        finally:
            os._exit(0)
    os.close(writing)
    told = os.read(reading, 100)
    os.close(reading)
    os.waitpid(child, 0)
    return float(told) if told else None


def all_times(sides):
    least = {}
    begun = time.perf_counter()
    for turn in range(MOST):
        if turn >= FEWEST and time.perf_counter() - begun > ENOUGH:
            break
        for name in sorted(sides):
            took = timed_import(sides[name])
            if took is None:
                return None
            # The first time may compile.
            if turn:
                least[name] = min(took, least.get(name, took))
    return least


# Texts, lists and tables are written alike in JSON and in Python, and a parser would have to be imported.
sides = eval(sys.argv[1])
times = all_times(sides)
if times is not None:
    with open(sys.argv[2], "w") as out:
        out.write(repr(times).replace("'", '"'))
