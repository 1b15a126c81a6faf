/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.index.quantization;

import io.omendb.index.vector.Kernels;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Transform coding (Brandt 2010, "Transform coding for fast approximate nearest neighbor search in
 * high dimensions"): a vector is centred and turned onto its principal components, and the first of
 * them are rounded each by itself, to 8 bits where they vary much and to 4 bits where they vary
 * less; the rest is left out.
 *
 * <p>With c = x - mean, the squared distance of x and q is |c|² + |q - mean|² - 2 c · (q - mean).
 * Lengths are known exactly, the product is taken over the components in the code. So an estimate
 * is off by what the product misses, and by nothing on average. Inner products go the same way.
 *
 * <p>A code is one f32, the part of the estimate that depends on the row alone, then blocks of 16
 * bytes: first those of 16 components with 8 bits, then those of 32 with 4 bits. Component j is
 * {@code scale[j] * (basis row j · c)}. A byte stands for {@code step * byte}; of a block of 4
 * bits, byte i holds component i in its upper and component 16 + i in its lower half, the upper one
 * a signed number from -8 to 7, the lower one such a number plus 8, and a number v stands for
 * {@code step * (v + 1/2)}. Components that a vector does not have are zero rows.
 *
 * <p>Immutable and shared by all threads.
 */
public final class TransformQuantizer implements Quantizer {
  /** Bytes of a block. */
  public static final int BLOCK_BYTES = 16;

  /** Bytes in front of the blocks. */
  public static final int TERM_BYTES = Float.BYTES;

  /** Components of a block of 8 bits each. */
  static final int WIDE = 16;

  /** Components of a block of 4 bits each. */
  static final int NARROW = 32;

  private static final int MAX_CODE = 127;
  private static final VarHandle FLOATS =
      MethodHandles.byteArrayViewVarHandle(float[].class, ByteOrder.LITTLE_ENDIAN);

  private final Kernels kernels = Kernels.BEST;
  private final int dimension;
  private final int wideBlocks;
  private final int narrowBlocks;
  private final boolean negatedDot;
  private final float[] mean;
  private final float[] scales;
  private final float[] steps;
  private final byte[] basis;

  /**
   * A quantizer for vectors of {@code mean.length} floats, with K = 16 wideBlocks + 32 narrowBlocks
   * components. The arrays are not copied.
   *
   * @param wideBlocks blocks of 16 components with 8 bits
   * @param narrowBlocks blocks of 32 components with 4 bits
   * @param scales of the rows of the basis, K floats
   * @param steps between the values of a component, K floats
   * @param basis K rows of d bytes
   * @param negatedDot whether estimates are negated inner products, not squared distances
   */
  public TransformQuantizer(
      int wideBlocks,
      int narrowBlocks,
      float[] mean,
      float[] scales,
      float[] steps,
      byte[] basis,
      boolean negatedDot) {
    int components = components(wideBlocks, narrowBlocks);
    if (scales.length != components
        || steps.length != components
        || basis.length != components * mean.length) {
      throw new IllegalArgumentException(
          String.format(
              "%d components of %d floats do not go with %d scales, %d steps and a basis of %d",
              components, mean.length, scales.length, steps.length, basis.length));
    }
    this.dimension = mean.length;
    this.wideBlocks = wideBlocks;
    this.narrowBlocks = narrowBlocks;
    this.mean = mean;
    this.scales = scales;
    this.steps = steps;
    this.basis = basis;
    this.negatedDot = negatedDot;
  }

  /** Components in so many blocks of each kind. */
  public static int components(int wideBlocks, int narrowBlocks) {
    return WIDE * wideBlocks + NARROW * narrowBlocks;
  }

  /**
   * Blocks per code when the user does not say: about the bytes that {@link
   * ProductQuantizer#defaultSubspaces} has, at most 8.
   */
  public static int defaultBlocks(int dimension) {
    int bytes = ProductQuantizer.defaultSubspaces(dimension);
    return Math.min(8, (bytes + BLOCK_BYTES - 1) / BLOCK_BYTES);
  }

  /** Bytes that {@link #encode} needs, at most, with so many blocks per code. */
  public static long encodeBytes(int dimension, int blocks) {
    long height = Kernels.BEST.tileQueries();
    long width = Kernels.BEST.tileRows();
    long components = components(0, blocks) + width;
    return 4 * (dimension * (components + height + 1) + height * (components + width));
  }

  @Override
  public int dimension() {
    return dimension;
  }

  @Override
  public int codeBytes() {
    return TERM_BYTES + BLOCK_BYTES * (wideBlocks + narrowBlocks);
  }

  /** Blocks of 16 components with 8 bits. */
  public int wideBlocks() {
    return wideBlocks;
  }

  /** Blocks of 32 components with 4 bits. */
  public int narrowBlocks() {
    return narrowBlocks;
  }

  /** A copy of the mean. */
  public float[] copyMean() {
    return mean.clone();
  }

  /** A copy of the scales. */
  public float[] copyScales() {
    return scales.clone();
  }

  /** A copy of the steps. */
  public float[] copySteps() {
    return steps.clone();
  }

  /** A copy of the basis, row-major. */
  public byte[] copyBasis() {
    return basis.clone();
  }

  @Override
  public CodeEstimator newEstimator() {
    return new TransformEstimator(this);
  }

  boolean negatedDot() {
    return negatedDot;
  }

  float step(int component) {
    return steps[component];
  }

  /** Components in a code. */
  public int components() {
    return steps.length;
  }

  @Override
  public void encode(float[] vectors, int vectorsOffset, int n, byte[] codes, int codesOffset) {
    int height = kernels.tileQueries();
    int width = kernels.tileRows();
    float[] packedBasis = packBasis(width);
    float[] centred = new float[dimension];
    float[] packed = new float[height * dimension];
    float[] tile = new float[height * width];
    float[] components = new float[height * components()];
    float[] unbounded = new float[Math.max(height, width)];
    Arrays.fill(unbounded, Float.POSITIVE_INFINITY);
    for (int first = 0; first < n; first += height) {
      int rows = Math.min(height, n - first);
      for (int i = 0; i < rows; i++) {
        centre(vectors, vectorsOffset + (first + i) * dimension, centred);
        FLOATS.set(codes, codesOffset + (first + i) * codeBytes(), rowTerm(centred));
        for (int x = 0; x < dimension; x++) {
          packed[x * height + i] = centred[x];
        }
      }
      for (int from = 0; from < components(); from += width) {
        kernels.tile(
            packed, 0, packedBasis, from * dimension, dimension, unbounded, 0, unbounded, 0, tile);
        int count = Math.min(width, components() - from);
        for (int i = 0; i < rows; i++) {
          for (int j = 0; j < count; j++) {
            components[i * components() + from + j] = scales[from + j] * tile[i * width + j];
          }
        }
      }
      for (int i = 0; i < rows; i++) {
        round(components, i * components(), codes, codesOffset + (first + i) * codeBytes());
      }
    }
  }

  /** The basis as the rows of tiles, {@code width} of them side by side. */
  private float[] packBasis(int width) {
    int padded = (components() + width - 1) / width * width;
    float[] packed = new float[padded * dimension];
    for (int from = 0; from < components(); from += width) {
      int count = Math.min(width, components() - from);
      for (int x = 0; x < dimension; x++) {
        int at = from * dimension + x * width;
        for (int j = 0; j < count; j++) {
          packed[at + j] = basis[(from + j) * dimension + x];
        }
      }
    }
    return packed;
  }

  /** Writes the code of the components from {@code from} on, behind its term. */
  private void round(float[] components, int from, byte[] codes, int codeAt) {
    int at = codeAt + TERM_BYTES;
    Arrays.fill(codes, at, codeAt + codeBytes(), (byte) 0);
    for (int j = 0; j < WIDE * wideBlocks; j++) {
      codes[at + j] = (byte) round(components[from + j], steps[j], 0.5f, -MAX_CODE, MAX_CODE);
    }
    at += WIDE * wideBlocks;
    for (int j = WIDE * wideBlocks; j < components(); j++) {
      int inBlock = (j - WIDE * wideBlocks) % NARROW;
      int value = round(components[from + j], steps[j], 0, -8, 7);
      codes[at + inBlock % BLOCK_BYTES] += (byte) (inBlock < BLOCK_BYTES ? value << 4 : value + 8);
      if (inBlock == NARROW - 1) {
        at += BLOCK_BYTES;
      }
    }
  }

  /**
   * Writes the components that a code stands for, which are about those of its centred vector.
   *
   * @param codes holds the code from {@code at} on
   * @param components receives {@link #components} floats from {@code to} on
   * @return the code's term; unless estimates are negated inner products, the squared length of the
   *     centred vector
   */
  public float decode(byte[] codes, int at, float[] components, int to) {
    int wide = WIDE * wideBlocks;
    int from = at + TERM_BYTES;
    for (int j = 0; j < wide; j++) {
      components[to + j] = steps[j] * codes[from + j];
    }
    from += wide;
    for (int block = wide; block < steps.length; block += NARROW) {
      for (int i = 0; i < BLOCK_BYTES; i++) {
        int code = codes[from + i];
        components[to + block + i] = steps[block + i] * ((code >> 4) + 0.5f);
        components[to + block + BLOCK_BYTES + i] =
            steps[block + BLOCK_BYTES + i] * ((code & 15) - 7.5f);
      }
      from += BLOCK_BYTES;
    }
    return (float) FLOATS.get(codes, at);
  }

  /** The code of a value; 0 for components that do not vary. */
  private static int round(float value, float step, float shift, int min, int max) {
    return step == 0 ? 0 : (int) Math.max(min, Math.min(max, Math.floor(value / step + shift)));
  }

  /** The part of an estimate that depends on the row alone. */
  private float rowTerm(float[] centred) {
    return negatedDot
        ? -kernels.dot(mean, 0, centred, 0, dimension)
        : kernels.dot(centred, 0, centred, 0, dimension);
  }

  /** The part of an estimate that depends on the query alone. */
  float queryTerm(float[] query, float[] centred) {
    return negatedDot
        ? -kernels.dot(mean, 0, query, 0, dimension)
        : kernels.dot(centred, 0, centred, 0, dimension);
  }

  /** Writes the vector minus the mean to {@code centred}. */
  void centre(float[] vector, int offset, float[] centred) {
    for (int j = 0; j < dimension; j++) {
      centred[j] = vector[offset + j] - mean[j];
    }
  }

  /** Writes the components of a centred vector to {@code components}. */
  void turn(float[] centred, float[] components) {
    kernels.dotInt8Rows(centred, basis, components.length, dimension, components);
    for (int j = 0; j < components.length; j++) {
      components[j] *= scales[j];
    }
  }
}
