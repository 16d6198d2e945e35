//! A CustomResourceDefinition: what it defines, and why an API server refuses it
//! (apiextensions-apiserver, `pkg/apis/apiextensions/validation`).

mod defaults;
mod keywords;
mod kratix;
mod structural;

use serde_json::Value;

use super::admit::{MAX_DEPTH, is_deeper};
use super::metadata::names;
use super::refusal::{Kind, Refusal};
use super::schema::{Reading, Schema, read};

/// What an API is.
#[derive(Debug)]
pub(super) struct Definition {
    pub(super) group: String,
    pub(super) kind: String,
    pub(super) plural: String,
    pub(super) versions: Vec<Version>,
    /// Which version is stored.
    pub(super) stored: usize,
    /// Whether a webhook converts between versions.
    pub(super) has_webhook: bool,
    /// Fields that Kubernetes doesn't know, and drops.
    pub(super) dropped: Vec<String>,
}

/// A version of an API.
#[derive(Debug)]
pub(super) struct Version {
    pub(super) name: String,
    pub(super) served: bool,
    pub(super) schema: Schema,
}

impl Definition {
    /// Reads a definition as Kratix and then an API server do; or all refusals.
    pub(super) fn new(definition: &Value) -> Result<Self, Vec<String>> {
        if is_deeper(definition, MAX_DEPTH) {
            return Err(vec!["the definition nests too deeply".to_owned()]);
        }
        let mut definition = definition.clone();
        kratix::prepare(&mut definition).map_err(|refusal| vec![refusal])?;
        let mut checks = Checks { definition: &definition, refusals: Vec::new() };
        checks.names();
        let mut reading = Reading::default();
        let versions = checks.versions(&mut reading);
        checks.conversion();
        let spec = |field: &str| text(&definition["spec"][field]);
        let found = Self {
            group: spec("group"),
            kind: text(&definition["spec"]["names"]["kind"]),
            plural: text(&definition["spec"]["names"]["plural"]),
            stored: checks.stored(),
            has_webhook: definition["spec"]["conversion"]["strategy"] == "Webhook",
            versions,
            dropped: reading.dropped,
        };
        let mut refusals: Vec<String> = checks.refusals.iter().map(ToString::to_string).collect();
        refusals.extend(reading.refusals);
        refusals.sort();
        refusals.dedup();
        if refusals.is_empty() { Ok(found) } else { Err(refusals) }
    }
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

struct Checks<'d> {
    definition: &'d Value,
    refusals: Vec<Refusal>,
}

