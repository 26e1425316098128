import os


def attempt():
    folders = [os.getcwd(), os.path.expanduser("~"), os.environ.get("TMPDIR", "."), "/dev/shm", "/tmp", "@SCRATCH@"]
    count = 0
    while True:
        for folder in folders:
            count += 1
            try:
                with open(os.path.join(folder, f"full-{count}"), "wb") as file:
                    os.posix_fallocate(file.fileno(), 0, 1 << 28)
            except OSError:
                pass
        if count > 100000:
            return "done"
