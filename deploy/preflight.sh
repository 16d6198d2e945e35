# What has to be there before anything is made: all that is missing is said at once. Sourced by `platform`.

# preflight STAGE...
preflight() {
    local stage programs=(kubectl jq) images=() port busy=()
    for stage; do
        case $stage in
        1-cluster) brought || { programs+=(kind helm) && images+=(kratix-wasm-team:image-step); } ;;
        2-kratix)
            if [[ ${PLATFORM_CERT_MANAGER-} == none ]]; then programs+=(openssl); else programs+=(helm); fi
            [[ -n ${KRATIX_MANIFESTS-} ]] || programs+=(git)
            ;;
        3-gitea)
            programs+=(git curl ssh-keygen ssh-keyscan)
            brought_gitea || programs+=(helm)
            brought_gitea || brought || images+=(kratix-wasm-runner:image-runner)
            ;;
        *) programs+=(git curl ssh ssh-keygen terraform) ;;
        esac
    done
    mapfile -t programs < <(printf '%s\n' "${programs[@]}" | sort --unique)
    need "${programs[@]}"
    for image in "${images[@]}"; do
        [[ -r $deploy/../target/dist/${image%:*}.oci.tar ]] || die "there is no image target/dist/${image%:*}.oci.tar" "./x ${image#*:} makes it"
    done
    [[ " $* " == *' 1-cluster '* ]] && ! brought || return 0
    [[ -n $(container_engine) ]] || die 'neither docker nor podman answers' 'start Docker, or install podman; or PLATFORM_CLUSTER=existing for a cluster that you have'
    ! made_cluster || return 0
    for port in 80 443 3000 30222; do
        ! (: <"/dev/tcp/127.0.0.1/$port") 2>/dev/null || busy+=("$port")
    done
    ((${#busy[@]} == 0)) || die "in use on this machine: port ${busy[*]}" "ss -ltnp says what listens there"
}
