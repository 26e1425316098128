import os
import subprocess
import sys


def attempt():
    here = [sys.executable, "-I", "-S", "-c", "import time; time.sleep(3600)", "@MARK@"]
    for session in (False, True):
        try:
            quiet = subprocess.DEVNULL
            subprocess.Popen(here, stdin=quiet, stdout=quiet, stderr=quiet, start_new_session=session)
        except OSError:
            pass
    # A daemon: a child that leaves, and whose own child is nobody's.
    try:
        if os.fork() == 0:
            try:
                os.setsid()
            except OSError:
                os.setpgid(0, 0)
            if os.fork() == 0:
                os.closerange(0, 256)
                os.execv(here[0], here)
            os._exit(0)
    except OSError:
        pass
    return ""
