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
[[ -n ${PLATFORM_GITEA-} || -z ${PLATFORM_GITEA_TOKEN_FILE-}${PLATFORM_GITEA_SSH-}${PLATFORM_GITEA_KNOWN_HOSTS-} ]] ||
    die 'PLATFORM_GITEA is not set, but more is said of it' 'its address, for example https://gitea.example.com; or unset the others'
# own_gitea_url: where the pages are of the Gitea that stage 3 makes: at port 3000 of this machine with a cluster of ours, and
# else at a port of a node.
own_gitea_url() {
    local node=${PLATFORM_NODE-}
    if ! brought; then
        echo http://localhost:3000
        return
    fi
    [[ -n $node ]] || node=$(kube get nodes --output 'jsonpath={.items[0].status.addresses[?(@.type=="InternalIP")].address}')
    node=${node%% *} # the first of two families
    [[ $node != *:* ]] || node="[$node]"
    echo "http://$node:30300"
}

# host_of URL: without the brackets of an IPv6 address.
host_of() { sed -E 's,^https?://(\[([^]]*)\]|([^/:]*)).*,\2\3,' <<<"$1"; }

# has_https: whether that Gitea is at https://gitea.localhost, too.
has_https() { ! brought && [[ ${PLATFORM_CERT_MANAGER-} != none ]]; }

# remember, ensure_remembered: that stage 4 was here, with which Gitea and organization. With others a second platform would be
# made over the first.
# As a command was called: gitea.sh sets some of it.
[[ -v made_with ]] ||
    made_with="$(sed -E 's,//[^/@]*@,//,; s,/+$,,' <<<"${PLATFORM_GITEA:-no PLATFORM_GITEA}") ${PLATFORM_ORGANIZATION:-platform}"
remember() {
    kube create configmap settings --namespace $namespace --from-literal "made-with=$made_with" --dry-run=client --output json | labelled | apply
}
ensure_remembered() {
    local before
    before=$(kube get configmap settings --namespace $namespace --ignore-not-found --output 'jsonpath={.data.made-with}')
    [[ -z $before || $before == "$made_with" ]] ||
        die "this platform was made with another Gitea or organization: $before; now it is: $made_with" \
            "set PLATFORM_GITEA and PLATFORM_ORGANIZATION as they were; if its address is another now: kubectl delete configmap settings --namespace $namespace"
}

# kube ARGUMENT..., helm_here ARGUMENT...: kubectl and helm, of the platform's cluster: of the context that is current when a
# command begins, whatever anybody switches to meanwhile.
if ! brought; then
    [[ ${PLATFORM_CONTEXT:-kind-$cluster_name} == "kind-$cluster_name" ]] ||
        die "PLATFORM_CONTEXT is \"$PLATFORM_CONTEXT\"" 'it is for a cluster that is brought: PLATFORM_CLUSTER=existing'
    PLATFORM_CONTEXT=kind-$cluster_name
elif [[ -z ${PLATFORM_CONTEXT-} ]]; then
    PLATFORM_CONTEXT=$(kubectl config current-context 2>/dev/null || true)
fi
export PLATFORM_CONTEXT
context=()
[[ -z $PLATFORM_CONTEXT ]] || context=(--context "$PLATFORM_CONTEXT")
kube() { kubectl "${context[@]}" "$@"; }
helm_here() { helm "${context[@]/--context/--kube-context}" "$@"; }

# install_chart NAME CHART VERSION NAMESPACE [OPTION...]: or upgrades it. What was cut off before is begun anew.
install_chart() {
    local name=$1 chart=$2 version=$3 in=$4
    shift 4
    kube delete secret --namespace "$in" --selector "owner=helm,name=$name,status in (pending-install,pending-upgrade,pending-rollback,uninstalling)" >/dev/null
    helm_here upgrade --install "$name" "$chart" --version "$version" --namespace "$in" "$@" >/dev/null
}

