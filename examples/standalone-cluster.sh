#!/usr/bin/env bash
# Starts a standalone Spark cluster on loopback, a master and two workers as processes of their own, submits the example
# KnnJoin to it with spark-submit, and checks the recall and that both workers did some of the work.
set -euo pipefail

HOME_DIR=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
source "$HOME_DIR/examples/launch.sh"

if [[ ${1:-} == --help || ${1:-} == -h || $# -gt 1 ]]; then
  echo "Usage: examples/standalone-cluster.sh [SPARK_HOME]   a Spark 4.2 distribution, or the directory of the Python package pyspark"
  exit $(($# > 1 ? 2 : 0))
fi
SPARK_HOME=${1:-${SPARK_HOME:-}}
[[ -n $SPARK_HOME ]] || fail "name a Spark 4.2 distribution: $0 SPARK_HOME; the directory of the Python package pyspark will do."
SPARK_HOME=$(cd "$SPARK_HOME" && pwd) || fail "SPARK_HOME is not a directory."
[[ -x $SPARK_HOME/bin/spark-submit ]] || fail "$SPARK_HOME has no bin/spark-submit; it is not a Spark distribution."

find_java
build_jars
export SPARK_HOME SPARK_LOCAL_IP=127.0.0.1 SPARK_DAEMON_MEMORY=512m
unset SPARK_CONF_DIR SPARK_MASTER_HOST SPARK_WORKER_INSTANCES

scratch=$(mktemp -d)
started=()
# Runs at the end, whatever the end: stops what was started here, by process id, and deletes its files.
stop() {
  local status=$? pid
  for pid in ${started[@]+"${started[@]}"}; do
    kill "$pid" 2> /dev/null || true
  done
  for pid in ${started[@]+"${started[@]}"}; do
    wait "$pid" 2> /dev/null || true
  done
  if [[ $status -ne 0 ]]; then
    tail -n 20 "$scratch"/*.log >&2 || true
  fi
  rm -rf "$scratch"
}
trap stop EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# daemon NAME CLASS ARGUMENTS...: starts a daemon of Spark; its log is NAME.log.
daemon() {
  local name=$1
  shift
  "$SPARK_HOME/bin/spark-class" "$@" > "$scratch/$name.log" 2>&1 < /dev/null &
  started+=($!)
}

# await FILE TEXT: waits until a log has the text, for a minute at most.
await() {
  local _
  for _ in {1..300}; do
    grep -qs "$2" "$1" && return
    sleep 0.2
  done
  fail "${1##*/} never said '$2'."
}

say "starting a master and two workers from $SPARK_HOME ..."
daemon master org.apache.spark.deploy.master.Master --host 127.0.0.1 --port 0 --webui-port 0
await "$scratch/master.log" 'Starting Spark master at spark://'
master=$(sed -n 's/.*Starting Spark master at \(spark:\/\/[0-9.:]*\).*/\1/p' "$scratch/master.log" | head -n 1)
for worker in 1 2; do
  daemon "worker$worker" org.apache.spark.deploy.worker.Worker "$master" --host 127.0.0.1 --port 0 --webui-port 0 \
    --cores 1 --memory 1g --work-dir "$scratch/work$worker"
done
for worker in 1 2; do
  await "$scratch/worker$worker.log" 'Successfully registered with master'
done

say "submitting KnnJoin to $master ..."
# In the background, so that a signal to this script is answered at once. All processes share this machine's disk, which is what allowSharedLocalFs asks to be told.
"$SPARK_HOME/bin/spark-submit" --master "$master" --class io.omendb.examples.KnnJoin --jars "$BUNDLE" \
  --driver-memory 1g --executor-memory 1g --executor-cores 1 \
  --conf spark.ui.enabled=false --conf spark.scheduler.minRegisteredResourcesRatio=1.0 \
  --conf spark.omendb.allowSharedLocalFs=true \
  "$EXAMPLES" > "$scratch/answer.txt" 2> "$scratch/submit.log" &
started+=($!)
wait "$!" || fail "spark-submit failed."

grep -E '^(recall@10|label|build|join|table|plan) ' "$scratch/answer.txt"
grep -Eq '^recall@10 (0\.9[5-9]|1\.)' "$scratch/answer.txt" || fail "the recall is missing or below 0.95."
for worker in 1 2; do
  tasks=$(cat "$scratch/work$worker"/app-*/*/stderr | grep -c 'Finished task' || true)
  say "worker $worker finished $tasks tasks."
  [[ $tasks -gt 0 ]] || fail "worker $worker did none of the work."
done
say "the cluster gave the right answer."
