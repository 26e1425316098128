import ctypes
import os


def attempt():
    got = []
    libc = ctypes.CDLL(None, use_errno=True)
    calls = {
        "mount": lambda: libc.mount(b"none", b"/tmp", b"tmpfs", 0, None),
        "unshare": lambda: libc.unshare(0x10000000),
        "ptrace": lambda: libc.ptrace(16, os.getppid(), 0, 0),
        "chroot": lambda: libc.chroot(b"/"),
        "setuid": lambda: libc.setuid(12345),
        "sethostname": lambda: libc.sethostname(b"owned", 5),
    }
    if os.uname().machine == "x86_64":
        for name, number, arguments in (
            ("keyctl", 250, (0, -3, 1)),
            ("io_uring", 425, (8, ctypes.create_string_buffer(256))),
            ("bpf", 321, (0, 0, 0)),
            ("userfaultfd", 323, (1,)),
            ("perf", 298, (ctypes.create_string_buffer(128), 0, -1, -1, 0)),
            ("socket by another number", 0x40000029, (2, 1, 0)),
        ):
            calls[name] = lambda number=number, arguments=arguments: libc.syscall(number, *arguments)
    for name, call in calls.items():
        if call() >= 0:
            got.append(bytes((71, 79, 84, 45, 73, 78)).decode() + " " + name)
    return " ".join(got)
