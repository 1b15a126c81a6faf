/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.index.vector;

import java.util.Locale;

/**
 * How two vectors are compared. Inside the index every metric is a distance: smaller is closer.
 *
 * <ul>
 *   <li>{@link #L2}: squared Euclidean distance.
 *   <li>{@link #COSINE}: one minus the cosine similarity.
 *   <li>{@link #INNER_PRODUCT}: the negated inner product.
 * </ul>
 */
public enum Metric {
  L2(1, "l2"),
  COSINE(2, "cosine"),
  INNER_PRODUCT(3, "inner_product");

  private final int wireId;
  private final String optionName;

  Metric(int wireId, String optionName) {
    this.wireId = wireId;
    this.optionName = optionName;
  }

  /** The number that stands for this metric in files; never changes. */
  public int wireId() {
    return wireId;
  }

  /** The name that users write in options. */
  public String optionName() {
    return optionName;
  }

  /** The metric stored as {@code wireId}. Throws IllegalArgumentException for an unknown number. */
  public static Metric fromWireId(int wireId) {
    for (Metric metric : values()) {
      if (metric.wireId == wireId) {
        return metric;
      }
    }
    throw new IllegalArgumentException("unknown metric id " + wireId);
  }

  /** The metric that users call {@code name}. Throws IllegalArgumentException listing the names. */
  public static Metric fromName(String name) {
    for (Metric metric : values()) {
      if (metric.optionName.equals(name.toLowerCase(Locale.ROOT))) {
        return metric;
      }
    }
    throw new IllegalArgumentException(
        "metric must be one of l2, cosine, inner_product, was '" + name + "'");
  }
}
