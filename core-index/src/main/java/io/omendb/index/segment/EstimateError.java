/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.index.segment;

/**
 * Tells from the candidates of one search, whose distances are known both as estimates and exactly,
 * how many rows that were no candidates are expected to be nearer than the k-th best.
 *
 * <p>Estimates err by a bias and, about it, like a normal distribution, both measured on the
 * candidates. Beyond the last candidate rows go on at the density in which candidates end: of such
 * rows at every estimate the share errs by enough. Where candidates stand out from the rest, as
 * near a query they do, that is next to nothing. Where thousands of rows are about as far as the
 * best, as when a filter leaves the far ones only, it is more than k, and no list is wide enough.
 */
final class EstimateError {
  private final double scale;
  private int n;
  private double first;
  private double errors;
  private double squaredErrors;
  private double estimates;
  private double last;

  /** Estimates are {@code scale} times distances. */
  EstimateError(double scale) {
    this.scale = scale;
  }

  /** Forgets the candidates. */
  void clear() {
    n = 0;
    errors = 0;
    squaredErrors = 0;
    estimates = 0;
  }

  /** Adds a candidate; they come in ascending order of estimates. */
  void add(float estimate, float distance) {
    last = estimate / scale;
    double error = distance - last;
    if (n == 0) {
      first = error;
    }
    // About the first one, so that equal errors have no variance but for real.
    error -= first;
    n++;
    errors += error;
    squaredErrors += error * error;
    estimates += last;
  }

  /**
   * The expected number of rows nearer than {@code bound}, the distance of the k-th best candidate,
   * that are not among the candidates. A generous approximation; infinite when rows of one estimate
   * differ in distance.
   */
  double expectedMisses(float bound) {
    double mean = errors / n;
    double deviation = Math.sqrt(Math.max(0, squaredErrors / n - mean * mean));
    if (deviation == 0) {
      return 0;
    }
    double z = Math.max(0, (last + first + mean - bound) / deviation);
    double density = n / (last - estimates / n);
    // The normal density over 1 + z² is above the integral of the tails beyond z.
    return density * deviation * Math.exp(-z * z / 2) / (Math.sqrt(2 * Math.PI) * (1 + z * z));
  }
}
