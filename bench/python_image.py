"""An image of this machine's own Python, for the steps that are compared with ours."""

import pathlib
import shutil
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
PYTHON = "localhost/kratix-wasm-bench-python:1"


def python_image():
    """An image of this machine's Python with what the steps need: the files that its processes open, at the same places."""
    venv = ROOT / "target/bench/venv"
    if not venv.exists():
        sys.exit("bench: target/bench/venv is missing: run `just bench` before")
    python = venv / "bin/python"
    ask = "import sys, sysconfig; print(sys.base_prefix, sysconfig.get_path('stdlib'), sysconfig.get_path('platstdlib'))"
    base, *libraries = subprocess.run([python, "-c", ask], capture_output=True, text=True, check=True).stdout.split()
    context = ROOT / "target/bench/python-image"
    shutil.rmtree(context, ignore_errors=True)
    paths = {pathlib.Path(base) / "bin", *map(pathlib.Path, libraries), venv, ROOT / "bench/python"}
    for path in paths:
        ignore = shutil.ignore_patterns("test", "tests", "idlelib", "*.a", "config-3*")
        shutil.copytree(path, context / path.relative_to("/"), symlinks=True, ignore=ignore, dirs_exist_ok=True)
    binaries = [python.resolve(), *context.rglob("*.so")]
    for line in subprocess.run(["ldd", *binaries], capture_output=True, text=True).stdout.splitlines():
        library = next((word for word in line.split() if word.startswith("/") and not word.endswith(":")), None)
        if library and not (context / library.lstrip("/")).exists():
            (context / library.lstrip("/")).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(library, context / library.lstrip("/"))
    # As a careful author would ship it: with its byte code, which is not looked at twice.
    compile_all = [python, "-m", "compileall", "-q", "-f", "--invalidation-mode=unchecked-hash", context]
    subprocess.run(compile_all, stdout=subprocess.DEVNULL)
    (context / "Containerfile").write_text("FROM scratch\nCOPY . /\nUSER 65532:65532\n")
    subprocess.run(["podman", "build", "--quiet", f"--tag={PYTHON}", str(context)], check=True, stdout=subprocess.DEVNULL)
    return python
