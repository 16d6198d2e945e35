# Certificates for Kratix' webhooks and metrics: cert-manager's, or of a CA of their own. Sourced by `up`.

# In a cluster that is brought there may be one already: it is taken as it is.
cert_manager() {
    [[ -z $(kube get customresourcedefinition certificates.cert-manager.io --ignore-not-found --output name) ]] || return 0
    need helm
    say "  installing cert-manager $CERT_MANAGER_VERSION"
    helm_here install cert-manager "$CERT_MANAGER_CHART" --version "$CERT_MANAGER_VERSION" \
        --namespace cert-manager --create-namespace --set crds.enabled=true --wait --timeout 5m >/dev/null
    kube label namespace cert-manager "$label" >/dev/null
}

# own_certificates: made once, kept in the Secrets that Kratix reads, for ten years. Sets $ca.
own_certificates() {
    need openssl
    local secret=webhook-server-cert
    ca=$(kube get secret $secret --namespace "$system" --ignore-not-found --output 'jsonpath={.data.ca\.crt}')
    [[ -z $ca ]] || return 0
    say "  making certificates for Kratix' webhooks"
    local service=kratix-platform-webhook-service.$system.svc metrics=kratix-platform-controller-manager-metrics-service.$system.svc
    (
        cd "$work"
        openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 3650 -keyout ca.key -out ca.crt -subj '/CN=kratix-wasm-platform'
        openssl req -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout tls.key -out tls.csr -subj "/CN=$service"
        openssl x509 -req -in tls.csr -CA ca.crt -CAkey ca.key -CAcreateserial -days 3650 -out tls.crt \
            -extfile <(printf 'subjectAltName=DNS:%s,DNS:%s.cluster.local,DNS:%s\n' "$service" "$service" "$metrics")
    ) 2>/dev/null
    for name in $secret metrics-server-cert; do
        kubectl create secret generic $name --namespace "$system" --type kubernetes.io/tls --dry-run=client --output json \
            --from-file "$work/ca.crt" --from-file "$work/tls.crt" --from-file "$work/tls.key" | labelled | apply
    done
    ca=$(base64 --wrap 0 <"$work/ca.crt")
}
