//! The way to the API server and back, over real TLS: what is sent, and what a server can do instead of answering.

use std::fs;
use std::net::TcpListener;
use std::process::Command;
use std::time::Duration;

use kratix_wasm::exit::Exit;
use kratix_wasm::inputs::{Allowance, ApiServer};
use kratix_wasm::kratix::Found;
use kratix_wasm::limits::{Clock, Limits};
use kratix_wasm_tests::run;
use serde_json::json;

use crate::certificates::{Authority, Shows};
use crate::server::{Does, Server, TOKEN, answer, typed};
use crate::{Ends, ends, list, not_found, object, team, teams};

const SLOW: Ends = (Exit::Unavailable, "api-server-slow");
const ANSWER: Ends = (Exit::Unavailable, "api-server-answer");
const UNREACHABLE: Ends = (Exit::Unavailable, "api-server-unreachable");
const UNTRUSTED: Ends = (Exit::Unavailable, "api-server-untrusted");

/// Who is slow is found so within the test's patience.
fn impatient() -> Limits {
    Limits { input_time: Duration::from_millis(300), ..Limits::default() }
}

#[test]
fn the_question_is_a_get_with_the_token() {
    let server = Server::new(Does::Sends(answer(200, &object("a").to_string())));
    let cluster = server.cluster().unwrap();
    let limits = Limits::default();
    let mut allowance = Allowance::new(&limits, Clock::start(&limits));
    let read = cluster.read(&team("a"), &mut allowance).unwrap();
    assert!(matches!(&read, Found::Objects(objects) if objects[0]["metadata"]["name"] == "a"));
    assert_eq!(allowance.bytes(), limits.input_bytes - object("a").to_string().len());
    // Kubernetes changes it while a pod runs.
    fs::write(server.account.path().join("token"), "another").unwrap();
    cluster.read(&teams(), &mut allowance).unwrap_err();
    let [first, second] = &server.asked()[..] else { panic!("{:?}", server.asked()) };
    let mut head: Vec<String> = first.lines().map(str::to_lowercase).collect();
    head.sort();
    let host = format!("host: {}", server.at);
    let token = format!("authorization: bearer {}", TOKEN.to_lowercase());
    assert_eq!(
        head.join("\n").trim(),
        [
            "accept-encoding: identity",
            "accept: application/json",
            &token,
            "get /apis/platform.example.org/v1/namespaces/default/teams/a http/1.1",
            &host,
            concat!("user-agent: kratix-wasm/", env!("CARGO_PKG_VERSION")),
        ]
        .join("\n")
    );
    assert!(
        second.starts_with(
            "GET /apis/platform.example.org/v1/namespaces/default/teams?labelSelector=tier=one HTTP/1.1\r\n"
        )
    );
    assert!(second.to_lowercase().contains("authorization: bearer another\r\n"));
    assert!(!format!("{cluster:?}").contains(TOKEN));
}

/// What a shell has for the internet is not for the cluster. A process has but one environment, so another asks again.
#[test]
fn no_proxy_of_the_environment_is_asked() {
    let mut again = Command::new(std::env::current_exe().unwrap());
    again.args(["--exact", "connection::the_question_is_a_get_with_the_token"]);
    for name in ["ALL_PROXY", "HTTPS_PROXY", "HTTP_PROXY", "https_proxy", "http_proxy"] {
        again.env(name, "http://127.0.0.1:1");
    }
    assert!(run(again.env_remove("NO_PROXY").env_remove("no_proxy")).contains("1 passed"));
}

#[test]
fn an_answer_may_come_in_chunks_or_until_the_end() {
    let body = list(json!([object("b"), object("a")])).to_string();
    let (first, rest) = body.split_at(40);
    let chunked = format!(
        "HTTP/1.1 200 OK\r\nContent-Type: application/json; charset=utf-8\r\nTransfer-Encoding: chunked\r\n\r\n\
         {:x}\r\n{first}\r\n{:x}\r\n{rest}\r\n0\r\n\r\n",
        first.len(),
        rest.len()
    );
    let to_the_end = format!("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n\r\n{body}");
    for bytes in [chunked, to_the_end] {
        let found = Server::new(Does::Sends(bytes.into_bytes())).read(&teams(), &Limits::default()).unwrap();
        let Found::Objects(objects) = found else { panic!("absent") };
        assert_eq!(objects.iter().map(|object| &object["metadata"]["name"]).collect::<Vec<_>>(), ["a", "b"]);
    }
    let server = Server::new(Does::Sends(answer(404, &not_found("a").to_string())));
    assert_eq!(server.read(&team("a"), &Limits::default()).unwrap(), Found::Absent);
}

