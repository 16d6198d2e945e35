//! The host's own reader against a real API server: with an account's token, by address, over TLS with the cluster's authority.

use std::fs;

use kratix_wasm::error::Error;
use kratix_wasm::exit::Exit;
use kratix_wasm::inputs::{Allowance, ApiServer, Cluster as Asked};
use kratix_wasm::kratix::{Address, Found, Kind, Which};
use kratix_wasm::limits::{Clock, Limits};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::cluster::{Cluster, cluster, eventually};
use crate::promise::Case;

const TEAMS: &str = "platform.kratix.io/v1alpha1 Team teams";
const CONFIG_MAPS: &str = "v1 ConfigMap configmaps";
const NAMESPACES: &str = "v1 Namespace namespaces";

/// The files that a pod with an account of the namespace `default` would have.
struct Account(TempDir);

impl Account {
    /// Of the account that every namespace has, which may do nothing.
    fn without_rights(cluster: &Cluster) -> Self {
        let _ = eventually("the account is there", || cluster.get("serviceaccount", "default"));
        Self::of(cluster, "default")
    }

    /// Of one that may read everything.
    fn that_reads_all(cluster: &Cluster) -> Self {
        let metadata = json!({"name": "reads-all", "namespace": "default"});
        let api = "rbac.authorization.k8s.io/v1";
        let rules = json!([{"apiGroups": ["*"], "resources": ["*"], "verbs": ["get", "list"]}]);
        let objects = json!([
            {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": metadata},
            {"apiVersion": api, "kind": "ClusterRole", "metadata": {"name": "reads-all"}, "rules": rules},
            {
                "apiVersion": api, "kind": "ClusterRoleBinding", "metadata": {"name": "reads-all"},
                "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "reads-all"},
                "subjects": [{"kind": "ServiceAccount", "name": "reads-all", "namespace": "default"}],
            },
        ]);
        cluster.apply(&json!({"apiVersion": "v1", "kind": "List", "items": objects}));
        let account = "--as=system:serviceaccount:default:reads-all";
        eventually("the API server goes by the rules", || {
            cluster.says_yes(&["auth", "can-i", "--quiet", "list", "teams", "--all-namespaces", account]).then_some(())
        });
        Self::of(cluster, "reads-all")
    }

    fn of(cluster: &Cluster, name: &str) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let authority = cluster.get("configmap", "kube-root-ca.crt").expect("every namespace has it");
        let authority = authority["data"]["ca.crt"].as_str().expect("a text").to_owned();
        let files = [
            ("ca.crt", authority),
            ("namespace", "default".to_owned()),
            ("token", cluster.kubectl(&["create", "token", name])),
        ];
        for (file, text) in files {
            fs::write(folder.path().join(file), text).expect("it can be written");
        }
        Self(folder)
    }

    /// Reads by the address that pods are told.
    fn read(&self, address: &Address) -> Result<Found, Error> {
        self.read_at("10.92.0.1", "443", address, &Limits::default())
    }

    fn read_at(&self, host: &str, port: &str, address: &Address, limits: &Limits) -> Result<Found, Error> {
        let server = Asked::ApiServer(ApiServer::in_pod(host, port, self.0.path())?);
        server.read_for(None, address, &mut Allowance::new(limits, Clock::start(limits)))
    }
}

/// `v1 ConfigMap configmaps`, in a namespace or in none.
fn address(what: &str, namespace: Option<&str>, which: Which) -> Address {
    let [api_version, kind, resource] = what.split(' ').collect::<Vec<_>>()[..] else { panic!("{what}") };
    let (group, version) = api_version.rsplit_once('/').unwrap_or(("", api_version));
    Address {
        kind: Kind { name: kind.into(), group: group.into() },
        version: version.into(),
        resource: resource.into(),
        namespace: namespace.map(Into::into),
        which,
    }
}

fn named(name: &str) -> Which {
    Which::Named(name.into())
}

fn labelled(key: &str, value: &str) -> Which {
    Which::Labelled([(key.to_owned(), value.to_owned())].into_iter().collect())
}

/// Two Teams, two ConfigMaps and a namespace with a label of the test's own.
fn bring(cluster: &Cluster) {
    let metadata = |name: &str| json!({"name": name, "namespace": "default", "labels": {"example.org/read": "yes"}});
    let mut namespace = metadata("read");
    let _ = namespace.as_object_mut().expect("it is a map").remove("namespace");
    cluster.apply(&json!({"apiVersion": "v1", "kind": "Namespace", "metadata": namespace}));
    for name in ["read-b", "read-a"] {
        let mut team = Case::named("default-email").request;
        team["metadata"] = metadata(name);
        cluster.apply(&team);
        cluster
            .apply(&json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata(name), "data": {"a": "ä\n"}}));
    }
}

/// An object as kubectl shows it: all of it but `managedFields`.
fn shown(cluster: &Cluster, resource: &str, name: &str) -> Value {
    cluster.get(resource, name).expect("it is there")
}

