//! Bounds as a person sets them: `NAME=VALUE`.

use super::{BOUNDS, Bound, Limits};
use crate::error::Error;
use crate::exit::Exit;
use crate::nearest::nearest;
use crate::text::clean;

impl Limits {
    /// Sets bounds: `NAME=VALUE`, several separated by commas or white space. The last one of a name counts.
    ///
    /// # Errors
    ///
    /// [`Exit::Usage`] when there is no such bound, or it can't have that value; `said` is where that was said.
    pub fn set(&mut self, said: &str, settings: &str) -> Result<(), Error> {
        let settings = settings.split(|c: char| c == ',' || c.is_whitespace());
        settings.filter(|setting| !setting.is_empty()).try_for_each(|setting| self.set_one(said, setting))
    }

    fn set_one(&mut self, said: &str, setting: &str) -> Result<(), Error> {
        let wrong = |what: String| Error::new("limit-setting", Exit::Usage, format!("{said}: {what}"));
        let Some((name, value)) = setting.split_once('=') else {
            return Err(wrong(format!("\"{}\" is not NAME=VALUE", clean(setting, 80))).hint("for example time=90s"));
        };
        let Some(bound) = BOUNDS.iter().find(|bound| bound.name() == name) else {
            let names: Vec<String> = BOUNDS.iter().map(Bound::name).collect();
            let error = wrong(format!("there is no bound \"{}\"", clean(name, 80)));
            return Err(match nearest(name, names.iter().map(String::as_str)) {
                Some(near) => error.hint(format!("did you mean {near}?")),
                None => error.hint(format!("there is: {}", names.join(", "))),
            });
        };
        let refused = |why: String| wrong(format!("{name} can't be \"{}\"", clean(value, 80))).because(why);
        let number = bound.unit.read(value).ok_or_else(|| refused(format!("it is {}", bound.unit.form())))?;
        if !(bound.least..=bound.most).contains(&number) {
            let [least, most] = [bound.least, bound.most].map(|number| bound.unit.show(number));
            return Err(refused(format!("it is from {least} to {most}")));
        }
        (bound.set)(self, number);
        Ok(())
    }
}

/// The help for an option that takes settings.
#[must_use]
pub fn help() -> String {
    let bound = |bound: &Bound| format!("  {}={}", bound.name(), bound.unit.show(bound.default));
    let bounds: Vec<String> = BOUNDS.iter().map(bound).collect();
    format!(
        "A bound, as NAME=VALUE, with Ki, Mi or Gi for bytes and s or m for times; can be given several times, and \
         counts for more than the environment [env: KRATIX_WASM_LIMITS, several separated by commas or white space]\n\n\
         These are the bounds and what they are by default, and docs/limits.md tells more:\n\n{}",
        bounds.join("\n")
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_in_order() {
        let mut limits = Limits::default();
        for bound in BOUNDS {
            assert_eq!(bound.of(&limits), bound.default, "{}", bound.name());
            assert!((bound.least..=bound.most).contains(&bound.default), "{}", bound.name());
            for number in [bound.least, bound.most, bound.default] {
                let setting = format!("{}={}", bound.name(), bound.unit.show(number));
                limits.set("--limit", &setting).unwrap();
                assert_eq!(bound.of(&limits), number, "{setting}");
            }
        }
    }

    #[test]
    fn several_are_set_at_once_and_the_last_counts() {
        let mut limits = Limits::default();
        limits.set("x", "fuel=1, time=2m\n\n files=7\tfuel=9,").unwrap();
        assert_eq!((limits.fuel, limits.time.as_secs(), limits.files), (9, 120, 7));
        limits.set("x", "").unwrap();
    }

    #[test]
    fn what_cannot_be_set_is_explained() {
        for (setting, message, cause, hint) in [
            ("fule=1", "x: there is no bound \"fule\"", None, Some("did you mean fuel?")),
            ("memory-byte=1Mi", "x: there is no bound \"memory-byte\"", None, Some("did you mean memory-bytes?")),
            ("fuel", "x: \"fuel\" is not NAME=VALUE", None, Some("for example time=90s")),
            ("fuel=0", "x: fuel can't be \"0\"", Some("it is from 1 to 1000000000000000"), None),
            ("time=1h", "x: time can't be \"1h\"", Some("it is a number of seconds, for example 90, 90s or 2m"), None),
            ("stack-bytes=1Gi", "x: stack-bytes can't be \"1Gi\"", Some("it is from 64Ki to 64Mi"), None),
        ] {
            let error = Limits::default().set("x", setting).unwrap_err();
            assert_eq!((error.to_string().as_str(), error.cause(), error.what_to_do()), (message, cause, hint));
            assert_eq!(error.exit(), Exit::Usage);
        }
        let error = Limits::default().set("x", "everything=1").unwrap_err();
        assert!(error.what_to_do().unwrap().starts_with("there is: memory-bytes, table-elements, "));
    }
}
