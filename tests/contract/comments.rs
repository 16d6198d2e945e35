//! A comment on a pull request, as Gitea renders it: nothing that a request says becomes more than code, nor calls anybody.

use std::fs;
use std::process::Command;

use kratix_wasm_tests::{built, root};
use serde_json::{Value, json};

use crate::checkers::{Folder, ask};

/// Breaks out of whatever it is put into, calls people, and links.
const ODD: [&str; 8] = [
    "```\n</code></details><script>x</script>\n# Approved\n",
    "`````` ~~~~ <!-- \n\n---\n",
    "a | b `c` ``d`` <b>@everyone</b> #1 GH-1 **b** _i_ ~~s~~ [l](https://x.example.org) ![i](https://x.example.org)",
    "https://x.example.org www.x.example.org x@example.org",
    "<img src=x onerror=y> &lt;b&gt; &#64;everyone",
    "\n\n    @everyone\n\n1. @everyone\n> @everyone\n",
    "</summary></details>\u{202E}\u{1b}[2J@everyone",
    "\\`@everyone\\` `",
];

fn rendered(spec: &Value) -> (String, Value) {
    let folder = Folder::new();
    let request = json!({
        "apiVersion": "paths-none.example.org/v1", "kind": "Test",
        "metadata": {"name": "a", "namespace": "default"}, "spec": spec,
    });
    let request = folder.write("request.json", &request.to_string());
    let mut command = Command::new(built("kratix-wasm"));
    command.current_dir(root()).env_clear().args(["render", "-f", "tests/corpus/paths-none/1/apply.yaml", "-f"]);
    command.arg(request).args(["--format=markdown", "--ignore-path=paths-none/.kratix/**"]);
    let command = command.arg(format!("--generator=generator={}", built("hostile.cwasm").display()));
    let page = String::from_utf8(command.output().expect("it can be started").stdout).expect("it is UTF-8");
    let file = folder.write("page.md", &page);
    let rendered = ask("markdown", &[&file]).unwrap_or_else(|error| panic!("{error}"));
    (page, rendered)
}

#[track_caller]
fn assert_inert(page: &str, rendered: &Value) {
    let ours = [
        "body", "code", "details", "h1", "h2", "head", "hr", "html", "li", "p", "pre", "strong", "summary", "table",
        "tbody", "td", "th", "thead", "tr", "ul",
    ];
    let elements = rendered["elements"].as_array().expect("a list");
    let others: Vec<&Value> = elements.iter().filter(|one| !ours.iter().any(|own| *one == own)).collect();
    assert!(others.is_empty(), "{others:?}\n{page}");
    let text = rendered["text"].as_str().expect("a text");
    for odd in ["@", "everyone", "example", "Approved", "#1", "GH-", "`", "<", "script"] {
        assert!(!text.contains(odd), "{odd} in {text}\n{page}");
    }
}

#[test]
fn what_files_are_called_and_have_is_code() {
    let named = |odd: &str| odd.replace(['\n', '\u{202E}', '\u{1b}', '\\', '<', '>', '|', ':', '?', '*', '"'], "_");
    let files: Vec<Value> = ODD.iter().map(|odd| json!([named(odd).replace('/', "-").trim(), odd])).collect();
    let mut found = 0;
    for file in files.iter().cloned().chain(ODD.iter().map(|odd| json!(["plain", odd]))) {
        let (page, rendered) = rendered(&json!({"files": [file]}));
        assert_inert(&page, &rendered);
        found += usize::from(page.contains("+++ b/"));
    }
    assert!(found > ODD.len(), "only {found} files were written");
}

#[test]
fn what_is_said_of_requests_is_code() {
    for odd in ODD {
        let (page, invalid) = rendered(&json!({"invalid": [[odd, odd, odd], [null, odd, null]]}));
        assert!(page.contains("**invalid**"), "{page}");
        assert_inert(&page, &invalid);
        let (page, suspended) = rendered(&json!({"suspend": [odd, null]}));
        assert!(page.contains("**suspended**"), "{page}");
        assert_inert(&page, &suspended);
    }
}

/// What is rendered is what was meant.
#[test]
fn a_page_has_its_tables_and_its_code() {
    let page = root().join("tests/integration/preview/team.md");
    let source = fs::read_to_string(&page).expect("it is there");
    let rendered = ask("markdown", &[&page]).unwrap_or_else(|error| panic!("{error}"));
    assert_inert(&source, &rendered);
    let code: Vec<&str> = rendered["code"].as_array().expect("a list").iter().filter_map(Value::as_str).collect();
    assert!(code.contains(&"infrastructure/terraform/default.search.tf.json"), "{code:?}");
    assert!(code.iter().any(|code| code.starts_with("--- /dev/null\n+++ b/catalog-info.yaml\n@@ -0,0 +1,43 @@\n")));
    let text = rendered["text"].as_str().expect("a text");
    assert!(text.contains("Requests") && !text.contains('|') && !text.contains("**"), "{text}");
}
