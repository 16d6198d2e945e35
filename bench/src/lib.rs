//! What both step programs of the benchmark share: the way from an answer to what Kratix reads, by the host's modules.

use std::collections::BTreeMap;
use std::path::PathBuf;

use kratix_wasm::error::Error;
use kratix_wasm::exit::Exit;
use kratix_wasm::kratix::selectors::{self, Selectors};
use kratix_wasm::kratix::status::{self, Status};
use kratix_wasm::kratix::{Files, OutputPath};
use kratix_wasm::limits::Limits;
use kratix_wasm::pod::transaction::Transaction;
use kratix_wasm::yaml;
use serde_json::Value;

/// What a generator answered, whichever border it crossed.
#[derive(Debug, Default)]
pub struct Answer {
    /// Paths and bytes.
    pub files: Vec<(String, Vec<u8>)>,
    /// Directories and their labels.
    pub destinations: Vec<(String, Vec<(String, String)>)>,
    /// JSON.
    pub status: String,
}

/// An answer, checked and as Kratix reads it.
#[derive(Debug)]
pub struct Checked {
    /// What goes below the output.
    pub files: Files,
    /// What goes into the metadata directory.
    pub metadata: BTreeMap<&'static str, String>,
}

impl Answer {
    /// Checks an answer and adds it to what other containers left.
    ///
    /// # Errors
    ///
    /// When it breaks one of the host's rules.
    pub fn check(self, transaction: &Transaction, limits: &Limits) -> Result<Checked, Error> {
        let mut files = Files::new();
        for (path, bytes) in self.files {
            files.insert(OutputPath::parse(&path).map_err(|error| refused(error.to_string()))?, bytes.into());
        }
        let mut status = match transaction.foreign(status::FILE)? {
            Some(text) => status::read(text.as_bytes()).map_err(refused)?,
            None => Status::new(),
        };
        status::merge(&mut status, status::from_generator(&self.status, limits.status_bytes).map_err(refused)?);
        for key in [status::PROBLEMS, status::FAULT] {
            status.insert(key.into(), Value::Null);
        }
        let mut selectors = match transaction.foreign(selectors::FILE)? {
            Some(text) => Selectors::read(text.as_bytes()).map_err(refused)?,
            None => Selectors::default(),
        };
        for (directory, labels) in self.destinations {
            selectors.add(Some(&directory), labels).map_err(refused)?;
        }
        let status = status::write(&status).map_err(refused)?;
        let metadata = [(status::FILE, status), (selectors::FILE, selectors.write().map_err(refused)?)].into();
        Ok(Checked { files, metadata })
    }
}

/// Writes JSON documents as one YAML file.
///
/// # Errors
///
/// When one is not JSON.
pub fn to_yaml<'a>(documents: impl Iterator<Item = &'a str>) -> Result<Vec<u8>, Error> {
    let documents: Result<Vec<Value>, _> = documents.map(serde_json::from_str).collect();
    Ok(yaml::write(&documents.map_err(|error| refused(error.to_string()))?).into_bytes())
}

/// The arguments of a step program, each of them a path.
///
/// # Errors
///
/// [`Exit::Usage`] when there are more or fewer.
pub fn arguments<const N: usize>() -> Result<[PathBuf; N], Error> {
    let arguments: Vec<PathBuf> = std::env::args_os().skip(1).map(PathBuf::from).collect();
    let wanted = format!("{N} paths are wanted; the benchmark's driver gives them");
    arguments.try_into().map_err(|_| Error::new(Exit::Usage, wanted))
}

/// An answer that the generator of the benchmark never gives.
#[must_use]
pub fn refused(cause: impl std::fmt::Display) -> Error {
    Error::new(Exit::Misbehaved, "the generator's answer is wrong").because(cause)
}
