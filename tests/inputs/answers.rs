//! What an API server answers, and what becomes of it: an object, its absence, or an error, and never less.

use kratix_wasm::error::{Error, Place};
use kratix_wasm::exit::Exit;
use kratix_wasm::inputs::{Manifests, Reply, found, is_no_resource, manifests};
use kratix_wasm::kratix::Found;
use kratix_wasm::kratix::{Address, Kind, Which};
use kratix_wasm::limits::Limits;
use serde_json::{Value, json};

use crate::server::{Does, Server, answer};
use crate::{Ends, address, ends, failure, list, not_found, object, team, teams, with};

const ANSWER: Ends = (Exit::Unavailable, "api-server-answer");
const KIND: Ends = (Exit::Config, "input-kind");
const REFUSED: Ends = (Exit::Config, "input-refused");
const SECRET: Ends = (Exit::Config, "input-secret");
const STATUS: Ends = (Exit::Unavailable, "api-server-status");

fn reply(status: u16, body: &Value) -> Reply {
    Reply { status, body: body.to_string().into_bytes() }
}

/// The error that becomes of an answer to this question.
fn refused(address: &Address, reply: Reply) -> Error {
    found(address, reply.clone()).expect_err(&String::from_utf8_lossy(&reply.body))
}

fn texts(found: Found) -> Vec<String> {
    match found {
        Found::Objects(objects) => objects.iter().map(ToString::to_string).collect(),
        Found::Absent | Found::NoResource => panic!("absent"),
    }
}

#[test]
fn an_object_comes_without_bookkeeping_and_in_one_order() {
    let whole = "{\"apiVersion\":\"platform.example.org/v1\",\"kind\":\"Team\",\
                 \"metadata\":{\"labels\":{\"tier\":\"one\"},\"name\":\"a\",\"namespace\":\"default\",\"resourceVersion\":\"7\"},\
                 \"spec\":{\"owner\":{\"email\":\"y\",\"name\":\"x\"},\"size\":3}}";
    assert_eq!(texts(found(&team("a"), reply(200, &object("a"))).unwrap()), [whole]);
    let reversed = serde_json::from_str::<Value>(
        r#"{"spec": {"owner": {"email": "y", "name": "x"}, "size": 3}, "metadata": {"resourceVersion": "7", "managedFields": null,
            "namespace": "default", "labels": {"tier": "one"}, "name": "a"}, "kind": "Team", "apiVersion": "platform.example.org/v1"}"#,
    );
    assert_eq!(texts(found(&team("a"), reply(200, &reversed.unwrap())).unwrap()), [whole]);
}

#[test]
fn numbers_look_as_go_writes_them_wherever_they_come_from() {
    let text = object("a").to_string().replace("\"size\":3", "\"size\":[3.0,1e3,0.5,1e21,12345678901234567890123]");
    let [read] = &texts(found(&team("a"), Reply { status: 200, body: text.clone().into_bytes() }).unwrap())[..] else {
        panic!("one object")
    };
    assert!(read.contains("\"size\":[3,1000,0.5,1e+21,1.2345678901234568e+22]"), "{read}");
    let mut manifests = Manifests::default();
    manifests.add("x.json", text.as_bytes()).unwrap();
    assert_eq!(&texts(manifests.read(&team("a"))), std::slice::from_ref(read));
    let mut manifests = Manifests::default();
    manifests.add("x.yaml", format!("---\n{text}").as_bytes()).unwrap();
    assert_eq!(&texts(manifests.read(&team("a"))), std::slice::from_ref(read));
}

