# The repository whose workflows show how a runner is: what it has, and what it doesn't. Sourced after gitea.sh.
test_repository=gitea-admin/runner-test

# ensure_test_repository: makes sure of it; it is filled when there is a runner.
ensure_test_repository() {
    [[ -n $(get "/repos/$test_repository") ]] ||
        change "created repository $test_repository" POST /user/repos '{"name": "runner-test", "private": true, "default_branch": "main"}'
}

# conclusions: how the last run of each workflow ended, as "runner.yml success"; a run that hasn't as "runner.yml null".
conclusions() {
    get "/repos/$test_repository/actions/runs?limit=50" | jq --raw-output '
        .workflow_runs // [] | group_by(.path)[] | max_by(.id) | "\(.path | sub("@.*"; "")) \(.conclusion)"'
}
# shows_the_runner: what has to be green is, and what has to be refused was.
shows_the_runner() { diff <(printf '%s\n' 'container.yml failure' 'runner.yml success') <(conclusions); }
ended() {
    local now
    now=$(conclusions)
    [[ $now == *container.yml*runner.yml* && $now != *null* ]]
}
