/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.examples;

import java.util.List;
import java.util.Locale;

/**
 * The command line of {@link KnnJoin}.
 *
 * @param help whether only the help text is wanted
 * @param base Parquet data set to search in; null for the built-in data
 * @param queries Parquet data set with one query per row
 * @param vector name of the vector column in both
 * @param id name of the identifier column in both
 * @param k neighbours per query, at least 1
 * @param metric l2, cosine or inner_product
 * @param segments files to split the index into; 0 leaves it to Spark's partitions
 * @param out where the result is written
 */
record KnnJoinOptions(
    boolean help,
    String base,
    String queries,
    String vector,
    String id,
    int k,
    String metric,
    int segments,
    String out) {

  static final String HELP =
      """
      KnnJoin                      Fashion-MNIST: 1,000 queries against 9,000 images, compared with the exact join
      KnnJoin --base P --queries P --out P [options]
        --base P      Parquet data set to search in
        --queries P   Parquet data set with one query per row
        --out P       where to write Parquet (query_id, neighbor_id, distance, rank); must not exist
        --vector COL  vector column of both data sets, ARRAY<FLOAT> or ARRAY<DOUBLE> (default: v)
        --id COL      identifier column of both data sets, of any type that can be sorted (default: id)
        --k N         neighbours per query (default: 10)
        --metric M    l2, cosine or inner_product (default: l2); distance is the value of Spark's
                      vector_l2_distance, vector_cosine_similarity or vector_inner_product
        --segments N  files to split the index into (default: one per partition of --base)
        --help        this text""";

  private static final List<String> METRICS = List.of("l2", "cosine", "inner_product");

  /** Throws BadArgumentException for anything it cannot use. */
  static KnnJoinOptions parse(String[] args) {
    boolean help = false;
    String base = null;
    String queries = null;
    String out = null;
    String vector = "v";
    String id = "id";
    int k = 10;
    String metric = "l2";
    int segments = 0;
    for (int i = 0; i < args.length; i++) {
      switch (args[i]) {
        case "--help", "-h" -> help = true;
        case "--base" -> base = value(args, i++);
        case "--queries" -> queries = value(args, i++);
        case "--out" -> out = value(args, i++);
        case "--vector" -> vector = value(args, i++);
        case "--id" -> id = value(args, i++);
        case "--k" -> k = count(args, i++);
        case "--metric" -> metric = metric(value(args, i++));
        case "--segments" -> segments = count(args, i++);
        default ->
            throw new BadArgumentException(
                "unknown argument '" + args[i] + "'; --help lists what is understood.");
      }
    }
    if (!help && args.length > 0) {
      require(base, "--base");
      require(queries, "--queries");
      require(out, "--out");
    }
    return new KnnJoinOptions(help, base, queries, vector, id, k, metric, segments, out);
  }

  private static String value(String[] args, int i) {
    if (i + 1 == args.length || args[i + 1].startsWith("--")) {
      throw new BadArgumentException(args[i] + " needs a value; --help shows which.");
    }
    return args[i + 1];
  }

  private static int count(String[] args, int i) {
    String text = value(args, i);
    try {
      int count = Integer.parseInt(text);
      if (count >= 1) {
        return count;
      }
    } catch (NumberFormatException e) {
      // Answered below, together with numbers that are too small.
    }
    throw new BadArgumentException(
        args[i] + " must be a whole number from 1 up, was '" + text + "'.");
  }

  private static String metric(String text) {
    String name = text.toLowerCase(Locale.ROOT);
    if (!METRICS.contains(name)) {
      throw new BadArgumentException(
          "--metric must be one of l2, cosine, inner_product, was '" + text + "'.");
    }
    return name;
  }

  private static void require(String value, String name) {
    if (value == null) {
      throw new BadArgumentException(
          name + " is missing: --base, --queries and --out go together; --help shows an overview.");
    }
  }
}
