/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.index.format;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/** CRC32C of bytes, and of a concatenation from the checksums of its parts. */
final class Crc32c {
  /** The Castagnoli polynomial, lowest degree in the highest bit. */
  private static final int POLYNOMIAL = 0x82F63B78;

  private static final int ONE = 1 << 31;

  /** x to the power of 2^i, modulo the polynomial. */
  private static final int[] POWERS = new int[Long.SIZE + 3];

  static {
    POWERS[0] = ONE >>> 1;
    for (int i = 1; i < POWERS.length; i++) {
      POWERS[i] = multiply(POWERS[i - 1], POWERS[i - 1]);
    }
  }

  private Crc32c() {}

  /** The checksum of the bytes from {@code from} to {@code to} of {@code buffer}. */
  static int of(ByteBuffer buffer, int from, int to) {
    CRC32C crc = new CRC32C();
    crc.update(buffer.slice(from, to - from));
    return (int) crc.getValue();
  }

  /**
   * The checksum of a text from those of its two parts. Appending n bytes multiplies a checksum, as
   * a polynomial over GF(2), by x to the power of 8n.
   *
   * @param length bytes in the second part
   */
  static int combine(int first, int second, long length) {
    int shift = ONE;
    int power = 3;
    for (long rest = length; rest != 0; rest >>>= 1) {
      if ((rest & 1) != 0) {
        shift = multiply(POWERS[power], shift);
      }
      power++;
    }
    return multiply(shift, first) ^ second;
  }

  private static int multiply(int a, int b) {
    int product = 0;
    int factor = b;
    for (int bits = a; bits != 0; bits <<= 1) {
      if (bits < 0) {
        product ^= factor;
      }
      factor = (factor & 1) == 0 ? factor >>> 1 : (factor >>> 1) ^ POLYNOMIAL;
    }
    return product;
  }
}
