# What may be pushed and merged where. Sourced; everything here is idempotent.

# outside PREFIX...: patterns that together match every path that begins with none of these. Gitea has no negation; in
# its patterns * stops at a dot and a slash, ** at nothing.
outside() {
    local prefix known firsts='' i
    for prefix; do firsts+=${prefix:0:1}; done
    printf '[!%s]**;' "$firsts"
    for prefix; do
        for ((i = 1; i < ${#prefix}; i++)); do
            known=${prefix:0:i}
            printf '%s;%s[!%s]**;' "$known" "$known" "${prefix:i:1}"
        done
    done
}

# unlike FOLDER SUFFIX: patterns for every path in the folder that doesn't end so, lies deeper or begins with a dot.
unlike() {
    local folder=$1 suffix=$2 i
    for ((i = ${#suffix} - 1; i >= 0; i--)); do printf '%s**[!%s]%s;' "$folder" "${suffix:i:1}" "${suffix:i+1}"; done
    printf '%s/**/**;%s/.**;' "$folder" "$folder"
}

# Of the infrastructure repository everything but Teams' files, which have a dot in their names, and Kratix' own state. A
# list of what is protected would miss names that Gitea sees quoted: one in .gitea/workflows with an umlaut, say.
protected() { printf '%s' "$(outside terraform/ .kratix/)$(unlike terraform .tf.json)terraform/*.tf.json;$(unlike .kratix .yaml)"; }

# rule REPOSITORY PRIORITY NAME JSON: of the branches with this name; on top of: nobody may do anything.
rule() {
    local repository=$1 priority=$2 name=$3 wanted
    wanted=$(jq --null-input --argjson more "$4" --argjson priority "$priority" '{
        $priority, enable_push: false, enable_push_whitelist: false, push_whitelist_teams: [], push_whitelist_usernames: [],
        push_whitelist_deploy_keys: false, enable_force_push: false, enable_merge_whitelist: true,
        merge_whitelist_teams: [], merge_whitelist_usernames: [], enable_status_check: false, status_check_contexts: [],
        required_approvals: 0, enable_approvals_whitelist: false, approvals_whitelist_teams: [],
        approvals_whitelist_username: [], ignore_stale_approvals: false, block_on_rejected_reviews: true,
        block_on_outdated_branch: false, dismiss_stale_approvals: true, protected_file_patterns: "",
        unprotected_file_patterns: "", block_admin_merge_override: true} + $more')
    ensure "rule for $name in $repository" "/repos/$organization/$repository/branch_protections/$(jq --null-input --raw-output --arg name "$name" '$name | @uri')" \
        "$wanted" PATCH "/repos/$organization/$repository/branch_protections"
}

# tags REPOSITORY: the owners may do anything as it is, and Gitea takes an empty list for everybody.
tags() {
    local all=/repos/$organization/$1/tag_protections id wanted='{"name_pattern": "/.*/", "whitelist_teams": ["Owners"], "whitelist_usernames": []}'
    id=$(get "$all" | jq '.[]? | select(.name_pattern == "/.*/") | .id')
    if [[ -n $id ]]; then
        ensure "tags of $1" "$all/$id" "$wanted" PATCH
    else
        change "protected the tags of $1" POST "$all" "$wanted"
    fi
}

# Gitea gives each job a token that may write here, whoever's job it is: edit the comment with a plan, call a plan fine,
# switch workflows off. Its API can't take that away, but the page for a repository's admins can.
no_rights_for_jobs() {
    local page=$gitea/$organization/infrastructure/settings/actions/general
    log_in_to_pages caretaker || die "can't log in to the pages of $gitea" 'its users have to be able to log in by a password'
    jobs_have_no_rights "$page" ||
        press 'removed all rights of the tokens of jobs in infrastructure' "$page/token_permissions" \
            'override_owner_config=true&token_permission_mode=restricted&enable_max_permissions=true'
    log_out_of_pages
}

jobs_have_no_rights() {
    local inputs
    inputs=$(browse "$1" | grep --only-matching '<input [^>]*name="\(enable_max_permissions\|max_unit_access_mode_[0-9]*\)"[^>]* checked')
    grep --quiet enable_max_permissions <<<"$inputs" && ! grep --quiet --extended-regexp '"(read|write)"' <<<"$inputs"
}

protection() {
    say 'Branches and tags'
    # Teams, also where they have one member: Gitea's API hides users who can't read requests.
    # Not the maintainers: who can push and merge could do both at once. To bring main into kratix' request, Gitea asks that
    # the caretaker may merge that.
    rule infrastructure 1 main '{"rule_name": "main", "merge_whitelist_teams": ["reviewers", "caretaker"],
        "required_approvals": 1, "enable_approvals_whitelist": true, "approvals_whitelist_teams": ["reviewers"],
        "enable_status_check": true, "status_check_contexts": ["plan / plan (pull_request_target)"], "block_on_outdated_branch": true}'
    # An admin may merge over the protected files here: it is how the caretaker brings main in.
    rule infrastructure 2 kratix "$(jq --null-input --arg protected "$(protected)" '{rule_name: "kratix", enable_push: true,
        enable_push_whitelist: true, push_whitelist_teams: ["kratix-infrastructure", "caretaker"], merge_whitelist_teams: ["caretaker"],
        protected_file_patterns: $protected, block_admin_merge_override: false}')"
    rule infrastructure 3 'maintenance/*' '{"rule_name": "maintenance/*", "enable_push": true, "enable_push_whitelist": true,
        "push_whitelist_teams": ["maintainers"]}'
    rule infrastructure 4 '**' '{"rule_name": "**"}'
    rule catalog 1 main '{"rule_name": "main", "enable_push": true, "enable_push_whitelist": true, "push_whitelist_teams": ["kratix-catalog"]}'
    rule catalog 2 '**' '{"rule_name": "**"}'
    no_rights_for_jobs
    for repository in infrastructure catalog; do
        tags "$repository"
    done
}
