# The Gitea that the stages 3 to 6 work with: the one that stage 3 has made, or one that is brought. Sourced after lib.sh.
#
# PLATFORM_GITEA              the address of a Gitea that is brought, as it is reached from here
# PLATFORM_GITEA_TOKEN_FILE   a file with a site admin's token
# PLATFORM_GITEA_SSH          host:port of its SSH, as pods reach it (the host of PLATFORM_GITEA, 22)
# PLATFORM_GITEA_KNOWN_HOSTS  a file with its SSH host keys, as ~/.ssh/known_hosts has them, for that host and port
# PLATFORM_GITEA_INSIDE       its address for the runners, where it is another
#
# Tokens and keys live in Secrets. Scripts that need files get a folder that goes with them.
need kubectl jq git curl ssh-keygen
work_folder

# own_gitea: sets all of these for the Gitea in the cluster, and $own_host, which has its ports for whoever is outside.
own_gitea() {
    secret gitea-admin "$work/admin" gitea
    [[ -s $work/admin/token ]] || die 'there is no Gitea in the cluster' 'deploy/platform up 3, or PLATFORM_GITEA for one that you have'
    PLATFORM_GITEA=$(own_gitea_url)
    own_host=$(host_of "$PLATFORM_GITEA")
    [[ $own_host != localhost ]] || own_host=127.0.0.1 # ssh-keyscan tries ::1 alone
    # What is asked by plain HTTP is not for a proxy.
    export no_proxy=${no_proxy-},${NO_PROXY-},localhost,$own_host NO_PROXY=
    PLATFORM_GITEA_INSIDE=http://gitea-http.gitea.svc.cluster.local:3000
    PLATFORM_GITEA_SSH='gitea-ssh.gitea.svc.cluster.local:22'
    PLATFORM_GITEA_TOKEN_FILE=$work/admin/token
    # The host key is the one that Gitea was given: the network isn't asked for it.
    secret gitea-host-key "$work/host-key" gitea
    PLATFORM_GITEA_KNOWN_HOSTS=$work/known_hosts
    printf '%s %s\n' "${PLATFORM_GITEA_SSH%:22}" "$(<"$work/host-key/ssh_host_ed25519_key.pub")" >"$work/known_hosts"
}

# saving COMMAND...: runs a script of stage 5; what it made of tokens and keys goes into the Secret `credentials`, also where it
# ended half-way, since Gitea has them then.
saving() {
    local status=0
    # An interrupt ends what runs, and then this.
    trap : INT
    "$@" || status=$?
    trap 'exit 130' INT
    # Nothing is there after `down`.
    if compgen -G "$PLATFORM_CREDENTIALS/*" >/dev/null; then
        own_namespace $namespace
        keep credentials "$PLATFORM_CREDENTIALS"
    else
        delete secret credentials --namespace $namespace
    fi
    return $status
}

if brought_gitea; then
    [[ $PLATFORM_GITEA =~ ^https?:// ]] || die "PLATFORM_GITEA is \"$PLATFORM_GITEA\"" 'an address that begins with https:// or http://'
    : "${PLATFORM_GITEA_SSH:=$(sed -E 's,^https?://([^/@]+@)?(\[[^]]*\]|[^/:]+).*,\2,' <<<"$PLATFORM_GITEA"):22}"
    [[ $PLATFORM_GITEA_SSH =~ ^([^][/@:]+|\[[0-9a-fA-F:.]+\]):[0-9]+$ ]] || die "PLATFORM_GITEA_SSH is \"$PLATFORM_GITEA_SSH\"" 'host:port, for example gitea.example.com:22'
    [[ -f ${PLATFORM_GITEA_KNOWN_HOSTS-} && -r $PLATFORM_GITEA_KNOWN_HOSTS && -s $PLATFORM_GITEA_KNOWN_HOSTS ]] ||
        die "PLATFORM_GITEA_KNOWN_HOSTS is no file that can be read: \"${PLATFORM_GITEA_KNOWN_HOSTS-}\"" "the SSH host keys of $PLATFORM_GITEA_SSH, taken on its machine: the network can't be asked for them"
else
    own_gitea
fi
PLATFORM_CREDENTIALS=$work/credentials
secret credentials "$PLATFORM_CREDENTIALS"
PLATFORM_CREDENTIALS_KEPT="the Secret $namespace/credentials"
export PLATFORM_CREDENTIALS_KEPT PLATFORM_GITEA PLATFORM_GITEA_TOKEN_FILE PLATFORM_CREDENTIALS PLATFORM_GITEA_INSIDE PLATFORM_GITEA_SSH PLATFORM_GITEA_KNOWN_HOSTS
. "$deploy/5-repositories/lib.sh"
