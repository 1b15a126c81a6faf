/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.spark.join;

/** Why the index cannot answer for a plan, as the end of a sentence; the plan is left to Spark. */
public final class NotSearchable extends Exception {
  private static final long serialVersionUID = 1L;

  /** {@code reason} completes "left to Spark: ". */
  public NotSearchable(String reason) {
    super(reason, null, false, false);
  }
}
