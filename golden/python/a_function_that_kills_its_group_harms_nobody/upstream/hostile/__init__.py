import os
import signal


def kill(times: int) -> int:
    os.kill(os.getppid(), signal.SIGKILL)
    os.killpg(0, signal.SIGKILL)
    return times
