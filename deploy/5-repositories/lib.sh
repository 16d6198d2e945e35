# How the scripts of this stage ask Gitea, and what they ask for. Set PLATFORM_GITEA to its address and
# PLATFORM_GITEA_TOKEN_FILE to a file with a site admin's token (scope: all).
here=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)
. "$here/../lib.sh"
source_of() { printf '%s/../repositories/%s' "$here" "$1"; }
need curl git jq ssh-keygen
gitea=${PLATFORM_GITEA-}
gitea=${gitea%/}
[[ $gitea =~ ^https?://[^/]+(/.*)?$ ]] || die 'PLATFORM_GITEA is not set' 'the address of your Gitea, for example https://gitea.example.com'
[[ -f ${PLATFORM_GITEA_TOKEN_FILE-} && -r $PLATFORM_GITEA_TOKEN_FILE && -s $PLATFORM_GITEA_TOKEN_FILE ]] ||
    die "PLATFORM_GITEA_TOKEN_FILE is no file that can be read: \"${PLATFORM_GITEA_TOKEN_FILE-}\"" "a site admin's token, made in Gitea under Settings → Applications with all scopes"
organization=${PLATFORM_ORGANIZATION:-platform}
[[ $organization =~ ^[a-z0-9]+(-[a-z0-9]+)*$ ]] || die "PLATFORM_ORGANIZATION is \"$organization\"" 'lower case letters, digits and single hyphens'
((${#organization} <= 18)) || die "PLATFORM_ORGANIZATION is \"$organization\"" "18 letters at most: with -kratix-infrastructure it is a user's name, which has 40"
PLATFORM_GITEA_TOKEN_FILE=$(realpath -- "$PLATFORM_GITEA_TOKEN_FILE") # read from other folders, too
[[ -z ${TERRAFORM_MIRROR-} ]] || TERRAFORM_MIRROR=$(realpath -- "$TERRAFORM_MIRROR") || die 'TERRAFORM_MIRROR is no folder that is there'
# Tokens and keys that this stage makes: files for the runners and for Kratix.
credentials=${PLATFORM_CREDENTIALS:-$HOME/.local/state/kratix-wasm/$organization}

# as_admin METHOD PATH [CURL-OPTION...]: of the API, as the site admin.
as_admin() {
    local method=$1 path=$2
    shift 2
    curl --silent --show-error --fail-with-body --max-time 60 --request "$method" --header 'Content-Type: application/json' \
        --header @<(printf 'Authorization: token %s\n' "$(<"$PLATFORM_GITEA_TOKEN_FILE")") "$@" "$gitea/api/v1$path"
}

# get PATH: what is there, or nothing. Anything but yes and no is an error.
get() {
    local answer status
    answer=$(curl --silent --show-error --max-time 60 --write-out '\n%{http_code}' \
        --header @<(printf 'Authorization: token %s\n' "$(<"$PLATFORM_GITEA_TOKEN_FILE")") "$gitea/api/v1$1") ||
        die "$gitea doesn't answer" 'is PLATFORM_GITEA right, and Gitea up?'
    status=${answer##*$'\n'}
    case $status in
    200) printf '%s' "${answer%$'\n'*}" ;;
    404) ;;
    *) die "GET $1 answers $status: ${answer%$'\n'*}" "does the token in $PLATFORM_GITEA_TOKEN_FILE belong to a site admin, with all scopes?" ;;
    esac
}

# change WHAT METHOD PATH JSON: does it, and says so.
change() {
    local said
    said=$(as_admin "$2" "$3" --data-binary @- <<<"$4") || die "not $1: $(jq --raw-output '.message? // empty' 2>/dev/null <<<"$said" || true)"
    say "  $1"
}

# ensure WHAT PATH JSON METHOD [CREATE-PATH]: makes the object at PATH have these fields, by METHOD, or creates it at
# CREATE-PATH. Says what it changed, and nothing where nothing had to be.
ensure() {
    local what=$1 path=$2 wanted=$3 method=$4 create=${5-} now
    now=$(get "$path")
    if [[ -z $now ]]; then
        [[ -n $create ]] || die "there is no $what"
        change "created $what" POST "$create" "$wanted"
    elif ! jq --exit-status --argjson wanted "$wanted" '
        def plain: if type == "array" then sort elif . == "" then null else . end;
        . as $now | all($wanted | to_entries[]; (.value | plain) == ($now[.key] | plain))' >/dev/null <<<"$now"; then
        change "changed $what" "$method" "$path" "$wanted"
    fi
}

# first_commit FOLDER REPOSITORY MESSAGE BRANCH...: makes it of the folder's files, in $work, and pushes it to these branches.
first_commit() {
    local folder=$1 repository=$2 message=$3 copy said
    shift 3
    copy=$(mktemp --directory --tmpdir="$work")
    cp -R "$folder/." "$copy"
    (
        cd "$copy"
        export GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_SYSTEM=/dev/null GIT_TERMINAL_PROMPT=0 GIT_CONFIG_COUNT=1
        token=$(<"$PLATFORM_GITEA_TOKEN_FILE")
        export GIT_CONFIG_KEY_0=http.extraHeader GIT_CONFIG_VALUE_0="Authorization: token $token"
        git init --quiet --initial-branch main
        git add --all
        git -c user.name=kratix-wasm -c user.email=kratix-wasm@noreply.invalid commit --quiet --message "$message"
        said=$(git push --quiet --atomic "$gitea/$repository.git" "${@/#/main:}" 2>&1) || die "$repository can't be filled: $said"
    )
    say "  filled $repository"
}

# The machine users are the first that `up` makes, and the last that `down` removes.
machine_users=(kratix-catalog kratix-infrastructure requests plan plans state apply caretaker)