#[test]
fn a_manifest_of_json_is_read_as_that() {
    let objects = |text: &str| manifests::objects("x", text.as_bytes());
    let with_text =
        |written: &str| object("a").to_string().replace("\"email\":\"y\"", &format!("\"email\":\"{written}\""));
    for text in [with_text("\\ud83d\\ude00"), format!("\n {}\n", with_text("\u{1f600}"))] {
        assert_eq!(objects(&text).unwrap()[0]["spec"]["owner"]["email"], "\u{1f600}");
    }
    let list = format!(r#"{{"apiVersion": "v1", "kind": "List", "items": [{}]}}"#, with_text("\\ud83d\\ude00"));
    assert_eq!(objects(&list).unwrap().len(), 1);
    let twice = object("a").to_string().replacen("\"kind\":", "\"kind\":\"Team\",\"kind\":", 1);
    assert_eq!(objects(&twice).unwrap_err().reason(), "input-object");
    // As little as YAML may have.
    let many = with_text("x").replace("\"x\"", &format!("[{}0]", "0,".repeat(300_000)));
    assert!(objects(&many).unwrap_err().in_one_line().contains("more than 250000 values"));
}

#[test]
fn a_list_in_another_order_gives_the_same_bytes() {
    let [a, b, c] = ["a", "b", "c"].map(object);
    let first = texts(found(&teams(), reply(200, &list(json!([a, b, c])))).unwrap());
    assert_eq!(first.len(), 3);
    for items in [json!([c, b, a]), json!([b, a, c])] {
        assert_eq!(texts(found(&teams(), reply(200, &list(items))).unwrap()), first);
    }
    assert_eq!(found(&teams(), reply(200, &list(json!([])))).unwrap(), Found::Objects(vec![]));
}

#[test]
fn items_of_kinds_of_kubernetes_get_what_its_lists_leave_out() {
    let kind = Kind { name: "ConfigMap".into(), group: String::new() };
    let labels = [("tier".to_owned(), "one".to_owned())].into_iter().collect();
    let maps = Address { kind, resource: "configmaps".into(), ..address("", Some("default"), Which::Labelled(labels)) };
    let item = json!({"metadata": {"name": "m", "namespace": "default", "labels": {"tier": "one"}}, "data": {"b": "1", "a": "2"}});
    let list = json!({"kind": "ConfigMapList", "apiVersion": "v1", "metadata": {"continue": ""}, "items": [item]});
    let whole = "{\"apiVersion\":\"v1\",\"data\":{\"a\":\"2\",\"b\":\"1\"},\"kind\":\"ConfigMap\",\
                 \"metadata\":{\"labels\":{\"tier\":\"one\"},\"name\":\"m\",\"namespace\":\"default\"}}";
    assert_eq!(texts(found(&maps, reply(200, &list)).unwrap()), [whole]);
    let secrets = with(list.clone(), "/kind", json!("SecretList"));
    assert_eq!(ends(&refused(&maps, reply(200, &secrets))), KIND);
    let mut hidden = list;
    hidden["items"][0]["kind"] = json!("Secret");
    assert_eq!(ends(&refused(&maps, reply(200, &hidden))), SECRET);
}

#[test]
fn absent_is_only_what_the_api_server_says_of_that_very_object() {
    assert_eq!(found(&team("a"), reply(404, &not_found("a"))).unwrap(), Found::Absent);
    let core = json!({"kind": "Status", "apiVersion": "v1", "status": "Failure", "reason": "NotFound", "code": 404,
        "message": "teams \"a\" not found", "details": {"name": "a", "kind": "teams"}});
    let in_core = address("", Some("default"), Which::Named("a".into()));
    assert_eq!(found(&in_core, reply(404, &core)).unwrap(), Found::Absent);

    let page = |text: &str| Reply { status: 404, body: text.into() };
    for (question, other) in [
        (team("a"), page("404 page not found\n")),
        (team("a"), reply(404, &failure(404, "NotFound", "the server could not find the requested resource"))),
        (team("a"), reply(404, &not_found("b"))),
        (team("a"), reply(404, &with(not_found("a"), "/details/kind", json!("namespaces")))),
        (team("a"), reply(404, &with(not_found("a"), "/details/group", json!("example.org")))),
        (team("a"), reply(404, &core)),
        // There is no absence of a list.
        (teams(), reply(404, &not_found("a"))),
    ] {
        let error = found(&question, other.clone()).expect_err(&String::from_utf8_lossy(&other.body));
        assert_eq!((error.exit(), is_no_resource(&error)), (Exit::Config, true), "{error}");
        assert_eq!(error.to_string(), "the cluster has no teams.platform.example.org of platform.example.org/v1");
    }
    // One that isn't the API server's knows nothing of resources.
    for (other, says) in [
        (page(""), "status 404: "),
        (page("{}"), "status 404: {}"),
        (page("<html>no such route"), "status 404: <html>no such route"),
        (reply(404, &with(not_found("a"), "/reason", json!("Gone"))), "status 404: teams.platform.example.org"),
        (reply(404, &with(not_found("a"), "/kind", json!("Team"))), "status 404: teams.platform.example.org"),
    ] {
        let error = refused(&team("a"), other);
        assert_eq!(ends(&error), ANSWER);
        assert!(error.in_one_line().contains(says), "{error:?}");
    }
    // Nothing else than a 404 says so, whatever its body.
    for status in [200, 204, 301, 400, 401, 403, 410, 429, 500, 503] {
        refused(&team("a"), reply(status, &not_found("a")));
    }
}

#[test]
fn an_answer_with_another_status_is_an_error_of_its_own() {
    let cannot =
        "teams.platform.example.org \"a\" is forbidden: User \"system:serviceaccount:default:x\" cannot get resource";
    for (status, body, expected, says) in [
        (
            401,
            failure(401, "Unauthorized", "Unauthorized"),
            (Exit::Config, "input-unauthorized"),
            "the API server doesn't know who asks for Team.platform.example.org a in namespace default: Unauthorized"
                .to_owned(),
        ),
        (
            403,
            failure(403, "Forbidden", cannot),
            (Exit::Config, "input-forbidden"),
            format!("the API server forbids to read Team.platform.example.org a in namespace default: {cannot}"),
        ),
        (
            400,
            failure(400, "BadRequest", "unable to parse\nrequirement\u{1b}[31m"),
            REFUSED,
            "the API server refuses the question for Team.platform.example.org a in namespace default: \
             status 400: unable to parse requirement[31m"
                .to_owned(),
        ),
        (
            405,
            json!({}),
            REFUSED,
            "the API server refuses the question for Team.platform.example.org a in namespace default: status 405: {}"
                .to_owned(),
        ),
        (
            410,
            failure(410, "Expired", "too old resource version"),
            STATUS,
            "the API server has no answer for Team.platform.example.org a in namespace default: \
             status 410: too old resource version"
                .to_owned(),
        ),
        (
            429,
            failure(429, "TooManyRequests", "slow down"),
            STATUS,
            "the API server has no answer for Team.platform.example.org a in namespace default: status 429: slow down"
                .to_owned(),
        ),
    ] {
        let error = refused(&team("a"), reply(status, &body));
        assert_eq!((ends(&error), error.in_one_line()), (expected, says));
    }
    for status in [201, 202, 204, 206, 300, 301, 302, 304, 307, 308, 408, 500, 502, 503, 504, 599] {
        assert_eq!(ends(&refused(&team("a"), reply(status, &object("a")))), STATUS, "{status}");
    }
    let long = Reply { status: 503, body: "x".repeat(100_000).into_bytes() };
    assert!(refused(&team("a"), long).in_one_line().len() < 500);
}

#[test]
fn who_may_not_read_learns_what_to_permit() {
    let forbidden = |question: &Address, place| {
        found(question, reply(403, &json!({}))).unwrap_err().at(place).what_to_do().unwrap().to_owned()
    };
    assert_eq!(
        forbidden(&team("a"), Place::Pod),
        "`kratix-wasm inspect --rbac -f promise.yaml` prints what rbac.permissions of its pipelines need: the verb get on \
         teams.platform.example.org in namespace default"
    );
    assert_eq!(
        forbidden(&Address { namespace: None, ..teams() }, Place::CommandLine),
        "you need the verb list on teams.platform.example.org; what a step needs in a pod, \
         `kratix-wasm inspect --rbac -f promise.yaml` prints"
    );
}

#[test]
fn another_object_than_asked_for_is_none() {
    let one = || object("a");
    for (body, expected, says) in [
        (with(one(), "/kind", json!("Bucket")), KIND, "the API server has platform.example.org/v1 Bucket there"),
        (with(one(), "/kind", json!("Secret")), SECRET, "a Secret can't be an input"),
        (with(one(), "/apiVersion", json!("platform.example.org/v2")), KIND, "platform.example.org/v2 Team there"),
        (with(one(), "/apiVersion", json!(1)), ANSWER, "an object without apiVersion and kind"),
        (with(one(), "/metadata", json!(null)), ANSWER, "an object without metadata"),
        (with(one(), "/metadata/name", json!("b")), ANSWER, "one that is called b"),
        (with(one(), "/metadata/name", json!("")), ANSWER, "an object without a name"),
        (with(one(), "/metadata/name", json!(7)), ANSWER, "an object without a name"),
        (
            with(one(), "/metadata/namespace", json!("other")),
            ANSWER,
            "Team.platform.example.org a is in namespace other",
        ),
        (with(one(), "/metadata/namespace", json!(null)), KIND, "Team.platform.example.org a is in no namespace"),
        (list(json!([one()])), KIND, "platform.example.org/v1 TeamList there"),
        (json!([one()]), ANSWER, "no object"),
        (json!(null), ANSWER, "no object"),
        (json!({}), ANSWER, "an object without apiVersion and kind"),
    ] {
        let error = refused(&team("a"), reply(200, &body));
        assert_eq!(ends(&error), expected, "{error:?}");
        assert!(error.in_one_line().contains(says), "{error:?}");
    }
    let cluster_wide = Address { namespace: None, ..team("a") };
    assert_eq!(ends(&refused(&cluster_wide, reply(200, &one()))), KIND);
}

#[test]
fn a_list_is_whole_and_of_what_was_asked_for_or_an_error() {
    let [a, b] = ["a", "b"].map(object);
    let whole = || list(json!([a, b]));
    let paged = |next: Value| json!({"resourceVersion": "9", "continue": next});
    for (body, expected, says) in [
        (with(whole(), "/items", json!(null)), ANSWER, "a list without items"),
        (with(whole(), "/items", json!({})), ANSWER, "a list without items"),
        (
            json!({"apiVersion": "platform.example.org/v1", "kind": "TeamList", "metadata": {}}),
            ANSWER,
            "a list without items",
        ),
        (with(whole(), "/metadata", json!(null)), ANSWER, "a list without metadata"),
        (
            json!({"apiVersion": "platform.example.org/v1", "kind": "TeamList", "items": []}),
            ANSWER,
            "a list without metadata",
        ),
        (with(whole(), "/metadata", json!({"remainingItemCount": 5})), ANSWER, "only a part of the list"),
        (with(whole(), "/metadata", json!({"remainingItemCount": "0"})), ANSWER, "only a part of the list"),
        (with(whole(), "/metadata", paged(json!("abc"))), ANSWER, "only a part of the list"),
        (with(whole(), "/metadata", paged(json!(1))), ANSWER, "only a part of the list"),
        (with(whole(), "/kind", json!("Team")), KIND, "platform.example.org/v1 Team there"),
        (with(whole(), "/kind", json!("List")), KIND, "platform.example.org/v1 List there"),
        (with(whole(), "/apiVersion", json!("v1")), KIND, "v1 TeamList there"),
        (list(json!([a, null])), ANSWER, "an item that is no object"),
        (list(json!([a, a])), ANSWER, "two items that are called a"),
        (list(json!([a, {"metadata": null}])), ANSWER, "an object without metadata"),
        (list(json!([a, with(b.clone(), "/metadata/name", json!(null))])), ANSWER, "an object without a name"),
        (list(json!([a, with(b.clone(), "/metadata/namespace", json!("x"))])), ANSWER, "b is in namespace x"),
        (
            list(json!([a, with(b.clone(), "/metadata/labels/tier", json!("two"))])),
            ANSWER,
            "b without the label tier=one",
        ),
        (list(json!([a, with(b.clone(), "/metadata/labels", json!(null))])), ANSWER, "b without the label tier=one"),
        (list(json!([a, with(b.clone(), "/kind", json!("Bucket"))])), KIND, "platform.example.org/v1 Bucket there"),
        (list(json!([a, with(b.clone(), "/kind", json!("Secret"))])), SECRET, "a Secret can't be an input"),
        (list(json!([a, with(b.clone(), "/apiVersion", json!("v1"))])), KIND, "v1 Team there"),
        (a.clone(), KIND, "platform.example.org/v1 Team there"),
    ] {
        let error = refused(&teams(), reply(200, &body));
        assert_eq!(ends(&error), expected, "{error:?}");
        assert!(error.in_one_line().contains(says), "{error:?}");
    }
    // Over all namespaces, which nobody asked for.
    let everywhere = Address { namespace: None, ..teams() };
    assert_eq!(ends(&refused(&everywhere, reply(200, &whole()))), KIND);
    for next in [json!(""), json!(null)] {
        assert!(found(&teams(), reply(200, &with(whole(), "/metadata", paged(next)))).is_ok());
    }
    assert!(found(&teams(), reply(200, &with(whole(), "/metadata", json!({"remainingItemCount": 0})))).is_ok());
    // A second list would hide the first.
    let text = whole().to_string();
    let twice = text.replacen("\"items\":", "\"items\":[],\"items\":", 1);
    let error = refused(&teams(), Reply { status: 200, body: twice.into_bytes() });
    assert_eq!(ends(&error), ANSWER);
    assert!(error.in_one_line().contains("no JSON: the key \"items\" comes twice at line 1"), "{error:?}");
}

#[test]
fn what_is_no_json_is_no_object() {
    let whole = object("a").to_string();
    for body in ["", "<html>", &whole[..whole.len() - 1], &format!("{whole}x"), "\u{feff}{}"] {
        assert_eq!(ends(&refused(&team("a"), Reply { status: 200, body: body.into() })), ANSWER, "{body}");
    }
    assert_eq!(ends(&refused(&team("a"), Reply { status: 200, body: b"{\"a\": \"\xff\"}".to_vec() })), ANSWER);
    let deep = |levels: usize| {
        let spec = format!("{}{}", "[".repeat(levels), "]".repeat(levels));
        Reply { status: 200, body: whole.replace("\"spec\":{", &format!("\"spec\":{{\"x\":{spec},")).into_bytes() }
    };
    assert!(found(&team("a"), deep(125)).is_ok());
    let error = refused(&team("a"), deep(126));
    assert_eq!(ends(&error), (Exit::Config, "input-too-deep"));
    let text = error.in_one_line();
    assert!(
        text.ends_with("a in namespace default has more levels than can be read: JSON of an input may have 127 levels")
    );
    assert_eq!(ends(&refused(&team("a"), deep(1_000_000))), (Exit::Config, "input-too-deep"));
}

#[test]
fn nobody_asks_for_a_secret() {
    let server = Server::new(Does::Sends(answer(200, "{}")));
    let mut secret = team("a");
    secret.kind.name = "Secret".into();
    let plural = Address { resource: "secrets".into(), ..team("a") };
    for address in [secret, plural] {
        let error = server.read(&address, &Limits::default()).unwrap_err();
        assert_eq!(ends(&error), SECRET);
    }
    assert!(server.asked().is_empty());
}
