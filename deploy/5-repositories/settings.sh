# What `verify` asks Gitea. Each of these fails, saying why, when something isn't so.

# none PATH FILTER: asks for what has to be there; what the filter finds in it must not be.
none() {
    local answer found
    answer=$(as_admin GET "$1")
    found=$(jq --raw-output "$2" <<<"$answer")
    [[ -z $found ]] || { printf '%s\n' "$found" && return 1; }
}

# same WANTED FOUND: of two lists, line by line.
same() { diff --unchanged-line-format= --old-line-format='lacking: %L' --new-line-format='found: %L' <(sort <<<"$1") <(sort <<<"$2"); }

up_changes_nothing() {
    local would
    change() { printf 'up would have %s\n' "$1"; }
    press() { change "$1"; }
    say() { :; }
    would=$(users && repositories && teams && protection)
    [[ -z $would ]] || { printf '%s\n' "$would" && return 1; }
    for branch in main kratix; do as_admin GET "/repos/$organization/infrastructure/branches/$branch" --output /dev/null; done
}

two_runners() {
    local runners
    runners=$(as_admin GET "/repos/$organization/infrastructure/actions/runners?limit=50")
    same $'apply online\nplan online' "$(jq --raw-output '.runners[] | "\([.labels[].name] | join(",")) \(if .disabled then "disabled" else .status end)"' <<<"$runners")"
    # Such a one would get these jobs, too, and others come near this one's.
    none "/orgs/$organization/actions/runners?limit=50" '.runners[] | select(any(.labels[]; .name | IN("plan", "apply"))) | "the whole organization has \(.name)"'
}

# members TEAM: names, one a line.
members() {
    local id page=1 some
    id=$(as_admin GET "/orgs/$organization/teams?limit=50" | jq --arg name "$1" '.[] | select(.name == $name) | .id')
    while true; do
        some=$(as_admin GET "/teams/$id/members?limit=50&page=$page" | jq --raw-output '.[].login')
        [[ -n $some ]] || break
        printf '%s\n' "$some"
        ((++page))
    done
}
nobody_in_both() {
    local reviewers maintainers
    reviewers=$(members reviewers)
    maintainers=$(members maintainers)
    ! comm -12 <(sort <<<"$reviewers") <(sort <<<"$maintainers") | grep . || return 1
}

admins() {
    local name user
    for name in "${machine_users[@]}"; do
        user=$(as_admin GET "/users/$organization-$name")
        jq --raw-output 'select(.is_admin) | .login' <<<"$user"
    done >"$work/admins"
    same "$organization-apply" "$(<"$work/admins")"
}

own_teams() {
    local teams team people name
    teams=$(as_admin GET "/orgs/$organization/teams?limit=50" | jq --raw-output '.[].name')
    for team in $teams; do
        people=$(members "$team")
        for name in $people; do
            [[ " ${machine_users[*]/#/$organization-} $organization-stage-6 " != *" $name "* ]] || printf '%s in %s\n' "$name" "$team"
        done
    done >"$work/teams"
    same "$(for name in kratix-catalog kratix-infrastructure requests plan caretaker; do echo "$organization-$name in $name"; done)" "$(<"$work/teams")"
}

# rules_of REPOSITORY: another rule could match a branch first.
rules_of() {
    local rules=$'main\n**' found
    [[ $1 == catalog ]] || rules=$'main\nkratix\nmaintenance/*\n**'
    found=$(as_admin GET "/repos/$organization/$1/branch_protections" | jq --raw-output '.[].rule_name')
    same "$rules" "$found"
    found=$(as_admin GET "/repos/$organization/$1/tag_protections" | jq --raw-output '.[].name_pattern')
    same '/.*/' "$found"
}

# writers_of REPOSITORY: by teams that `up` doesn't know, as a collaborator, or by a key of the repository's own.
writers_of() {
    none "/repos/$organization/$1/keys?limit=50" '.[] | select(.read_only | not) | "the key \(.title)"'
    none "/repos/$organization/$1/teams?limit=50" '.[] | select(.name | IN("Owners", "kratix-'"$1"'", "requests", "plan", "caretaker", "reviewers", "maintainers") | not)
        | select(.permission != "read" or any(.units_map[]?; IN("write", "admin"))) | "the team \(.name)"'
    local people name
    people=$(as_admin GET "/repos/$organization/$1/collaborators?limit=50" | jq --raw-output '.[].login')
    for name in $people; do
        none "/repos/$organization/$1/collaborators/$name/permission" 'select(.permission != "read") | "the collaborator \(.user.login)"'
    done
}
