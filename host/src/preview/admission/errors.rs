//! What Kubernetes finds wrong with fields, in its words.

use super::decode::quoted;
use super::schema::SUBDOMAIN;
use crate::kratix::labels::{is_key, is_value};
use crate::kratix::name::{is_label, is_subdomain};

const LABEL: &str = "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end \
     with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is \
     '[a-z0-9]([-a-z0-9]*[a-z0-9])?')";
const KEY: &str = "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric \
     character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is \
     '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";
const VALUE: &str = "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start \
     and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is \
     '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')";

const DATA_KEY: &str = "a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or \
     'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')";

/// What is wrong, field by field.
#[derive(Debug, Default)]
pub(super) struct Errors(Vec<String>);

impl Errors {
    pub(super) fn all(self) -> Vec<String> {
        self.0
    }

    pub(super) fn count(&self) -> usize {
        self.0.len()
    }

    pub(super) fn required(&mut self, path: &str) {
        self.0.push(format!("{path}: Required value"));
    }

    pub(super) fn required_as(&mut self, path: &str, why: &str) {
        self.0.push(format!("{path}: Required value: {why}"));
    }

    pub(super) fn invalid(&mut self, path: &str, value: &str, why: &str) {
        self.0.push(format!("{path}: Invalid value: {}: {why}", quoted(value)));
    }

    pub(super) fn invalid_number(&mut self, path: &str, value: i64, why: &str) {
        self.0.push(format!("{path}: Invalid value: {value}: {why}"));
    }

    pub(super) fn duplicate(&mut self, path: &str, value: &str) {
        self.0.push(format!("{path}: Duplicate value: {}", quoted(value)));
    }

    pub(super) fn not_found(&mut self, path: &str, value: &str) {
        self.0.push(format!("{path}: Not found: {}", quoted(value)));
    }

    pub(super) fn forbidden(&mut self, path: &str, why: &str) {
        self.0.push(format!("{path}: Forbidden: {why}"));
    }

    /// A value that is there must be one of some.
    pub(super) fn one_of(&mut self, path: &str, value: &str, values: &[&str]) {
        if !values.contains(&value) {
            let values = values.iter().map(|value| quoted(value)).collect::<Vec<_>>().join(", ");
            self.0.push(format!("{path}: Unsupported value: {}: supported values: {values}", quoted(value)));
        }
    }

    /// A name that must be there, and a DNS label.
    pub(super) fn label(&mut self, path: &str, name: &str) {
        match name {
            "" => self.required(path),
            name if !is_label(name) => self.invalid(path, name, LABEL),
            _ => {}
        }
    }

    pub(super) fn subdomain(&mut self, path: &str, name: &str) {
        if !is_subdomain(name) {
            self.invalid(path, name, SUBDOMAIN);
        }
    }

    pub(super) fn key(&mut self, path: &str, key: &str) {
        if !is_key(key) {
            self.invalid(path, key, KEY);
        }
    }

    pub(super) fn value(&mut self, path: &str, value: &str) {
        if !is_value(value) {
            self.invalid(path, value, VALUE);
        }
    }

    /// A path within a volume.
    pub(super) fn relative(&mut self, path: &str, value: &str) {
        if value.starts_with('/') {
            self.invalid(path, value, "must be a relative path");
        }
        if value.split('/').any(|part| part == "..") {
            self.invalid(path, value, "must not contain '..'");
        }
    }

    /// A key of a `ConfigMap` or `Secret`.
    pub(super) fn data_key(&mut self, path: &str, key: &str) {
        let is_plain = key.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._".contains(&byte));
        if !is_plain || key.len() > 253 || key == "." || key.starts_with("..") {
            self.invalid(path, key, DATA_KEY);
        }
    }
}
