#!/usr/bin/env bash
# The first day on a GPU: what holds and how fast it is, in at most ten minutes on one GPU.
#
#     bash benchmarks/first_gpu_run.sh [--device cpu] [--quick] [FOLDER]
#
# Results come into FOLDER, by default results/first-gpu-run. With `--device cpu --quick` every part
# runs in a tiny setting where there is no GPU, to try the script itself; its numbers mean nothing.
# Needs python3 (or $PYTHON) 3.11 or newer with torch 2.11 or newer, numpy, pandas, Pillow, pyarrow and
# PyYAML; pytest and scikit-learn for the GPU tests; a C++ compiler for compiled steps. Snakemake and
# jsonschema are not needed. Writes first_gpu_run.json and table.md, for docs/benchmarks.md, and one
# log for each part. A part that fails or takes too long leaves the others alone; the script then
# ends with 1.
set -u
cd "$(dirname "$0")/.."
device=cuda quick= OUT=results/first-gpu-run
while [ $# -gt 0 ]; do
    case $1 in
    --device) device=${2:?--device cpu or cuda} && shift ;;
    --quick) quick=1 ;;
    -*) echo "unknown option $1: --device cpu, --quick" >&2 && exit 2 ;;
    *) OUT=$1 ;;
    esac
    shift
done
PYTHON=${PYTHON:-python3}
mkdir -p "$OUT"
OUT=$(cd "$OUT" && pwd)
export PYTHONUNBUFFERED=1 FIRST_GPU_RUN_DEVICE=$device FIRST_GPU_RUN_QUICK=$quick
failed=0 patience=1

part() { # NAME SECONDS COMMAND …
    local name=$1 seconds=$2
    shift 2
    echo "$name …"
    timeout -k 5 $((seconds * patience)) "$@" >"$OUT/$name.log" 2>&1
    local status=$?
    echo "status $status after $SECONDS s" >>"$OUT/$name.log"
    if [ $status -ne 0 ]; then
        failed=1
        echo "$name failed with $status: $OUT/$name.log"
    fi
}

measure() { part "$1" "$2" "$PYTHON" benchmarks/first_gpu_run.py "$1" "$OUT"; }

if [ "$device" = cuda ]; then
    part machine 15 nvidia-smi
else
    patience=10 # the limits are a GPU's
    export OMP_NUM_THREADS=1 # threads that wait for each other on a busy machine take minutes
    part machine 15 uname -a
fi
part test_gpu 100 "$PYTHON" -m pytest -q -rA --tb=short -p no:cacheprovider tests/machines/test_gpu.py
measure blocks 60     # predictions are the same whatever the number of models at a time
measure speed 190     # networks × precisions × models at a time, a DataLoader, vmap, the peak, memory
measure figure15 95   # 700 network-epochs of the 45,000 of the row of small mammals, extrapolated
measure compiled 95   # steps fused by torch.compile, as many networks as the time allows
part table 30 "$PYTHON" benchmarks/first_gpu_run.py table "$OUT"
[ ! -f "$OUT/table.md" ] || cat "$OUT/table.md"
exit $failed
