# What `verify` tries. Each of these fails, saying why, unless Gitea refuses for the reason that it should have: an attempt
# that comes to nothing because of the network or an old key shows nothing.

# ran COMMAND...: what a person would type for it, with Kratix' key.
ran() { printf '%s\n' "$*" >>"$work/ran"; }

# copy REPOSITORY: with its newest commits only.
copy() {
    git init --quiet --bare "$work/$1.git"
    git_with "$1" remote add origin "$(address "$1")"
    ran git clone "$(address "$1")"
    git_with "$1" fetch --quiet --depth 1 origin '+refs/heads/*:refs/heads/*'
}

# commit REPOSITORY BRANCH PATH: one more on a branch, or on main where there is none such; prints it.
commit() {
    local repository=$1 parent blob tree
    parent=$(git_with "$repository" rev-parse --quiet --verify "refs/heads/$2" || git_with "$repository" rev-parse refs/heads/main)
    export GIT_INDEX_FILE=$work/index
    rm -f "$GIT_INDEX_FILE"
    git_with "$repository" read-tree "$parent"
    blob=$(echo 'verify: has to be refused' | git_with "$repository" hash-object -w --stdin)
    git_with "$repository" update-index --add --cacheinfo "100644,$blob,$3"
    tree=$(git_with "$repository" write-tree)
    git_with "$repository" commit-tree -p "$parent" -m 'verify: has to be refused' "$tree"
}

# push REPOSITORY REFSPEC: all or nothing together with a branch that Git itself can't make, since `main` is one: so nothing
# is changed even where Gitea refuses nothing. Prints what Gitea says, which names the first that it refuses.
push() {
    ran git push --atomic origin "$2" refs/heads/main:refs/heads/main/verify
    ! git_with "$1" push --atomic origin "$2" refs/heads/main:refs/heads/main/verify 2>&1 || { echo 'it went through' && return 1; }
}
# taken SAID: the refusal was of that branch only.
taken() { grep --quiet "remote: error: \(Not allowed to push to protected branch main/verify \|cannot lock ref 'refs/heads/main/verify'\)" <<<"$1"; }

# refused_push REPOSITORY REASON REFSPEC: ROOT is a commit without a history. Gitea tells a file's name in lower case.
refused_push() {
    local refspec=$3 root said
    root=$(git_with "$1" commit-tree -m 'verify: has to be refused' 'refs/heads/main^{tree}')
    refspec=${refspec/ROOT/$root}
    said=$(push "$1" "$refspec") || { echo "$said" && return 1; }
    ! grep --quiet --ignore-case --fixed-strings "remote: error: $2 " <<<"$said" || return 0
    if taken "$said"; then echo 'Gitea would have taken it'; else grep 'remote: error: [^ ]\|fatal: ' <<<"$said" || echo "$said"; fi
    return 1
}
# refused REPOSITORY PATH BRANCH: a commit with this file.
refused() {
    local made
    made=$(commit "$1" "$3" "$2")
    refused_push "$1" "Not allowed to push to protected branch $3" "$made:refs/heads/$3"
}
refused_file() {
    local made
    made=$(commit "$1" kratix "$2")
    refused_push "$1" "branch kratix is protected from changing file $2" "$made:refs/heads/kratix"
}
not_refused() {
    local made said
    made=$(commit "$1" "$3" "$2")
    said=$(push "$1" "$made:refs/heads/$3") || { echo "$said" && return 1; }
    taken "$said" || { echo "$said" && return 1; }
}

# refused_request REPOSITORY: refs/for/BRANCH is no branch, so Gitea opens the request whatever becomes of the rest.
refused_request() {
    local made number
    made=$(commit "$1" main verify)
    ! refused_push "$1" 'User permission denied for creating pull-request.' "$made:refs/for/main/verify" || return 0
    for number in $(as_admin GET "/repos/$organization/$1/pulls?state=open&limit=50" | jq '.[] | select(.title == "verify: has to be refused") | .number'); do
        as_admin PATCH "/repos/$organization/$1/pulls/$number" --data-binary '{"state": "closed"}' --output /dev/null
        echo "it opened request $number, which is closed again"
    done
    return 1
}

# unreadable KEY REPOSITORY: Kratix' key for one can't read the other.
unreadable() {
    local said
    ran git ls-remote "$(address "$2")"
    ! said=$(git_with "$1" ls-remote "$(address "$2")" 2>&1) || { echo 'it can be read' && return 1; }
    grep --quiet 'is not authorized to read' <<<"$said" || { echo "$said" && return 1; }
}

# denied ROLE VARIABLE METHOD PATH [BODY]: Gitea must say that this token may not. What it made otherwise is removed.
denied() {
    local status
    status=$(status_of "$@")
    case $4:$3:$status in
    /v1/*:*:403 | /packages/*:*:401 | /packages/*:*:403) return 0 ;;
    */merge:POST:405) ! grep --quiet 'not allowed to merge' "$work/answer" || return 0 ;;
    # That a repository is there isn't for everybody to know.
    /v1/repos/*/catalog:GET:404) return 0 ;;
    esac
    echo "Gitea answers $status: $(head --bytes=200 "$work/answer")"
    [[ $status != 2* || $3 == GET ]] || undo "$4" "${5-}" || echo 'and it could not be taken back'
    return 1
}

# undo PATH BODY: takes back as the site admin what a token of the runners was let do.
undo() {
    case $1 in
    */lock) as_admin DELETE "/..$1" --data-binary "$2" && as_admin DELETE "/..${1%/lock}" ;;
    /packages/*) as_admin DELETE "/..$1" ;;
    /v1/orgs) as_admin DELETE "/orgs/$(jq --raw-output .username <<<"$2")" ;;
    *) false ;;
    esac
}
