//! Paths as Go joins and cleans them: <https://pkg.go.dev/path/filepath#Clean>. Kratix makes all paths of a repository by that.

/// Parts joined with slashes, those that are empty left out, and cleaned; nothing where all are.
#[must_use]
pub fn join(parts: &[&str]) -> String {
    let parts: Vec<&str> = parts.iter().copied().filter(|part| !part.is_empty()).collect();
    if parts.is_empty() { String::new() } else { clean(&parts.join("/")) }
}

/// The shortest path that means the same; that of nothing is a dot.
#[must_use]
pub fn clean(path: &str) -> String {
    let rooted = path.starts_with('/');
    let mut kept: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." if kept.last().is_some_and(|last| *last != "..") => drop(kept.pop()),
            ".." if rooted => {}
            part => kept.push(part),
        }
    }
    match (rooted, kept.is_empty()) {
        (true, _) => format!("/{}", kept.join("/")),
        (false, true) => ".".to_owned(),
        (false, false) => kept.join("/"),
    }
}

/// The path of parts below the root of a repository; none when it leaves that, as Kratix compares it.
#[must_use]
pub fn below_root(parts: &[&str]) -> Option<String> {
    let path = clean(parts.join("/").trim_start_matches('/'));
    (path != ".." && !path.starts_with("../")).then_some(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_joined_as_go_joins_them() {
        for (parts, joined) in [
            (&["a", "b"][..], "a/b"),
            (&["a", ""], "a"),
            (&["", ""], ""),
            (&["./", "x"], "x"),
            (&["//", "x"], "/x"),
            (&["a//", "a/x"], "a/a/x"),
            (&["a", "../../b"], "../b"),
            (&["/", "../b"], "/b"),
            (&[".", "."], "."),
            (&["a/", "./b/.", "c/.."], "a/b"),
        ] {
            assert_eq!(join(parts), joined, "{parts:?}");
        }
    }

    #[test]
    fn what_leaves_the_repository_is_none() {
        for (parts, path) in [
            (&["", "/", "x"][..], Some("x")),
            (&["fleet", "clusters/edge", "a.yaml"], Some("fleet/clusters/edge/a.yaml")),
            (&["fleet", "../other", "x"], Some("other/x")),
            (&["fleet", "../..", "x"], None),
            (&["..", "x"], None),
            (&["", "/", "../b"], None),
        ] {
            assert_eq!(below_root(parts).as_deref(), path, "{parts:?}");
        }
    }
}
