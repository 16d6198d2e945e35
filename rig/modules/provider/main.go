// Stands in for the Terraform provider go-gitea/gitea 0.8.1 in tests, since that one is served by Terraform's registry
// only and not every machine reaches it. It knows gitea_org alone, but does with it what the real one does, on a real
// Gitea: the same schema, the same requests that matter for a token's scopes, the same silence of `plan`.
package main

import (
	"context"

	"github.com/hashicorp/terraform-plugin-sdk/v2/diag"
	"github.com/hashicorp/terraform-plugin-sdk/v2/helper/schema"
	"github.com/hashicorp/terraform-plugin-sdk/v2/plugin"
)

func main() {
	plugin.Serve(&plugin.ServeOpts{ProviderFunc: provider})
}

func provider() *schema.Provider {
	return &schema.Provider{
		Schema: map[string]*schema.Schema{
			"base_url": {Type: schema.TypeString, Optional: true, DefaultFunc: schema.EnvDefaultFunc("GITEA_BASE_URL", "")},
			"token":    {Type: schema.TypeString, Optional: true, DefaultFunc: schema.EnvDefaultFunc("GITEA_TOKEN", nil)},
		},
		ResourcesMap:         map[string]*schema.Resource{"gitea_org": org()},
		ConfigureContextFunc: configure,
	}
}

func configure(ctx context.Context, data *schema.ResourceData) (any, diag.Diagnostics) {
	client := gitea{data.Get("base_url").(string), data.Get("token").(string)}
	if client.url == "" || client.token == "" {
		return nil, diag.Errorf("GITEA_BASE_URL and GITEA_TOKEN, or base_url and token, must be set")
	}
	// The real one asks who it is, so a token without read:user fails here.
	return client, diag.FromErr(client.call(ctx, "GET", "/user", nil, nil))
}
