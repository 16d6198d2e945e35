# Kratix' manifests, as the platform installs them. Input: its objects, one after another. Arguments: $image; $user, a number where the image's own user has no passwd entry, or ""; $ca, a base64 certificate of the CA that
# signed the webhooks' certificates, or "" where cert-manager makes them.

select($ca == "" or (.apiVersion | startswith("cert-manager.io/") | not))
| if .kind == "ConfigMap" and .data.PIPELINE_ADAPTER_IMG then .data.PIPELINE_ADAPTER_IMG = $image
  elif .kind == "Deployment" then
      .spec.template.spec.containers |= map(
          .image = $image
          # With the 0.1 CPU that Kratix gives itself, commits queue 8 s apart.
          | .resources.limits.cpu = "1"
          | if $user == "" then . else
              # SSH serves only users that have an entry.
              .securityContext.runAsUser = ($user | tonumber) | .env += [{name: "HOME", value: "/tmp"}] end)
  elif $ca == "" then .
  elif .kind == "CustomResourceDefinition" and .spec.conversion.webhook then .spec.conversion.webhook.clientConfig.caBundle = $ca
  elif .webhooks then .webhooks |= map(.clientConfig.caBundle = $ca)
  else . end
