/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.spark.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.omendb.index.segment.RecallCurve;
import io.omendb.index.segment.VectorStorage;
import io.omendb.index.vector.Metric;
import io.omendb.spark.error.CorruptDataException;
import io.omendb.spark.error.OmenException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ManifestCodecTest {

  private static final byte[] FULL = ManifestCodec.encode(TableSpecTest.fullVersion());

  @Property(tries = 500)
  void everyVersionIsReadAsItWasWritten(@ForAll long seed) {
    TableVersion version = random(new Random(seed));
    byte[] bytes = ManifestCodec.encode(version);
    ManifestCodec.Decoded decoded = ManifestCodec.decode("file", version.version(), bytes);
    assertThat(decoded.version()).isEqualTo(version);
    assertThat(decoded.unknownWriterFeatures()).isEmpty();
    assertThat(ManifestCodec.encode(decoded.version())).isEqualTo(bytes);
  }

  @Test
  void everyFlippedBitIsDetected() {
    for (int position = 0; position < FULL.length; position++) {
      for (int bit = 0; bit < 8; bit++) {
        byte[] damaged = FULL.clone();
        damaged[position] ^= (byte) (1 << bit);
        assertCorrupt(damaged, "bit " + bit + " of byte " + position);
      }
    }
  }

  @Test
  void everyTruncationIsDetected() {
    for (int length = 0; length < FULL.length; length++) {
      assertCorrupt(Arrays.copyOf(FULL, length), "length " + length);
      assertCorrupt(Arrays.copyOfRange(FULL, FULL.length - length, FULL.length), "tail " + length);
    }
  }

  @Test
  void everyGrowthIsDetected() {
    for (String tail : List.of("\n", " ", "\0", "x", "{\"len\":0,\"crc32c\":0}\n")) {
      byte[] longer = Arrays.copyOf(FULL, FULL.length + tail.length());
      System.arraycopy(
          tail.getBytes(StandardCharsets.US_ASCII), 0, longer, FULL.length, tail.length());
      assertCorrupt(longer, "tail " + tail);
    }
  }

  @Test
  void zeroedBlocksAreDetected() {
    for (int start = 0; start < FULL.length; start += 16) {
      byte[] damaged = FULL.clone();
      Arrays.fill(damaged, start, Math.min(FULL.length, start + 16), (byte) 0);
      assertCorrupt(damaged, "zeros at " + start);
    }
  }

  @Test
  void anotherVersionsFileIsRefused() {
    assertThatThrownBy(() -> ManifestCodec.decode("file", 8, FULL))
        .isInstanceOf(CorruptDataException.class)
        .hasMessageContaining("it holds version 7");
  }

  @Test
  void aNewerFormatIsRefusedWhateverElseItHolds() {
    byte[] newer = TableSpecTest.framed("{\"format\":2,\"shape\":[[[[[[[[[[1]]]]]]]]]]}");
    assertThatThrownBy(() -> ManifestCodec.decode("the file", 7, newer))
        .isInstanceOf(OmenException.class)
        .isNotInstanceOf(CorruptDataException.class)
        .hasMessageContaining("'the file' has table format 2, this release reads format 1");
  }

  @Test
  void anUnknownReaderFeatureIsRefusedByName() {
    byte[] newer =
        TableSpecTest.framed(
            "{\"format\":1,\"readerFeatures\":[\"deletionVectors\",\"rowIds\"],\"x\":1}");
    assertThatThrownBy(() -> ManifestCodec.decode("file", 7, newer))
        .isInstanceOf(OmenException.class)
        .isNotInstanceOf(CorruptDataException.class)
        .hasMessageContaining("reader features [rowIds]");
  }

  @Test
  void anUnknownWriterFeatureIsReported() {
    byte[] newer =
        TableSpecTest.framed(
            line().replace("\"writerFeatures\":[]", "\"writerFeatures\":[\"lineage\"]"));
    assertThat(ManifestCodec.decode("file", 7, newer).unknownWriterFeatures())
        .containsExactly("lineage");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"format\":1 | \"format\":0 | /format",
        "\"format\":1 | \"format\":1.0 | /format must be an integer",
        "\"tableId\":\"0 | \"tableId\":\"../../x | /tableId",
        "\"00000000-0000-0005-0000-000000000006\" | \"0-0-5-0-6\" | must be a uuid in lower case",
        "\"version\":7 | \"version\":18446744073709551616 | range of long",
        "\"version\":7 | \"version\":-7 | /version must be in [1, 9223372036854775807], was -7",
        "\"version\":7 | \"version\":7,\"version\":7 | Duplicate",
        "\"parent\":6 | \"parent\":5 | parent of version 7 cannot be 5",
        "\"floor\":2 | \"floor\":8 | floor must be in [1, 7], was 8",
        "\"operation\":\"delete\" | \"operation\":\"De lete\" | operation",
        "\"dimension\":4 | \"dimension\":0 | must know its dimension",
        "\"dimension\":4 | \"dimension\":65537 | /config/dimension",
        "\"dimension\":4 | \"dimension\":\"4\" | /config/dimension must be an integer",
        "\"metric\":\"cosine\" | \"metric\":\"hamming\" | hamming",
        "\"maxDegree\":32 | \"maxDegree\":2147483647 | maxDegree",
        "\"alpha\":1.2 | \"alpha\":1e999999999 | alpha",
        "\"alpha\":1.2 | \"alpha\":NaN | NaN",
        "\"alpha\":1.2 | \"alpha\":\"1.2\" | /config/alpha must be a number",
        "\"targetRecall\":0.95 | \"targetRecall\":0 | targetRecall",
        "\"rows\":10,\"bytes\" | \"rows\":2147483648,\"bytes\" | /segments/0/rows",
        "\"rows\":10,\"bytes\" | \"rows\":0,\"bytes\" | /segments/0/rows",
        "\"rows\":10,\"bytes\" | \"rows\":3,\"bytes\" | 4 deleted ones",
        "\"bytes\":100 | \"bytes\":9223372036854775807 | overflow",
        "\"crc32c\":4294967295 | \"crc32c\":4294967296 | /segments/0/crc32c",
        "\"crc32c\":4294967295 | \"crc32c\":-1 | /segments/0/crc32c",
        "\"graph\":true | \"graph\":1 | /segments/0/graph must be true or false",
        "[16,0.91,0.82] | [16,0.91] | must be a number",
        "[16,0.91,0.82] | [16,0.91,0.82,1] | too many elements",
        "[16,0.91,0.82] | [16,0.91,1.01] | recall must be in [0, 1]",
        "[16,0.91,0.82] | [16,0.9,0.8],[16,0.9,0.8] | ascending list sizes",
        "\"file\":\"dv/ | \"file\":\"dv/../ | dv/<uuid>.dv",
        "\"cardinality\":4 | \"cardinality\":11 | 11 deleted ones",
        "\"app\":3 | \"app\":-3 | /transactions/app",
        "\"app\":3 | \"\":3 | txnAppId",
        "\"addedRows\":\"0\" | \"addedRows\":0 | /summary/addedRows must be a string",
        "\"deleted\":4 | \"deleted\":3 | totals",
        "\"totals\": | \"totals\":{},\"more\": | lacks the field",
        "[\"deletionVectors\",\"int8Vectors\"] | [\"int8Vectors\"] | does not declare deletionVectors",
        "[\"deletionVectors\",\"int8Vectors\"] | [\"deletionVectors\"] | int8Vectors",
        "\"vectorStorage\":\"int8\" | \"vectorStorage\":\"int4\" | must be one of float32, int8",
      })
  void hostileValuesAreRefusedByName(String value, String hostile, String message) {
    String json = line();
    assertThat(json).contains(value);
    byte[] bytes = TableSpecTest.framed(json.replace(value, hostile));
    assertThatThrownBy(() -> ManifestCodec.decode("the file", 7, bytes))
        .isInstanceOf(CorruptDataException.class)
        .hasMessageContaining("'the file' is damaged")
        .hasMessageContaining(message);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "null",
        "[]",
        "{}",
        "1",
        "\"x\"",
        "{\"format\":1",
        "{\"format\":1}",
        "\uFEFF{}"
      })
  void otherDocumentsAreRefused(String document) {
    assertCorrupt(TableSpecTest.framed(document), document);
  }

  @Test
  void whatFollowsTheObjectIsRefused() {
    for (String tail : List.of("{}", "1", "]", "x")) {
      assertCorrupt(TableSpecTest.framed(line() + tail), tail);
    }
  }

  @Test
  void aSegmentListedTwiceIsRefused() {
    String json = line();
    int start = json.indexOf("{\"id\"");
    int end = json.indexOf("],\"transactions\"");
    String segment = json.substring(start, end);
    byte[] bytes = TableSpecTest.framed(json.replace(segment, segment + "," + segment));
    assertThatThrownBy(() -> ManifestCodec.decode("file", 7, bytes))
        .isInstanceOf(CorruptDataException.class)
        .hasMessageContaining("listed twice");
  }

  @Test
  void depthCountAndLengthAreLimited() {
    assertRefused("\"x\":" + "[".repeat(1_000) + "]".repeat(1_000), "depth");
    assertRefused("\"" + "n".repeat(5_000) + "\":1", "Name length");
    assertRefused("\"x\":" + "1".repeat(5_000), "Number value length");
    StringBuilder summary = new StringBuilder("\"summary\":{");
    for (int i = 0; i < 101; i++) {
      summary.append(i == 0 ? "" : ",").append('"').append(i).append("\":\"\"");
    }
    assertRefused(summary + "}", "too many entries");
  }

  @Test
  void whatCouldNotBeReadIsNotWritten() {
    TableVersion full = TableSpecTest.fullVersion();
    Map<String, String> summary = new HashMap<>();
    for (int i = 0; i <= ManifestCodec.MAX_SUMMARY_ENTRIES; i++) {
      summary.put("k" + i, "");
    }
    assertThatThrownBy(() -> ManifestCodec.encode(with(full, full.schemaJson(), summary)))
        .isInstanceOf(OmenException.class)
        .hasMessageContaining("101 summary entries");
    String schema = "x".repeat(ManifestCodec.MAX_SCHEMA + 1);
    assertThatThrownBy(() -> ManifestCodec.encode(with(full, schema, Map.of())))
        .isInstanceOf(OmenException.class)
        .hasMessageContaining("characters of schema");
  }

  private static void assertRefused(String field, String message) {
    byte[] bytes =
        TableSpecTest.framed(
            "{\"format\":1,\"readerFeatures\":[],\"writerFeatures\":[]," + field + "}");
    assertThatThrownBy(() -> ManifestCodec.decode("file", 7, bytes))
        .isInstanceOf(CorruptDataException.class)
        .hasMessageContaining(message);
  }

  private static void assertCorrupt(byte[] bytes, String what) {
    assertThatThrownBy(() -> ManifestCodec.decode("the file", 7, bytes))
        .as(what)
        .isInstanceOf(CorruptDataException.class)
        .hasMessageContaining("the file");
  }

  private static String line() {
    String file = new String(FULL, StandardCharsets.UTF_8);
    return file.substring(0, file.indexOf('\n'));
  }

  private static TableVersion with(TableVersion v, String schema, Map<String, String> summary) {
    return new TableVersion(
        v.tableId(),
        v.version(),
        v.parent(),
        v.commitId(),
        v.timestampMs(),
        v.operation(),
        schema,
        v.config(),
        v.segments(),
        v.transactions(),
        v.floor(),
        summary);
  }

  private static TableVersion random(Random random) {
    long version = 1L + random.nextInt(1_000_000);
    List<SegmentEntry> segments = new ArrayList<>();
    for (int i = random.nextInt(5); i > 0; i--) {
      segments.add(randomSegment(random));
    }
    Map<String, Long> transactions = new HashMap<>();
    Map<String, String> summary = new HashMap<>();
    for (int i = random.nextInt(4); i > 0; i--) {
      transactions.put(randomText(random) + i, random.nextLong() & Long.MAX_VALUE);
      summary.put(randomText(random), randomText(random));
    }
    int dimension = segments.isEmpty() && random.nextBoolean() ? 0 : 1 + random.nextInt(65_536);
    TableConfig config =
        new TableConfig(
            randomText(random) + "v",
            dimension,
            Metric.values()[random.nextInt(3)],
            4 + random.nextInt(28),
            32 + random.nextInt(100),
            1 + random.nextFloat(),
            0,
            random.nextLong(),
            1 - random.nextDouble(),
            VectorStorage.values()[random.nextInt(2)]);
    return new TableVersion(
        new UUID(random.nextLong(), random.nextLong()),
        version,
        version - 1,
        new UUID(random.nextLong(), random.nextLong()),
        random.nextLong() & Long.MAX_VALUE,
        List.of("create", "append", "overwrite", "later_operation").get(random.nextInt(4)),
        randomText(random),
        config,
        segments,
        transactions,
        1 + (long) (random.nextDouble() * version),
        summary);
  }

  private static SegmentEntry randomSegment(Random random) {
    int rows = 1 + random.nextInt(Integer.MAX_VALUE);
    List<RecallCurve.Point> points = new ArrayList<>();
    for (int i = 1; i <= random.nextInt(6); i++) {
      points.add(new RecallCurve.Point(16 * i, random.nextFloat(), random.nextFloat()));
    }
    return new SegmentEntry(
        new UUID(random.nextLong(), random.nextLong()),
        rows,
        1 + (random.nextLong() >>> 4),
        random.nextInt(),
        random.nextBoolean()
            ? null
            : new PayloadEntry(1 + random.nextInt(1 << 30), random.nextInt()),
        random.nextBoolean()
            ? null
            : new DeletionEntry(
                "dv/" + new UUID(random.nextLong(), random.nextLong()) + ".dv",
                1 + random.nextInt(1_000),
                1 + random.nextInt(rows),
                random.nextInt()),
        random.nextBoolean(),
        new RecallCurve(points));
  }

  /** Any text at all, surrogate pairs, quotes and control characters included. */
  private static String randomText(Random random) {
    StringBuilder text = new StringBuilder();
    for (int i = random.nextInt(12); i > 0; i--) {
      text.appendCodePoint(
          switch (random.nextInt(4)) {
            case 0 -> random.nextInt(32);
            case 1 -> "\"\\/{}[],:\n".charAt(random.nextInt(10));
            case 2 -> 0x1F600 + random.nextInt(64);
            default -> 'a' + random.nextInt(26);
          });
    }
    return text.toString();
  }
}
