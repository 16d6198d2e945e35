//! The bucket as Crossplane's provider for AWS takes it:
//! <https://marketplace.upbound.io/providers/upbound/provider-aws-s3/latest/resources/s3.aws.upbound.io/Bucket/v1beta1>.

use kratix_wasm_sdk::log;
use serde_json::{Value, json};

/// All that there is to say of a bucket.
pub(crate) struct Bucket<'a> {
    /// Namespace and name of the request.
    pub(crate) request: &'a str,
    pub(crate) name: &'a str,
    pub(crate) region: &'a str,
    pub(crate) owner: &'a str,
    pub(crate) contact: &'a str,
}

impl Bucket<'_> {
    pub(crate) fn manifest(&self) -> Value {
        let Self { request, name, region, owner, contact } = self;
        // What another Promise's object says becomes tags and no labels: one label that Kubernetes doesn't take would keep
        // all files of the repository out of the cluster.
        let mut tags = json!({"team": owner});
        if contact.chars().all(is_of_a_tag) {
            tags["contact"] = json!(contact);
        } else {
            log::warn(format!("S3 takes no tag with all signs of {contact}, so the bucket has none of its contact"));
        }
        json!({
            "apiVersion": "s3.aws.upbound.io/v1beta1",
            "kind": "Bucket",
            "metadata": {"name": name, "annotations": {"kratix-wasm.io/request": request}},
            "spec": {"forProvider": {"region": region, "tags": tags}},
        })
    }
}

/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_control_Tag.html>
fn is_of_a_tag(c: char) -> bool {
    c.is_alphanumeric() || " _.:/=+-@".contains(c)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn manifest(contact: &str) -> Value {
        let (request, name, region) = ("shop/logs", "acme-shop--logs", "eu-west-1");
        Bucket { request, name, region, owner: "team-alpha", contact }.manifest()
    }

    #[test]
    fn the_manifest_has_what_crossplane_takes() {
        assert_eq!(
            manifest("alpha@example.com"),
            json!({
                "apiVersion": "s3.aws.upbound.io/v1beta1",
                "kind": "Bucket",
                "metadata": {"name": "acme-shop--logs", "annotations": {"kratix-wasm.io/request": "shop/logs"}},
                "spec": {
                    "forProvider": {
                        "region": "eu-west-1",
                        "tags": {"team": "team-alpha", "contact": "alpha@example.com"},
                    },
                },
            })
        );
    }

    #[test]
    fn a_contact_that_s3_takes_no_tag_of_keeps_no_bucket_from_being_made() {
        for contact in ["o'brien@example.com", "a%b@example.com"] {
            assert_eq!(manifest(contact)["spec"]["forProvider"]["tags"], json!({"team": "team-alpha"}), "{contact}");
        }
    }
}
