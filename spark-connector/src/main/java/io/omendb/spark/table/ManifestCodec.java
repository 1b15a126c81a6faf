/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.spark.table;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.omendb.spark.error.Errors;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.CRC32C;

/**
 * The version file as bytes: one line of JSON with the whole state, and a last line with the length
 * and CRC32C of everything before it. TABLE.md is the normative description; the names, numbers and
 * limits here are compared with it by a test. Stateless.
 */
final class ManifestCodec {

  /** The only format that this code writes and reads. */
  static final int FORMAT = 1;

  static final int MAX_FILE_BYTES = 64 << 20;
  static final int MAX_SEGMENTS = 1_000_000;
  static final int MAX_RECALL_POINTS = 64;
  static final int MAX_TRANSACTIONS = 100_000;
  static final int MAX_SUMMARY_ENTRIES = 100;
  static final int MAX_TEXT = 4_096;
  static final int MAX_SCHEMA = 16 << 20;
  static final int MAX_FEATURES = 100;
  static final int MAX_DEPTH = 8;

  /** Declared by every version with deleted rows: who cannot hide them must not read. */
  static final String DELETION_VECTORS = "deletionVectors";

  /** Declared by every version whose segments keep vectors as int8. */
  static final String INT8_VECTORS = "int8Vectors";

  static final Set<String> READER_FEATURES = Set.of(DELETION_VECTORS, INT8_VECTORS);
  static final Set<String> WRITER_FEATURES = Set.of();

  /** The fields that a reader cannot do without, per object. */
  static final Set<String> VERSION_FIELDS =
      Set.of(
          "tableId",
          "version",
          "parent",
          "floor",
          "commitId",
          "timestampMs",
          "operation",
          "schema",
          "config",
          "segments",
          "transactions",
          "summary",
          "totals");

  static final Set<String> CONFIG_FIELDS =
      Set.of(
          "vectorColumn",
          "dimension",
          "metric",
          "maxDegree",
          "buildListSize",
          "alpha",
          "pqSubspaces",
          "seed",
          "targetRecall");
  static final Set<String> SEGMENT_FIELDS =
      Set.of("id", "rows", "bytes", "crc32c", "graph", "recall");
  static final Set<String> PAYLOAD_FIELDS = Set.of("bytes", "crc32c");
  static final Set<String> DELETION_FIELDS = Set.of("file", "bytes", "cardinality", "crc32c");
  static final Set<String> TOTALS_FIELDS = Set.of("segments", "rows", "deleted", "bytes");

  private static final Pattern TRAILER =
      Pattern.compile("\\{\"len\":(0|[1-9][0-9]{0,8}),\"crc32c\":(0|[1-9][0-9]{0,9})\\}\n");
  private static final int MAX_TRAILER = 48;

  /**
   * A version and what its file demands of writers.
   *
   * @param unknownWriterFeatures not empty when this code must not change the table
   */
  record Decoded(TableVersion version, List<String> unknownWriterFeatures) {}

  private ManifestCodec() {}

  /** The bytes of the version file. Throws OmenException when a limit is exceeded. */
  static byte[] encode(TableVersion version) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(1 << 12);
    try {
      ManifestWriter.write(version, out);
      out.write('\n');
      byte[] body = out.toByteArray();
      out.write(trailer(body, body.length));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    if (out.size() > MAX_FILE_BYTES) {
      throw Errors.tableTooLarge("the version file has " + out.size() + " bytes", MAX_FILE_BYTES);
    }
    return out.toByteArray();
  }

  /**
   * Checks and reads a version file.
   *
   * @param file path for messages
   * @param expected the version that the file's name promises
   * @throws io.omendb.spark.error.CorruptDataException for bytes that {@link #encode} cannot have
   *     written
   * @throws io.omendb.spark.error.OmenException for a newer format or an unknown reader feature
   */
  static Decoded decode(String file, long expected, byte[] bytes) {
    int bodyLength = verify(file, bytes);
    Decoded decoded;
    try {
      decoded = ManifestReader.read(file, bytes, bodyLength);
    } catch (JsonProcessingException e) {
      throw Errors.corruptVersionFile(file, e.getOriginalMessage(), e);
    } catch (IOException | IllegalArgumentException | ArithmeticException e) {
      throw Errors.corruptVersionFile(file, e.getMessage(), e);
    }
    if (decoded.version().version() != expected) {
      throw Errors.corruptVersionFile(
          file, "it holds version " + decoded.version().version(), null);
    }
    return decoded;
  }

  /** Compares length and checksum with the last line and returns the length of what precedes it. */
  private static int verify(String file, byte[] bytes) {
    int start = Math.max(0, bytes.length - 1);
    while (start > 0 && bytes[start - 1] != '\n' && bytes.length - start < MAX_TRAILER) {
      start--;
    }
    String line = new String(bytes, start, bytes.length - start, StandardCharsets.ISO_8859_1);
    Matcher trailer = TRAILER.matcher(line);
    if (!trailer.matches()) {
      throw Errors.corruptVersionFile(
          file, "its last line is not a length and checksum, so it is cut short or damaged", null);
    }
    if (Integer.parseInt(trailer.group(1)) != start) {
      throw Errors.corruptVersionFile(
          file, "it has " + start + " bytes where " + trailer.group(1) + " were written", null);
    }
    if (!Arrays.equals(trailer(bytes, start), line.getBytes(StandardCharsets.ISO_8859_1))) {
      throw Errors.corruptVersionFile(file, "its checksum does not match", null);
    }
    return start;
  }

  private static byte[] trailer(byte[] bytes, int length) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, 0, length);
    return ("{\"len\":" + length + ",\"crc32c\":" + crc.getValue() + "}\n")
        .getBytes(StandardCharsets.US_ASCII);
  }
}
