# The root module: how Terraform reaches Gitea, and nothing about Teams. Each Team's organization is in a file of its own
# beside this one, <namespace>.<name>.tf.json, which Kratix writes: change the Team in the cluster, not the file.

terraform {
  required_version = ">= 1.11"

  required_providers {
    gitea = {
      source  = "go-gitea/gitea"
      version = "0.8.1"
    }
  }

  # Address and token come from the environment of scripts/plan and scripts/apply: Gitea keeps the state.
  backend "http" {}
}

provider "gitea" {} # GITEA_BASE_URL, GITEA_TOKEN

variable "owners" {
  description = "Which request (namespace/name) each organization's address belongs to, as scripts/prepare finds it in the files."
  type        = map(string)
  default     = {}
}

# Kept in the state, so that the next plan sees when an address moves from one requester's file to another's.
output "owners" {
  value = var.owners
}
