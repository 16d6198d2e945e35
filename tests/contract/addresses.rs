//! Addresses and domains, asked of all who judge one: the API, the generator and the review, for a request; for the config,
//! the generator's schema and the chart's, which is Helm's to apply.

use kratix_wasm::author::schema::check::check;
use kratix_wasm::author::schema::structural::Schema;
use kratix_wasm_tests::root;
use serde_json::json;

use crate::chart::{chart, render};
use crate::checkers::each;
use crate::crd::changed_spec;
use crate::judges::{api, generator, review};

/// Domains, in lower case, and whether they are any.
fn domains() -> Vec<(String, bool)> {
    let long = |length: usize| "x".repeat(length);
    let fixed = [
        ("example.com", true),
        ("a.co", true),
        ("xn--80ak6aa92e.com", true),
        ("xn--e1afmkfd.xn--p1ai", true),
        ("team.xn--vermgensberatung-pwb", true),
        ("example.xn--fiqs8s", true),
        ("example.xn--0", true),
        ("example.xn----7sb", true),
        ("example.xn--", false),
        ("example.xn--a-", false),
        ("example.xn-p1ai", false),
        ("example.xnp1ai", false),
        ("example.yn--p1ai", false),
        ("example.a-b", false),
        ("example.c0", false),
        ("example.xn--p1ai.", false),
        ("example.-xn--p1ai", false),
        ("example.xn--p1_ai", false),
        ("example.xn--п1ai", false),
        ("xn--p1ai", false),
        ("localhost", false),
        ("10.0.0.1", false),
        ("example.рф", false),
        ("a b.co", false),
        ("", false),
    ];
    let mut domains: Vec<_> = fixed.map(|(domain, is_one)| (domain.to_owned(), is_one)).into();
    domains.extend([
        (format!("a.xn--{}", long(59)), true),
        (format!("a.xn--{}", long(60)), false),
        (format!("a.{}", long(63)), true),
        (format!("a.{}", long(64)), false),
        (format!("{}.co", long(63)), true),
        (format!("{}.co", long(64)), false),
    ]);
    domains
}

#[test]
fn a_domain_is_one_to_all() {
    let domains = domains();
    let text = std::fs::read_to_string(root().join("guest/team/src/config.schema.json")).unwrap();
    let schema = Schema::read(&text).unwrap();
    for (domain, is_one) in &domains {
        let violations = check(&schema, &json!({"emailDomain": domain})).unwrap();
        assert_eq!(violations.is_empty(), *is_one, "the generator's schema, {domain:?}: {violations:?}");
    }
    each(&domains, |(domain, is_one)| {
        let rendered = render(&chart(), &json!({"config": {"emailDomain": domain}}));
        assert_eq!(rendered.is_ok(), *is_one, "the chart, {domain:?}: {rendered:?}");
    });
    let addresses = domains.iter().flat_map(|(domain, is_one)| {
        [domain.clone(), domain.to_uppercase()].map(|domain| (format!("a@{domain}"), *is_one))
    });
    assert_agreed(&addresses.collect::<Vec<_>>());
}

#[test]
fn an_address_is_one_to_all() {
    let fixed = [
        ("o'brien@example.com", true),
        ("'@example.com", true),
        ("d'.o'@example.com", true),
        ("a.b_c%d+e-f'g@sub.domain-x.example", true),
        ("o\u{2019}brien@example.com", false),
        ("a@o'brien.com", false),
        ("a@b.co'", false),
        ("a'", false),
        ("a\"b@example.com", false),
        ("a`b@example.com", false),
        ("a$b@example.com", false),
        ("a{b@example.com", false),
        ("a&b@example.com", false),
        ("a<b@example.com", false),
        ("a\\b@example.com", false),
        ("a@XN--P1AI.Xn--P1ai", true),
    ];
    assert_agreed(&fixed.map(|(address, is_one)| (address.to_owned(), is_one)));
}

/// The review sees an address only within a description: whatever the generator takes, it takes.
fn assert_agreed(addresses: &[(String, bool)]) {
    let specs: Vec<_> = addresses.iter().map(|(address, _)| changed_spec(&json!({"email": address}))).collect();
    for (who, verdicts) in [("the API", api(&specs)), ("the generator", generator(&specs))] {
        for ((address, is_one), refusals) in addresses.iter().zip(verdicts) {
            assert_eq!(refusals.is_empty(), *is_one, "{who}, {address:?}: {refusals:?}");
        }
    }
    let taken: Vec<_> = addresses.iter().zip(specs).filter(|((_, is_one), _)| *is_one).map(|(_, spec)| spec).collect();
    assert!(review(&taken).concat().is_empty(), "{:?}", review(&taken));
}
