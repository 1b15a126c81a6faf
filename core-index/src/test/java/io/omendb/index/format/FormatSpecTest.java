/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.index.format;

import static org.assertj.core.api.Assertions.assertThat;

import io.omendb.index.format.SegmentFormat.SectionId;
import java.io.IOException;
import java.lang.reflect.Field;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Holds FORMAT.md and SegmentFormat together: neither can change without the other. */
class FormatSpecTest {
  private static final Path PAGE = Path.of("FORMAT.md");

  @Test
  void constantsAreThoseOfThePage() throws Exception {
    Map<String, Long> page = new LinkedHashMap<>();
    for (List<String> row : table("## 1.", 0)) {
      page.put(name(row.get(0)), Long.decode(row.get(1)));
    }
    assertThat(constants(SegmentFormat.class)).isEqualTo(page);
    assertThat(List.copyOf(constants(SegmentFormat.class).keySet()))
        .isEqualTo(List.copyOf(page.keySet()));
  }

  @Test
  void headerFieldsLieWhereThePageSays() throws Exception {
    assertFields("## 2.", 0, SegmentFormat.Header.class, SegmentFormat.HEADER_BYTES);
  }

  @Test
  void sectionsHaveTheIdsAndTheRequiredBitsOfThePage() throws Exception {
    Map<String, Long> page = new LinkedHashMap<>();
    for (List<String> row : table("## 3.", 0)) {
      int id = Integer.parseInt(row.get(0));
      page.put(name(row.get(1)), (long) id);
      assertThat(SectionId.name(id)).isEqualTo(name(row.get(1)));
      assertThat(SectionId.known(id)).isTrue();
      assertThat(SectionId.required(id)).isEqualTo(row.get(2).equals("yes"));
    }
    assertThat(constants(SectionId.class)).isEqualTo(page);
    assertThat(SectionId.known(11)).isFalse();
    assertThat(SectionId.known(0)).isFalse();
    assertThat(SectionId.name(77)).isEqualTo("SECTION_77");
  }

  @Test
  void fieldsOfAnInt8RowLieWhereThePageSays() throws Exception {
    assertFields("## 3.", 1, SegmentFormat.Int8Row.class, SegmentFormat.Int8Row.BYTES);
  }

  @Test
  void statsFieldsLieWhereThePageSays() throws Exception {
    assertFields("## 4.", 0, SegmentFormat.Stats.class, SegmentFormat.Stats.BYTES);
    assertFields("## 4.", 1, SegmentFormat.CurvePoint.class, SegmentFormat.CurvePoint.BYTES);
  }

  @Test
  void tocAndTrailerFieldsLieWhereThePageSays() throws Exception {
    assertFields("## 5.", 0, SegmentFormat.TocEntry.class, SegmentFormat.TOC_ENTRY_BYTES);
    assertFields("## 6.", 0, SegmentFormat.Trailer.class, SegmentFormat.TRAILER_BYTES);
  }

  @Test
  void exampleOfThePageIsTheGoldenFile() throws Exception {
    byte[] golden = Files.readAllBytes(Path.of("src/test/resources/golden/v1/plain.omx"));
    byte[] page = new byte[golden.length];
    int lines = 0;
    Pattern dump = Pattern.compile("([0-9a-f]{8})  ((?:[0-9a-f]{2} )+) .*");
    for (String line : lines("## 10.")) {
      Matcher matcher = dump.matcher(line);
      if (matcher.matches()) {
        int at = Integer.parseInt(matcher.group(1), 16);
        for (String octet : Arrays.asList(matcher.group(2).trim().split(" ", -1))) {
          page[at++] = (byte) Integer.parseInt(octet, 16);
        }
        lines++;
      }
    }
    assertThat(lines).isGreaterThan(10);
    assertThat(page).isEqualTo(golden);
  }

  /** Compares names and offsets, and demands that fields follow each other up to the end. */
  private static void assertFields(String heading, int index, Class<?> offsets, int bytes)
      throws Exception {
    Map<String, Long> page = new LinkedHashMap<>();
    long expected = 0;
    for (List<String> row : table(heading, index)) {
      long offset = Long.parseLong(row.get(0));
      assertThat(offset).as(row.get(2)).isEqualTo(expected);
      expected = offset + Long.parseLong(row.get(1));
      page.put(name(row.get(2)), offset);
      assertWidth(row);
    }
    assertThat(expected).isEqualTo(bytes);
    Map<String, Long> code = constants(offsets);
    code.remove("BYTES");
    assertThat(code).isEqualTo(page);
    assertThat(List.copyOf(code.keySet())).isEqualTo(List.copyOf(page.keySet()));
  }

  private static void assertWidth(List<String> row) {
    Map<String, Integer> widths = Map.of("u32", 4, "i32", 4, "f32", 4, "u64", 8, "uuid", 16);
    Integer width = widths.get(row.get(3));
    if (width != null) {
      assertThat(row.get(1)).as(row.get(2)).isEqualTo(width.toString());
    }
  }

  private static Map<String, Long> constants(Class<?> type) throws IllegalAccessException {
    Map<String, Long> constants = new LinkedHashMap<>();
    for (Field field : type.getDeclaredFields()) {
      if (field.getType() == int.class || field.getType() == long.class) {
        constants.put(field.getName(), ((Number) field.get(null)).longValue());
      }
    }
    return constants;
  }

  /** The rows below the head of the {@code index}-th table under a heading. */
  private static List<List<String>> table(String heading, int index) throws IOException {
    List<List<List<String>>> tables = new ArrayList<>();
    List<List<String>> current = null;
    for (String line : lines(heading)) {
      if (!line.startsWith("|")) {
        current = null;
      } else if (current == null) {
        current = new ArrayList<>();
        tables.add(current);
      } else if (!line.startsWith("|---")) {
        String[] cells = line.substring(1).split("\\|", -1);
        current.add(Arrays.stream(cells).map(String::trim).toList());
      }
    }
    return tables.get(index);
  }

  private static List<String> lines(String heading) throws IOException {
    List<String> lines = new ArrayList<>();
    boolean inside = false;
    for (String line : Files.readAllLines(PAGE)) {
      if (line.startsWith("## ")) {
        inside = line.startsWith(heading);
      } else if (inside) {
        lines.add(line);
      }
    }
    assertThat(lines).as("lines under %s", heading).isNotEmpty();
    return lines;
  }

  private static String name(String cell) {
    return cell.replace("`", "");
  }
}
