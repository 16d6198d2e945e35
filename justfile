# Every task of a person or of CI. `./x RECIPE` gets what is missing first.

set shell := ["bash", "-euo", "pipefail", "-c"]

components := "team bucket hostile"

# What is shipped has no path of the machine that made it: the same source gives the same bytes wherever it lies.
cargo_home := env("CARGO_HOME", env("HOME") / ".cargo")
remap := "--remap-path-prefix=" + justfile_directory() + "=/kratix-wasm --remap-path-prefix=" + cargo_home + "=/cargo"
# One static program, which needs nothing in its image. Named as a target, since it is not for build scripts.
native := `rustc -vV | sed -n 's/^host: //p'`

# The machine to ship for: `./x arch=aarch64 image`. Tests and tools are always this machine's.
arch := arch()
target := if arch == arch() { native } else { arch + "-unknown-linux-gnu" }
linker := if arch == arch() { "" } else { "-C linker=" + arch + "-linux-gnu-gcc" }
# Only a machine itself can precompile for it.
precompiled := if arch == arch() { "team bucket" } else { "" }
dist := if arch == arch() { "target/dist" } else { "target/dist-" + arch }

# Not among all tests: they need a machine of their own.
machine_tests := "--test review-scripts --test review-with-a-stand-in-provider --test review-with-the-provider-given --test kubernetes --test kratix"

# List the recipes.
[private]
default:
    @just --list --unsorted

# Run the Team step on its example and on a wrong request, and show what Kratix would receive.
[group('try')]
demo: (_needs "rust") dev
    @tests/demo target/dev

# Run the whole way from a request to an organization in a real Gitea on this machine, and leave the last step to you.
[group('try')]
review-demo: (_needs "rust gitea") dev (_rig "--pages")
    @tests/review/demo target/dev

# Build the whole platform in six stages, or look at it: `./x platform` lists the commands.
[group('try')]
platform *args:
    @deploy/platform {{ args }}

# Build what is needed to try and to test, quickly: target/dev/.
[group('build')]
dev: (_needs "rust") guests
    cargo build --package kratix-wasm
    @just _collect target/debug/kratix-wasm target/dev "{{ components }}"

# Build what a user runs, for shipping: target/dist/.
[group('build')]
build: (_needs "rust") _cross guests (_release "--package kratix-wasm") (_collect ("target" / target / "release/kratix-wasm") (dist) (precompiled))

# All that a recipe takes is looked at before anything is built, and what is missing is named at once: exit code 3.
[private]
_needs kinds:
    @tests/needs {{ kinds }}

# The host of images: without what is for people and CI.
[private]
_pod: (_needs "rust") _cross (_release "--package kratix-wasm --no-default-features --features compile,inputs")
    install -D target/{{ target }}/release/kratix-wasm {{ dist }}/pod/kratix-wasm

# Builds as for shipping.
[private]
_release *args:
    RUSTFLAGS="-C target-feature=+crt-static {{ linker }} {{ remap }}" cargo build --release --target {{ target }} {{ args }}

# Makes sure of what it takes to build for another machine.
[private]
_cross:
    #!/usr/bin/env bash
    set -euo pipefail
    [[ {{ arch }} != {{ arch() }} ]] || exit 0
    rustup target add {{ target }}
    command -v {{ arch }}-linux-gnu-gcc >/dev/null || {
        echo 'build: no linker for {{ arch }}; on Debian: apt-get install gcc-aarch64-linux-gnu libc6-dev-arm64-cross' >&2
        exit 1
    }

# Build the generators as components.
[group('build')]
guests: (_needs "rust")
    #!/usr/bin/env bash
    set -euo pipefail
    settings=$(guest/toolchain) && eval "$settings"
    RUSTC=$RUSTC RUSTFLAGS="{{ remap }}" cargo build --profile guest --target wasm32-wasip2 --target-dir "$GUEST_TARGET_DIR" \
        --package kratix-wasm-team --package kratix-wasm-bucket --package kratix-wasm-hostile
    mkdir -p target/components
    for component in {{ components }}; do
        cp "$GUEST_TARGET_DIR/wasm32-wasip2/guest/$component.wasm" target/components/
    done

# Puts a host and components together, the components also precompiled by that host.
[private]
_collect host directory components:
    #!/usr/bin/env bash
    set -euo pipefail
    mkdir -p {{ directory }}
    install {{ host }} {{ directory }}/kratix-wasm
    for component in {{ components }}; do
        cp target/components/$component.wasm {{ directory }}/
        {{ directory }}/kratix-wasm compile {{ directory }}/$component.wasm --output {{ directory }}/$component.cwasm
    done

