//! The infrastructure repository's scripts that need no Gitea: what they take for a Team, whom they leave out, what they guard.

#[path = "scripts/changes.rs"]
mod changes;
#[path = "scripts/guard.rs"]
mod guard;
#[path = "scripts/origin.rs"]
mod origin;
#[path = "scripts/teams.rs"]
mod teams;