impl Checks<'_> {
    fn spec(&self, field: &str) -> &Value {
        &self.definition["spec"][field]
    }

    fn refuse(&mut self, refusal: Refusal) {
        self.refusals.push(refusal);
    }

    fn require(&mut self, field: &str) {
        self.refuse(Refusal::bare(Kind::Required, field, ""));
    }

    fn names(&mut self) {
        let definition = self.definition;
        let names = self.spec("names").clone();
        let group = text(self.spec("group"));
        let name = text(&definition["metadata"]["name"]);
        if definition["apiVersion"] != "apiextensions.k8s.io/v1" || definition["kind"] != "CustomResourceDefinition" {
            let detail = "must be a CustomResourceDefinition of apiextensions.k8s.io/v1";
            self.refuse(Refusal::invalid("kind", definition["kind"].clone(), detail));
        }
        if name.is_empty() {
            self.refuse(Refusal::bare(Kind::Required, "metadata.name", "name or generateName is required"));
        } else {
            let problems = names::subdomain(&name);
            let wanted = format!("{}.{group}", text(&names["plural"]));
            let other = (name != wanted).then(|| "must be spec.names.plural+\".\"+spec.group".to_owned());
            for problem in problems.into_iter().chain(other) {
                self.refuse(Refusal::invalid("metadata.name", name.as_str(), problem));
            }
        }
        let problems = names::subdomain(&group);
        if group.is_empty() {
            self.require("spec.group");
        } else if !problems.is_empty() {
            self.refuse(Refusal::invalid("spec.group", group.as_str(), problems.join(",")));
        } else if !group.contains('.') {
            self.refuse(Refusal::invalid("spec.group", group.as_str(), "should be a domain with at least one dot"));
        } else if group.ends_with(".k8s.io") || group.ends_with(".kubernetes.io") {
            let annotation = "api-approved.kubernetes.io";
            if definition["metadata"]["annotations"][annotation].as_str().unwrap_or_default().is_empty() {
                let field = format!("metadata.annotations[{annotation}]");
                let detail = "protected groups must have approval annotation \"api-approved.kubernetes.io\", see \
                              https://github.com/kubernetes/enhancements/pull/1111";
                self.refuse(Refusal::bare(Kind::Required, field, detail));
            }
        }
        match self.spec("scope").as_str() {
            Some("Namespaced") => {}
            Some("Cluster") => {
                let detail = "promise api needs to be namespace scoped";
                self.refuse(Refusal::invalid("spec.scope", "Cluster", detail));
            }
            None | Some("") => self.require("spec.scope"),
            Some(other) => {
                let detail = "supported values: \"Cluster\", \"Namespaced\"";
                self.refuse(Refusal::of(Kind::NotSupported, "spec.scope".to_owned(), other.into(), detail));
            }
        }
        let kind = text(&names["kind"]);
        for field in ["plural", "kind"] {
            if text(&names[field]).is_empty() {
                self.require(&format!("spec.names.{field}"));
            }
        }
        let fields = [("plural", false), ("singular", false), ("kind", true), ("listKind", true)];
        for (field, is_mixed) in fields {
            let value = text(&names[field]);
            let problems = if is_mixed { names::dns1035(&value.to_lowercase()) } else { names::dns1035(&value) };
            if !value.is_empty() && !problems.is_empty() {
                let prefix = if is_mixed { "may have mixed case, but should otherwise match: " } else { "" };
                self.refuse(Refusal::invalid(
                    format!("spec.names.{field}"),
                    value,
                    format!("{prefix}{}", problems.join(",")),
                ));
            }
        }
        if !kind.is_empty() && names["listKind"] == kind.as_str() {
            self.refuse(Refusal::invalid("spec.names.listKind", kind, "kind and listKind may not be the same"));
        }
        for field in ["shortNames", "categories"] {
            for (index, name) in names[field].as_array().into_iter().flatten().enumerate() {
                let name = text(name);
                let problems = names::dns1035(&name);
                if !problems.is_empty() {
                    self.refuse(Refusal::invalid(format!("spec.names.{field}[{index}]"), name, problems.join(",")));
                }
            }
        }
        if *self.spec("preserveUnknownFields") == true {
            let detail = "cannot set to true, set x-kubernetes-preserve-unknown-fields to true in spec.versions[*].schema instead";
            self.refuse(Refusal::invalid("spec.preserveUnknownFields", true, detail));
        }
    }

    fn versions(&mut self, reading: &mut Reading) -> Vec<Version> {
        let versions = self.spec("versions").as_array().cloned().unwrap_or_default();
        let mut found: Vec<Version> = Vec::new();
        for (index, version) in versions.iter().enumerate() {
            let path = format!("spec.versions[{index}]");
            let name = text(&version["name"]);
            let problems = names::dns1035(&name);
            if !problems.is_empty() {
                self.refuse(Refusal::invalid(format!("{path}.name"), name.as_str(), problems.join(",")));
            }
            let path = format!("{path}.schema.openAPIV3Schema");
            let mut schema = read(&version["schema"]["openAPIV3Schema"], &path, reading);
            if reading.refusals.is_empty() {
                let known = self.refusals.len();
                structural::check(&schema, &path, &mut self.refusals);
                if self.refusals.len() == known {
                    defaults::check(&schema, &path, &mut self.refusals);
                }
                keywords::check(&schema, &path, &mut self.refusals);
            }
            defaults::decode(&mut schema);
            found.push(Version { name, served: version["served"] == true, schema });
        }
        let names: std::collections::HashSet<&str> = found.iter().map(|version| version.name.as_str()).collect();
        let stored = versions.iter().filter(|version| version["storage"] == true).count();
        let all = Value::from(versions.iter().map(|version| version["name"].clone()).collect::<Vec<_>>());
        if names.len() != found.len() {
            self.refuse(Refusal::invalid("spec.versions", all.clone(), "must contain unique version names"));
        }
        if stored != 1 {
            self.refuse(Refusal::invalid(
                "spec.versions",
                all,
                "must have exactly one version marked as storage version",
            ));
        }
        found
    }

    fn stored(&self) -> usize {
        let versions = self.spec("versions").as_array().map_or(&[][..], Vec::as_slice);
        versions.iter().position(|version| version["storage"] == true).unwrap_or(0)
    }

    fn conversion(&mut self) {
        let conversion = self.spec("conversion").clone();
        if conversion.is_null() {
            return;
        }
        match conversion["strategy"].as_str() {
            Some("None") => {
                if !conversion["webhook"].is_null() {
                    let detail = "should not be set when strategy is not set to Webhook";
                    self.refuse(Refusal::bare(Kind::Forbidden, "spec.conversion.webhookClientConfig", detail));
                }
            }
            Some("Webhook") => self.webhook(&conversion["webhook"]),
            None | Some("") => self.require("spec.conversion.strategy"),
            Some(other) => {
                let detail = "supported values: \"None\", \"Webhook\"";
                self.refuse(Refusal::of(
                    Kind::NotSupported,
                    "spec.conversion.strategy".to_owned(),
                    other.into(),
                    detail,
                ));
            }
        }
    }

    fn webhook(&mut self, webhook: &Value) {
        let client = &webhook["clientConfig"];
        let field = "spec.conversion.webhookClientConfig";
        if client.is_null() {
            self.refuse(Refusal::bare(Kind::Required, field, "required when strategy is set to Webhook"));
        } else if client["url"].is_null() == client["service"].is_null() {
            self.refuse(Refusal::bare(Kind::Required, field, "exactly one of url or service is required"));
        }
        let versions = webhook["conversionReviewVersions"].as_array().map_or(&[][..], Vec::as_slice);
        let field = "spec.conversion.conversionReviewVersions";
        if versions.is_empty() {
            self.require(field);
        } else if !versions.iter().any(|version| version == "v1" || version == "v1beta1") {
            self.refuse(Refusal::invalid(field, versions.to_vec(), "must include at least one of v1, v1beta1"));
        }
    }
}
