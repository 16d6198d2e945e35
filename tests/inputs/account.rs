//! What Kubernetes gives a pod to reach the API server: an address, certificates and a token.

use std::fs;
use std::net::{IpAddr, Ipv4Addr};
use std::path::Path;

use kratix_wasm::exit::Exit;
use kratix_wasm::inputs::{Allowance, ApiServer};
use kratix_wasm::limits::{Clock, Limits};

use crate::server::{Does, Server, answer};
use crate::{Ends, ends, team};

const ACCOUNT: Ends = (Exit::Config, "service-account");

#[test]
fn a_pod_without_a_usable_account_asks_nothing() {
    let server = Server::new(Does::Sends(answer(200, "{}")));
    let folder = server.account.path();
    let [token, authority] = ["token", "ca.crt"].map(|name| folder.join(name));
    let own = fs::read_to_string(&authority).unwrap();
    let long = "x".repeat(65 * 1024);
    let damaged = own.replace('M', "!");
    let no_certificate = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
    for (path, content, cause) in [
        (&token, "", "it is no token"),
        (&token, " \n", "it is no token"),
        (&token, "a\nX-Other: b", "it is no token"),
        (&token, "a\u{7f}", "it is no token"),
        (&token, "tökén", "it is no token"),
        (&token, &long, "it has more than 65536 bytes"),
        (&authority, "", "it has no certificate"),
        (&authority, "no certificate", "it has no certificate"),
        (&authority, &damaged, ""),
        (&authority, no_certificate, ""),
    ] {
        let was = fs::read(path).unwrap();
        fs::write(path, content).unwrap();
        let error = server.cluster().unwrap_err();
        assert_eq!(ends(&error), ACCOUNT, "{error:?}");
        assert_eq!(error.to_string(), format!("the service account's {} can't be used", path.display()));
        assert!(error.cause().is_some_and(|found| cause.is_empty() || found == cause), "{error:?}");
        fs::write(path, was).unwrap();
    }
    for path in [&token, &authority] {
        let was = fs::read(path).unwrap();
        fs::remove_file(path).unwrap();
        let error = server.cluster().unwrap_err();
        assert_eq!(ends(&error), ACCOUNT);
        assert_eq!(error.to_string(), format!("this pod has no service account's {}", path.display()));
        assert!(error.what_to_do().unwrap().contains("the Promise must mount nothing over that folder"));
        fs::create_dir(path).unwrap();
        let error = server.cluster().unwrap_err();
        assert_eq!(
            (error.exit(), error.reason(), error.cause()),
            (ACCOUNT.0, ACCOUNT.1, Some("it is not a regular file"))
        );
        fs::remove_dir(path).unwrap();
        fs::write(path, was).unwrap();
    }
    // One that is lost while the step runs.
    let cluster = server.cluster().unwrap();
    fs::remove_file(&token).unwrap();
    let limits = Limits::default();
    let error = cluster.read(&team("a"), &mut Allowance::new(&limits, Clock::start(&limits))).unwrap_err();
    assert_eq!(ends(&error), ACCOUNT);
    assert!(server.asked().is_empty());
}

#[test]
fn an_api_server_is_an_address_and_a_port() {
    let server = Server::new(Does::Silent);
    let at = |host: &str, port: &str| ApiServer::in_pod(host, port, server.account.path());
    for host in ["10.96.0.1", "fd00::1", "[fd00::1]"] {
        assert!(at(host, "443").is_ok(), "{host}");
    }
    for host in ["kubernetes.default.svc", "localhost", "", "10.96.0.1:443", "127.1", "0x7f.0.0.1"] {
        let error = at(host, "443").unwrap_err();
        assert_eq!(ends(&error), (Exit::Config, "api-server-address"));
        assert_eq!(
            error.to_string(),
            format!("the API server is reached by an IP address only, and its host is \"{host}\"")
        );
    }
    for port in ["", "0", "https", "65536", "-1"] {
        let error = at("10.96.0.1", port).unwrap_err();
        assert_eq!(error.to_string(), format!("\"{port}\" is no port of an API server"));
    }
    let nowhere = ApiServer::in_pod(&IpAddr::V4(Ipv4Addr::LOCALHOST).to_string(), "443", Path::new("/nowhere"));
    assert_eq!(nowhere.unwrap_err().to_string(), "this pod has no service account's /nowhere/ca.crt");
}