# ensure_cluster: stops where nothing could be asked, since no answer isn't "there is none".
ensure_cluster() {
    need kubectl jq
    kube version >/dev/null 2>&1 && return
    if brought; then
        die "no cluster answers in the context ${PLATFORM_CONTEXT:-(none)}" 'kubectl config get-contexts'
    else
        die "there is no cluster $cluster_name, or it doesn't answer" 'deploy/platform up 1; or PLATFORM_CLUSTER=existing for the one of your kube context'
    fi
}

# a_node_is_ready: one is enough: of many there is often one that isn't.
a_node_is_ready() {
    kube get nodes --output json |
        jq --exit-status 'any(.items[].status.conditions[]; .type == "Ready" and .status == "True")' >/dev/null || { echo 'no node is ready' && return 1; } >&2
}
# made_cluster: whether ours is there.
made_cluster() { KIND_EXPERIMENTAL_PROVIDER=$(container_engine) kind get clusters 2>/dev/null | grep --line-regexp "$cluster_name" >/dev/null; }
# load_image ARCHIVE: makes an image known to the nodes of our cluster.
load_image() { KIND_EXPERIMENTAL_PROVIDER=$(container_engine) kind load image-archive "$1" --name "$cluster_name" >&2; }
# container_engine: docker or podman: the one that our cluster is in, or else whichever answers first; nothing if none does.
container_engine() {
    local program answers=()
    for program in docker podman; do
        if command -v $program >/dev/null && $program info >/dev/null 2>&1; then answers+=("$program"); fi
    done
    for program in "${answers[@]}"; do
        if [[ -n $($program ps --all --quiet --filter "label=io.x-k8s.kind.cluster=$cluster_name") ]]; then echo "$program" && return 0; fi
    done
    echo "${answers[0]-}"
}

# apply [FILE...]: makes the cluster's objects what they say, or standard input. What doesn't differ is left as it is.
# shellcheck disable=SC2120 # with files or without
apply() {
    local file files=()
    for file in "${@:--}"; do files+=(--filename "$file"); done
    kube apply --server-side --field-manager kratix-wasm-platform --force-conflicts "${files[@]}" >/dev/null
}

# random: a password that nobody chose.
random() { head --bytes=24 /dev/urandom | base64 | tr '+/' 'ab' | tr --delete '\n'; }

# work_folder: makes $work, for files that go with whoever asked for it.
work_folder() {
    work=$(mktemp --directory)
    trap 'rm -rf -- "$work"' EXIT
}

# secret NAME FOLDER [NAMESPACE]: a Secret's entries as files.
secret() {
    mkdir -p "$2"
    local object key value entries
    object=$(kube get secret "$1" --namespace "${3:-$namespace}" --ignore-not-found --output json) ||
        die "the Secret $1 can't be read" 'above is what the cluster says of it'
    entries=$(jq --raw-output '(.data // {}) | to_entries[] | "\(.key) \(.value)"' <<<"$object")
    while read -r key value; do
        [[ -z $key ]] || (umask 077 && base64 --decode <<<"$value" >"$2/$key")
    done <<<"$entries"
}
# keep NAME FOLDER [NAMESPACE]: its files as a Secret's entries.
# shellcheck disable=SC2120 # the namespace may be left out
keep() {
    kube create secret generic "$1" --namespace "${3:-$namespace}" --from-file "$2" --dry-run=client --output json | labelled | apply
}
# made KIND NAME [NAMESPACE]: whether `up` has made it.
made() {
    local name
    name=$(kube get "$1" --namespace "${3-default}" --selector "$label" --field-selector "metadata.name=$2" --output name) ||
        die "it can't be read whether there is a $1 $2" 'above is what the cluster says of it'
    [[ -n $name ]]
}
made_namespace() { made namespaces "$1"; }
# not_theirs KIND NAME [NAMESPACE [HINT]]: stops where somebody else has made one, which `up` would change, and `down` remove.
not_theirs() {
    local there
    there=$(kube get "$1" "$2" --namespace "${3-default}" --ignore-not-found --output name)
    [[ -z $there ]] || made "$1" "$2" "${3-default}" ||
        die "the cluster has a ${there%%[./]*} $2 already, which isn't the platform's" "${4:-find out whose it is, or take another cluster}"
}
# own_namespace NAME [HINT]: makes sure of one that `up` has made.
own_namespace() {
    not_theirs namespaces "$1" default "${2-}"
    made_namespace "$1" || kube create namespace "$1" --dry-run=client --output json | labelled | apply
}