# Make the image of the host alone. As all images: an OCI archive in target/dist/, by podman, buildah or docker (IMAGE_TOOL).
[group('ship')]
image: (_needs "rust images") _pod
    @image/build host {{ arch }} {{ dist }}

# Make an image of the host with a generator, precompiled: what the container of a Promise runs.
[group('ship')]
image-step generator="target/components/team.wasm": _precompiles (_needs "rust images") guests _pod
    @image/build step {{ arch }} {{ dist }} {{ generator }}

# Make an image of a generator alone, to be mounted into the host's container as an image volume.
[group('ship')]
image-component generator="target/components/team.wasm": (_needs "rust images") guests
    @image/build component {{ arch }} {{ dist }} {{ generator }}

[private]
_precompiles:
    @[[ {{ arch }} == {{ arch() }} ]] || { echo 'image-step: only a machine of the kind {{ arch }} can precompile for it' >&2; exit 1; }

# Make the image of the runners of Gitea's jobs, for a cluster.
[group('ship')]
image-runner: (_needs "images")
    @mkdir -p {{ dist }}
    @image/build runner {{ arch }} {{ dist }}

# Run the tests: all, or one kind of unit, contract, integration, e2e, containers. Ends with what was left out (tests/README.md).
[group('check')]
test kind="all" *args="":
    @tests/outlook {{ kind }}
    @tests/left-out just _test-{{ kind }} {{ args }}

[private]
_test-all: (_needs "rust checkers scripts") _containers _test-unit _test-contract _test-integration _test-e2e
    @if tests/needs containers; then just _test-containers; else just _without containers containers; fi

[private]
_containers:
    @tests/needs containers || echo 'The tests of containers will be left out.' >&2

# Notes all tests of a kind as left out for the lack of something.
[private]
_without kind need:
    tests/run {{ kind }} --without {{ need }} --package kratix-wasm-tests --test {{ kind }}

[private]
_test-unit *args: (_needs "rust")
    tests/run unit --package kratix-wasm --package kratix-wasm-sdk --package kratix-wasm-team --package kratix-wasm-bucket -- {{ args }}
    tests/run unit --package kratix-wasm --no-default-features --lib -- sandbox::engine inputs::

[private]
_test-contract *args: (_needs "rust checkers") dev contract-tools
    tests/run contract --package kratix-wasm-tests --test contract -- {{ args }}

[private]
_test-integration *args: (_needs "rust scripts") dev
    tests/run integration --package kratix-wasm-tests --test integration --test in-memory --test inputs -- {{ args }}

[private]
_test-e2e *args: dev build
    tests/run e2e --package kratix-wasm-tests --test e2e -- {{ args }}

[private]
_test-containers *args: (_needs "rust containers") build image image-step image-component
    tests/run containers --package kratix-wasm-tests --test containers -- {{ args }}

# Test the way from a commit to an organization, in a real Gitea: needs root on Debian, or what it names.
[group('check')]
review-test *args: (_needs "rust gitea") dev _rig
    #!/usr/bin/env bash
    set -euo pipefail
    trap 'rig/gitea stop --wipe target/review >/dev/null 2>&1 || true' EXIT
    (cd rig/modules/provider && go test ./...)
    provider=${TERRAFORM_MIRROR:+the-provider-given}
    cargo test --package kratix-wasm-tests --test review-scripts
    cargo test --package kratix-wasm-tests --test "review-with-${provider:-a-stand-in-provider}" -- --test-threads=1 {{ args }}

# Test the platform on a real Kubernetes node of its own: needs root on Debian, or what it names.
# With KRATIX_ARCHIVE, its image, and KRATIX_MANIFESTS, its rendered manifests, also with a real Kratix.
[group('check')]
platform-test *args:
    #!/usr/bin/env bash
    set -euo pipefail
    tests/needs rust containers node given
    just build
    rig/setup --node
    just image image-step
    tests/platform-test {{ dist }} {{ native }} {{ args }}

[private]
_rig *args:
    @rig/setup {{ args }}

# Build the checkers that the contract tests ask: Kubernetes', Helm's, Terraform's and Backstage's own code. And generators in
# languages that are not Rust.
[group('check')]
contract-tools: (_needs "checkers") _helm
    mkdir -p target/tools
    cd tests/contract/go && go build -o ../../../target/tools/contract ./ && go test ./...
    cd tests/contract/backstage && npm ci --no-audit --no-fund --loglevel=error && node --test
    tests/contract/toolchains/build javascript
    if tests/needs python; then tests/contract/toolchains/build python; fi

