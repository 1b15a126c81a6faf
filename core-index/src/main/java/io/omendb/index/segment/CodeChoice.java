/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.index.segment;

import io.omendb.index.quantization.CodeEstimator;
import io.omendb.index.quantization.PqTrainer;
import io.omendb.index.quantization.ProductQuantizer;
import io.omendb.index.quantization.Quantizer;
import io.omendb.index.quantization.TransformQuantizer;
import io.omendb.index.quantization.TransformTrainer;
import io.omendb.index.vector.Metric;
import io.omendb.index.vector.Parallel;
import io.omendb.index.vector.TopK;
import io.omendb.index.vector.VectorReader;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Decides by what codes a segment is searched. Transform coding is several times as fast as product
 * quantization, and tells near rows apart as well where the rows vary along few directions, as
 * embeddings and images do; rows that vary along all of them, or lie in tight clusters, need the
 * other one. So both are put to the test that a search puts them to: some rows are queries, and of
 * the {@value #NEAR} rows that are truly the nearest the {@value #K} first should be among the
 * {@value #LIST} with the smallest estimates.
 */
final class CodeChoice {
  private static final int QUERIES = 64;
  private static final int NEAR = 100;
  private static final int LIST = 24;
  private static final int K = 10;

  /** Most rows among which the nearest are looked for. */
  private static final int MOST_ROWS = 1 << 17;

  /** From this share on, transform coding is taken without a look at the other. */
  private static final double GOOD = 0.95;

  /** By so much product quantization must be better, because its estimates cost more. */
  private static final double MARGIN = 0.02;

  private final VectorReader rows;
  private final VectorReader codeSpace;
  private final IndexConfig config;
  private final BuildControl control;
  private final boolean negatedDot;
  private boolean tellsRowsApart;

  /**
   * @param rows of the segment, as they were given
   * @param codeSpace the same rows as codes stand for them
   */
  CodeChoice(VectorReader rows, VectorReader codeSpace, IndexConfig config, BuildControl control) {
    this.rows = rows;
    this.codeSpace = codeSpace;
    this.config = config;
    this.control = control;
    this.negatedDot = config.metric() == Metric.INNER_PRODUCT;
  }

  /** Bytes of heap that {@link #train} needs for {@code rows} rows. */
  static long heapBytes(IndexConfig config, int rows, int threads) {
    int d = config.dimension();
    int subspaces = subspaces(config);
    long product = PqTrainer.heapBytes(rows, d, subspaces, threads);
    if (!mayTransform(config)) {
      return product;
    }
    long transform =
        TransformTrainer.heapBytes(rows, d, TransformQuantizer.defaultBlocks(d), threads);
    long test =
        TrueNeighbors.heapBytes(rows, d, QUERIES, NEAR + 1, threads)
            + 4L * QUERIES * (d + NEAR)
            + rows / 8
            + threads * 4L * (NEAR + 1) * d;
    return Math.max(product, Math.max(transform, test));
  }

  /** Bytes of heap that an estimator of a search takes at most. */
  static long estimatorBytes(IndexConfig config) {
    return ProductQuantizer.estimatorBytes(subspaces(config)) + 4L * config.dimension();
  }

  /** The most bytes that a code may take. */
  static int mostCodeBytes(IndexConfig config) {
    int transform =
        TransformQuantizer.TERM_BYTES
            + TransformQuantizer.BLOCK_BYTES * TransformQuantizer.defaultBlocks(config.dimension());
    return mayTransform(config) ? Math.max(transform, subspaces(config)) : subspaces(config);
  }

  /** Bytes that encoding needs for each thread, besides vectors and codes. */
  static long encodeBytes(IndexConfig config) {
    int blocks = TransformQuantizer.defaultBlocks(config.dimension());
    return mayTransform(config) ? TransformQuantizer.encodeBytes(config.dimension(), blocks) : 0;
  }

  private static boolean mayTransform(IndexConfig config) {
    return config.pqSubspaces() == 0 && config.dimension() <= TransformTrainer.MAX_DIMENSION;
  }

  private static int subspaces(IndexConfig config) {
    return config.pqSubspaces() > 0
        ? config.pqSubspaces()
        : ProductQuantizer.defaultSubspaces(config.dimension());
  }

  /** Trains what the config asks for, or else what the rows ask for. */
  Quantizer train() {
    if (!mayTransform(config)) {
      return trainProduct();
    }
    Quantizer transform =
        TransformTrainer.train(
            codeSpace,
            TransformQuantizer.defaultBlocks(config.dimension()),
            negatedDot,
            config.seed(),
            control.threads());
    List<int[]> tests = tests();
    double share = share(transform, tests);
    tellsRowsApart = share >= GOOD;
    if (tellsRowsApart || control.isCancelled()) {
      return transform;
    }
    Quantizer product = trainProduct();
    return share(product, tests) > share + MARGIN ? product : transform;
  }

  /**
   * Whether estimates from the codes of {@link #train} are known to find what exact distances find,
   * and are faster.
   */
  boolean tellsRowsApart() {
    return tellsRowsApart;
  }

  private Quantizer trainProduct() {
    return PqTrainer.train(
        codeSpace, subspaces(config), negatedDot, config.seed(), control.threads());
  }

  /** Queries, each a row followed by those nearest to it, the nearest first. */
  private List<int[]> tests() {
    SplittableRandom random = new SplittableRandom(config.seed());
    BitSet among = new BitSet();
    if (rows.size() <= MOST_ROWS) {
      among.set(0, rows.size());
    } else {
      random.ints(MOST_ROWS, 0, rows.size()).forEach(among::set);
    }
    int[] queries = random.ints(QUERIES, 0, rows.size()).toArray();
    int d = rows.dimension();
    float[] vectors = new float[QUERIES * d];
    for (int i = 0; i < QUERIES; i++) {
      rows.read(queries[i], vectors, i * d);
    }
    TopK[] nearest =
        TrueNeighbors.find(rows, config.metric(), vectors, QUERIES, NEAR + 1, among, control);
    List<int[]> all = new ArrayList<>();
    for (int i = 0; i < QUERIES; i++) {
      int[] test = test(queries[i], nearest[i]);
      if (test.length > LIST + 1) {
        all.add(test);
      }
    }
    return all;
  }

  private static int[] test(int query, TopK nearest) {
    int[] test = new int[nearest.size() + 1];
    test[0] = query;
    int count = 1;
    for (int i = 0; i < nearest.size() && count <= NEAR; i++) {
      if (nearest.ordinal(i) != query) {
        test[count++] = nearest.ordinal(i);
      }
    }
    return Arrays.copyOf(test, count);
  }

  /** The share of the first rows that estimates put first; 1 without a test. */
  private double share(Quantizer quantizer, List<int[]> tests) {
    int[] hits = new int[tests.size()];
    Parallel.forEach(control.threads(), tests.size(), t -> hits[t] = hits(quantizer, tests.get(t)));
    return tests.isEmpty() ? 1 : (double) Arrays.stream(hits).sum() / (K * tests.size());
  }

  private int hits(Quantizer quantizer, int[] test) {
    int d = codeSpace.dimension();
    int n = test.length - 1;
    float[] vectors = new float[n * d];
    for (int i = 0; i < n; i++) {
      codeSpace.read(test[i + 1], vectors, i * d);
    }
    byte[] codes = new byte[n * quantizer.codeBytes()];
    quantizer.encode(vectors, 0, n, codes, 0);
    float[] query = new float[d];
    codeSpace.read(test[0], query, 0);
    CodeEstimator estimator = quantizer.newEstimator();
    estimator.prepare(query);
    float[] estimates = new float[n];
    estimator.distances(codes, n, estimates);
    float[] sorted = estimates.clone();
    Arrays.sort(sorted);
    int hits = 0;
    for (int i = 0; i < K; i++) {
      hits += estimates[i] <= sorted[LIST - 1] ? 1 : 0;
    }
    return hits;
  }
}
