# A machine of its own, as `gitea` and `node` have them: a first process in namespaces of its own, with everything in DIR.
# Sourced by both, which set dir.

die() {
    printf '%s\n' "${@/#/${0##*/}: }" >&2
    exit 1
}

# The first process of a machine that runs. After a reboot its number may be another's.
running() { pid=$(cat "$dir/pid" 2>/dev/null) && tr '\0' '\n' 2>/dev/null <"/proc/$pid/cmdline" | grep -qxF -- "$dir"; }

# With its root, or else a machine in a chroot would be entered half: with the mounts, but from the host's root.
enter() { nsenter --target "$pid" --mount --pid --ipc --net --cgroup --root -- env --chdir / -- "$@"; }

# With the files of who calls.
enter_network() { nsenter --target "$pid" --net -- "$@"; }

# separate LOG COMMAND...: runs what separates itself and stays, and notes the first process in there.
separate() {
    local log=$1
    shift
    setsid "$@" >"$log" 2>&1 </dev/null &
    until pgrep -P $! >"$dir/pid"; do kill -0 $! 2>/dev/null || die 'cannot separate itself:' "$(cat "$log")"; done
    pid=$(cat "$dir/pid")
}

# await WHAT COMMAND...: until it succeeds, a minute at the most, and only as long as the machine runs.
await() {
    local what=$1 tries=0
    shift
    until "$@" >/dev/null 2>&1; do
        running || die 'it ended; the last lines of its log:' "$(tail -qn 15 "$dir"/log/*.log)"
        ((++tries < 600)) || die "$what; see $dir/log"
        sleep 0.1
    done
}

# The first process ends the services in order; with it goes what else is in there.
end() {
    running || return 0
    kill "$pid"
    timeout 30 tail --pid "$pid" --sleep-interval 0.1 -f /dev/null || kill -KILL "$pid"
    while [[ -e /proc/$pid ]]; do sleep 0.1; done
}
