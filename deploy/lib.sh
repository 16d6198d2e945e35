# What the stages share: how they talk, to which cluster, and how they wait. Sourced by `platform` and by every stage's
# scripts, which can be run alone as well.
set -euo pipefail
shopt -s inherit_errexit
trap 'exit 130' INT

deploy=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=versions.env
. "$deploy/versions.env"

# Everything that `up` makes in a cluster has this label: `down` removes nothing else.
label=app.kubernetes.io/part-of=kratix-wasm-platform
namespace=kratix-wasm-platform # of what is the platform's own: its settings, tokens and keys
cluster_name=kratix-wasm
step_image=$(sed -n 's/^ *image: //p' "$deploy/../promises/team/promise.yaml")

say() { printf '%s\n' "$@" >&2; }
# die MESSAGE [HINT]
die() {
    printf 'error: %s\n' "$1" >&2
    [[ -z ${2-} ]] || printf '  hint: %s\n' "$2" >&2
    exit 1
}

# need PROGRAM...: stops when one is missing, with where to get it.
need() {
    local program missing=()
    for program; do command -v "$program" >/dev/null || missing+=("$program"); done
    ((${#missing[@]} == 0)) && return
    for program in "${missing[@]}"; do printf 'error: %s is missing: %s\n' "$program" "$(source_of_program "$program")" >&2; done
    exit 1
}
source_of_program() {
    case $1 in
    kind) echo "go install sigs.k8s.io/kind@$KIND_VERSION" ;;
    kubectl) echo 'https://kubernetes.io/docs/tasks/tools' ;;
    helm) echo 'https://helm.sh/docs/intro/install' ;;
    terraform) echo 'https://developer.hashicorp.com/terraform/install' ;;
    ssh-keygen) echo 'on Debian: apt-get install openssh-client' ;;
    *) echo "on Debian: apt-get install $1" ;;
    esac
}

# brought: whether the cluster is somebody's who brought it.
brought() { [[ ${PLATFORM_CLUSTER-} == existing ]]; }
[[ -z ${PLATFORM_CLUSTER-} || $PLATFORM_CLUSTER == existing ]] ||
    die "PLATFORM_CLUSTER is \"$PLATFORM_CLUSTER\"" '"existing" takes the current kube context; unset makes a cluster with kind'

# kube ARGUMENT..., helm_here ARGUMENT...: kubectl and helm, of the platform's cluster.
context=()
brought || context=(--context "kind-$cluster_name")
kube() { kubectl "${context[@]}" "$@"; }
helm_here() { helm "${context[@]/--context/--kube-context}" "$@"; }

# apply [FILE...]: makes the cluster's objects what they say, or standard input. What doesn't differ is left as it is.
# shellcheck disable=SC2120 # with files or without
apply() {
    local file files=()
    for file in "${@:--}"; do files+=(--filename "$file"); done
    kube apply --server-side --field-manager kratix-wasm-platform --force-conflicts "${files[@]}" >/dev/null
}

# labelled: the object on standard input, as JSON, with the platform's label.
labelled() { jq --arg part_of "$label" '.metadata.labels += ($part_of | split("=") | {(.[0]): .[1]})'; }

# check WHAT COMMAND...: for `verify`: prints the command, and whether it succeeds; its output where it doesn't.
failed=0
check() {
    local what=$1 said
    shift
    if said=$("$@" 2>&1); then
        printf 'ok      %s\n        $ %s\n' "$what" "${*/#kube/kubectl}"
    else
        printf 'FAILED  %s\n        $ %s\n' "$what" "${*/#kube/kubectl}"
        sed 's/^/        /' <<<"${said:-it ended without a word}"
        failed=1
    fi
}

# await SECONDS WHAT OBJECT CONDITION: kubectl's wait; at its end it shows what the object and its pods say. OBJECT is one
# word, or several: "deployment/x --namespace y".
await() {
    local seconds=$1 what=$2 object=$3 condition=$4
    say "  waiting for $what, at most $seconds s"
    # shellcheck disable=SC2086 # OBJECT is words
    kube wait $object --for "$condition" --timeout "${seconds}s" >/dev/null 2>&1 || {
        explain "$object"
        die "not within $seconds s: $what" 'above is what the cluster says of it'
    }
}

# explain OBJECT: what it says of itself, and the last words of the pods in its namespace that aren't well.
explain() {
    # shellcheck disable=SC2086
    kube describe $1 2>&1 | tail -n 25 >&2 || true
    local in
    in=$(grep --only-matching -e '--namespace [^ ]*' <<<"$1" || true)
    [[ -n $in ]] || return 0
    # shellcheck disable=SC2086
    kube get pods $in >&2 || true
    # shellcheck disable=SC2086
    kube get events $in --field-selector type=Warning --sort-by lastTimestamp 2>/dev/null | tail -n 5 >&2 || true
}

# until_true SECONDS WHAT COMMAND...: runs it again until it succeeds.
until_true() {
    local seconds=$1 what=$2 end=$((SECONDS + $1))
    shift 2
    say "  waiting for $what, at most $seconds s"
    local said
    said=$(mktemp)
    until "$@" 2>"$said"; do
        ((SECONDS < end)) || { cat "$said" >&2 && die "not within $seconds s: $what"; }
        sleep 1
    done
    rm -f -- "$said"
}
