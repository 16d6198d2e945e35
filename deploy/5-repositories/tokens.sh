# Tokens of the machine users, in files for the two runners, and Kratix' keys. Sourced after lib.sh and work_folder.

# set_password USER: a new one, into $password. Only with it can a user's tokens be made, listed and removed; so it is set
# for this moment, and another that nobody sees takes its place.
set_password() {
    password=$(random)
    jq --raw-input --arg user "$1" '{login_name: $user, source_id: 0, password: ., must_change_password: false}' <<<"$password" |
        as_admin PATCH "/admin/users/$1" --data-binary @- --output /dev/null || die "can't set a password for $1"
}

# as_itself USER METHOD PATH [CURL-OPTION...]: of the API, with that password.
as_itself() {
    local user=$1 method=$2 path=$3
    shift 3
    curl --silent --show-error --fail-with-body --max-time 60 --config <(printf 'user = "%s:%s"\n' "$user" "$password") \
        --request "$method" --header 'Content-Type: application/json' "$@" "$gitea/api/v1$path"
}

# entry VARIABLE USER NAME SCOPE...: makes a token, and prints it as a line of a runner's file.
entry() {
    local variable=$1 user=$organization-$2 name=$3 token
    shift 3
    set_password "$user"
    token=$(jq --null-input --arg name "$name" '{$name, scopes: $ARGS.positional}' --args "$@" |
        as_itself "$user" POST "/users/$user/tokens" --data-binary @- | jq --raw-output '.sha1 // error("no token")') ||
        die "can't make a token for $user"
    set_password "$user"
    # It is read by shells.
    [[ $token =~ ^[0-9a-f]{40}$ ]] || die "Gitea's token for $user is none"
    printf '%s=%s\n' "$variable" "$token"
}

# where: which repository of which Gitea.
where() { printf 'GITEA_URL=%q\nREPOSITORY=%q\n' "${PLATFORM_GITEA_INSIDE:-$gitea}" "$organization/infrastructure"; }

# kept NAME: where that stays, in words. As a part of the platform the folder is a copy of a Secret, and goes with the script.
kept() { [[ ${PLATFORM_CREDENTIALS_KEPT-} ]] && echo "$1 in $PLATFORM_CREDENTIALS_KEPT" || echo "$credentials/$1"; }

# ensure_kept NAME...: stops where one isn't there.
ensure_kept() {
    local name hint='run up first, or set PLATFORM_CREDENTIALS to where it left tokens and keys'
    [[ -z ${PLATFORM_CREDENTIALS_KEPT-} ]] || hint='deploy/platform up 4'
    for name; do [[ -s $credentials/$name ]] || die "$(kept "$name") is missing" "$hint"; done
}

# One file a runner: what its gate may do, and no more.
credentials_of() {
    local name reviewed
    name=$1-$(date --utc +%Y%m%dT%H%M%S)
    where
    # What the gate takes for reviewed, to begin with.
    reviewed=$(get "/repos/$organization/infrastructure/branches/main" | jq --raw-output '.commit.id // error("there is no main")')
    printf 'REVIEWED=%q\n' "$reviewed"
    case $1 in
    plan)
        printf 'TASKS="open-request plan review"\n'
        entry READ_TOKEN plan "$name" read:repository write:issue
        entry REQUESTS_TOKEN requests "$name" write:repository
        entry PROVIDER_TOKEN apply "$name" read:organization read:user read:admin
        entry STATE_TOKEN state "$name" read:package
        entry PLANS_TOKEN plans "$name" write:package
        ;;
    apply)
        printf 'TASKS="apply bring-up"\n'
        entry READ_TOKEN caretaker "$name-comments" read:repository write:issue
        entry CARETAKER_TOKEN caretaker "$name" write:repository
        entry PROVIDER_TOKEN apply "$name" write:organization read:user read:admin
        entry STATE_TOKEN state "$name" write:package
        entry PLANS_TOKEN plans "$name" read:package
        ;;
    esac
    [[ -z ${TERRAFORM_MIRROR-} ]] || printf 'TF_CLI_CONFIG_FILE=/usr/local/lib/kratix-wasm-runner/terraform.rc\n'
}

# outdated ROLE: whether its file is missing, or another Gitea's, or has what this one knows no more.
outdated() {
    [[ -s $credentials/$1 && $(head --lines 2 "$credentials/$1") == "$(where)" ]] || return 0
    grep --quiet --extended-regexp '^REVIEWED=[0-9a-f]{40,64}$' "$credentials/$1" || return 0
    local variable
    for variable in $(tokens_of "$1"); do [[ $(status_of "$1" "$variable" GET /v1/user) != 401 ]] || return 0; done
    return 1
}

# fresh_credentials ROLE: a new file, which takes the old one's place when it is whole.
fresh_credentials() {
    (umask 077 && credentials_of "$1" >"$credentials/$1.new")
    mv "$credentials/$1.new" "$credentials/$1"
    say "  made tokens for the runner $1: $(kept "$1")"
}

