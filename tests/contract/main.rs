//! Asks other people's code what it makes of what ours produces: Kubernetes, Helm, Kratix, Terraform, Backstage and Gitea.

mod addresses;
mod backstage;
mod backstage_namespace;
mod bucket;
mod characters;
mod chart;
mod chart_pod;
mod chart_values;
mod checkers;
mod crd;
mod crd_agreement;
mod expansion;
mod git_paths;
mod gitea;
mod judges;
mod kratix_promise;
mod names;
mod platform_manifests;
mod printed_json;
mod terraform;
mod terraform_installed;
mod toolchains;
mod yaml_random;
mod yaml_read;
mod yaml_round_trip;
mod yaml_written;
