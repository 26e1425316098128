pub fn attempt() -> String {
    use std::{net, os::unix::net as unix};
    let mut got = Vec::new();
    let mut tries = |what: &str, done: std::io::Result<()>| {
        if done.is_ok() {
            got.push(format!("{} {what}", [71u8, 79, 84, 45, 73, 78].map(char::from).iter().collect::<String>()));
        }
    };
    tries("tcp", net::TcpStream::connect("127.0.0.1:@PORT@").map(drop));
    tries("tcp6", net::TcpStream::connect("[::1]:@PORT@").map(drop));
    tries("udp", net::UdpSocket::bind("0.0.0.0:0").and_then(|it| it.send_to(b"hello", "127.0.0.1:@PORT@")).map(drop));
    tries("path", unix::UnixStream::connect("@SOCKET@").map(drop));
    tries("datagrams", unix::UnixDatagram::unbound().and_then(|it| it.send_to(b"hello", "@SOCKET@.datagrams")).map(drop));
    tries("pair", unix::UnixDatagram::pair().and_then(|(one, _)| one.send_to(b"hello", "@SOCKET@.datagrams")).map(drop));
    #[cfg(target_os = "linux")]
    {
        use std::os::linux::net::SocketAddrExt;
        let address = unix::SocketAddr::from_abstract_name("@ABSTRACT@");
        tries("abstract", address.and_then(|it| unix::UnixStream::connect_addr(&it)).map(drop));
    }
    got.join(" ")
}
