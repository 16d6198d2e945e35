// The resource gitea_org: its schema, and what is asked of Gitea for it.
package main

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-sdk/v2/diag"
	"github.com/hashicorp/terraform-plugin-sdk/v2/helper/schema"
)

// What Terraform may set and Gitea tells back.
var settings = []string{"full_name", "description", "website", "location", "visibility"}

// org is the resource. Nothing validates: what Gitea refuses fails at `apply`.
func org() *schema.Resource {
	optional := func(standard any) *schema.Schema {
		return &schema.Schema{Type: schema.TypeString, Optional: true, Default: standard}
	}
	return &schema.Resource{
		CreateContext: create,
		ReadContext:   read,
		UpdateContext: update,
		DeleteContext: remove,
		Importer:      &schema.ResourceImporter{StateContext: schema.ImportStatePassthroughContext},
		Schema: map[string]*schema.Schema{
			"name":                          {Type: schema.TypeString, Required: true, ForceNew: true},
			"full_name":                     optional(nil),
			"description":                   optional(nil),
			"website":                       optional(nil),
			"location":                      optional(nil),
			"visibility":                    optional("public"),
			"repo_admin_change_team_access": {Type: schema.TypeBool, Optional: true, Default: true},
			"avatar_url":                    {Type: schema.TypeString, Computed: true},
			"repos":                         {Type: schema.TypeList, Computed: true, Elem: &schema.Schema{Type: schema.TypeString}},
		},
	}
}

func wanted(data *schema.ResourceData) map[string]any {
	values := map[string]any{}
	for _, setting := range settings {
		values[setting] = data.Get(setting)
	}
	return values
}

func create(ctx context.Context, data *schema.ResourceData, client any) diag.Diagnostics {
	values := wanted(data)
	values["username"] = data.Get("name")
	// Gitea takes this at creation only, and does not tell it: a later change does nothing, in the real one too.
	values["repo_admin_change_team_access"] = data.Get("repo_admin_change_team_access")
	var created organization
	if err := client.(gitea).call(ctx, "POST", "/orgs", values, &created); err != nil {
		return diag.FromErr(err)
	}
	return remember(ctx, data, client, &created)
}

func read(ctx context.Context, data *schema.ResourceData, client any) diag.Diagnostics {
	found, err := client.(gitea).byID(ctx, data.Id())
	if isMissing(err) {
		data.SetId("")
		return nil
	}
	if err != nil {
		return diag.FromErr(err)
	}
	return remember(ctx, data, client, found)
}

func update(ctx context.Context, data *schema.ResourceData, client any) diag.Diagnostics {
	var updated organization
	err := client.(gitea).call(ctx, "PATCH", orgPath(data.Get("name").(string)), wanted(data), &updated)
	if isMissing(err) {
		return create(ctx, data, client)
	}
	if err != nil {
		return diag.FromErr(err)
	}
	return remember(ctx, data, client, &updated)
}

// Gitea refuses while the organization has repositories.
func remove(ctx context.Context, data *schema.ResourceData, client any) diag.Diagnostics {
	err := client.(gitea).call(ctx, "DELETE", orgPath(data.Get("name").(string)), nil, nil)
	if isMissing(err) {
		return nil
	}
	return diag.FromErr(err)
}

func remember(ctx context.Context, data *schema.ResourceData, client any, org *organization) diag.Diagnostics {
	repositories, err := client.(gitea).repositories(ctx, org.Name)
	if err != nil {
		return diag.FromErr(err)
	}
	data.SetId(fmt.Sprint(org.ID))
	for name, value := range map[string]any{
		"name":        org.Name,
		"full_name":   org.FullName,
		"description": org.Description,
		"website":     org.Website,
		"location":    org.Location,
		"visibility":  org.Visibility,
		"avatar_url":  org.AvatarURL,
		"repos":       repositories,
	} {
		if err := data.Set(name, value); err != nil {
			return diag.FromErr(err)
		}
	}
	return nil
}