#[test]
fn objects_and_lists_of_custom_resources_of_core_kinds_and_of_the_cluster_are_read_whole() {
    let cluster = cluster();
    bring(cluster);
    let account = Account::that_reads_all(cluster);
    for (what, namespace, names) in [
        (TEAMS, Some("default"), &["read-a", "read-b"][..]),
        // Items of core kinds come without apiVersion and kind.
        (CONFIG_MAPS, Some("default"), &["read-a", "read-b"]),
        (NAMESPACES, None, &["read"]),
    ] {
        let resource = what.split(' ').next_back().expect("it has three words");
        let resource = if resource == "teams" { crate::promise::PLURAL } else { resource };
        let objects: Vec<Value> = names.iter().map(|name| shown(cluster, resource, name)).collect();
        let list = account.read(&address(what, namespace, labelled("example.org/read", "yes")));
        assert_eq!(list.expect(what), Found::Objects(objects.clone()), "{what}");
        let one = account.read(&address(what, namespace, named(names[0])));
        assert_eq!(one.expect(what), Found::Objects(objects[..1].to_vec()), "{what}");
    }
    // By the node's own address as well, for which the certificate is, too.
    let team = address(TEAMS, Some("default"), named("read-a"));
    assert!(matches!(account.read_at("10.90.0.1", "6443", &team, &Limits::default()), Ok(Found::Objects(_))));
}

#[test]
fn only_the_object_itself_is_absent_and_a_resource_that_isnt_there_is_none() {
    let cluster = cluster();
    let account = Account::that_reads_all(cluster);
    for (what, namespace) in [
        (TEAMS, Some("default")),
        (CONFIG_MAPS, Some("default")),
        (NAMESPACES, None),
        // A namespace that isn't there has no objects; the server says no more.
        (TEAMS, Some("nowhere")),
        (CONFIG_MAPS, Some("nowhere")),
    ] {
        let found = account.read(&address(what, namespace, named("nobody")));
        assert_eq!(found.expect(what), Found::Absent, "{what} {namespace:?}");
        if namespace.is_some() {
            let found = account.read(&address(what, namespace, labelled("example.org/read", "no")));
            assert_eq!(found.expect(what), Found::Objects(Vec::new()), "{what} {namespace:?}");
        }
    }
    for what in [
        "platform.kratix.io/v1alpha1 Team crews",
        "platform.kratix.io/v9 Team teams",
        "example.invalid/v1 Team teams",
        "v1 ConfigMap configs",
        "v9 ConfigMap configmaps",
    ] {
        for which in [named("read-a"), labelled("a", "b")] {
            let found = account.read(&address(what, Some("default"), which));
            assert_eq!(found.expect(what), Found::NoResource, "{what}");
        }
    }
}

#[test]
fn who_may_not_read_learns_what_it_takes_and_whoever_is_unknown_is_told_so() {
    let cluster = cluster();
    let account = Account::without_rights(cluster);
    for (what, which, needed) in [
        (TEAMS, named("nobody"), "the verb get on teams.platform.kratix.io in namespace default"),
        (TEAMS, labelled("a", "b"), "the verb list on teams.platform.kratix.io in namespace default"),
        (CONFIG_MAPS, named("kube-root-ca.crt"), "the verb get on configmaps in namespace default"),
        // Whether it is there is none of its business.
        ("example.invalid/v1 Team crews", named("a"), "the verb get on crews.example.invalid in namespace default"),
    ] {
        let error = account.read(&address(what, Some("default"), which)).expect_err(what);
        assert_eq!((error.exit(), error.reason()), (Exit::Config, "input-forbidden"), "{error:?}");
        assert!(error.what_to_do().expect("it has a hint").contains(needed), "{error:?}");
        let said = error.cause().expect("the server says why");
        assert!(said.contains("system:serviceaccount:default:default"), "{said}");
    }
    fs::write(account.0.path().join("token"), "of.nobody.here").expect("it can be written");
    let error = account.read(&address(TEAMS, Some("default"), named("a"))).expect_err("nobody knows it");
    assert_eq!((error.exit(), error.reason()), (Exit::Config, "input-unauthorized"), "{error:?}");
}

#[test]
fn a_list_that_comes_in_many_pieces_is_whole_or_more_than_is_allowed() {
    let cluster = cluster();
    let names: Vec<String> = (10..22).map(|number| format!("large-{number}")).collect();
    let object = |name: &String| {
        let metadata = json!({"name": name, "namespace": "default", "labels": {"example.org/large": "yes"}});
        json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata, "data": {"text": name.repeat(25_000)}})
    };
    let objects: Vec<Value> = names.iter().map(object).collect();
    cluster.ask("create", &json!({"apiVersion": "v1", "kind": "List", "items": objects})).expect("they are taken");
    let account = Account::that_reads_all(cluster);
    let large = address(CONFIG_MAPS, Some("default"), labelled("example.org/large", "yes"));
    let read = account.read(&large);
    let less = Limits { input_bytes: 1024 * 1024, ..Limits::default() };
    let too_much = account.read_at("10.92.0.1", "443", &large, &less);
    let _ = cluster.kubectl(&["delete", "configmaps", "--selector", "example.org/large=yes"]);
    let Found::Objects(objects) = read.expect("it is less than the bound") else { panic!("they are there") };
    let read: Vec<_> = objects.iter().map(|object| object["metadata"]["name"].as_str().expect("a name")).collect();
    assert_eq!(read, names);
    assert!(objects.iter().all(|object| object["data"]["text"].as_str().is_some_and(|text| text.len() == 200_000)));
    assert_eq!(too_much.expect_err("it is more").reason(), "bound-input-bytes");
}

/// The server is the same, but its certificate doesn't say so.
#[test]
fn an_address_that_the_certificate_hasnt_gets_no_token() {
    let account = Account::without_rights(cluster());
    let team = address(TEAMS, Some("default"), named("a"));
    let error = account.read_at("127.0.0.2", "6443", &team, &Limits::default()).expect_err("it isn't trusted");
    assert_eq!((error.exit(), error.reason()), (Exit::Unavailable, "api-server-untrusted"), "{error:?}");
}