# The very helm that people run, for the tests of the chart and of the platform.
[private]
_helm:
    cd rig/modules/helm && CGO_ENABLED=0 go build -trimpath -buildvcs=false -ldflags "-s -w" \
        -o ../../../target/rig/bin/helm helm.sh/helm/v4/cmd/helm

# Take what comes out now as right, then show what changed.
[group('check')]
bless: (_needs "rust scripts") dev
    BLESS=1 tests/run integration --package kratix-wasm-tests --test integration
    git diff --stat -- docs promises tests

# Format everything.
[group('check')]
fmt: (_needs "shfmt")
    cargo fmt --all
    tests/shell/lint --write

# Lint everything, warnings denied.
[group('check')]
lint: (_needs "rust shfmt")
    cargo fmt --all -- --check
    cargo clippy --workspace --all-targets -- --deny warnings
    cargo clippy --package kratix-wasm-tests {{ machine_tests }} -- --deny warnings
    cargo clippy --package kratix-wasm --all-targets --no-default-features -- --deny warnings
    RUSTDOCFLAGS="--deny warnings" cargo doc --quiet --no-deps --package kratix-wasm --package kratix-wasm-sdk
    tests/shell/lint
    @just borders

# Check that what one room alone may know is known there alone.
[group('check')]
borders:
    @tests/borders

# Check licences, sources and advisories of all dependencies; the advisories where their database can be reached.
[group('check')]
deny: (_needs "rust")
    tests/deny

# Look for input that breaks the host, each target so many seconds: needs a nightly Rust and cargo-fuzz.
[group('check')]
fuzz seconds="60" *targets="object selectors bindings output component envelope memory":
    #!/usr/bin/env bash
    set -euo pipefail
    if ! cargo +nightly fuzz --version >/dev/null 2>&1; then
        echo 'fuzz: needs `rustup toolchain install nightly` and `cargo install cargo-fuzz`' >&2
        exit 1
    fi
    # The same versions as everywhere; cargo adds what the targets need.
    cp Cargo.lock fuzz/
    for target in {{ targets }}; do
        timeout=20
        if [[ $target == memory ]]; then
            # It runs the real program in cgroups.
            ((EUID == 0)) || { echo 'fuzz: memory is LEFT OUT: only root can make a memory cgroup' >&2 && continue; }
            just build
            timeout=300
        fi
        mkdir -p "fuzz/corpus/$target" "fuzz/seeds/$target"
        cargo +nightly fuzz run "$target" "fuzz/corpus/$target" "fuzz/seeds/$target" -- \
            -max_total_time={{ seconds }} -timeout=$timeout -rss_limit_mb=4096 -max_len=20000 -print_final_stats=1
    done

# Print how much memory the worst steps that `fuzz` found take, or these: needs root, for cgroups.
[group('measure')]
[positional-arguments]
memory *shapes: build
    @cargo run --quiet --package kratix-wasm-tests --bin memory -- "$@"

# What CI runs.
[group('check')]
ci:
    @.ci/run

# Compare the step with other ways to write it; also as JSON below target/bench/.
[group('measure')]
bench *args: (_needs "rust bench") build
    bench/run {{ args }}

# Compare containers as Kratix starts them, at a fifth of a CPU: needs podman, and `just bench` before.
[group('measure')]
bench-containers *args: (_needs "rust containers benched") image-step
    bench/containers {{ args }}

# Print the sizes of what is shipped; `size features` also what a host without each cargo feature has (a build each).
[group('measure')]
size features="": build _pod
    #!/usr/bin/env bash
    set -euo pipefail
    show() { printf '%9d bytes, %9d packed  %s\n' "$(wc -c <"$1")" "$(gzip -9 --no-name <"$1" | wc -c)" "$2"; }
    for name in kratix-wasm pod/kratix-wasm team.wasm team.cwasm; do show {{ dist }}/$name $name; done
    for image in {{ dist }}/*.oci.tar; do printf '%34d packed  %s\n' "$(wc -c <"$image")" "${image##*/}"; done
    [[ -n "{{ features }}" ]] || exit 0
    for feature in compile inputs preview; do
        others=$(printf '%s\n' compile inputs preview | grep -vx "$feature")
        just arch={{ arch }} _release --package kratix-wasm --no-default-features --features "$others"
        show target/{{ target }}/release/kratix-wasm "kratix-wasm without the feature $feature"
    done
