# How Debian's packages are installed where nobody was asked. Sourced by `needs`.

# Where programs lie of packages that are services: not installed, since a package would start them on this machine, now or at
# its next start.
unpacked=$here/../target/rig/debian

can_install() { [[ $(id -u) == 0 ]] && command -v apt-get >/dev/null; }

install() { DEBIAN_FRONTEND=noninteractive apt-get -qy --no-remove --no-install-recommends install "$@" >&2; }

# Debian's package of the server starts one at once; this machine's owner did not ask for that. The word against it
# has its place in the folder that postgresql-common brings, and only for as long as the server is installed.
install_server() {
    local word=/etc/postgresql-common/createcluster.d/kratix-wasm.conf status=0
    install postgresql-common || return
    mkdir -p "${word%/*}"
    echo 'create_main_cluster = false' >"$word"
    install postgresql || status=$?
    rm "$word"
    rmdir --ignore-fail-on-non-empty "${word%/*}"
    return "$status"
}

unpack() {
    local work package status=0
    mkdir -p "$unpacked"
    work=$(mktemp --directory --tmpdir="$unpacked/..")
    (umask 022 && cd "$work" && apt-get -q --option APT::Sandbox::User=root download "$@" >&2) || status=$?
    for package in "$work"/*.deb; do
        [[ $status != 0 ]] || (umask 022 && dpkg-deb --extract "$package" "$unpacked") || status=$?
    done
    rm -rf "$work"
    return "$status"
}

install_all() {
    local package others=() server=() services=()
    for package; do
        case $package in
        postgresql) server=(install_server) ;;
        containerd | etcd-server) services+=("$package") ;;
        *) others+=("$package") ;;
        esac
    done
    [[ ${#others[@]} == 0 ]] || install "${others[@]}" || return
    [[ ${#services[@]} == 0 ]] || unpack "${services[@]}" || return
    "${server[@]}"
}
