import os
import shutil


def attempt():
    got = []

    def tries(what, act):
        try:
            act()
            got.append(bytes((71, 79, 84, 45, 73, 78)).decode() + " " + what)
        except (OSError, shutil.Error):
            pass

    key = "@HOME@/.ssh/id_rsa"
    text = "@HOME@/documents/letter.txt"
    for folder in ("@HOME@", "@HOME@/documents", "@REPO@", "@SCRATCH@", "@HOME@/.cargo", "@HOME@/.cargo/registry", "/tmp", "/var/tmp", "/etc"):
        name = os.path.join(folder, "pwned-@MARK@")
        tries(name, lambda: open(name, "w").close())
        tries(name, lambda: os.mkdir(name + "-folder"))
        tries(name, lambda: os.symlink("/etc/passwd", name + "-link"))
        tries(name, lambda: os.mkfifo(name + "-pipe"))
    for name in (key, text, "@REPO@/README.md"):
        tries(name, lambda: open(name, "a").write("x"))
        tries(name, lambda: os.truncate(name, 0))
        tries(name, lambda: os.open(name, os.O_RDONLY | os.O_TRUNC))
        tries(name, lambda: os.unlink(name))
        tries(name, lambda: os.rename(name, name + "2"))
        tries(name, lambda: os.chmod(name, 0o777))
        tries(name, lambda: os.link(name, "linked"))
    tries("home", lambda: shutil.rmtree("@HOME@/documents"))
    for name in ("/proc/sys/kernel/core_pattern", "/proc/sysrq-trigger", "/sys/kernel/uevent_helper"):
        tries(name, lambda: open(name, "w"))
    return " ".join(got)
