//! An API server that lies or is slow, over real TLS, on this machine.

use std::fs;
use std::io::{Read as _, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use kratix_wasm::error::Error;
use kratix_wasm::inputs::{Allowance, ApiServer, Cluster};
use kratix_wasm::kratix::Address;
use kratix_wasm::kratix::Found;
use kratix_wasm::limits::{Clock, Limits};
use rustls::{ServerConfig, ServerConnection, StreamOwned};
use tempfile::TempDir;

use crate::certificates::{Authority, Shows};

/// What the service account shows.
pub(crate) const TOKEN: &str = "eyJhbGciOiJSUzI1NiJ9.a-secret_of.the~pod";

/// What a server does with a question.
pub(crate) enum Does {
    /// Sends this and ends the connection.
    Sends(Vec<u8>),
    /// Sends this, and then nothing, and keeps the connection open.
    Stops(Vec<u8>),
    /// Sends the first, then the second again and again, with so much time between.
    Repeats(Vec<u8>, Vec<u8>, Duration),
    /// Doesn't even say hello.
    Silent,
    /// Closes the connection before it says hello.
    Hangs,
}

/// A running server.
pub(crate) struct Server {
    pub(crate) at: SocketAddr,
    /// What it was asked, each with its head.
    asked: Arc<Mutex<Vec<String>>>,
    /// The files of a service account that trusts it.
    pub(crate) account: TempDir,
}

impl Server {
    /// One whose certificate is right.
    pub(crate) fn new(does: Does) -> Self {
        Self::showing(&Shows::For(&["127.0.0.1", "::1"]), "127.0.0.1:0", does)
    }

    pub(crate) fn showing(shows: &Shows, at: &str, does: Does) -> Self {
        let authority = Authority::new();
        let config = authority.server(shows);
        let listener = TcpListener::bind(at).unwrap();
        let (at, asked) = (listener.local_addr().unwrap(), Arc::new(Mutex::new(Vec::new())));
        let account = tempfile::tempdir().unwrap();
        fs::write(account.path().join("ca.crt"), &authority.pem).unwrap();
        fs::write(account.path().join("token"), format!("{TOKEN}\n")).unwrap();
        let heard = asked.clone();
        // It ends with the process.
        thread::spawn(move || {
            for stream in listener.incoming() {
                // That the client has gone is not the server's matter.
                let _ = stream.and_then(|stream| serve(stream, config.clone(), &does, &heard));
            }
        });
        Self { at, asked, account }
    }

    pub(crate) fn cluster(&self) -> Result<Cluster, Error> {
        let (host, port) = (self.at.ip().to_string(), self.at.port().to_string());
        ApiServer::in_pod(&host, &port, self.account.path()).map(Cluster::ApiServer)
    }

    /// What a step with these bounds reads there.
    pub(crate) fn read(&self, address: &Address, limits: &Limits) -> Result<Found, Error> {
        self.cluster()?.read(address, &mut Allowance::new(limits, Clock::start(limits)))
    }

    pub(crate) fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }

    /// An error as the user reads it, of a server at the usual port. It never has the token.
    pub(crate) fn shown(&self, error: &Error) -> String {
        assert!(!format!("{error:?}").contains(TOKEN), "{error:?}");
        error.in_one_line().replace(&format!(":{}", self.at.port()), ":443")
    }
}

fn serve(
    mut stream: TcpStream,
    config: Arc<ServerConfig>,
    does: &Does,
    asked: &Mutex<Vec<String>>,
) -> std::io::Result<()> {
    match does {
        Does::Silent => return wait_until_closed(stream),
        Does::Hangs => return Ok(()),
        _ => {}
    }
    stream.set_nodelay(true)?;
    let connection = ServerConnection::new(config).unwrap();
    let mut tls = StreamOwned::new(connection, stream.try_clone()?);
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        let mut byte = [0];
        tls.read_exact(&mut byte)?;
        head.push(byte[0]);
    }
    asked.lock().unwrap().push(String::from_utf8(head).unwrap());
    match does {
        Does::Sends(bytes) => {
            tls.write_all(bytes)?;
            tls.conn.send_close_notify();
            tls.flush()
        }
        Does::Stops(bytes) => {
            tls.write_all(bytes)?;
            tls.flush()?;
            wait_until_closed(stream)
        }
        Does::Repeats(first, again, pause) => {
            tls.write_all(first)?;
            loop {
                tls.write_all(again)?;
                tls.flush()?;
                thread::sleep(*pause);
            }
        }
        Does::Silent | Does::Hangs => stream.flush(),
    }
}

fn wait_until_closed(mut stream: TcpStream) -> std::io::Result<()> {
    while stream.read(&mut [0; 1024])? > 0 {}
    Ok(())
}

/// An answer of HTTP with a body of JSON.
pub(crate) fn answer(status: u16, body: &str) -> Vec<u8> {
    typed(status, "application/json", body)
}

pub(crate) fn typed(status: u16, content_type: &str, body: &str) -> Vec<u8> {
    let length = body.len();
    format!("HTTP/1.1 {status} X\r\nContent-Type: {content_type}\r\nContent-Length: {length}\r\n\r\n{body}")
        .into_bytes()
}
