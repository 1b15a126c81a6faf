/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.examples;

import org.apache.spark.sql.SparkSession;

/**
 * Joins queries with their nearest rows by index: Fashion-MNIST, or any two Parquet data sets.
 *
 * <p>Without arguments it runs {@link FashionMnistJoin}; with arguments, {@link ParquetJoin}. Exit
 * status: 0 when all went well, 1 when the work failed or missed its recall, 2 when the arguments
 * are wrong.
 */
public final class KnnJoin {
  private KnnJoin() {}

  /** Runs the join that the arguments ask for; {@code --help} lists them. */
  public static void main(String[] args) {
    int status = 1;
    try {
      KnnJoinOptions options = KnnJoinOptions.parse(args);
      if (options.help()) {
        System.out.println(KnnJoinOptions.HELP);
        return;
      }
      try (SparkSession spark = SparkSession.builder().appName("KnnJoin").getOrCreate()) {
        if (options.base() == null) {
          new FashionMnistJoin(spark).run();
        } else {
          new ParquetJoin(spark, options).run();
        }
      }
      return;
    } catch (BadArgumentException e) {
      System.err.println("KnnJoin: " + e.getMessage());
      status = 2;
    } catch (Exception e) {
      System.err.println("KnnJoin failed: " + rootCause(e).getMessage());
      e.printStackTrace();
    }
    System.exit(status);
  }

  /** What a task says is at the bottom of what Spark says. */
  private static Throwable rootCause(Throwable e) {
    return e.getCause() == null ? e : rootCause(e.getCause());
  }
}
