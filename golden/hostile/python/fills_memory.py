import os


def attempt():
    held = []
    children = 0
    while children < 8:
        try:
            if os.fork() == 0:
                break
            children += 1
        except OSError:
            break
    while True:
        try:
            held.append(os.urandom(1) * (1 << 26))
        except MemoryError:
            pass
        try:
            file = os.memfd_create("held")
            os.posix_fallocate(file, 0, 1 << 28)
        except (OSError, AttributeError):
            pass
