import socket


def attempt():
    got = []

    def tries(what, act):
        try:
            act()
            got.append(bytes((71, 79, 84, 45, 73, 78)).decode() + " " + what)
        except OSError:
            pass

    def connect(family, kind, address):
        with socket.socket(family, kind) as opened:
            opened.settimeout(2)
            opened.connect(address)
            opened.send(b"hello")

    def through_a_pair(address):
        one, other = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
        with one, other:
            one.sendto(b"hello", address)

    tries("tcp", lambda: connect(socket.AF_INET, socket.SOCK_STREAM, ("127.0.0.1", int("@PORT@"))))
    tries("udp", lambda: connect(socket.AF_INET, socket.SOCK_DGRAM, ("127.0.0.1", int("@PORT@"))))
    tries("tcp6", lambda: connect(socket.AF_INET6, socket.SOCK_STREAM, ("::1", int("@PORT@"))))
    tries("path", lambda: connect(socket.AF_UNIX, socket.SOCK_STREAM, "@SOCKET@"))
    tries("datagrams", lambda: connect(socket.AF_UNIX, socket.SOCK_DGRAM, "@SOCKET@.datagrams"))
    tries("abstract", lambda: connect(socket.AF_UNIX, socket.SOCK_STREAM, "\0@ABSTRACT@"))
    tries("pair", lambda: through_a_pair("@SOCKET@.datagrams"))
    tries("name", lambda: socket.create_connection(("localhost", int("@PORT@")), 2).close())
    return " ".join(got)
