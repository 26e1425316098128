import os


def attempt():
    try:
        for _ in range(1500):
            os.mkdir("deep")
            os.chdir("deep")
        for name in range(300):
            open(f"name-{name}", "w").close()
        os.chmod(".", 0)
    except OSError:
        pass
    return ""
