#!/usr/bin/env bash
# What VamanaNeighborsModel.transform costs beside the same join in SQL.
#   benchmarks/ml-transform.sh [directory of Fashion-MNIST [working directory]]
# The first run builds the index into the working directory, later ones use it. With SPARK_JARS=<directory of jars> it runs on
# that Spark instead of the one of the build, for instance on the jars of the pyspark package, which has spark-mllib 4.2.0.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
data=${1:-/usr/share/datasets/fashion-mnist}
work=${2:-$PWD/benchmarks/target/ml-transform}

mkdir -p "$work"
if [ -n "${SPARK_JARS:-}" ]; then
  mvn -q -B -pl spark-connector -am test-compile
  spark="$SPARK_JARS/*"
else
  mvn -q -B -pl core-index,spark-connector test-compile dependency:build-classpath -Dmdep.includeScope=test -Dmdep.outputFile="$work/classpath"
  spark=$(< "$work/classpath")
fi
exec java -XX:+IgnoreUnrecognizedVMOptions --add-modules=jdk.incubator.vector --add-opens=java.base/java.nio=ALL-UNNAMED \
  --add-opens=java.base/sun.nio.ch=ALL-UNNAMED --add-opens=java.base/java.lang=ALL-UNNAMED --add-opens=java.base/java.util=ALL-UNNAMED \
  -Xmx3g -cp "spark-connector/target/classes:spark-connector/target/test-classes:core-index/target/classes:$spark" \
  io.omendb.spark.ml.TransformCost "$data" "$work"
