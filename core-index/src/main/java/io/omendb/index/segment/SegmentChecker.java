/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.index.segment;

import io.omendb.index.format.CorruptIndexException;
import io.omendb.index.format.FormatReader;
import io.omendb.index.graph.Graph;
import io.omendb.index.vector.Metric;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Examines a segment file from end to end: every checksum, every rule of the content, whether every
 * row can be reached, and whether searches still find what they should.
 */
public final class SegmentChecker {
  private static final int K = 10;

  private SegmentChecker() {}

  /**
   * What was found.
   *
   * @param info what the file says of itself
   * @param damages in file order; when there are any, the rest was not examined
   * @param unreachable rows that no path from the entry point leads to
   * @param queries rows that were searched for
   * @param recallAt10 share of their 10 nearest other rows that a search with the list size for a
   *     recall of 0.95 found. Rows of the graph are easy queries: expect more than from new ones.
   */
  public record Report(
      SegmentInfo info,
      List<CorruptIndexException> damages,
      int unreachable,
      int queries,
      double recallAt10) {
    public Report {
      damages = List.copyOf(damages);
    }

    /** No damage, and every row can be found. */
    public boolean healthy() {
      return damages.isEmpty() && unreachable == 0;
    }
  }

  /**
   * Examines {@code file}. Reads all of it, and compares each query with every row.
   *
   * @param queries rows to search for, drawn at random; all rows when there are fewer
   * @param seed of the draw
   * @throws CorruptIndexException when header, table of contents, trailer or statistics are
   *     damaged, so that nothing else can be read
   * @throws io.omendb.index.format.UnsupportedFormatException when the file is newer than this
   *     library
   */
  public static Report check(Path file, int queries, long seed) throws IOException {
    List<CorruptIndexException> damages = new ArrayList<>();
    SegmentInfo info;
    try (FormatReader reader = FormatReader.open(file)) {
      info = Segment.info(reader, Segment.stats(reader, file));
      reader.verify(new ContentCheck(file, reader), damages::add);
    }
    if (!damages.isEmpty()) {
      return new Report(info, damages, 0, 0, 0);
    }
    try (Segment segment = Segment.openVerified(file)) {
      segment.acquire();
      try {
        int unreachable = info.hasGraph() ? unreachable(segment.graph()) : 0;
        int[] sample = sample(info.rows(), queries, seed);
        return new Report(info, damages, unreachable, sample.length, recall(segment, sample));
      } finally {
        segment.release();
      }
    }
  }

  private static int unreachable(Graph graph) {
    BitSet reached = new BitSet(graph.size());
    int[] queue = new int[graph.size()];
    int[] neighbors = new int[graph.maxDegree()];
    int end = 0;
    queue[end++] = graph.entryPoint();
    reached.set(graph.entryPoint());
    for (int next = 0; next < end; next++) {
      int degree = graph.neighbors(queue[next], neighbors);
      for (int i = 0; i < degree; i++) {
        if (!reached.get(neighbors[i])) {
          reached.set(neighbors[i]);
          queue[end++] = neighbors[i];
        }
      }
    }
    return graph.size() - end;
  }

  private static int[] sample(int rows, int count, long seed) {
    if (count >= rows) {
      return java.util.stream.IntStream.range(0, rows).toArray();
    }
    return new SplittableRandom(seed).ints(0, rows).distinct().limit(count).toArray();
  }

  /** Searches for each sampled row among the others. */
  private static double recall(Segment segment, int[] sample) {
    int others = segment.info().rows() - 1;
    if (sample.length == 0 || others == 0) {
      return 1;
    }
    int k = Math.min(K, others);
    Metric metric = segment.info().config().metric();
    SegmentSearcher searcher = segment.newSearcher();
    ExactSearch exact = new ExactSearch(segment, metric);
    SearchParams params = new SearchParams(segment.info().recall().listSizeFor(0.95, k + 1));
    SearchStats stats = new SearchStats();
    float[] query = new float[segment.info().config().dimension()];
    Neighbors found = new Neighbors(k + 1);
    Neighbors[] nearest = {new Neighbors(k)};
    BitSet accept = new BitSet(others + 1);
    accept.set(0, others + 1);
    long hits = 0;
    for (int row : sample) {
      segment.readVector(row, query);
      accept.clear(row);
      exact.search(query, 1, k, accept, nearest, stats);
      accept.set(row);
      searcher.search(query, k + 1, params, null, found, stats);
      hits += hits(row, found, nearest[0]);
    }
    return (double) hits / ((long) sample.length * k);
  }

  /** Neighbours found, other than the row itself, that are not further than the k-th nearest. */
  private static int hits(int row, Neighbors found, Neighbors nearest) {
    float bound = nearest.distance(nearest.size() - 1);
    // Searches round in float, exact ones in double.
    float slack = 1e-5f * Math.abs(bound);
    int hits = 0;
    for (int i = 0; i < found.size(); i++) {
      if (found.ordinal(i) != row
          && (found.distance(i) <= bound + slack || contains(nearest, found.ordinal(i)))) {
        hits++;
      }
    }
    return Math.min(hits, nearest.size());
  }

  private static boolean contains(Neighbors neighbors, int ordinal) {
    for (int i = 0; i < neighbors.size(); i++) {
      if (neighbors.ordinal(i) == ordinal) {
        return true;
      }
    }
    return false;
  }
}