# has_kind KIND: whether the cluster knows it.
has_kind() {
    local name
    name=$(kube get customresourcedefinition "$1" --ignore-not-found --output name) ||
        die "it can't be read whether there is $1" 'above is what the cluster says of it'
    [[ -n $name ]]
}
# ensure_nothing_committed: stops while Kratix has files in both repositories: without them, or without the Destinations, it can't
# remove these any more.
ensure_nothing_committed() {
    local files
    has_kind workplacements.platform.kratix.io || return 0
    files=$(kube get workplacements.platform.kratix.io --all-namespaces --output name \
        --selector 'kratix.io/targetDestinationName in (catalog, infrastructure)')
    [[ -z $files ]] || die "in the repositories is what Kratix has committed for $(wc -l <<<"$files") WorkPlacements" 'deploy/platform down 6, so that it removes them'
}

# delete ARGUMENT...: kubectl's, which waits until it is gone, here for 5 minutes at most.
delete() {
    kube delete --ignore-not-found --timeout 300s "$@" >&2 ||
        die "not removed, or not within 5 minutes: $*" 'kubectl describe shows what holds it; then once more'
}

# labelled: the object on standard input, as JSON, with the platform's label.
labelled() { jq --arg part_of "$label" '.metadata.labels += ($part_of | split("=") | {(.[0]): .[1]})'; }

# check WHAT COMMAND...: for `verify`: prints the command, and whether it succeeds; its output where it doesn't. With
# `shown` before it, prints that in the place of a function's name.
failed=0
check() {
    local what=$1 said
    shift
    local shown=${shown:-${*/#kube/kubectl ${context[*]}}}
    shown=${shown/#kubectl  /kubectl }
    if said=$("$@" 2>&1); then
        printf 'ok      %s\n        $ %s\n' "$what" "$shown"
    else
        printf 'FAILED  %s\n        $ %s\n' "$what" "$shown"
        sed 's/^/        /' <<<"${said:-it ended without a word}"
        failed=1
    fi
}

# await SECONDS WHAT OBJECT CONDITION: kubectl's wait; OBJECT is one word, or several: "certificate/x --namespace y".
# shellcheck disable=SC2086 # OBJECT is words
await() { or_explain "$1" "$2" "$3" kube wait $3 --for "$4" --timeout "${1}s"; }
# rolled_out SECONDS WHAT OBJECT NAMESPACE: waits until all pods of a workload are those of its newest state, and ready.
rolled_out() { or_explain "$1" "$2" "$3 --namespace $4" kube rollout status "$3" --namespace "$4" --timeout "${1}s"; }

# or_explain SECONDS WHAT OBJECT COMMAND...: runs what waits as long; at its end it shows what the object and its pods say.
or_explain() {
    local seconds=$1 what=$2 object=$3
    shift 3
    say "  waiting for $what, at most $seconds s"
    local said
    said=$("$@" 2>&1 >/dev/null) || {
        explain "$object"
        die "not within $seconds s: $what: ${said##*$'\n'}" 'above is what the cluster says of it'
    }
}

# explain OBJECT: what it says of itself, the pods in its namespace, and the last warnings there.
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

# until_true SECONDS WHAT COMMAND...: runs it again until it succeeds. `hint` says where to look otherwise.
until_true() {
    local seconds=$1 what=$2 end=$((SECONDS + $1))
    shift 2
    say "  waiting for $what, at most $seconds s"
    local said
    said=$(mktemp)
    until "$@" 2>"$said"; do
        ((SECONDS < end)) || { cat "$said" >&2 && rm -f -- "$said" && die "not within $seconds s: $what" "${hint-}"; }
        sleep 1
    done
    rm -f -- "$said"
}
