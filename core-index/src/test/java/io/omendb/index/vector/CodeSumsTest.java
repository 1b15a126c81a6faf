/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.index.vector;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

class CodeSumsTest {
  @Test
  void everyCodeIsSummedOnceInTheOrderOfItsBytesWhateverItsPlaceInTheBatch() {
    Random random = new Random(3);
    for (int subspaces : new int[] {1, 2, 3, 8, 98, 4096}) {
      float[] table = new float[Kernels.codeTableLength(subspaces)];
      assertThat(table.length).isBetween(256 * subspaces, 512 * subspaces - 1);
      for (int i = 0; i < table.length; i++) {
        table[i] = random.nextFloat();
      }
      for (int n = 0; n < 15; n++) {
        byte[] codes = new byte[n * subspaces];
        random.nextBytes(codes);
        float[] out = new float[n + 1];
        Kernels.sumCodes(table, codes, n, subspaces, out);
        for (int i = 0; i < n; i++) {
          float sum = 0;
          for (int s = 0; s < subspaces; s++) {
            sum += table[256 * s + Byte.toUnsignedInt(codes[i * subspaces + s])];
          }
          assertThat(out[i]).isEqualTo(sum);
        }
        assertThat(out[n]).isZero();
      }
    }
  }
}
