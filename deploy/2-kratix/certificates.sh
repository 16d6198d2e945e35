# Certificates for Kratix' webhooks and metrics: cert-manager's, or of a CA of their own. Sourced by `up`.

# In a cluster that is brought there may be one already: it is taken as it is.
cert_manager() {
    if has_kind certificates.cert-manager.io && ! made_namespace cert-manager; then return 0; fi
    need helm
    say "  cert-manager $CERT_MANAGER_VERSION"
    own_namespace cert-manager
    # Its CRDs go with it: else `up` would take what is left of it for somebody's own.
    install_chart cert-manager "$CERT_MANAGER_CHART" "$CERT_MANAGER_VERSION" cert-manager \
        --set crds.enabled=true,crds.keep=false --wait --timeout 5m
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
    # The one that is asked for above comes last.
    for name in metrics-server-cert $secret; do
        kube create secret generic $name --namespace "$system" --type kubernetes.io/tls --dry-run=client --output json \
            --from-file "$work/ca.crt" --from-file "$work/tls.crt" --from-file "$work/tls.key" | labelled | apply
    done
    ca=$(base64 --wrap 0 <"$work/ca.crt")
}
