//! Gitea, asked as somebody.

use std::path::Path;
use std::process::Command;

use serde_json::Value;

/// The infrastructure repository in the API.
pub const REPOSITORY: &str = "/repos/platform/infrastructure";
/// The name of the plan's status in it.
pub const STATUS: &str = "plan / plan (pull_request_target)";

/// Somebody with a token.
#[derive(Debug, Clone)]
pub struct Person {
    /// What they are called in Gitea.
    pub name: String,
    url: String,
    token: String,
}

/// What Gitea answered: the status and, where there is any, JSON.
#[derive(Debug)]
pub struct Answer {
    /// HTTP's.
    pub status: u16,
    /// As text where it is no JSON.
    pub body: Value,
}

impl Person {
    /// Who has this token, of the Gitea at this address.
    #[must_use]
    pub fn new(name: &str, url: &str, token: &str) -> Self {
        Self { name: name.into(), url: url.into(), token: token.trim().into() }
    }

    /// Makes a person with a password, and a token for everything that they may do.
    ///
    /// # Panics
    ///
    /// When Gitea doesn't let the admin, or the person.
    #[must_use]
    pub fn make(admin: &Self, name: &str) -> Self {
        let password = format!("{name}-has-a-long-password");
        admin.post("/admin/users", &serde_json::json!({
            "username": name, "email": format!("{name}@people.invalid"), "password": password, "must_change_password": false,
        }));
        let url = admin.url.replacen("://", &format!("://{name}:{password}@"), 1);
        let mut answer = agent()
            .post(format!("{url}/api/v1/users/{name}/tokens"))
            .send_json(serde_json::json!({"name": "tests", "scopes": ["all"]}))
            .expect("Gitea answers");
        let token: Value = answer.body_mut().read_json().expect("it is JSON");
        Self::new(name, &admin.url, token["sha1"].as_str().expect("a token"))
    }

    /// Of their Gitea.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Theirs, for everything.
    #[must_use]
    pub fn token(&self) -> &str {
        &self.token
    }

    /// The number of a team of the organization.
    ///
    /// # Panics
    ///
    /// When there is none such.
    #[must_use]
    #[track_caller]
    pub fn team(&self, name: &str) -> u64 {
        let teams = self.get("/orgs/platform/teams");
        let team = teams.as_array().expect("a list").iter().find(|team| team["name"] == name);
        team.expect("there is such a team")["id"].as_u64().expect("a number")
    }

    /// Puts somebody into a team of the organization.
    ///
    /// # Panics
    ///
    /// When this person may not.
    #[track_caller]
    pub fn put(&self, person: &str, team: &str) {
        self.does("PUT", &format!("/teams/{}/members/{person}", self.team(team)), &serde_json::json!({}));
    }

    /// Git in a folder, as this person.
    #[must_use]
    pub fn git(&self, directory: &Path) -> Command {
        let mut command = Command::new("git");
        command
            .current_dir(directory)
            .env("GIT_CONFIG_GLOBAL", "/dev/null")
            .env("GIT_TERMINAL_PROMPT", "0")
            .env("GIT_CONFIG_COUNT", "3")
            .env("GIT_CONFIG_KEY_0", "http.extraHeader")
            .env("GIT_CONFIG_VALUE_0", format!("Authorization: token {}", self.token))
            .env("GIT_CONFIG_KEY_1", "user.name")
            .env("GIT_CONFIG_VALUE_1", &self.name)
            .env("GIT_CONFIG_KEY_2", "user.email")
            .env("GIT_CONFIG_VALUE_2", format!("{}@people.invalid", self.name));
        command
    }

    /// Asks, whatever comes of it; a path begins with `v1`.
    ///
    /// # Panics
    ///
    /// When nobody answers.
    #[track_caller]
    pub fn ask(&self, method: &str, path: &str, body: Option<&Value>) -> Answer {
        self.try_to(method, path, body).unwrap_or_else(|error| panic!("{method} {path}: {error}"))
    }

    fn try_to(&self, method: &str, path: &str, body: Option<&Value>) -> Result<Answer, ureq::Error> {
        let request = ureq::http::Request::builder()
            .method(method)
            .uri(format!("{}/api/{path}", self.url))
            .header("Authorization", format!("token {}", self.token))
            .header("Content-Type", "application/json");
        let bytes = body.map(Value::to_string).unwrap_or_default();
        let request = request.body(bytes).expect("a request");
        let mut answer = agent().run(request)?;
        let text = answer.body_mut().read_to_string()?;
        let body = serde_json::from_str(&text).unwrap_or(Value::String(text));
        Ok(Answer { status: answer.status().as_u16(), body })
    }

    /// Gets what there may be.
    ///
    /// # Panics
    ///
    /// When Gitea says neither.
    #[must_use]
    #[track_caller]
    pub fn get_if_there(&self, path: &str) -> Option<Value> {
        let answer = self.ask("GET", &format!("v1{path}"), None);
        match answer.status {
            200 => Some(answer.body),
            404 => None,
            _ => panic!("GET {path} as {}: {} {}", self.name, answer.status, answer.body),
        }
    }

    /// As that, for whoever waits: nothing either while Gitea is away.
    #[must_use]
    pub fn find(&self, path: &str) -> Option<Value> {
        let answer = self.try_to("GET", &format!("v1{path}"), None).ok()?;
        (answer.status == 200).then_some(answer.body)
    }

    /// Gets what there has to be.
    ///
    /// # Panics
    ///
    /// When it isn't there.
    #[track_caller]
    pub fn get(&self, path: &str) -> Value {
        let answer = self.ask("GET", &format!("v1{path}"), None);
        assert_eq!(answer.status, 200, "GET {path} as {}: {}", self.name, answer.body);
        answer.body
    }

    /// Makes or changes what has to be possible.
    ///
    /// # Panics
    ///
    /// When it isn't.
    #[track_caller]
    pub fn post(&self, path: &str, body: &Value) -> Value {
        self.does("POST", path, body)
    }

    /// As `post`, by another method.
    ///
    /// # Panics
    ///
    /// When it isn't possible.
    #[track_caller]
    pub fn does(&self, method: &str, path: &str, body: &Value) -> Value {
        let answer = self.ask(method, &format!("v1{path}"), Some(body));
        assert!(answer.status < 300, "{method} {path} as {}: {} {}", self.name, answer.status, answer.body);
        answer.body
    }
}

fn agent() -> ureq::Agent {
    ureq::Agent::config_builder().http_status_as_error(false).build().into()
}
