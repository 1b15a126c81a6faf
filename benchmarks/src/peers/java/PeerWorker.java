/* Licensed under the Apache License, Version 2.0; see LICENSE. */

import io.omendb.bench.core.Recall;
import io.omendb.bench.data.Ivecs;
import io.omendb.bench.process.Memory;
import io.omendb.bench.process.WorkerLoop;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Iterator;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * The process that a {@link Peer} lives in. It is compiled when it is measured, because each peer
 * has a version of Spark and of Scala of its own; it answers what io.omendb.bench.join.JoinWorker
 * answers.
 */
public final class PeerWorker {
  private final SparkSession spark;
  private final Peer peer;
  private final int k;
  private final Path base;
  private final Path result;
  private final Dataset<Row> queries;
  private final int[][] truth;

  private PeerWorker(SparkSession spark, Peer peer, int k, String[] files) throws Exception {
    this.spark = spark;
    this.peer = peer;
    this.k = k;
    this.base = Path.of(files[0]);
    this.queries = spark.read().parquet(files[1]);
    this.truth = Ivecs.readAll(Path.of(files[2]));
    this.result = Path.of(files[3]);
  }

  /** Arguments: class of the peer, k, cores, base, queries, true neighbours, result. */
  public static void main(String[] args) throws Exception {
    Peer peer = (Peer) Class.forName(args[0]).getDeclaredConstructor().newInstance();
    int cores = Integer.parseInt(args[2]);
    try (SparkSession spark =
        SparkSession.builder()
            .appName("bench join " + args[0])
            .master("local[" + (cores + peer.heldCores()) + "]")
            .config("spark.ui.enabled", false)
            .getOrCreate()) {
      String[] files = Arrays.copyOfRange(args, 3, 7);
      PeerWorker worker = new PeerWorker(spark, peer, Integer.parseInt(args[1]), files);
      WorkerLoop.run(worker::handle);
    }
  }

  private String handle(String[] words) throws Exception {
    switch (words[0]) {
      case "version":
        return spark.version();
      case "build":
        long start = System.nanoTime();
        peer.fit(spark.read().parquet(base.toString()), k);
        return (System.nanoTime() - start) / 1e9 + " " + bytes();
      case "warm":
        join(Integer.parseInt(words[1]));
        return "";
      case "join":
        return join(Integer.parseInt(words[2]));
      default:
        throw new IllegalArgumentException("unknown command " + words[0]);
    }
  }

  /** Joins and saves; answers with seconds, recall and the peak of the resident set. */
  private String join(int count) throws Exception {
    Dataset<Row> first = queries.where("id < " + count);
    long start = System.nanoTime();
    peer.join(first, k).write().mode("overwrite").parquet(result.toString());
    double seconds = (System.nanoTime() - start) / 1e9;
    return seconds + " " + recall(count) + " " + Memory.peakRssMb();
  }

  private double recall(int count) {
    int[][] found = new int[count][k];
    int[] counts = new int[count];
    for (int[] row : found) {
      Arrays.fill(row, -1);
    }
    Iterator<Row> rows =
        spark.read().parquet(result.toString()).select("query_id", "neighbor_id").toLocalIterator();
    while (rows.hasNext()) {
      Row row = rows.next();
      int query = (int) row.getLong(0);
      found[query][counts[query]++] = (int) row.getLong(1);
    }
    return Recall.at(truth, found, k);
  }

  private long bytes() throws Exception {
    try (Stream<Path> files = Files.walk(base)) {
      return files.filter(Files::isRegularFile).mapToLong(file -> file.toFile().length()).sum();
    }
  }
}
