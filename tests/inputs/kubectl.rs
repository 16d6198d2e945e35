//! kubectl in place of the API server: the same answers, by its words.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use kratix_wasm::error::Error;
use kratix_wasm::exit::Exit;
use kratix_wasm::inputs::{Allowance, Cluster, Kubectl, is_no_resource};
use kratix_wasm::kratix::Address;
use kratix_wasm::kratix::Found;
use kratix_wasm::limits::{Clock, Limits};
use kratix_wasm_tests::play;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::server::{Does, Server, TOKEN, answer, typed};
use crate::{Ends, ends, failure, list, not_found, object, team, teams};

const FORBIDDEN: Ends = (Exit::Config, "input-forbidden");
const UNAUTHORIZED: Ends = (Exit::Config, "input-unauthorized");
const NO_RESOURCE: Ends = (Exit::Config, "input-no-resource");
const FAILED: Ends = (Exit::Unavailable, "kubectl-failed");

/// A program, and where it lies.
struct Program(TempDir);

impl Program {
    fn playing(script: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        play(&folder.path().join("kubectl"), script);
        Self(folder)
    }

    /// The real one, with a context of this server.
    fn real(server: &Server) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let config = json!({
            "apiVersion": "v1", "kind": "Config", "current-context": "x",
            "contexts": [{"name": "x", "context": {"cluster": "x", "user": "x"}}],
            "users": [{"name": "x", "user": {"token": TOKEN}}],
            "clusters": [{"name": "x", "cluster": {
                "server": format!("https://{}", server.at),
                "certificate-authority": server.account.path().join("ca.crt"),
            }}],
        });
        fs::write(folder.path().join("config"), config.to_string()).unwrap();
        play(&folder.path().join("kubectl"), "exec kubectl --kubeconfig \"${0%/*}/config\" \"$@\"");
        Self(folder)
    }

    fn path(&self) -> PathBuf {
        self.0.path().join("kubectl")
    }

    fn read(&self, address: &Address, limits: &Limits) -> Result<Found, Error> {
        read(&self.path(), address, limits)
    }
}

fn read(program: &Path, address: &Address, limits: &Limits) -> Result<Found, Error> {
    let cluster = Cluster::Kubectl(Kubectl::new(program));
    cluster.read(address, &mut Allowance::new(limits, Clock::start(limits)))
}

/// Prints this and ends with that.
fn script(stdout: &str, stderr: &str, status: u8) -> String {
    format!("printf '%s' '{stdout}'\nprintf '%s\\n' '{stderr}' >&2\nexit {status}")
}

#[test]
fn a_kubectl_that_is_played_is_asked_for_the_path_alone() {
    let body = list(json!([object("b"), object("a")])).to_string();
    let program =
        Program::playing(&format!("printf '%s\\n' \"$@\" >\"${{0%/*}}/asked\"; cat >&2\n{}", script(&body, "", 0)));
    let Found::Objects(objects) = program.read(&teams(), &Limits::default()).unwrap() else { panic!("absent") };
    assert_eq!(objects.iter().map(|object| &object["metadata"]["name"]).collect::<Vec<_>>(), ["a", "b"]);
    assert_eq!(
        fs::read_to_string(program.0.path().join("asked")).unwrap(),
        "get\n--raw\n/apis/platform.example.org/v1/namespaces/default/teams?labelSelector=tier=one\n"
    );
}

#[test]
fn words_of_a_kubectl_that_is_played_are_what_the_api_server_said() {
    let absent = "Error from server (NotFound): teams.platform.example.org \"a\" not found";
    for stderr in [absent, &format!("Warning: v1 is deprecated\nerror: of a plugin\n{absent}\n")] {
        assert_eq!(
            Program::playing(&script("", stderr, 1)).read(&team("a"), &Limits::default()).unwrap(),
            Found::Absent
        );
    }
    for (stderr, expected, says) in [
        (
            "Error from server (NotFound): the server could not find the requested resource",
            NO_RESOURCE,
            "the cluster has no teams.platform.example.org of platform.example.org/v1: \
             the server could not find the requested resource",
        ),
        ("Error from server (NotFound): teams.platform.example.org \"b\" not found", NO_RESOURCE, "\"b\" not found"),
        ("Error from server (NotFound): namespaces \"a\" not found", NO_RESOURCE, "namespaces \"a\" not found"),
        (&format!("{absent} yet"), NO_RESOURCE, "not found yet"),
        (&format!("{absent}\nerror: and then"), FAILED, "exit status: 1"),
        ("teams.platform.example.org \"a\" not found", FAILED, "not found"),
        (
            "Error from server (Forbidden): teams.platform.example.org \"a\" is forbidden: User \"x\" cannot get resource",
            FORBIDDEN,
            "the API server forbids to read Team.platform.example.org a in namespace default: \
             teams.platform.example.org \"a\" is forbidden: User \"x\" cannot get resource",
        ),
        (
            "error: You must be logged in to the server (Unauthorized)",
            UNAUTHORIZED,
            "the API server doesn't know who asks for Team.platform.example.org a in namespace default",
        ),
        ("Error from server (ServiceUnavailable): no endpoints", FAILED, "no endpoints"),
        (
            "The connection to the server localhost:8080 was refused - did you specify the right host or port?",
            FAILED,
            "kubectl has no answer for Team.platform.example.org a in namespace default: The connection to the server",
        ),
        ("", FAILED, "exit status: 1"),
        ("error: \u{1b}[31mred", FAILED, "error: [31mred"),
    ] {
        // Whatever it prints: it failed.
        let program = Program::playing(&script(&object("a").to_string(), stderr, 1));
        let error = program.read(&team("a"), &Limits::default()).unwrap_err();
        assert_eq!(ends(&error), expected, "{error:?}");
        assert!(error.in_one_line().contains(says) || expected == FAILED && says == "exit status: 1", "{error:?}");
    }
    // An absence of a list, and an answer that is none.
    let program = Program::playing(&script("", absent, 1));
    assert_eq!(ends(&program.read(&teams(), &Limits::default()).unwrap_err()), NO_RESOURCE);
    let program = Program::playing(&script("", absent, 0));
    assert_eq!(
        ends(&program.read(&team("a"), &Limits::default()).unwrap_err()),
        (Exit::Unavailable, "api-server-answer")
    );
}

