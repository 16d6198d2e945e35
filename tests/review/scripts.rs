//! Programs for jq and git that need no Gitea: of the infrastructure repository's scripts what they take for a Team, whom they
//! leave out, what they guard; and how Teams are compared with Backstage.

#[path = "scripts/backstage.rs"]
mod backstage;
#[path = "scripts/changes.rs"]
mod changes;
#[path = "scripts/guard.rs"]
mod guard;
#[path = "scripts/mixed.rs"]
mod mixed;
#[path = "scripts/mixture.rs"]
mod mixture;
#[path = "scripts/origin.rs"]
mod origin;
#[path = "scripts/teams.rs"]
mod teams;
#[path = "scripts/tell.rs"]
mod tell;
