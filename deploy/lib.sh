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
    ssh | ssh-keygen | ssh-keyscan) echo 'on Debian: apt-get install openssh-client' ;;
    *) echo "on Debian: apt-get install $1" ;;
    esac
}

# brought: whether the cluster is somebody's who brought it.
brought() { [[ ${PLATFORM_CLUSTER-} == existing ]]; }
[[ -z ${PLATFORM_CLUSTER-} || $PLATFORM_CLUSTER == existing ]] ||
    die "PLATFORM_CLUSTER is \"$PLATFORM_CLUSTER\"" '"existing" takes the current kube context; unset makes a cluster with kind'

# brought_gitea: the same of Gitea.
brought_gitea() { [[ -n ${PLATFORM_GITEA-} ]]; }
# own_gitea_url: where the pages are of the Gitea that stage 3 makes: at port 3000 of this machine with a cluster of ours, and
# else at a port of the node.
own_gitea_url() {
    if brought; then
        kube get nodes --output 'jsonpath=http://{.items[0].status.addresses[?(@.type=="InternalIP")].address}:30300'
    else
        echo http://localhost:3000
    fi
}

# kube ARGUMENT..., helm_here ARGUMENT...: kubectl and helm, of the platform's cluster.
context=()
brought || context=(--context "kind-$cluster_name")
kube() { kubectl "${context[@]}" "$@"; }
helm_here() { helm "${context[@]/--context/--kube-context}" "$@"; }

# made_cluster: whether ours is there.
made_cluster() { KIND_EXPERIMENTAL_PROVIDER=$(container_engine) kind get clusters 2>/dev/null | grep --quiet --line-regexp "$cluster_name"; }
# load_image ARCHIVE: makes an image known to the nodes of our cluster.
load_image() { KIND_EXPERIMENTAL_PROVIDER=$(container_engine) kind load image-archive "$1" --name "$cluster_name" >&2; }
# container_engine: docker or podman, whichever answers first; nothing if none does.
container_engine() {
    local program
    for program in docker podman; do
        if command -v $program >/dev/null && $program info >/dev/null 2>&1; then echo $program && return 0; fi
    done
}

# apply [FILE...]: makes the cluster's objects what they say, or standard input. What doesn't differ is left as it is.
# shellcheck disable=SC2120 # with files or without
apply() {
    local file files=()
    for file in "${@:--}"; do files+=(--filename "$file"); done
    kube apply --server-side --field-manager kratix-wasm-platform --force-conflicts "${files[@]}" >/dev/null
}

# work_folder: makes $work, for files that go with whoever asked for it.
work_folder() {
    work=$(mktemp --directory)
    trap 'rm -rf -- "$work"' EXIT
}

# secret NAME FOLDER [NAMESPACE]: a Secret's entries as files.
secret() {
    mkdir -p "$2"
    local object key value
    object=$(kube get secret "$1" --namespace "${3:-$namespace}" --ignore-not-found --output json) ||
        die "the Secret $1 can't be read" 'above is what the cluster says of it'
    while read -r key value; do (umask 077 && base64 --decode <<<"$value" >"$2/$key"); done < <(
        jq --raw-output '(.data // {}) | to_entries[] | "\(.key) \(.value)"' <<<"$object"
    )
}
# keep NAME FOLDER [NAMESPACE]: its files as a Secret's entries.
# shellcheck disable=SC2120 # the namespace may be left out
keep() {
    kubectl create secret generic "$1" --namespace "${3:-$namespace}" --from-file "$2" --dry-run=client --output json | labelled | apply
}
# made_namespace NAME: whether `up` has made it.
made_namespace() {
    local name
    name=$(kube get namespaces --selector "$label" --field-selector "metadata.name=$1" --output name)
    [[ -n $name ]]
}
# own_namespace NAME: makes sure of one that `up` has made.
own_namespace() {
    local there
    ! made_namespace "$1" || return 0
    there=$(kube get namespace "$1" --ignore-not-found --output name)
    [[ -z $there ]] || die "the cluster has a namespace $1 already, which isn't the platform's" 'delete it, or take another cluster'
    kubectl create namespace "$1" --dry-run=client --output json | labelled | apply
}

# labelled: the object on standard input, as JSON, with the platform's label.
labelled() { jq --arg part_of "$label" '.metadata.labels += ($part_of | split("=") | {(.[0]): .[1]})'; }

# check WHAT COMMAND...: for `verify`: prints the command, and whether it succeeds; its output where it doesn't. With
# `shown` before it, prints that in the place of a function's name.
failed=0
check() {
    local what=$1 said
    shift
    local shown=${shown:-${*/#kube/kubectl}}
    if said=$("$@" 2>&1); then
        printf 'ok      %s\n        $ %s\n' "$what" "$shown"
    else
        printf 'FAILED  %s\n        $ %s\n' "$what" "$shown"
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
