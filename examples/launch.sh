# What ./run-example, ./run-notebook, ./bench and standalone-cluster.sh have in common; sourced by them, not run. Needs bash, Java 17 and Maven 3.8.

# fail MESSAGE: one sentence on standard error, then exit status 1.
fail() {
  printf '%s: %s\n' "${0##*/}" "$1" >&2
  exit 1
}

# say MESSAGE: what is going on, on standard error, so that standard output holds results only.
say() {
  printf '%s: %s\n' "${0##*/}" "$1" >&2
}

# find_java: sets JAVA to the java command of JAVA_HOME, or else of the PATH.
find_java() {
  JAVA=java
  if [[ -n ${JAVA_HOME:-} ]]; then
    JAVA="$JAVA_HOME/bin/java"
    [[ -x $JAVA ]] || fail "JAVA_HOME is '$JAVA_HOME', which has no bin/java; set it to a JDK of Java 17 or newer, or unset it."
  fi
  command -v "$JAVA" > /dev/null || fail "java was not found; install Java 17 or newer, or set JAVA_HOME."
  local version
  version=$("$JAVA" -version 2>&1 | sed -n 's/.* version "\([0-9]*\).*/\1/p' | head -n 1)
  [[ -n $version && $version -ge 17 ]] || fail "Java 17 or newer is needed, but $JAVA is version ${version:-unknown}."
}

# stale FILE PATH...: whether FILE is missing or older than any source or pom below the given paths.
stale() {
  local file=$1
  shift
  [[ ! -e $file || -n $(find "$@" \( -path '*/src/main/*' -o -path '*/data/*' -o -name pom.xml \) -type f -newer "$file" -print -quit) ]]
}

# missing_jars FILE: whether the class path in FILE names a file that is not there any more.
missing_jars() {
  local jar
  local -a jars
  IFS=: read -r -a jars < "$1"
  for jar in "${jars[@]}"; do
    [[ -e $jar ]] || return 0
  done
  return 1
}

# build MODULE...: packages the modules and what they need, without tests and style checks.
# The first time in an empty local repository Maven downloads about 400 MB.
build() {
  local modules
  command -v mvn > /dev/null || fail "Maven was not found; install Maven 3.8 or newer."
  modules=$(IFS=,; echo "$*")
  local log="$HOME_DIR/examples/target/build.log"
  mkdir -p "${log%/*}"
  say "building $modules with Maven (log: $log) ..."
  (cd "$HOME_DIR" && mvn -B -ntp -pl "$modules" -am package -Dmaven.test.skip=true -Dspotless.check.skip=true) > "$log" 2>&1 || {
    grep '^\[ERROR\]' "$log" | head -n 20 >&2
    fail "the build failed; $log has the whole output."
  }
}

# name_bundle: sets VERSION and BUNDLE, the jar that users add to Spark.
name_bundle() {
  VERSION=$(sed -n 's/.*<version>\(.*\)<\/version>.*/\1/p' "$HOME_DIR/pom.xml" | head -n 1)
  BUNDLE="$HOME_DIR/spark-connector/target/omendb-spark-runtime-4.2_2.13-$VERSION.jar"
}

# build_bundle: builds the jar that users add to Spark, when it is missing or older than its sources.
build_bundle() {
  name_bundle
  ! stale "$BUNDLE" "$HOME_DIR"/{pom.xml,core-index,spark-connector} || build spark-connector/runtime
}

# build_jars: builds what a program is submitted with, when it is missing or older than its sources.
# Sets VERSION, BUNDLE (for --jars) and EXAMPLES (the application).
build_jars() {
  local launch="$HOME_DIR/examples/target/launch/spark.classpath"
  name_bundle
  EXAMPLES="$HOME_DIR/examples/target/omendb-examples-$VERSION.jar"
  if stale "$BUNDLE" "$HOME_DIR"/{pom.xml,core-index,spark-connector} || stale "$launch" "$HOME_DIR"/{pom.xml,examples} \
    || missing_jars "$launch"; then
    build spark-connector/runtime examples
  fi
}
