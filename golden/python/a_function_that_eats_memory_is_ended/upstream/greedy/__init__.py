import os


def fill(times: int) -> int:
    held = []
    try:
        while True:
            held.append(bytearray(64 << 20))
    except MemoryError:
        os._exit(9)
