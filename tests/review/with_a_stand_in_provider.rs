//! The flow with a provider of our own that stands in for go-gitea/gitea, which only Terraform's registry has. It makes real
//! organizations in a real Gitea; everything else is what users have.

mod scenarios;
