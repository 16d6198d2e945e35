//! The flow with the provider that the folder `TERRAFORM_MIRROR` has: the real one.

mod scenarios;
