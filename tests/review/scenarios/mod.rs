//! From Kratix' commit to an organization, and everything that must not get there: plan, review, apply in a real Gitea with
//! PostgreSQL, SSH and two runners. One machine for all of them, so they take turns.

mod kratix;
mod machine;

mod attacks;
mod failures;
mod flow;
mod guard;
mod maintenance;
mod secrets;
mod setup;
