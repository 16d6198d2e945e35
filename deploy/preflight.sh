# Programs, images and ports that have to be there before anything is made. Sourced by `platform` and stage 1.

# preflight STAGE...
preflight() {
    local stage runner='' programs=(kubectl jq) image images=() lacking=() make port busy=()
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
            ;;
        *) programs+=(git curl ssh ssh-keygen terraform) ;;
        esac
        # Those that start a runner.
        if [[ $stage == [35]-* ]] && ! brought_gitea && ! brought; then
            programs+=(kind)
            runner=kratix-wasm-runner:image-runner
        fi
    done
    mapfile -t programs < <(printf '%s\n' "${programs[@]}" | sort --unique)
    need "${programs[@]}"
    for image in "${images[@]}" ${runner:+"$runner"}; do
        [[ -r $deploy/../target/dist/${image%:*}.oci.tar ]] || lacking+=("${image#*:}")
    done
    if ((${#lacking[@]} > 0)); then
        printf -v make ' && ./x %s' "${lacking[@]}"
        die 'images are missing in target/dist' "${make# && }"
    fi
    [[ " $* " == *' 1-cluster '* ]] || ensure_cluster
    [[ " $* " == *' 1-cluster '* ]] && ! brought || return 0
    [[ -n $(container_engine) ]] || die 'neither docker nor podman answers' 'start Docker, or install podman; or PLATFORM_CLUSTER=existing for a cluster that you have'
    ! made_cluster || return 0
    for port in 80 443 3000 30222; do
        ! (: <"/dev/tcp/127.0.0.1/$port") 2>/dev/null || busy+=("$port")
    done
    ((${#busy[@]} == 0)) || die "in use on this machine: port ${busy[*]}" "ss -ltnp says what listens there"
}
