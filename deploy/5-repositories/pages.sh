# Gitea's pages, for the two things that its API can't do. Sourced beside tokens.sh.

# log_in_to_pages NAME: as a machine user, for `browse`, with a password of this moment.
log_in_to_pages() {
    page_user=$organization-$1 cookies=$(mktemp)
    set_password "$page_user"
    browse --output /dev/null --data-urlencode "user_name=$page_user" --data-urlencode "password@"<(printf '%s' "$password") "$gitea/user/login"
}

log_out_of_pages() {
    rm -f -- "$cookies"
    set_password "$page_user"
}

browse() { curl --silent --show-error --fail --max-time 60 --cookie "$cookies" --cookie-jar "$cookies" "$@"; }

# press WHAT URL DATA: as `change`, where a page has a button for it.
press() {
    browse --output /dev/null --data "$3" "$2" || die "not $1" "do it by hand at ${2%/*}"
    say "  $1"
}