# register_key REPOSITORY FILE: for the one user that may push there.
register_key() {
    local user=$organization-kratix-$1 public
    public=$(cut -d' ' -f1,2 "$2.pub")
    [[ $(get "/users/$user/keys" | jq --arg key "$public" 'any(.[]; .key == $key)') == true ]] ||
        change "registered a key for $user: $(kept "kratix-$1")" POST "/admin/users/$user/keys" \
            "$(jq --null-input --arg key "$public" --arg title "kratix-$(date --utc +%Y%m%dT%H%M%S)" '{$title, $key}')"
}

# key REPOSITORY: Kratix' key for it.
key() {
    local file=$credentials/kratix-$1
    [[ -e $file ]] || ssh-keygen -q -t ed25519 -N '' -C "$organization-kratix-$1" -f "$file"
    register_key "$1" "$file"
}

# fresh_key REPOSITORY: a new one, which takes the old one's place here when Gitea knows it.
fresh_key() {
    local file=$credentials/kratix-$1
    rm -f "$file.new" "$file.new.pub"
    ssh-keygen -q -t ed25519 -N '' -C "$organization-kratix-$1" -f "$file.new"
    register_key "$1" "$file.new"
    mv "$file.new" "$file"
    mv "$file.new.pub" "$file.pub"
}

# registration: the token that lets runners register for the infrastructure repository, into its file.
registration() {
    local token
    token=$(as_admin POST "/repos/$organization/infrastructure/actions/runners/registration-token" | jq --raw-output '.token // error("no token")')
    (umask 077 && printf '%s\n' "$token" >"$credentials/registration")
}

# fresh_registration: Gitea's API only tells the one that there is. Its page has a button for a new one, which the caretaker,
# an admin of this repository, presses here.
fresh_registration() {
    local page=$gitea/$organization/infrastructure/settings/actions/runners old
    old=$(<"$credentials/registration")
    if log_in_to_pages caretaker; then browse --output /dev/null --request POST "$page/reset_registration_token" || true; fi
    log_out_of_pages
    registration
    if [[ $(<"$credentials/registration") != "$old" ]]; then
        say "  made a registration token for runners: $(kept registration)"
    else
        say "  the registration token is the old one: reset it at $page, then run up"
    fi
}

# token ROLE VARIABLE: one of a runner's.
# shellcheck disable=SC1090 # tokens.sh has written it
token() { (. "$credentials/$1" && printf %s "${!2}"); }

tokens_of() { grep --only-matching '^[A-Z]*_TOKEN' "$credentials/$1" || true; }

# status_of ROLE VARIABLE METHOD PATH [BODY]: what Gitea answers to a runner's token.
status_of() {
    curl --silent --show-error --max-time 60 --output "$work/answer" --write-out '%{http_code}' --request "$3" \
        --header @<(printf 'Authorization: token %s\n' "$(token "$1" "$2")") --header 'Content-Type: application/json' \
        ${5:+--data-binary "$5"} "$gitea/api$4"
}

# valid_tokens ROLE: with one that isn't, Gitea refuses everything.
valid_tokens() {
    local variables variable status
    variables=$(tokens_of "$1")
    [[ -n $variables ]] || { echo "$(kept "$1") has none" && return 1; }
    for variable in $variables; do
        status=$(status_of "$1" "$variable" GET /v1/user)
        [[ $status == 200 || $status == 403 ]] || { echo "$variable: Gitea answers $status" && return 1; }
    done
}

# known_as HOST:PORT: as known_hosts has it.
known_as() {
    local host=${1%:*} port=${1##*:}
    host=${host#[} host=${host%]}
    if [[ $port == 22 ]]; then echo "$host"; else echo "[$host]:$port"; fi
}

# git_with REPOSITORY ARGUMENT...: with Kratix' key for it, in $work, which the caller makes.
git_with() {
    local key=$1 ssh known=$work/known_hosts
    shift
    ssh="ssh -i $(printf %q "$credentials/kratix-$key") -o IdentitiesOnly=yes -o BatchMode=yes -o ConnectTimeout=20 -o LogLevel=ERROR"
    if [[ -n ${PLATFORM_GITEA_KNOWN_HOSTS-} && -n ${PLATFORM_GITEA_SSH-} ]]; then
        # By the name that Kratix has for it, whatever it is from here.
        cp "$PLATFORM_GITEA_KNOWN_HOSTS" "$known" # whose path has no spaces, which ssh splits
        ssh+=" -o HostKeyAlias=$(printf %q "$(known_as "$PLATFORM_GITEA_SSH")") -o StrictHostKeyChecking=yes"
    else
        ssh+=" -o StrictHostKeyChecking=accept-new"
    fi
    ssh+=" -o UserKnownHostsFile=$(printf %q "$known")"
    GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_SYSTEM=/dev/null GIT_TERMINAL_PROMPT=0 GIT_SSH_COMMAND=$ssh \
        GIT_AUTHOR_NAME=verify GIT_AUTHOR_EMAIL=verify@noreply.invalid GIT_COMMITTER_NAME=verify GIT_COMMITTER_EMAIL=verify@noreply.invalid \
        git --git-dir "$work/$key.git" "$@"
}
# address REPOSITORY: for SSH.
address() { as_admin GET "/repos/$organization/$1" | jq --raw-output .ssh_url; }
