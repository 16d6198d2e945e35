# Stands for what the infrastructure repository has of a Team. terraform_data is Terraform's own: no provider is fetched.
resource "terraform_data" "organization" {
  input = {
    name      = "runner-test"
    full_name = "An organization that nobody gets"
  }
}

output "made" {
  value = "${terraform_data.organization.output.name}: ${terraform_data.organization.output.full_name}"
}
