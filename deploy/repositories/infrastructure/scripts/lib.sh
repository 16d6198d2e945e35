# What the scripts share: how they ask Gitea, and what counts as a request, as its plan and as an approval.
#
# The runner's gate starts them, in a fresh folder, with GITEA_URL, REPOSITORY (owner/name), MAIN (the commit that it took
# them from) and CREDENTIALS: a file that sets the tokens. They stay shell variables: a program gets one only where it is
# given, never on its command line.
set -euo pipefail
shopt -s inherit_errexit
# shellcheck disable=SC1090 # Only the gate knows where it is.
. "$CREDENTIALS"

here=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)
owner=${REPOSITORY%/*}
repository=/repos/$REPOSITORY

# The machine users, as 5-repositories/up makes them.
plan_bot=$owner-plan
plans_owner=$owner-plans
state_owner=$owner-state

# For jq: the seconds of a moment as Gitea writes it, which has the server's own time zone.
time='def time: capture("^(?<day>[-0-9]+)T(?<hour>[:0-9]+)([.][0-9]+)?(?<zone>Z|(?<sign>[+-])(?<hours>[0-9]+):(?<minutes>[0-9]+))$")
    | ("\(.day)T\(.hour)Z" | fromdateiso8601)
      - (if .zone == "Z" then 0 else ("\(.sign)1" | tonumber) * ((.hours | tonumber) * 3600 + (.minutes | tonumber) * 60) end);'

say() { printf '%s\n' "$*"; }
die() {
    printf 'error: %s\n' "$*" >&2
    exit 1
}

# ask TOKEN METHOD URL [CURL-OPTION...]: TOKEN is the name of a variable.
ask() {
    local token=$1 method=$2 url=$3
    shift 3
    curl --silent --show-error --fail-with-body --max-time 120 --request "$method" \
        --header @<(printf 'Authorization: token %s\n' "${!token}") "$@" "$url"
}

# api TOKEN METHOD PATH [CURL-OPTION...]: of Gitea's API; a body is JSON.
api() {
    local token=$1 method=$2 path=$3
    shift 3
    ask "$token" "$method" "$GITEA_URL/api/v1$path" --header 'Content-Type: application/json' "$@"
}

# all TOKEN PATH: a list's pages, joined. At most 20,000 entries: more is an error, so that none is overlooked.
all() {
    local token=$1 path=$2 page entries lines
    [[ $path == *\?* ]] && path+='&' || path+='?'
    for page in {1..400}; do
        entries=$(api "$token" GET "${path}limit=50&page=$page" | jq --compact-output '.[]')
        [[ -n $entries ]] || return 0
        printf '%s\n' "$entries"
        mapfile -t lines <<<"$entries"
        ((${#lines[@]} == 50)) || return 0
    done
    die "$path has more than 20,000 entries"
}

# status TOKEN URL FILE: gets it into a file, and prints the answer's status.
status() {
    curl --silent --show-error --max-time 60 --output "$3" --write-out '%{http_code}' \
        --header @<(printf 'Authorization: token %s\n' "${!1}") "$2"
}

# exists TOKEN PATH: whether there is such a thing, or was, and Gitea leads from its name to its new one. Anything but yes
# and no is an error.
exists() {
    local status
    status=$(status "$1" "$GITEA_URL/api/v1$2" /dev/null)
    case $status in
    200 | 301 | 307) return 0 ;;
    404) return 1 ;;
    *) die "GET $2 answers $status" ;;
    esac
}

# open_request TOKEN FROM TO: the number of the open request between two branches of this repository, if there is one.
open_request() {
    api "$1" GET "$repository/pulls?state=open&base_branch=$3&limit=50" | jq --raw-output --arg from "$2" --arg to "$3" --arg repository "$REPOSITORY" '
        [.[] | select(.head.ref == $from and .head.repo.full_name == $repository and .base.ref == $to)][0].number // empty'
}

# comment NUMBER: says standard input on a request.
comment() {
    jq --null-input --rawfile body /dev/stdin '{$body}' | api READ_TOKEN POST "$repository/issues/$1/comments" --data-binary @- --output /dev/null
}

# Git with what the token READ_TOKEN may read. Nothing of the machine's or a user's own settings.
git_read() {
    GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_SYSTEM=/dev/null GIT_TERMINAL_PROMPT=0 GIT_CONFIG_COUNT=1 \
        GIT_CONFIG_KEY_0=http.extraHeader GIT_CONFIG_VALUE_0="Authorization: token $READ_TOKEN" git "$@"
}

# fetch BRANCH...: into origin.git, a bare copy of the repository.
fetch() {
    [[ -d origin.git ]] || git init --quiet --bare origin.git
    local branch refs=()
    for branch; do refs+=("+refs/heads/$branch:refs/heads/$branch"); done
    git_read -C origin.git fetch --quiet --no-tags "$GITEA_URL/$REPOSITORY.git" "${refs[@]}" || die "can't fetch $* of $REPOSITORY"
}

# Terraform with the state's address and the two tokens that it needs; one that may write locks.
terraform_here() {
    local state=$GITEA_URL/api/packages/$state_owner/terraform/state/${REPOSITORY#*/}
    CHECKPOINT_DISABLE=1 TF_IN_AUTOMATION=1 TF_INPUT=0 TF_CLI_ARGS=-no-color GITEA_BASE_URL=$GITEA_URL GITEA_TOKEN=$PROVIDER_TOKEN \
        TF_HTTP_ADDRESS=$state TF_HTTP_LOCK_ADDRESS=$state/lock TF_HTTP_UNLOCK_ADDRESS=$state/lock TF_HTTP_LOCK_METHOD=POST \
        TF_HTTP_UNLOCK_METHOD=DELETE TF_HTTP_USERNAME=$state_owner TF_HTTP_PASSWORD=$STATE_TOKEN terraform "$@"
}

