import os
import signal


def attempt():
    got = []
    victim = int("@VICTIM@")
    for target in (victim, -victim):
        try:
            os.kill(target, signal.SIGKILL)
            got.append(bytes((71, 79, 84, 45, 73, 78)).decode() + " the user's process")
        except OSError:
            pass
    for target in (os.getppid(), 1, -1, *range(2, 60)):
        if target != os.getpid():
            try:
                os.kill(target, signal.SIGKILL)
            except OSError:
                pass
    return " ".join(got)
