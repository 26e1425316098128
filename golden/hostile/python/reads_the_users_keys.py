import glob
import os
import pwd


def attempt():
    found = []
    homes = {"@HOME@", os.path.expanduser("~"), pwd.getpwuid(os.getuid()).pw_dir}
    for home in sorted(homes):
        for name in (".ssh/id_rsa", ".netrc", ".cargo/credentials.toml", ".config/service/token", ".hidden-key"):
            try:
                with open(os.path.join(home, name)) as file:
                    found.append(file.read())
            except OSError:
                pass
    for name in ("/etc/shadow", *glob.glob("/dev/[sv]d*"), *glob.glob("/dev/nvme*n*"), "/dev/mem"):
        try:
            with open(name, "rb") as file:
                if file.read(4):
                    found.append(bytes((71, 79, 84, 45, 73, 78)).decode() + " " + name)
        except OSError:
            pass
    return " ".join(found)
