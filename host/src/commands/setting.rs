//! What the Promise author sets as YAML: in an option, in a file, or in the environment.

use std::io;
use std::path::{Path, PathBuf};

use super::run::Surroundings;
use crate::error::Error;
use crate::exit::Exit;
use crate::files;
use crate::limits::{CONFIG_BYTES, Limits};

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
            (None, Some(file)) => Some(Self::read(name, &locate(&file)?, limits)?),
            (None, None) => match (variables(&in_text)?, variables(&in_file)?) {
                (Some(_), Some(_)) => {
                    return Err(Error::new("variable", Exit::Usage, format!("both {in_text} and {in_file} are set"))
                        .hint("keep the one that counts"));
                }
                (Some(text), None) => Some(Self { shown: in_text, text: text.into_bytes() }),
                (None, Some(file)) => Some(Self::read(name, &locate(file.as_ref())?, limits)?),
                (None, None) => None,
            },
        };
        match setting {
            Some(Self { shown, text }) if text.len() > max_bytes => Err(too_large(name, &shown, limits)),
            setting => Ok(setting),
        }
    }

    fn read(name: &str, path: &Path, limits: &Limits) -> Result<Self, Error> {
        let shown = path.display().to_string();
        match files::open(path).and_then(|file| files::read(file, limits.config_bytes)) {
            Ok(text) => Ok(Self { shown, text }),
            Err(error) if error.kind() == io::ErrorKind::FileTooLarge => Err(too_large(name, &shown, limits)),
            Err(error) => {
                Err(Error::new(format!("{name}-unreadable"), Exit::Config, format!("cannot read the {name} {shown}"))
                    .because_of(&error))
            }
        }
    }
}

fn too_large(name: &str, shown: &str, limits: &Limits) -> Error {
    limits.reached(&CONFIG_BYTES, format!("the {name} of {shown} is too large"))
}