#[test]
fn an_api_server_is_also_found_by_ipv6() {
    let does = Does::Sends(answer(200, &object("a").to_string()));
    let server = Server::showing(&Shows::For(&["::1"]), "[::1]:0", does);
    assert!(server.read(&team("a"), &Limits::default()).is_ok());
    let does = Does::Sends(answer(200, &object("a").to_string()));
    let server = Server::showing(&Shows::For(&["127.0.0.1"]), "[::1]:0", does);
    assert_eq!(server.read(&team("a"), &Limits::default()).unwrap_err().reason(), UNTRUSTED.1);
}

#[test]
fn what_is_slow_is_an_error_however_it_is_slow() {
    let pause = Duration::from_millis(20);
    let head = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 100000\r\n\r\n";
    let slow = |first: &[u8], again: &[u8]| Does::Repeats(first.to_vec(), again.to_vec(), pause);
    for does in [
        Does::Silent,
        Does::Stops(vec![]),
        Does::Stops(head.to_vec()),
        slow(head, b" "),
        slow(b"HTTP/1.1 200 OK\r\n", b"X: y\r\n"),
        slow(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n", b"1\r\n \r\n"),
        slow(b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
    ] {
        let server = Server::new(does);
        let error = server.read(&team("a"), &impatient()).unwrap_err();
        assert_eq!(ends(&error), SLOW, "{error:?}");
        let text = "the API server took too long for Team.platform.example.org a in namespace default: input-time is 0";
        assert_eq!(server.shown(&error), text);
    }
    // A step that has less time than a question may take.
    let server = Server::new(Does::Silent);
    let limits = Limits { step_time: Duration::from_millis(300), ..Limits::default() };
    let error = server.read(&team("a"), &limits).unwrap_err();
    assert_eq!(ends(&error), (Exit::Limit, "bound-step-time"));
}

#[test]
fn what_is_too_large_is_never_cut() {
    let limits = Limits { input_bytes: 1000, inputs: 1, ..Limits::default() };
    let endless = |head: &str, body: &str| Does::Repeats(head.into(), body.repeat(1000).into_bytes(), Duration::ZERO);
    let json = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n";
    let whole = object(&"x".repeat(1000)).to_string();
    for does in [
        endless(&format!("{json}Connection: close\r\n\r\n"), " "),
        endless(&format!("{json}Transfer-Encoding: chunked\r\n\r\n"), "1\r\n \r\n"),
        endless(&format!("{json}Content-Length: 9999999999\r\n\r\n"), " "),
        endless("HTTP/1.1 500 X\r\nConnection: close\r\n\r\n", "x"),
        Does::Sends(answer(200, &whole)),
    ] {
        let server = Server::new(does);
        let error = server.read(&team("a"), &limits).unwrap_err();
        assert_eq!(ends(&error), (Exit::Limit, "bound-input-bytes"), "{error:?}");
        let text = "the step reached the bound input-bytes with Team.platform.example.org a in namespace default: \
                    input-bytes is 1000";
        assert_eq!(server.shown(&error), text);
        assert!(error.what_to_do().unwrap().contains("--limit input-bytes=2000 or KRATIX_WASM_LIMITS"));
    }
    let server = Server::new(Does::Sends(answer(200, &list(json!([object("a"), object("b")])).to_string())));
    let error = server.read(&teams(), &limits).unwrap_err();
    assert_eq!(ends(&error), (Exit::Limit, "bound-inputs"));
    let text = "the step reached the bound inputs with any Team.platform.example.org with tier=one in namespace default: inputs is 1";
    assert_eq!(server.shown(&error), text);
    // Many small values, of which each takes memory, and the same within a text.
    let many = |spec: &str| {
        answer(
            200,
            &crate::with(object("a"), "/spec/size", json!(spec)).to_string().replace("\"[", "[").replace("]\"", "]"),
        )
    };
    let limits = Limits { input_values: 2000, ..Limits::default() };
    let zeros = "0,".repeat(2000);
    let server = Server::new(Does::Sends(many(&format!("[{zeros}0]"))));
    let error = server.read(&team("a"), &limits).unwrap_err();
    assert_eq!(ends(&error), (Exit::Limit, "bound-input-values"));
    let text = "the step reached the bound input-values with Team.platform.example.org a in namespace default: input-values is 2000";
    assert_eq!(server.shown(&error), text);
    assert!(Server::new(Does::Sends(many(&zeros))).read(&team("a"), &limits).is_ok());
    // Just as much as may be.
    let whole = object("a").to_string();
    let server = Server::new(Does::Sends(answer(200, &whole)));
    assert!(server.read(&team("a"), &Limits { input_bytes: whole.len(), inputs: 1, ..Limits::default() }).is_ok());
}

#[test]
fn an_answer_that_ends_too_early_is_none() {
    let whole = object("a").to_string();
    let head = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n";
    let unreachable =
        "no whole answer from the API server at 127.0.0.1:443 for Team.platform.example.org a in namespace default";
    for (does, expected, says) in [
        (Does::Hangs, UNREACHABLE, unreachable),
        (Does::Sends(vec![]), UNREACHABLE, unreachable),
        (Does::Sends(b"HTTP/1.1 20".to_vec()), UNREACHABLE, unreachable),
        (Does::Sends(b"nonsense\r\n\r\n".to_vec()), UNREACHABLE, unreachable),
        (
            Does::Sends(format!("{head}Content-Length: {}\r\n\r\n{whole}", whole.len() + 1).into()),
            UNREACHABLE,
            unreachable,
        ),
        (
            Does::Sends(format!("{head}Transfer-Encoding: chunked\r\n\r\n{:x}\r\n{whole}\r\n", whole.len()).into()),
            UNREACHABLE,
            unreachable,
        ),
        (Does::Sends(format!("{head}Transfer-Encoding: chunked\r\n\r\nzz\r\n").into()), UNREACHABLE, unreachable),
        // Nothing but its JSON says that it is whole.
        (
            Does::Sends(format!("{head}Connection: close\r\n\r\n{}", &whole[..whole.len() - 1]).into()),
            ANSWER,
            "the API server answers something else than Team.platform.example.org a in namespace default: no JSON: ",
        ),
        (Does::Sends(format!("{head}X: {}\r\n\r\n", "y".repeat(1 << 20)).into()), UNREACHABLE, unreachable),
    ] {
        let server = Server::new(does);
        let error = server.read(&team("a"), &Limits::default()).unwrap_err();
        assert_eq!(ends(&error), expected, "{error:?}");
        assert!(server.shown(&error).starts_with(says), "{}", server.shown(&error));
    }
    let nobody = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let server = Server::new(Does::Silent);
    let error = ApiServer::in_pod("127.0.0.1", &nobody.port().to_string(), server.account.path()).unwrap();
    let limits = Limits::default();
    let error = error.get(&team("a"), &Allowance::new(&limits, Clock::start(&limits))).unwrap_err();
    assert_eq!(
        (error.exit(), error.reason(), error.cause()),
        (UNREACHABLE.0, UNREACHABLE.1, Some("connection refused"))
    );
}

#[test]
fn what_is_no_json_is_not_taken_for_it() {
    let whole = object("a").to_string();
    let packed = format!(
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Encoding: gzip\r\n\
         Content-Length: {}\r\n\r\n{whole}",
        whole.len()
    );
    for (bytes, says) in [
        (typed(200, "text/html; charset=utf-8", &whole), "text/html; charset=utf-8"),
        (typed(200, "application/vnd.kubernetes.protobuf", &whole), "application/vnd.kubernetes.protobuf"),
        (typed(200, "", &whole), "a body of no kind"),
        (packed.into_bytes(), "gzip"),
    ] {
        let server = Server::new(Does::Sends(bytes));
        let error = server.read(&team("a"), &Limits::default()).unwrap_err();
        assert_eq!(ends(&error), ANSWER);
        let text = "the API server answers no JSON for Team.platform.example.org a in namespace default";
        assert_eq!(server.shown(&error), format!("{text}: {says}"));
    }
}

#[test]
fn nobody_is_sent_elsewhere() {
    let other = Server::new(Does::Sends(answer(200, &object("a").to_string())));
    for status in [301, 302, 303, 307, 308] {
        let to = format!("HTTP/1.1 {status} X\r\nLocation: https://{}/x\r\nContent-Length: 0\r\n\r\n", other.at);
        let server = Server::new(Does::Sends(to.into_bytes()));
        let error = server.read(&team("a"), &Limits::default()).unwrap_err();
        assert_eq!(ends(&error), (Exit::Unavailable, "api-server-status"));
        let text = "the API server has no answer for Team.platform.example.org a in namespace default";
        assert_eq!(server.shown(&error), format!("{text}: status {status}"));
    }
    assert!(other.asked().is_empty());
}

#[test]
fn who_cannot_prove_to_be_the_api_server_gets_no_token() {
    for (shows, says) in [
        (Shows::SelfSigned, "UnknownIssuer"),
        (Shows::For(&["10.0.0.1", "kubernetes.default.svc"]), "not valid for name"),
        (Shows::For(&["localhost"]), "not valid for name"),
        (Shows::Expired, "expired"),
    ] {
        let server = Server::showing(&shows, "127.0.0.1:0", Does::Sends(answer(200, &object("a").to_string())));
        let error = server.read(&team("a"), &Limits::default()).unwrap_err();
        assert_eq!(ends(&error), UNTRUSTED, "{error:?}");
        let text = "what answers for Team.platform.example.org a in namespace default at 127.0.0.1:443 isn't this cluster's API \
                    server: invalid peer certificate: ";
        assert!(
            server.shown(&error).starts_with(text) && server.shown(&error).contains(says),
            "{}",
            server.shown(&error)
        );
        assert!(server.asked().is_empty());
    }
    // Another cluster's, and then both: an authority that is being replaced.
    let server = Server::new(Does::Sends(answer(200, &object("a").to_string())));
    let (path, other) = (server.account.path().join("ca.crt"), Authority::new().pem);
    let own = fs::read_to_string(&path).unwrap();
    fs::write(&path, &other).unwrap();
    assert_eq!(server.read(&team("a"), &Limits::default()).unwrap_err().reason(), UNTRUSTED.1);
    fs::write(&path, format!("{other}{own}")).unwrap();
    assert!(server.read(&team("a"), &Limits::default()).is_ok());
}

#[test]
fn a_server_that_repeats_the_token_is_not_quoted() {
    for status in [200, 403, 404, 500] {
        let server = Server::new(Does::Sends(answer(status, &format!("{{\"message\": \"you sent {TOKEN}\"}}"))));
        let error = server.read(&team("a"), &Limits::default()).unwrap_err();
        assert!(!format!("{} {:?}", error.in_one_line(), error).contains(TOKEN), "{error:?}");
    }
    // In a header, or written with escapes: in what is shown, and in what a generator would get.
    let escaped = TOKEN.replace('y', "\\u0079").replace('_', "\\u005F");
    let whole = object("a").to_string();
    let packed = format!("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Encoding: {TOKEN}\r\n\r\n");
    for bytes in [
        typed(200, &format!("text/{TOKEN}"), &whole),
        packed.into_bytes(),
        answer(403, &format!("{{\"message\": \"you sent {escaped}\"}}")),
        answer(500, &format!("you sent {escaped}")),
        answer(200, &whole.replace("\"owner\":{", &format!("\"owner\":{{\"{escaped}\":1,"))),
        answer(200, &whole.replace("\"owner\":{", &format!("\"owner\":{{\"x\":\"\\\\{escaped}\","))),
    ] {
        let server = Server::new(Does::Sends(bytes));
        let error = server.read(&team("a"), &Limits::default()).unwrap_err();
        let shown = format!("{} {:?}", error.in_one_line(), error);
        assert!(!shown.contains(TOKEN) && !shown.contains(&escaped), "{shown}");
    }
    let innocent =
        answer(200, &whole.replace("\"owner\":{", "\"owner\":{\"x\":\"\\u0065\\/\\\\u0079\\uD83D\\uDE00\","));
    let Found::Objects(objects) = Server::new(Does::Sends(innocent)).read(&team("a"), &Limits::default()).unwrap()
    else {
        panic!("absent")
    };
    assert_eq!(objects[0]["spec"]["owner"]["x"], "e/\\u0079\u{1f600}");
}
