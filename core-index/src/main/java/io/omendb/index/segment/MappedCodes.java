/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.index.segment;

import io.omendb.index.format.MappedFile;

/** Codes, read in place. Thread-safe as {@link MappedVectors}. */
final class MappedCodes {
  private final MappedFile file;
  private final long base;
  private final int codeBytes;

  /**
   * @param base where the first code starts
   */
  MappedCodes(MappedFile file, long base, int codeBytes) {
    this.file = file;
    this.base = base;
    this.codeBytes = codeBytes;
  }

  /** Copies the codes of {@code ordinals[0 .. n)} to {@code dst}, one after the other. */
  void gather(int[] ordinals, int n, byte[] dst) {
    file.prefetch(base, codeBytes, ordinals, 0, n);
    for (int i = 0; i < n; i++) {
      file.getBytes(base + (long) ordinals[i] * codeBytes, dst, i * codeBytes, codeBytes);
    }
  }
}
