# The way of a change from Kratix' commit to an organization, followed through Gitea's API. Sourced after gitea.sh and
# 5-repositories/lib.sh.

repository=/repos/$organization/infrastructure
reviewer=$organization-stage-6
reviewers=$(get "/orgs/$organization/teams?limit=50" | jq '.[]? | select(.name == "reviewers") | .id')

# committed REPOSITORY BRANCH PATH: whether it is there now.
committed() { as_admin GET "/repos/$organization/$1/contents/$3?ref=$2" --output /dev/null 2>/dev/null; }
gone() { ! committed "$@"; }
# file REPOSITORY BRANCH PATH: its contents.
file() { as_admin GET "/repos/$organization/$1/raw/$3?ref=$2"; }
contains() { grep --quiet --fixed-strings -- "$4" <<<"$(file "$1" "$2" "$3" 2>/dev/null)"; }

# request_for WORDS: whether the open request's plan says that; sets $number and $head.
request_for() {
    local open
    open=$(as_admin GET "$repository/pulls?state=open&base_branch=main&limit=50" | jq '[.[] | select(.head.ref == "kratix")][0] // empty')
    [[ -n $open ]] || return 1
    number=$(jq .number <<<"$open") head=$(jq --raw-output .head.sha <<<"$open")
    as_admin GET "$repository/issues/$number/comments?limit=50" |
        jq --exit-status --arg bot "$organization-plan" --arg head "$head" --arg words "$1" '
            any(.[]; .user.login == $bot and (.body | contains("`\($head)`") and contains($words)))' >/dev/null
}

# verdict: the plan's status for $head: success, failure or pending.
verdict() {
    as_admin GET "$repository/commits/$head/statuses?limit=50" |
        jq --raw-output '[.[] | select(.context | startswith("plan /"))] | max_by(.id).status // "pending"'
}
decided() { [[ $(verdict) != pending ]]; }
green() { [[ $(verdict) == success ]]; }

# as_reviewer METHOD PATH JSON
as_reviewer() {
    curl --silent --show-error --fail-with-body --max-time 60 --request "$1" --header 'Content-Type: application/json' \
        --header @<(printf 'Authorization: token %s\n' "$reviewer_token") --data-binary @- "$gitea/api/v1$2" <<<"$3"
}
merged() { [[ $(as_admin GET "$repository/pulls/$number" | jq .merged) == true ]]; }
merge() { as_reviewer POST "$repository/pulls/$number/merge" '{"Do": "fast-forward-only"}' >/dev/null 2>&1 || merged; }
told() {
    told=$(as_admin GET "$repository/issues/$number/comments?limit=50" | jq --raw-output --arg user "$organization-caretaker" '[.[] | select(.user.login == $user).body | split("\n")[0]] | last // empty')
    [[ -n $told ]]
}

# reviewed WORDS: waits until the request is approved, with these words in the review, merged and applied.
reviewed() {
    if [[ -n $manual ]]; then
        say "  your turn: $gitea/$organization/infrastructure/pulls/$number" \
            "  approve it${1:+ with the line \"$1\" in the review}, and merge it"
        until_true 3600 'your merge' merged
    else
        jq --null-input --arg commit_id "$head" --arg body "$1" '{event: "APPROVED", $body, $commit_id}' |
            { as_reviewer POST "$repository/pulls/$number/reviews" "$(cat)" >/dev/null; }
        [[ -z $1 ]] || until_true 120 'the plan to accept the word' green
        until_true 60 'the merge' merge
    fi
    until_true 180 'Terraform' told
    [[ $told == '**Applied.**'* ]] || die "request $number: $told" "$gitea/$organization/infrastructure/pulls/$number"
}

# begin_review, end_review: a reviewer for this stage alone, with a token for as long as it takes.
begin_review() {
    reviewer_token=
    [[ -z $manual ]] || return 0
    user "$reviewer" false private
    as_admin PUT "/teams/$reviewers/members/$reviewer"
    # Apart, so that an end of its own leaves none of the files.
    trap '(end_review) || true; rm -rf -- "$work"' EXIT
    set_password "$reviewer"
    reviewer_token=$(as_itself "$reviewer" POST "/users/$reviewer/tokens" --data-binary @- <<<'{"name": "stage-6", "scopes": ["write:repository", "write:issue"]}' | jq --raw-output .sha1)
}
end_review() {
    set_password "$reviewer"
    as_itself "$reviewer" DELETE "/users/$reviewer/tokens/stage-6" >/dev/null 2>&1 || true
    set_password "$reviewer"
    as_admin DELETE "/teams/$reviewers/members/$reviewer" >/dev/null 2>&1 || true
}
# end_review_cut_off: that of a stage that was killed.
end_review_cut_off() {
    [[ -z $(get "/users/$reviewer") ]] || end_review
}
