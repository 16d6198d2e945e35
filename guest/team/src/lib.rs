//! The Team generator: each request becomes a Backstage group and a Terraform-managed Gitea organization.
//!
//! `backstage/<namespace>.<name>.yaml` goes to the repository of the catalog, `terraform/<namespace>.<name>.tf.json` to
//! the repository of the infrastructure. Files are named after the request, which is unique; the Terraform resource after
//! the id, so that two requests for one id collide loudly in Terraform and can't overwrite each other.

mod backstage;
mod config;
mod dns;
mod email;
mod id;
mod length;
mod members;
mod name;
mod request;
mod status;
mod terraform;

use kratix_wasm_sdk::{Action, Description, Generator, Output, Request, Stop};

pub use config::{CatalogNamespace, Config};
pub use id::RESERVED_IDS;
pub use request::{Object, Team};

/// The generator.
#[derive(Debug)]
pub struct Teams;

impl Generator for Teams {
    type Object = Object;
    type Config = Config;

    fn describe() -> Description {
        Description::new(
            "team",
            env!("CARGO_PKG_VERSION"),
            "Turns a Team into a Backstage group and a Terraform-managed Gitea organization.",
        )
        .kind("Team")
        .config_schema(config::SCHEMA)
    }

    fn generate(request: Request<Object, Config>) -> Result<Output, Stop> {
        let Request { action, promise, object, config, .. } = request;
        if action == Action::Delete {
            // Whether the request was in order no longer matters: Kratix removes what it had.
            return Ok(Output::new().status(&status::deleted(&object)));
        }
        let team = Team::check(object, &config.email_domain)?;
        let file = team.file_name();
        let mut output = Output::new()
            .yaml(format!("backstage/{file}.yaml"), &backstage::group(&team, &config, &promise))
            .json(format!("terraform/{file}.tf.json"), &terraform::organization(&team, &config))
            .status(&status::generated(&team, &config));
        for (directory, labels) in
            [("backstage", &config.destinations.backstage), ("terraform", &config.destinations.terraform)]
        {
            output = output.send(directory, labels);
        }
        Ok(output)
    }
}

kratix_wasm_sdk::export!(Teams);
