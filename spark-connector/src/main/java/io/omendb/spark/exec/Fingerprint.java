/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.spark.exec;

import io.omendb.spark.error.ReadErrors;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.zip.CRC32C;

/**
 * Length and checksum of a file, by which a version recognises it.
 *
 * @param bytes length
 * @param crc32c CRC32C of all bytes
 */
public record Fingerprint(long bytes, int crc32c) {

  private static final int BUFFER = 1 << 20;

  /** Of everything that {@code in} gives. */
  public static Fingerprint of(InputStream in) throws IOException {
    return ofCopy(in, OutputStream.nullOutputStream());
  }

  /** Of everything that {@code in} gives, while it is written to {@code out}. */
  public static Fingerprint ofCopy(InputStream in, OutputStream out) throws IOException {
    CRC32C crc = new CRC32C();
    long length = 0;
    byte[] buffer = new byte[BUFFER];
    for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
      crc.update(buffer, 0, n);
      out.write(buffer, 0, n);
      length += n;
    }
    return new Fingerprint(length, (int) crc.getValue());
  }

  /** Throws CorruptDataException when this is not the fingerprint that {@code file} should have. */
  public void require(Fingerprint expected, String file) {
    if (bytes != expected.bytes) {
      throw ReadErrors.changedFile(file, expected.bytes + " bytes", bytes + " bytes");
    }
    if (crc32c != expected.crc32c) {
      throw ReadErrors.changedFile(
          file,
          "CRC32C " + Integer.toHexString(expected.crc32c),
          "CRC32C " + Integer.toHexString(crc32c));
    }
  }
}