#[test]
fn a_kubectl_that_is_played_is_bounded() {
    let short = Limits { input_time: Duration::from_millis(300), ..Limits::default() };
    for script in [
        "exec sleep 600",
        "exec >/dev/null 2>&1; exec sleep 600",
        "exec 2>/dev/null; sleep 600 & printf '{'; exit 0",
        "sleep 600 >/dev/null & exit 1",
        "while printf ' '; do sleep 0.01; done",
    ] {
        let error = Program::playing(script).read(&team("a"), &short).unwrap_err();
        assert_eq!(ends(&error), (Exit::Unavailable, "api-server-slow"), "{script}: {error:?}");
    }
    let small = Limits { input_bytes: 1000, ..Limits::default() };
    for script in ["exec cat /dev/zero", "head -c 1001 /dev/zero", "cat /dev/zero; exit 1"] {
        let error = Program::playing(script).read(&team("a"), &small).unwrap_err();
        assert_eq!(ends(&error), (Exit::Limit, "bound-input-bytes"), "{script}: {error:?}");
    }
    let error = Program::playing("exec cat /dev/zero >&2").read(&team("a"), &small).unwrap_err();
    assert_eq!(ends(&error), FAILED);
}

#[test]
fn who_has_no_kubectl_learns_what_else_there_is() {
    let error = read(Path::new("kubectl-that-is-nowhere"), &team("a"), &Limits::default()).unwrap_err();
    assert_eq!(ends(&error), (Exit::Usage, "kubectl-missing"));
    assert_eq!(error.to_string(), "there is no kubectl-that-is-nowhere on the PATH");
    assert!(error.what_to_do().unwrap().contains("--input-object"));
    let folder = tempfile::tempdir().unwrap();
    let error = read(folder.path(), &team("a"), &Limits::default()).unwrap_err();
    assert_eq!((ends(&error), error.cause()), ((Exit::Usage, "kubectl-missing"), Some("permission denied")));
}

/// What the real one makes of the very answers that a real API server has.
#[test]
#[ignore = "needs kubectl"]
fn the_real_kubectl_says_what_it_is_understood_by() {
    let read = |bytes: Vec<u8>, address: &Address| {
        let server = Server::new(Does::Sends(bytes));
        let read = Program::real(&server).read(address, &Limits::default());
        // What is behind it kubectl writes in another way.
        let path = address.path();
        let question = format!("GET {}", path.split('?').next().unwrap());
        assert!(server.asked().iter().any(|asked| asked.starts_with(&question)), "{:?}: {read:?}", server.asked());
        read
    };
    let json = |status, body: &Value| answer(status, &body.to_string());
    assert!(
        matches!(read(json(200, &object("a")), &team("a")).unwrap(), Found::Objects(objects) if objects.len() == 1)
    );
    let both = list(json!([object("b"), object("a")]));
    assert!(matches!(read(json(200, &both), &teams()).unwrap(), Found::Objects(objects) if objects.len() == 2));
    assert_eq!(read(json(404, &not_found("a")), &team("a")).unwrap(), Found::Absent);
    for bytes in [
        typed(404, "text/plain; charset=utf-8", "404 page not found\n"),
        json(404, &failure(404, "NotFound", "the server could not find the requested resource")),
        json(404, &not_found("b")),
    ] {
        let error = read(bytes, &team("a")).unwrap_err();
        assert!(is_no_resource(&error), "{error:?}");
    }
    for (bytes, expected) in [
        (json(401, &failure(401, "Unauthorized", "Unauthorized")), UNAUTHORIZED),
        (json(403, &failure(403, "Forbidden", "teams.platform.example.org \"a\" is forbidden")), FORBIDDEN),
        (json(410, &failure(410, "Expired", "too old")), FAILED),
        (json(500, &failure(500, "InternalError", "oh")), FAILED),
        (typed(503, "text/plain", "no"), FAILED),
        (vec![], FAILED),
        (json(200, &object("b")), (Exit::Unavailable, "api-server-answer")),
        (answer(200, "{"), (Exit::Unavailable, "api-server-answer")),
    ] {
        let error = read(bytes, &team("a")).unwrap_err();
        assert_eq!(ends(&error), expected, "{error:?}");
    }
}

#[test]
#[ignore = "needs kubectl"]
fn the_real_kubectl_without_a_server_is_an_error() {
    let server = Server::new(Does::Hangs);
    let error = Program::real(&server).read(&team("a"), &Limits::default()).unwrap_err();
    assert_eq!(ends(&error), FAILED, "{error:?}");
}
