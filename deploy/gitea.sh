# The Gitea that the stages 3 to 6 work with. Sourced after lib.sh.
#
# PLATFORM_GITEA              its address, as it is reached from here
# PLATFORM_GITEA_TOKEN_FILE   a file with a site admin's token
# PLATFORM_GITEA_SSH          host:port of its SSH, as pods reach it (the host of PLATFORM_GITEA, 22)
# PLATFORM_GITEA_KNOWN_HOSTS  a file with its SSH host keys, as ~/.ssh/known_hosts has them, for that host and port
#
# PLATFORM_GITEA_INSIDE       its address for the runners, where it is another
#
# Tokens and keys live in the Secret `credentials`. Scripts that need files get a folder that goes with them.
need kubectl jq git curl ssh-keygen
work=$(mktemp --directory)
trap 'rm -rf -- "$work"' EXIT

# secret NAME FOLDER: its entries as files.
secret() {
    mkdir -p "$2"
    local object key value
    object=$(kube get secret "$1" --namespace $namespace --ignore-not-found --output json) ||
        die "the Secret $1 can't be read" 'above is what the cluster says of it'
    while read -r key value; do base64 --decode <<<"$value" >"$2/$key"; done < <(
        jq --raw-output '(.data // {}) | to_entries[] | "\(.key) \(.value)"' <<<"$object"
    )
}
# keep NAME FOLDER [NAMESPACE]: its files as the Secret's entries.
keep() {
    kubectl create secret generic "$1" --namespace "${3:-$namespace}" --from-file "$2" --dry-run=client --output json | labelled | apply
}

[[ -n ${PLATFORM_GITEA-} ]] || die 'PLATFORM_GITEA is not set' "your Gitea's address, for example https://gitea.example.com (docs/platform.md)"
[[ -r ${PLATFORM_GITEA_TOKEN_FILE-} ]] || die 'PLATFORM_GITEA_TOKEN_FILE is no file that can be read' "a site admin's token, with all scopes"
: "${PLATFORM_GITEA_SSH:=$(sed -E 's,^https?://([^/:]+).*,\1,' <<<"$PLATFORM_GITEA"):22}"
[[ -r ${PLATFORM_GITEA_KNOWN_HOSTS-} ]] ||
    die 'PLATFORM_GITEA_KNOWN_HOSTS is no file that can be read' "the SSH host keys of $PLATFORM_GITEA_SSH, taken on its machine: the network can't be asked for them"
PLATFORM_CREDENTIALS=$work/credentials
secret credentials "$PLATFORM_CREDENTIALS"
chmod 600 "$PLATFORM_CREDENTIALS"/* 2>/dev/null || true
export PLATFORM_GITEA PLATFORM_GITEA_TOKEN_FILE PLATFORM_CREDENTIALS PLATFORM_GITEA_INSIDE
