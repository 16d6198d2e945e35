//! Gitea's API, asked as somebody.

use std::path::Path;
use std::process::Command;

use serde_json::Value;

/// Somebody with a token.
#[derive(Debug, Clone)]
pub(crate) struct Person {
    pub(crate) name: String,
    url: String,
    token: String,
}

/// What Gitea answered: the status and, where there is any, JSON.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) body: Value,
}

impl Person {
    pub(crate) fn new(name: &str, url: &str, token: &str) -> Self {
        Self { name: name.into(), url: url.into(), token: token.trim().into() }
    }

    /// Makes a person with a password, and a token for everything that they may do.
    pub(crate) fn make(admin: &Self, name: &str) -> Self {
        let password = format!("{name}-has-a-long-password");
        admin.post("/admin/users", &serde_json::json!({
            "username": name, "email": format!("{name}@people.invalid"), "password": password, "must_change_password": false,
        }));
        let agent = agent();
        let mut answer = agent
            .post(format!("{}/api/v1/users/{name}/tokens", admin.url))
            .header("Authorization", format!("Basic {}", base64(&format!("{name}:{password}"))))
            .send_json(serde_json::json!({"name": "tests", "scopes": ["all"]}))
            .expect("Gitea answers");
        let token: Value = answer.body_mut().read_json().expect("it is JSON");
        Self::new(name, &admin.url, token["sha1"].as_str().expect("a token"))
    }

    pub(crate) fn token(&self) -> &str {
        &self.token
    }

    /// Git in a folder, as this person.
    pub(crate) fn git(&self, directory: &Path) -> Command {
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

    /// Asks, whatever comes of it.
    pub(crate) fn ask(&self, method: &str, path: &str, body: Option<&Value>) -> Answer {
        let request = ureq::http::Request::builder()
            .method(method)
            .uri(format!("{}/api/{path}", self.url))
            .header("Authorization", format!("token {}", self.token))
            .header("Content-Type", "application/json");
        let bytes = body.map(Value::to_string).unwrap_or_default();
        let request = request.body(bytes).expect("a request");
        let mut answer = agent().run(request).unwrap_or_else(|error| panic!("{method} {path}: {error}"));
        let status = answer.status().as_u16();
        let text = answer.body_mut().read_to_string().expect("text");
        Answer { status, body: serde_json::from_str(&text).unwrap_or(Value::String(text)) }
    }

    /// Gets what there has to be.
    #[track_caller]
    pub(crate) fn get(&self, path: &str) -> Value {
        let answer = self.ask("GET", &format!("v1{path}"), None);
        assert_eq!(answer.status, 200, "GET {path} as {}: {}", self.name, answer.body);
        answer.body
    }

    /// Makes or changes what has to be possible.
    #[track_caller]
    pub(crate) fn post(&self, path: &str, body: &Value) -> Value {
        self.does("POST", path, body)
    }

    /// As `post`, by another method.
    #[track_caller]
    pub(crate) fn does(&self, method: &str, path: &str, body: &Value) -> Value {
        let answer = self.ask(method, &format!("v1{path}"), Some(body));
        assert!(answer.status < 300, "{method} {path} as {}: {} {}", self.name, answer.status, answer.body);
        answer.body
    }
}

fn agent() -> ureq::Agent {
    ureq::Agent::config_builder().http_status_as_error(false).build().into()
}

fn base64(text: &str) -> String {
    const SIGNS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    text.as_bytes()
        .chunks(3)
        .flat_map(|three| {
            let bits = three.iter().fold(0_u32, |bits, byte| bits << 8 | u32::from(*byte)) << (8 * (3 - three.len()));
            (0..4).map(
                move |i| if i > three.len() { '=' } else { char::from(SIGNS[(bits >> (18 - 6 * i) & 63) as usize]) },
            )
        })
        .collect()
}
