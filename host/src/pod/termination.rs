//! What a container says in the end. Kubernetes keeps it in the status of the pod, where it can be read when the log is
//! gone: <https://kubernetes.io/docs/tasks/debug/debug-application/determine-reason-pod-failure/>.

use std::fs::OpenOptions;
use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

use rustix::fs::OFlags;

use crate::error::Error;

/// Where Kubernetes looks, unless a container says otherwise; and Kratix' containers can't.
const FILE: &str = "/dev/termination-log";
/// Kubernetes keeps no more, in bytes.
const MAX_BYTES: usize = 4096;

/// Leaves an error for whoever looks at the pod, as the log has it. Outside Kubernetes the file isn't there, and nothing is done.
pub fn leave(error: &Error) {
    leave_at(Path::new(FILE), error);
}

fn leave_at(file: &Path, error: &Error) {
    let lines: Vec<String> = error.lines().into_iter().map(|(word, text)| format!("{word} {text}")).collect();
    let text = lines.join("\n") + "\n";
    let end = text.floor_char_boundary(MAX_BYTES);
    let flags = OFlags::NOFOLLOW | OFlags::NONBLOCK;
    let opened = OpenOptions::new().write(true).custom_flags(flags.bits().cast_signed()).open(file);
    // Whether it can be left or not, the same stands in the log.
    if let Ok(mut opened) = opened
        && opened.metadata().is_ok_and(|metadata| metadata.is_file())
    {
        let _ = opened.set_len(0).and_then(|()| opened.write_all(&text.as_bytes()[..end]));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exit::Exit;

    #[test]
    fn an_error_is_left_where_the_file_is() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("termination-log");
        let error = Error::new("test", Exit::Config, "it is wrong").because("é".repeat(3000)).hint("mend it");
        leave_at(&file, &error);
        assert!(!file.exists(), "nothing is made where Kubernetes isn't");
        std::fs::write(&file, "what was there before, longer than what comes").unwrap();
        leave_at(&file, &Error::new("test", Exit::Config, "it is wrong").hint("mend it"));
        assert_eq!(std::fs::read_to_string(&file).unwrap(), "error: it is wrong\n  hint: mend it\n");
        leave_at(&file, &error);
        let text = std::fs::read_to_string(&file).unwrap();
        assert!((4090..=4096).contains(&text.len()) && text.starts_with("error: it is wrong\n  caused by: éé"));
        let quoting = "a\nhint: b\u{1b}[2J\u{202E}";
        let error = Error::new("test", Exit::Config, quoting).because_each([quoting.into(), "c".into()]).hint(quoting);
        leave_at(&file, &error);
        let shown = "a hint: b[2J";
        let expected = format!("error: {shown}\n  caused by: {shown}\n    c\n  hint: {shown}\n");
        assert_eq!(std::fs::read_to_string(&file).unwrap(), expected);
        let link = folder.path().join("link");
        std::os::unix::fs::symlink(&file, &link).unwrap();
        leave_at(&link, &Error::new("test", Exit::Config, "by a link"));
        assert_eq!(std::fs::read_to_string(&file).unwrap(), expected);
    }
}
