//! `/kratix/input/object.yaml`: the request, or the Promise itself (kratix-contract 2.1).

use std::io;
use std::path::Path;

use super::Volume;
use crate::error::Error;
use crate::exit::Exit;
use crate::kratix::{Environment, OBJECT_FILE, Object};
use crate::limits::{Limits, OBJECT_BYTES};

/// Reads and checks the object of a step.
///
/// # Errors
///
/// [`Exit::Directories`] when the file can't be read, [`Exit::Request`] when it is not one object, or not such as Kratix
/// says.
pub fn read_object(input: &Path, environment: &Environment, limits: &Limits) -> Result<Object, Error> {
    let volume = Volume::open("input", input)?;
    let shown = input.join(OBJECT_FILE);
    let text = match volume.read(OBJECT_FILE, limits.object_bytes) {
        Ok(Some(text)) => text,
        Ok(None) => {
            return Err(Error::new(
                "request-missing",
                Exit::Directories,
                format!("there is no request at {}", shown.display()),
            )
            .hint("name the directory that has it with --input")
            .hint_in_pod("Kratix puts it into /kratix/input: mount nothing over it, and leave out --input"));
        }
        Err(error) if error.kind() == io::ErrorKind::FileTooLarge => {
            return Err(limits.reached(&OBJECT_BYTES, format!("the request at {} is too large", shown.display())));
        }
        Err(error) => {
            let what = format!("cannot read the request at {}", shown.display());
            return Err(Error::new("request-unreadable", Exit::Directories, what).because_of(&error));
        }
    };
    let object = Object::read(&text).map_err(|error| {
        let wrong = Error::new(
            "request-syntax",
            Exit::Request,
            format!("the request at {} is not {}", shown.display(), error.what()),
        );
        match error.hint() {
            Some(hint) => wrong.because(error).hint(hint),
            None => wrong.because(error),
        }
    })?;
    object.ensure_expected(environment)?;
    Ok(object)
}
