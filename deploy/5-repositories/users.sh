# The machine users, one for each power, and the teams that people are put into. Named after the organization:
# platform-plan and so on. Sourced; everything here is idempotent.

another_organization='find out whose it is, or take another organization: PLATFORM_ORGANIZATION'
# begun: whether `up` has been here before.
begun() {
    local name there
    for name in "${machine_users[@]}"; do
        there=$(get "/users/$organization-$name" | jq --raw-output .email)
        [[ $there != "$organization-$name@noreply.invalid" ]] || return 0
    done
    return 1
}
# nobody_elses: stops where an organization has what `up` would make, and `up` hasn't made it.
nobody_elses() {
    local name there
    for name in "${machine_users[@]}"; do
        there=$(get "/users/$organization-$name")
        [[ -z $there ]] || die "Gitea has a user $organization-$name already, which \`up\` hasn't made" "$another_organization"
    done
    for name in catalog infrastructure; do
        there=$(get "/repos/$organization/$name")
        [[ -z $there ]] || die "there is a repository $organization/$name already, which \`up\` hasn't made" "$another_organization"
    done
    there=$(get "/orgs/$organization/teams?limit=50" | jq --raw-output '.[]?.name | select(IN("kratix-catalog", "kratix-infrastructure", "requests", "plan", "caretaker", "reviewers", "maintainers"))')
    [[ -z $there ]] || die "the organization $organization has a team ${there//$'\n'/, } already, which \`up\` hasn't made" "$another_organization"
}

# user NAME ADMIN VISIBILITY: one that nobody logs in as; its password is thrown away.
user() {
    local name=$1 wanted now
    wanted=$(jq --null-input --argjson admin "$2" --arg visibility "$3" '{is_admin: $admin, visibility: $visibility}')
    now=$(get "/users/$name")
    if [[ -z $now ]]; then
        # Limited, so that one that isn't set up below is seen.
        change "created user $name" POST /admin/users "$(random | jq --raw-input --arg name "$name" '
            {username: $name, email: "\($name)@noreply.invalid", password: ., visibility: "limited", must_change_password: false, send_notify: false}')"
    elif [[ $(jq --raw-output .email <<<"$now") != "$name@noreply.invalid" ]]; then
        die "Gitea has a user $name already, which \`up\` hasn't made" "$another_organization"
    elif jq --exit-status --argjson wanted "$wanted" 'contains($wanted)' >/dev/null <<<"$now"; then
        return 0
    fi
    # It makes nothing of its own: no repository, no fork, no organization.
    change "set up user $name" PATCH "/admin/users/$name" "$(jq --null-input --arg name "$name" --argjson admin "$2" --arg visibility "$3" '
        {login_name: $name, source_id: 0, $admin, $visibility, max_repo_creation: 0, allow_create_organization: false}')"
}

# team NAME UNITS REPOSITORY [MEMBER]: UNITS is Gitea's units_map as JSON, or "admin".
team() {
    local name=$1 units=$2 repository=$3 member=${4-} id wanted
    if [[ $units == admin ]]; then
        wanted=$(jq --null-input --arg name "$name" '{$name, permission: "admin", includes_all_repositories: false, can_create_org_repo: false}')
    else
        wanted=$(jq --null-input --arg name "$name" --argjson units "$units" '
            {$name, includes_all_repositories: false, can_create_org_repo: false, units_map: $units}')
    fi
    id=$(get "/orgs/$organization/teams/search?q=$name" | jq --arg name "$name" '.data[]? | select(.name == $name) | .id')
    if [[ -z $id ]]; then
        change "created team $name" POST "/orgs/$organization/teams" "$wanted"
        id=$(get "/orgs/$organization/teams/search?q=$name" | jq --arg name "$name" '.data[]? | select(.name == $name) | .id')
    else
        ensure "team $name" "/teams/$id" "$(jq 'del(.permission)' <<<"$wanted")" PATCH
    fi
    [[ -n $(get "/teams/$id/repos/$organization/$repository") ]] ||
        change "gave team $name $repository" PUT "/teams/$id/repos/$organization/$repository" '{}'
    [[ -z $member || -n $(get "/teams/$id/members/$member") ]] ||
        change "put $member into team $name" PUT "/teams/$id/members/$member" '{}'
}

users() {
    say "Users of $organization"
    user "$organization-kratix-catalog" false private
    user "$organization-kratix-infrastructure" false private
    user "$organization-requests" false private
    user "$organization-plan" false private
    user "$organization-plans" false private
    user "$organization-state" false private
    user "$organization-caretaker" false private
    # The provider reads organizations where only a site admin may.
    user "$organization-apply" true private
}

teams() {
    say "Teams of $organization"
    # Without requests (pulls), a stolen key can't push one past the protected files (refs/for/…).
    team kratix-catalog '{"repo.code": "write"}' catalog "$organization-kratix-catalog"
    team kratix-infrastructure '{"repo.code": "write"}' infrastructure "$organization-kratix-infrastructure"
    team requests '{"repo.code": "read", "repo.pulls": "write", "repo.actions": "write"}' infrastructure "$organization-requests"
    team plan '{"repo.code": "read", "repo.pulls": "read", "repo.actions": "read"}' infrastructure "$organization-plan"
    team caretaker admin infrastructure "$organization-caretaker"
    # Who can only read requests can't edit the comment with the plan. To merge, Gitea wants the right to write code;
    # the branches' rules leave nothing to write.
    team reviewers '{"repo.code": "write", "repo.pulls": "read", "repo.actions": "read"}' infrastructure
    team maintainers '{"repo.code": "write", "repo.pulls": "read", "repo.actions": "write"}' infrastructure
}
