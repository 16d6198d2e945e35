//! What the Promise author sets as YAML: in an option, in a file, or in the environment.

use std::io::Read as _;
use std::path::{Path, PathBuf};

use super::run::Surroundings;
use crate::error::Error;
use crate::exit::Exit;
use crate::limits::{CONFIG_BYTES, Limits};
use crate::source;

/// A text and where it came from.
#[derive(Debug)]
pub(super) struct Setting {
    /// For messages.
    pub(super) shown: String,
    pub(super) text: Vec<u8>,
}

impl Setting {
    /// Finds `--NAME`, `--NAME-file`, `KRATIX_WASM_NAME` or `KRATIX_WASM_NAME_FILE`. An option counts for more than the
    /// environment, which a Promise may have set for all its containers.
    pub(super) fn of(
        name: &str,
        text: Option<String>,
        file: Option<PathBuf>,
        limits: &Limits,
        surroundings: &Surroundings<'_>,
    ) -> Result<Option<Self>, Error> {
        let Surroundings { variables, locate } = *surroundings;
        let max_bytes = limits.config_bytes;
        let in_text = format!("KRATIX_WASM_{}", name.to_uppercase());
        let in_file = format!("{in_text}_FILE");
        let setting = match (text, file) {
            (Some(text), _) => Some(Self { shown: format!("--{name}"), text: text.into_bytes() }),
            (None, Some(file)) => Some(Self::read(name, &locate(&file)?, max_bytes)?),
            (None, None) => match (variables(&in_text)?, variables(&in_file)?) {
                (Some(_), Some(_)) => {
                    return Err(Error::new(Exit::Usage, format!("both {in_text} and {in_file} are set"))
                        .hint("keep the one that counts"));
                }
                (Some(text), None) => Some(Self { shown: in_text, text: text.into_bytes() }),
                (None, Some(file)) => Some(Self::read(name, &locate(file.as_ref())?, max_bytes)?),
                (None, None) => None,
            },
        };
        match setting {
            Some(Self { shown, text }) if text.len() > max_bytes => {
                Err(limits.reached(&CONFIG_BYTES, format!("the {name} of {shown} is too large")))
            }
            setting => Ok(setting),
        }
    }

    /// Reads no more than shows that it is too much.
    fn read(name: &str, path: &Path, max_bytes: usize) -> Result<Self, Error> {
        let mut text = Vec::new();
        let read = source::open_file(path).and_then(|file| file.take(max_bytes as u64 + 1).read_to_end(&mut text));
        read.map_err(|error| {
            Error::new(Exit::Config, format!("cannot read the {name} {}", path.display())).because_of(&error)
        })?;
        Ok(Self { shown: path.display().to_string(), text })
    }
}
