//! What is set in environment variables: of this process, or of a container of a Promise.

use std::ffi::OsString;

use crate::error::Error;
use crate::exit::Exit;

/// Where settings are looked up.
pub(super) type Variables<'a> = &'a dyn Fn(&str) -> Result<Option<String>, Error>;

/// A variable of this process; one that is set to nothing counts as not set.
///
/// # Errors
///
/// [`Exit::Usage`] when it is not UTF-8: it must not count as not set.
pub(super) fn variable(name: &str) -> Result<Option<String>, Error> {
    text(name, std::env::var_os(name))
}

/// The value of a variable as [`variable`] has it.
pub(super) fn text(name: &str, value: Option<OsString>) -> Result<Option<String>, Error> {
    let value = value.filter(|value| !value.is_empty());
    let refused =
        |_| Error::new("variable", Exit::Usage, format!("{name} is not UTF-8")).hint("set it to text, or not at all");
    value.map(OsString::into_string).transpose().map_err(refused)
}
