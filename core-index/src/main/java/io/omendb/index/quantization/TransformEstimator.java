/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.index.quantization;

import io.omendb.index.vector.Kernels;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Estimates from the codes of a {@link TransformQuantizer}: the row's own term and the query's,
 * less the product of the components that the code holds with those of the query.
 */
final class TransformEstimator implements CodeEstimator {
  private static final VarHandle FLOATS =
      MethodHandles.byteArrayViewVarHandle(float[].class, ByteOrder.LITTLE_ENDIAN);

  private final Kernels kernels = Kernels.BEST;
  private final TransformQuantizer quantizer;
  private final float[] centred;
  private final float[] components;

  /** What one more in a byte or half a byte of a code adds to the product. */
  private final float[] weights;

  private final int wideBytes;
  private final int codeBytes;
  private float queryTerm;

  TransformEstimator(TransformQuantizer quantizer) {
    this.quantizer = quantizer;
    this.centred = new float[quantizer.dimension()];
    this.components = new float[quantizer.components()];
    this.weights = new float[quantizer.components()];
    this.wideBytes = TransformQuantizer.BLOCK_BYTES * quantizer.wideBlocks();
    this.codeBytes = quantizer.codeBytes();
  }

  @Override
  public void prepare(float[] query) {
    quantizer.centre(query, 0, centred);
    quantizer.turn(centred, components);
    float factor = quantizer.negatedDot() ? 1 : 2;
    for (int j = 0; j < components.length; j++) {
      components[j] *= factor * quantizer.step(j);
    }
    System.arraycopy(components, 0, weights, 0, wideBytes);
    // What every code adds: the halves, and the 8 that lower half bytes have too much.
    double constant = 0;
    for (int block = wideBytes; block < weights.length; block += TransformQuantizer.NARROW) {
      for (int i = 0; i < TransformQuantizer.BLOCK_BYTES; i++) {
        float upper = components[block + i];
        float lower = components[block + TransformQuantizer.BLOCK_BYTES + i];
        // A signed byte is 16 times its upper half plus its lower one, so that the upper half need
        // not be cut out.
        weights[block + i] = upper / 16;
        weights[block + TransformQuantizer.BLOCK_BYTES + i] = lower - upper / 16;
        constant += 0.5 * upper - 7.5 * lower;
      }
    }
    queryTerm = (float) (quantizer.queryTerm(query, centred) - constant);
  }

  @Override
  public void distances(byte[] codes, int n, float[] out) {
    kernels.codeProducts(weights, wideBytes, codes, codeBytes, n, out);
    for (int i = 0; i < n; i++) {
      out[i] = (float) FLOATS.get(codes, i * codeBytes) + queryTerm - out[i];
    }
  }
}
