/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.examples;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Comparator;
import java.util.Set;
import java.util.function.IntPredicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.zip.GZIPInputStream;

/**
 * The 10,000 test images of Fashion-MNIST (Zalando SE, MIT licence), which travel inside the
 * examples jar. Every image has 28 x 28 grey values, read as 784 floats from 0 to 255, and a label
 * from 0 to 9. Plain Java, without Spark. Thread-safe.
 */
final class FashionMnist {
  static final int IMAGES = 10_000;
  static final int DIMENSION = 784;

  private FashionMnist() {}

  /** The grey values of image {@code id}. */
  static float[] vector(int id) {
    float[] vector = new float[DIMENSION];
    for (int i = 0; i < DIMENSION; i++) {
      vector[i] = Files.PIXELS[id * DIMENSION + i] & 0xFF;
    }
    return vector;
  }

  /** What image {@code id} shows: 0 T-shirt, 1 trousers, ... 9 ankle boot. */
  static int label(int id) {
    return Files.LABELS[id];
  }

  /** Euclidean distance of two images. */
  static double distance(float[] a, float[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      double difference = (double) a[i] - b[i];
      sum += difference * difference;
    }
    return Math.sqrt(sum);
  }

  /**
   * The k nearest of the images 0 to {@code until - 1} that are accepted, by comparing with each of
   * them: what an index is checked against.
   */
  static Set<Integer> nearest(float[] query, int until, int k, IntPredicate accepted) {
    double[] distances = new double[until];
    for (int id = 0; id < until; id++) {
      distances[id] = distance(query, vector(id));
    }
    return IntStream.range(0, until)
        .filter(accepted)
        .boxed()
        .sorted(Comparator.comparingDouble(id -> distances[id]))
        .limit(k)
        .collect(Collectors.toSet());
  }

  /** Loaded once in every JVM that needs it: 8 MB. */
  private static final class Files {
    static final byte[] PIXELS = load("t10k-images-idx3-ubyte.gz", 16, IMAGES * DIMENSION);
    static final byte[] LABELS = load("t10k-labels-idx1-ubyte.gz", 8, IMAGES);

    private static byte[] load(String name, int headerBytes, int bytes) {
      try (InputStream file = FashionMnist.class.getResourceAsStream("/fashion-mnist/" + name)) {
        if (file == null) {
          throw new IOException(name + " is missing from the examples jar; build the jar again");
        }
        try (InputStream in = new GZIPInputStream(file)) {
          in.skipNBytes(headerBytes);
          byte[] content = in.readNBytes(bytes);
          if (content.length != bytes) {
            throw new IOException(
                name + " ends after " + content.length + " of " + bytes + " bytes");
          }
          return content;
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
