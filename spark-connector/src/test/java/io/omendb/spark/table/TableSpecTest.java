/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.spark.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.omendb.index.segment.RecallCurve;
import io.omendb.index.segment.VectorStorage;
import io.omendb.index.vector.Metric;
import io.omendb.spark.error.CorruptDataException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** TABLE.md and the code say the same. */
class TableSpecTest {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final List<String> PAGE = page();

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "### 2.1 Version, ''",
    "### 2.2 `config`, /config",
    "### 2.3 Element of `segments`, /segments/0",
    "### 2.4 `payload`, /segments/0/payload",
    "### 2.5 `deletion`, /segments/0/deletion",
    "### 2.6 `totals`, /totals"
  })
  void everyFieldIsOnThePage(String heading, String pointer) throws IOException {
    List<Map.Entry<String, String>> onThePage = new ArrayList<>();
    for (List<String> row : table(heading)) {
      onThePage.add(Map.entry(code(row.get(0)), row.get(1)));
    }
    List<Map.Entry<String, String>> written = new ArrayList<>();
    Iterator<Map.Entry<String, JsonNode>> fields = full().at(pointer).fields();
    while (fields.hasNext()) {
      Map.Entry<String, JsonNode> field = fields.next();
      written.add(Map.entry(field.getKey(), type(field)));
    }
    assertThat(written).containsExactlyElementsOf(onThePage);
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "### 2.1 Version, ''",
    "### 2.2 `config`, /config",
    "### 2.3 Element of `segments`, /segments/0",
    "### 2.4 `payload`, /segments/0/payload",
    "### 2.5 `deletion`, /segments/0/deletion",
    "### 2.6 `totals`, /totals"
  })
  void onlyFieldsThatThePageCallsOptionalCanBeMissing(String heading, String pointer)
      throws IOException {
    for (List<String> row : table(heading)) {
      ObjectNode document = full();
      ((ObjectNode) document.at(pointer)).remove(code(row.get(0)));
      if (row.get(2).equals("yes")) {
        assertThatThrownBy(() -> decode(document))
            .as(row.get(0))
            .isInstanceOf(CorruptDataException.class)
            .hasMessageContaining(code(row.get(0)));
      } else {
        // The sums or the features contradict it then, which is another reason to refuse.
        assertThatThrownBy(() -> decode(document))
            .as(row.get(0))
            .isInstanceOf(CorruptDataException.class)
            .hasMessageMatching("(?s).*(totals|int8Vectors).*");
      }
    }
  }

  @Test
  void limitsAreThoseOfThePage() {
    Map<String, Integer> limits = new LinkedHashMap<>();
    for (List<String> row : table("### 2.7 Limits")) {
      limits.put(row.get(0), Integer.parseInt(row.get(1)));
    }
    assertThat(limits)
        .containsExactly(
            Map.entry("bytes of a version file", ManifestCodec.MAX_FILE_BYTES),
            Map.entry("segments", ManifestCodec.MAX_SEGMENTS),
            Map.entry("points of a recall curve", ManifestCodec.MAX_RECALL_POINTS),
            Map.entry("transactions", ManifestCodec.MAX_TRANSACTIONS),
            Map.entry("entries of `summary`", ManifestCodec.MAX_SUMMARY_ENTRIES),
            Map.entry("features in each list", ManifestCodec.MAX_FEATURES),
            Map.entry("characters of `schema`", ManifestCodec.MAX_SCHEMA),
            Map.entry("characters of any other string or name", ManifestCodec.MAX_TEXT),
            Map.entry("depth of nesting", ManifestCodec.MAX_DEPTH));
  }

  @Test
  void featuresAreThoseOfThePage() {
    assertThat(table("## 4. Features"))
        .filteredOn(row -> row.get(1).equals("reader"))
        .extracting(row -> code(row.get(0)))
        .containsExactlyInAnyOrderElementsOf(ManifestCodec.READER_FEATURES);
    assertThat(table("## 4. Features"))
        .filteredOn(row -> row.get(1).equals("writer"))
        .extracting(row -> code(row.get(0)))
        .containsExactlyInAnyOrderElementsOf(ManifestCodec.WRITER_FEATURES);
  }

  @Test
  void conflictRulesAreThoseOfThePage() {
    List<String> theirs = header("### 5.1 Conflicts");
    for (List<String> row : table("### 5.1 Conflicts")) {
      for (int column = 1; column < row.size(); column++) {
        assertThat(ConflictRules.rebases(code(row.get(0)), code(theirs.get(column))))
            .as(row.get(0) + " after " + theirs.get(column))
            .isEqualTo(row.get(column).equals("rebase"));
      }
    }
    assertThat(ConflictRules.rebases("append", "compact")).isFalse();
    assertThat(ConflictRules.rebases("compact", "append")).isFalse();
  }

  @Test
  void theExampleIsAVersionFileAsWeWriteIt() {
    byte[] example = example().getBytes(StandardCharsets.UTF_8);
    TableVersion version = ManifestCodec.decode("TABLE.md", 1, example).version();
    assertThat(version.rows()).isEqualTo(2);
    assertThat(new String(ManifestCodec.encode(version), StandardCharsets.UTF_8))
        .isEqualTo(example());
  }

  @Test
  void fieldsThatAreNotOnThePageArePassedOver() throws IOException {
    ObjectNode document = full();
    for (String pointer : List.of("", "/config", "/segments/0", "/segments/0/payload", "/totals")) {
      ((ObjectNode) document.at(pointer)).putObject("later").putArray("x").add(1).addNull();
    }
    assertThatCode(() -> decode(document)).doesNotThrowAnyException();
  }

  private static TableVersion decode(ObjectNode document) {
    return ManifestCodec.decode("file", 7, framed(document.toString())).version();
  }

  /** The first line with a correct trailer. */
  static byte[] framed(String json) {
    byte[] body = (json + "\n").getBytes(StandardCharsets.UTF_8);
    CRC32C crc = new CRC32C();
    crc.update(body);
    String trailer = "{\"len\":" + body.length + ",\"crc32c\":" + crc.getValue() + "}\n";
    return (json + "\n" + trailer).getBytes(StandardCharsets.UTF_8);
  }

  /** A version in which every field of the page occurs. */
  static TableVersion fullVersion() {
    SegmentEntry segment =
        new SegmentEntry(
            new UUID(1, 2),
            10,
            100,
            -1,
            new PayloadEntry(50, 3),
            new DeletionEntry("dv/" + new UUID(3, 4) + ".dv", 20, 4, 5),
            true,
            new RecallCurve(List.of(new RecallCurve.Point(16, 0.91f, 0.82f))));
    return new TableVersion(
        new UUID(5, 6),
        7,
        6,
        new UUID(7, 8),
        1_700_000_000_000L,
        "delete",
        TestTables.SCHEMA,
        new TableConfig("v", 4, Metric.COSINE, 32, 100, 1.2f, 2, -5, 0.95, VectorStorage.INT8),
        List.of(segment),
        Map.of("app", 3L),
        2,
        Map.of("addedRows", "0"));
  }

  private static ObjectNode full() throws IOException {
    String file = new String(ManifestCodec.encode(fullVersion()), StandardCharsets.UTF_8);
    return (ObjectNode) JSON.readTree(file.substring(0, file.indexOf('\n')));
  }

  private static String type(Map.Entry<String, JsonNode> field) {
    JsonNode value = field.getValue();
    if (value.isTextual()) {
      return "string";
    }
    if (value.isNumber()) {
      return value.isIntegralNumber() ? "integer" : "number";
    }
    return value.getNodeType().name().toLowerCase(java.util.Locale.ROOT);
  }

  private static List<String> page() {
    try {
      return Files.readAllLines(Path.of("TABLE.md"));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static String example() {
    int start = PAGE.indexOf("```json") + 1;
    return PAGE.get(start) + "\n" + PAGE.get(start + 1) + "\n";
  }

  private static List<String> header(String heading) {
    return rows(heading).get(0);
  }

  private static List<List<String>> table(String heading) {
    List<List<String>> rows = rows(heading);
    return rows.subList(2, rows.size());
  }

  /** All rows of the first Markdown table after {@code heading}. */
  private static List<List<String>> rows(String heading) {
    int line = PAGE.indexOf(heading);
    assertThat(line).as(heading).isNotNegative();
    while (!PAGE.get(line).startsWith("|")) {
      line++;
    }
    List<List<String>> rows = new ArrayList<>();
    for (; line < PAGE.size() && PAGE.get(line).startsWith("|"); line++) {
      List<String> cells = new ArrayList<>();
      for (String cell : PAGE.get(line).substring(1).split("\\|", -1)) {
        cells.add(cell.strip());
      }
      rows.add(cells.subList(0, cells.size() - 1));
    }
    return rows;
  }

  private static String code(String cell) {
    return cell.replace("`", "");
  }
}