# Terraform, made ready in terraform/ with the provider that the lock file knows.
init() { (cd terraform && terraform_here init -lockfile=readonly >init.log 2>&1) || { cat terraform/init.log && die 'terraform init failed'; }; }

# as_json PLAN: Terraform's JSON of a plan, beside it.
as_json() { (cd terraform && terraform_here show -json "../$1" >"../$1.json"); }

# show PLAN: as text, as JSON, and what it does to whom (guard.json).
show() {
    (cd terraform && terraform_here show "../$1" >"../$1.txt")
    as_json "$1"
    jq --from-file "$here/guard.jq" "$1.json" >guard.json
}

# The state as it is, into state.json.
read_state() {
    local status
    status=$(status STATE_TOKEN "$GITEA_URL/api/packages/$state_owner/terraform/state/${REPOSITORY#*/}" state.json)
    case $status in
    200) ;;
    204 | 404) echo '{}' >state.json ;; # nothing was ever applied
    *) die "the state can't be read: $status" ;;
    esac
}

# wait_until_applied COMMIT: until main's commit is applied, or that has failed: a plan made before would be stale at once.
# Of the run only that job: a later one may wait for the very runner that waits here.
wait_until_applied() {
    local run applying
    run=$(api READ_TOKEN GET "$repository/actions/runs?head_sha=$1&event=push" |
        jq '[.workflow_runs[]? | select(.path | startswith("deploy-organizations.yml")) | .id] | max // empty')
    [[ -n $run ]] || return 0
    for _ in {1..600}; do
        applying=$(api READ_TOKEN GET "$repository/actions/runs/$run/jobs" | jq 'any(.jobs[]?; .name == "apply" and .status != "completed")')
        [[ $applying == true ]] || return 0
        sleep 1
    done
    die "$1 of main is still being applied after ten minutes"
}

# plan_url COMMIT FILE: where the one plan for a commit (tfplan) and its comment (told) are kept: packages can't be overwritten.
plan_url() { printf '%s/api/packages/%s/generic/%s-plan/%s/%s' "$GITEA_URL" "$plans_owner" "${REPOSITORY#*/}" "$1" "$2"; }

# The last line of a plan's comment, which binds it to what was planned.
plan_mark() { printf 'Commit `%s`, plan `sha256:%s`' "$1" "$2"; }

# plan_comment NUMBER COMMIT: the last one that the plan bot wrote for this commit, as JSON with the plan's digest; nothing
# where there is none; `edited` where it isn't as it was written. Whoever may write requests may edit it, within the second that it was made without a trace.
plan_comment() {
    local status
    status=$(status PLANS_TOKEN "$(plan_url "$2" told)" told.kept)
    case $status in
    200) ;;
    404) return 0 ;;
    *) die "the comment of the plan for $2 can't be read: $status" ;;
    esac
    all READ_TOKEN "$repository/issues/$1/comments" | jq --slurp --compact-output --raw-output --arg bot "$plan_bot" --arg commit "$2" --rawfile told told.kept '
        [.[] | select(.user.login == $bot)
             | . + ((.body | capture("\nCommit `(?<commit>[0-9a-f]{40,64})`, plan `sha256:(?<sha256>[0-9a-f]{64})`\\s*$")) // {})
             | select(.commit == $commit)]
        | last // empty
        | if .created_at == .updated_at and (.body | rtrimstr("\n")) == ($told | rtrimstr("\n")) then {sha256, created_at}
          else "edited" end'
}

# approvals NUMBER COMMIT SINCE: the reviews that count, as a list: by the team `reviewers` (Gitea calls them official), of
# this very commit, neither stale nor dismissed, and not by whoever opened the request or may push to its branch. (Who did
# push, Gitea hides where that user wants it.) Those from before its plan are `early`: who gave them hadn't read it.
approvals() {
    local pull branch own
    pull=$(api READ_TOKEN GET "$repository/pulls/$1")
    branch=$(jq --raw-output .head.ref <<<"$pull")
    own=$(
        jq .user.login <<<"$pull"
        [[ $branch == kratix ]] || {
            team=$(all PROVIDER_TOKEN "/orgs/$owner/teams" | jq --slurp --exit-status '.[] | select(.name == "maintainers") | .id')
            all PROVIDER_TOKEN "/teams/$team/members" | jq .login
        }
    )
    all READ_TOKEN "$repository/pulls/$1/reviews" |
        jq --slurp --arg commit "$2" --arg since "$3" --argjson own "$(jq --slurp . <<<"$own")" "$time"'
            [.[] | select(.state == "APPROVED" and .official and (.stale or .dismissed | not) and .commit_id == $commit)
                 | select(.user.login | IN($own[]) | not)
                 | {early: ((.submitted_at | time) < ($since | time)), body}]'
}
