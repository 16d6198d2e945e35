# The two repositories: their settings, and what they start with. Sourced; everything here is idempotent.

# repository NAME JSON: with what both have in common.
repository() {
    local name=$1 wanted
    wanted=$(jq --null-input --argjson more "$2" '{private: true, default_branch: "main", has_issues: false, has_wiki: false,
        has_projects: false, has_releases: false, has_packages: false, has_pull_requests: true,
        allow_merge_commits: false, allow_rebase: false, allow_rebase_explicit: false, allow_squash_merge: false,
        allow_fast_forward_only_merge: true, default_merge_style: "fast-forward-only", allow_rebase_update: false,
        allow_manual_merge: false, autodetect_manual_merge: false, default_delete_branch_after_merge: false,
        default_allow_maintainer_edit: false} + $more')
    [[ -n $(get "/repos/$organization/$name") ]] ||
        change "created repository $name" POST "/orgs/$organization/repos" "$(jq --null-input --arg name "$name" '{$name, private: true, default_branch: "main"}')"
    ensure "repository $name" "/repos/$organization/$name" "$wanted" PATCH
}

# fill NAME BRANCH...: the first commit. What a repository has since is its people's.
fill() {
    local name=$1 folder
    shift
    [[ -z $(get "/repos/$organization/$name/branches/main") ]] || return 0
    folder=$(mktemp --directory --tmpdir="$work")
    cp -R "$(source_of "$name")/." "$folder"
    [[ $name != infrastructure ]] || pin_provider "$folder/terraform"
    first_commit "$folder" "$organization/$name" 'Begin [skip ci]' "$@"
}

# pin_provider FOLDER: completes the lock file with the provider's digests, for the two platforms that runners have.
pin_provider() {
    ! grep --quiet h1: "$1/.terraform.lock.hcl" 2>/dev/null || return 0
    command -v terraform >/dev/null || die 'terraform is missing on this machine' "it writes the provider's digests into the lock file, once"
    # A mirror may have one platform only.
    local platforms=(-platform=linux_amd64 -platform=linux_arm64)
    if [[ -n ${TERRAFORM_MIRROR-} ]]; then
        platforms=()
        for platform in "$TERRAFORM_MIRROR"/registry.terraform.io/go-gitea/gitea/*/linux_*/; do
            [[ -d $platform ]] || die "TERRAFORM_MIRROR has no folder registry.terraform.io/go-gitea/gitea/VERSION/linux_…" \
                "the provider's program lies in such a one, unpacked: what terraform providers mirror writes is packed"
            platform=${platform%/}
            platforms+=("-platform=${platform##*/}")
        done
    fi
    (cd "$1" && terraform providers lock ${TERRAFORM_MIRROR:+-fs-mirror="$TERRAFORM_MIRROR"} "${platforms[@]}" >/dev/null) ||
        die "the provider's digests can't be had" 'give a folder with the provider in TERRAFORM_MIRROR'
    rm -rf "$1/.terraform"
    say '  pinned the provider'
}

repositories() {
    say 'Repositories'
    repository catalog '{"has_actions": false}'
    repository infrastructure '{"has_actions": true}'
}
