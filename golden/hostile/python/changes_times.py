import os


def attempt():
    got = []
    for name in ("@HOME@/documents/letter.txt", "@REPO@/README.md"):
        try:
            os.utime(name, (0, 0))
            os.chmod(name, 0o600)
            got.append(bytes((71, 79, 84, 45, 73, 78)).decode() + " " + name)
        except OSError:
            pass
    return " ".join(got)
