//! What may change, and whom the scripts leave out.

use std::fs;

use serde_json::{Value, json};

use crate::origin::{Origin, jq, jq_each};
use crate::teams::{FILE, with};

#[test]
fn kratix_changes_nothing_but_teams_and_its_own_state() {
    let team = with(r#""name": "a""#);
    let origin = Origin::new();
    let main = origin.git(&["rev-parse", "HEAD"]);
    origin.write(FILE, &team).write(".kratix/default-team-a.yaml", "x");
    let fine = origin.commit();
    assert_eq!(origin.run("changes", &[&main, &fine]).unwrap(), "");

    // Gitea looks at new names alone.
    origin.git(&["reset", "--quiet", "--hard", &main]);
    origin.git(&["mv", ".gitea/workflows/plan.yml", "terraform/default.plan.tf.json"]);
    let renamed = origin.commit();
    assert!(origin.run("changes", &[&main, &renamed]).unwrap_err().contains(".gitea/workflows/plan.yml"));

    // And at both ends of a push.
    origin.git(&["reset", "--quiet", "--hard", &main]);
    origin.write(".gitea/workflows/evil é.yml", "on: [pull_request_review]");
    origin.commit();
    origin.git(&["rm", "--quiet", ".gitea/workflows/evil é.yml"]);
    let restored = origin.write(FILE, &team).commit();
    assert!(origin.run("changes", &[&main, &restored]).unwrap_err().contains("evil"));

    // What people changed on main comes in by a merge; what the merge itself changes is somebody's doing.
    origin.git(&["reset", "--quiet", "--hard", &main]);
    let people = origin.write("README.md", "Changed by people.\n").commit();
    origin.git(&["checkout", "--quiet", "-b", "kratix", &main]);
    origin.write(FILE, &team).commit();
    origin.git(&["merge", "--quiet", "--no-edit", "main"]);
    let merged = origin.git(&["rev-parse", "HEAD"]);
    assert_eq!(origin.run("changes", &[&people, &merged]).unwrap(), "");
    origin.write("README.md", "Changed by the merge.\n");
    origin.git(&["add", "--all"]);
    origin.git(&["commit", "--quiet", "--amend", "--no-edit"]);
    origin.write("README.md", "Changed by people.\n");
    let evil = origin.commit();
    assert!(origin.run("changes", &[&people, &evil]).unwrap_err().contains("README.md"));
}

#[test]
fn one_bad_team_is_left_out_and_the_others_go_on() {
    let folder = tempfile::tempdir().unwrap();
    let team = |request: &str, id: &str, since: u32| json!({"request": request, "id": id, "address": format!("team_{id}"), "organization": {"name": id}, "since": since});
    let select = |teams: &[Value], owners: Value, imports: Value, taken: &str| {
        let since = teams
            .iter()
            .map(|team| format!("{} {}", team["request"].as_str().unwrap(), team["since"]))
            .collect::<Vec<_>>()
            .join("\n");
        let managed: serde_json::Map<_, _> = owners
            .as_object()
            .unwrap()
            .iter()
            .map(|(address, owner)| (address.clone(), json!({"owner": owner})))
            .collect();
        let files = [
            ("owners", owners.to_string()),
            ("managed", json!(managed).to_string()),
            ("imports", imports.to_string()),
            ("refused", String::new()),
            ("taken", taken.to_owned()),
            ("since", since),
        ];
        let files = files.map(|(name, contents)| {
            let file = folder.path().join(name);
            fs::write(&file, contents).unwrap();
            file.to_str().unwrap().to_owned()
        });
        let [owners, managed, imports, refused, taken, since] = &files;
        let arguments = [
            "--slurpfile",
            "owners",
            owners,
            "--slurpfile",
            "managed",
            managed,
            "--slurpfile",
            "imports",
            imports,
            "--slurpfile",
            "refused",
            refused,
            "--rawfile",
            "taken",
            taken,
            "--rawfile",
            "since",
            since,
        ];
        let selected = jq("select.jq", &arguments, &Value::from(teams), folder.path());
        let requests = |list: &str| {
            selected[list]
                .as_array()
                .unwrap()
                .iter()
                .map(|team| team["request"].as_str().unwrap().to_owned())
                .collect::<Vec<_>>()
        };
        (requests("accepted"), requests("left_out"), selected)
    };
    // Whose the state says it is; else who came first.
    let twice = [team("b/owner", "x", 0), team("a/other", "x", 0), team("c/fine", "y", 5)];
    let (accepted, left_out, selected) = select(&twice, json!({"team_x": "b/owner"}), json!({}), "");
    assert_eq!((accepted, left_out), (vec!["b/owner".into(), "c/fine".into()], vec!["a/other".into()]));
    assert_eq!(
        selected["left_out"][0]["reason"],
        "the id `x` belongs to b/owner: this Team needs another id, or b/owner has to be deleted first"
    );
    assert_eq!(select(&[team("a/new", "x", 7), team("b/main", "x", 0)], json!({}), json!({}), "").0, ["b/main"]);
    assert_eq!(select(&[team("a/later", "x", 9), team("b/sooner", "x", 8)], json!({}), json!({}), "").0, ["b/sooner"]);
    // A name that somebody else has in Gitea, unless it is managed or to be adopted.
    let new = [team("a/new", "x", 1)];
    assert_eq!(select(&new, json!({}), json!({}), "x\n").1, ["a/new"]);
    assert_eq!(select(&new, json!({}), json!({"import": [{"to": "gitea_org.team_x", "id": "7"}]}), "x\n").0, ["a/new"]);
    assert_eq!(select(&new, json!({"team_x": ""}), json!({}), "x\n").0, ["a/new"]);
}

#[test]
fn a_refused_file_says_nothing_but_that_it_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str, contents: Value| {
        let path = folder.path().join(name);
        fs::write(&path, contents.to_string()).unwrap();
        path.to_str().unwrap().to_owned()
    };
    // Nobody's organization isn't that of a file whose name is nobody's.
    let organization =
        |owner: &str, id: &str| json!({"owner": owner, "now": id, "attributes": {"id": "7", "name": id}});
    let managed = json!({"team_x": organization("", "x"), "team_y": organization("a/y", "y"), "team_z": organization("a/z", "z")});
    let refused = "{\"request\": null, \"file\": \"terraform/`a.b\", \"refused\": \"no name\"}
        {\"request\": \"a/new\", \"file\": \"terraform/a.new.tf.json\", \"refused\": \"has `</details>` @all\"}
        {\"request\": \"a/y\", \"file\": \"terraform/a.y.tf.json\", \"refused\": \"is empty\"}";
    let refused_file = folder.path().join("refused");
    fs::write(&refused_file, refused).unwrap();
    let arguments = [
        ["--slurpfile", "managed", &file("managed", managed)],
        ["--slurpfile", "refused", refused_file.to_str().unwrap()],
        ["--slurpfile", "owners", &file("owners", json!({}))],
        ["--slurpfile", "imports", &file("imports", json!({}))],
        ["--arg", "taken", ""],
        ["--arg", "since", ""],
    ];
    let selected = jq("select.jq", &arguments.concat(), &json!([]), folder.path());
    let its = "its file is none that the Team generator writes: ";
    assert_eq!(
        selected,
        json!({"accepted": [], "left_out": [
            {"request": "a/y", "reason": format!("{its}`is empty`; its organization `y` stays as it is")},
            {"request": "`terraform/'a.b`", "reason": format!("{its}`no name`")},
            {"request": "a/new", "reason": format!("{its}`has '</details>' @all`")},
        ]})
    );
    let kept = jq_each("keep.jq", &arguments[..2].concat(), &selected, folder.path());
    let held: Vec<&Value> = kept.iter().filter(|kept| kept["held"] == true).map(|kept| &kept["id"]).collect();
    assert_eq!((kept.len(), held), (3, vec![&json!("y")]));
}
