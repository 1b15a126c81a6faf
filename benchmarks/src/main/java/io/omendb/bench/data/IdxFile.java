/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.bench.data;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/**
 * Reads unsigned bytes from the idx format of MNIST, gzipped: magic 0, 0, 8, number of axes; each
 * axis as big-endian int32; the values in row-major order.
 */
final class IdxFile {
  private static final int UNSIGNED_BYTE = 0x08;
  private static final int MAX_BYTES = 1 << 30;

  private IdxFile() {}

  /** Every item, a vector, as floats from 0 to 255; throws VectorFileException for other files. */
  static float[][] readVectors(Path file) throws IOException {
    try (InputStream raw = Files.newInputStream(file);
        DataInputStream in =
            new DataInputStream(new BufferedInputStream(new GZIPInputStream(raw)))) {
      int magic = in.readInt();
      int axes = magic & 0xFF;
      if (magic >>> 8 != UNSIGNED_BYTE || axes < 1 || axes > 4) {
        throw new VectorFileException(file, "is not an idx file of unsigned bytes.");
      }
      int items = in.readInt();
      long size = 1;
      for (int axis = 1; axis < axes; axis++) {
        size *= in.readInt();
      }
      if (items < 1 || size < 1 || items * size > MAX_BYTES) {
        throw new VectorFileException(
            file, "claims %d items of %d bytes, which cannot be.".formatted(items, size));
      }
      float[][] vectors = new float[items][(int) size];
      byte[] item = new byte[(int) size];
      for (float[] vector : vectors) {
        in.readFully(item);
        for (int i = 0; i < vector.length; i++) {
          vector[i] = item[i] & 0xFF;
        }
      }
      return vectors;
    } catch (NoSuchFileException e) {
      throw new VectorFileException(file, "does not exist.");
    } catch (ZipException e) {
      throw new VectorFileException(file, "is not gzipped: " + e.getMessage() + ".");
    } catch (EOFException e) {
      throw new VectorFileException(file, "ends too early; it may be cut off.");
    }
  }
}
