/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.spark.table;

import com.fasterxml.jackson.core.JsonToken;
import io.omendb.index.segment.IndexConfig;
import io.omendb.index.segment.RecallCurve;
import io.omendb.index.segment.VectorStorage;
import io.omendb.index.vector.Metric;
import io.omendb.spark.error.Errors;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/** Reads the JSON line of a version file; what it refuses is listed in TABLE.md. One per file. */
final class ManifestReader {

  private final String file;
  private final JsonCursor json;

  private UUID tableId;
  private long version;
  private long parent;
  private long floor;
  private UUID commitId;
  private long timestampMs;
  private String operation;
  private String schema;
  private TableConfig config;
  private List<SegmentEntry> segments;
  private Map<String, Long> transactions;
  private Map<String, String> summary;
  private Totals totals;

  private ManifestReader(String file, JsonCursor json) {
    this.file = file;
    this.json = json;
  }

  static ManifestCodec.Decoded read(String file, byte[] bytes, int length) throws IOException {
    try (JsonCursor json = new JsonCursor(bytes, length)) {
      return new ManifestReader(file, json).document();
    }
  }

  private ManifestCodec.Decoded document() throws IOException {
    json.beginObject();
    // These three come first, so that a newer file is recognised before anything in it is judged.
    leading("format");
    int format = json.integer(1, Integer.MAX_VALUE);
    if (format > ManifestCodec.FORMAT) {
      throw Errors.newerFormat(file, format, ManifestCodec.FORMAT);
    }
    leading("readerFeatures");
    List<String> readerFeatures = json.texts(ManifestCodec.MAX_FEATURES, ManifestCodec.MAX_TEXT);
    List<String> unknown = new ArrayList<>(readerFeatures);
    unknown.removeAll(ManifestCodec.READER_FEATURES);
    if (!unknown.isEmpty()) {
      throw Errors.unknownReaderFeatures(file, unknown);
    }
    leading("writerFeatures");
    List<String> writerFeatures = json.texts(ManifestCodec.MAX_FEATURES, ManifestCodec.MAX_TEXT);
    writerFeatures.removeAll(ManifestCodec.WRITER_FEATURES);
    fields();
    json.end();
    TableVersion result =
        new TableVersion(
            tableId,
            version,
            parent,
            commitId,
            timestampMs,
            operation,
            schema,
            config,
            segments,
            transactions,
            floor,
            summary);
    json.expect(
        totals.equals(Totals.of(segments)), "has totals that its segments do not add up to");
    json.expect(
        totals.deleted() == 0 || readerFeatures.contains(ManifestCodec.DELETION_VECTORS),
        "has deleted rows and does not declare " + ManifestCodec.DELETION_VECTORS);
    json.expect(
        (config.vectorStorage() == VectorStorage.INT8)
            == readerFeatures.contains(ManifestCodec.INT8_VECTORS),
        "declares " + ManifestCodec.INT8_VECTORS + " and keeps others, or the other way round");
    return new ManifestCodec.Decoded(result, List.copyOf(writerFeatures));
  }

  private void leading(String name) throws IOException {
    json.expect(name.equals(json.field()), "has no field '" + name + "' in its place");
  }

  private void fields() throws IOException {
    Set<String> seen = new HashSet<>();
    for (String name = json.field(); name != null; name = json.field()) {
      switch (name) {
        case "tableId" -> tableId = json.uuid();
        case "version" -> version = json.integer(1, Long.MAX_VALUE);
        case "parent" -> parent = json.integer(0, Long.MAX_VALUE);
        case "floor" -> floor = json.integer(1, Long.MAX_VALUE);
        case "commitId" -> commitId = json.uuid();
        case "timestampMs" -> timestampMs = json.integer(0, Long.MAX_VALUE);
        case "operation" -> operation = json.text(ManifestCodec.MAX_TEXT);
        case "schema" -> schema = json.text(ManifestCodec.MAX_SCHEMA);
        case "config" -> config = config();
        case "segments" -> segments = segments();
        case "transactions" -> transactions = transactions();
        case "summary" -> summary = summary();
        case "totals" -> totals = totals();
        default -> json.skip();
      }
      seen.add(name);
    }
    json.require(seen, ManifestCodec.VERSION_FIELDS);
  }

  private TableConfig config() throws IOException {
    String vectorColumn = null;
    int dimension = 0;
    Metric metric = null;
    int maxDegree = 0;
    int buildListSize = 0;
    float alpha = 0;
    int pqSubspaces = 0;
    long seed = 0;
    double targetRecall = 0;
    // Absent in the versions that were written before there was a choice.
    VectorStorage vectorStorage = VectorStorage.FLOAT32;
    Set<String> seen = new HashSet<>();
    json.beginObject();
    for (String name = json.field(); name != null; name = json.field()) {
      switch (name) {
        case "vectorColumn" -> vectorColumn = json.text(ManifestCodec.MAX_TEXT);
        case "dimension" -> dimension = json.integer(0, IndexConfig.MAX_DIMENSION);
        case "metric" -> metric = Metric.fromName(json.text(ManifestCodec.MAX_TEXT));
        case "maxDegree" -> maxDegree = json.integer(0, Integer.MAX_VALUE);
        case "buildListSize" -> buildListSize = json.integer(0, Integer.MAX_VALUE);
        case "alpha" -> alpha = Float.parseFloat(json.number());
        case "pqSubspaces" -> pqSubspaces = json.integer(0, Integer.MAX_VALUE);
        case "seed" -> seed = json.integer(Long.MIN_VALUE, Long.MAX_VALUE);
        case "targetRecall" -> targetRecall = Double.parseDouble(json.number());
        case "vectorStorage" ->
            vectorStorage = VectorStorage.fromName(json.text(ManifestCodec.MAX_TEXT));
        default -> json.skip();
      }
      seen.add(name);
    }
    json.require(seen, ManifestCodec.CONFIG_FIELDS);
    return new TableConfig(
        vectorColumn,
        dimension,
        metric,
        maxDegree,
        buildListSize,
        alpha,
        pqSubspaces,
        seed,
        targetRecall,
        vectorStorage);
  }

  private List<SegmentEntry> segments() throws IOException {
    List<SegmentEntry> entries = new ArrayList<>();
    json.beginArray();
    while (json.nextElement(JsonToken.START_OBJECT)) {
      json.expect(entries.size() < ManifestCodec.MAX_SEGMENTS, "exceeds the limit of segments");
      entries.add(segment());
    }
    return entries;
  }

  private SegmentEntry segment() throws IOException {
    UUID id = null;
    int rows = 0;
    long bytes = 0;
    int crc32c = 0;
    boolean graph = false;
    RecallCurve recall = null;
    PayloadEntry payload = null;
    DeletionEntry deletion = null;
    Set<String> seen = new HashSet<>();
    for (String name = json.field(); name != null; name = json.field()) {
      switch (name) {
        case "id" -> id = json.uuid();
        case "rows" -> rows = json.integer(1, Integer.MAX_VALUE);
        case "bytes" -> bytes = json.integer(1, Long.MAX_VALUE);
        case "crc32c" -> crc32c = json.checksum();
        case "graph" -> graph = json.bool();
        case "recall" -> recall = recall();
        case "payload" -> payload = payload();
        case "deletion" -> deletion = deletion();
        default -> json.skip();
      }
      seen.add(name);
    }
    json.require(seen, ManifestCodec.SEGMENT_FIELDS);
    return new SegmentEntry(id, rows, bytes, crc32c, payload, deletion, graph, recall);
  }

  private RecallCurve recall() throws IOException {
    List<RecallCurve.Point> points = new ArrayList<>();
    json.beginArray();
    while (json.nextElement(JsonToken.START_ARRAY)) {
      json.expect(points.size() < ManifestCodec.MAX_RECALL_POINTS, "has too many points");
      points.add(
          new RecallCurve.Point(
              json.integer(1, Integer.MAX_VALUE),
              Float.parseFloat(json.number()),
              Float.parseFloat(json.number())));
      json.endArray();
    }
    return new RecallCurve(points);
  }

  private PayloadEntry payload() throws IOException {
    long bytes = 0;
    int crc32c = 0;
    Set<String> seen = new HashSet<>();
    json.beginObject();
    for (String name = json.field(); name != null; name = json.field()) {
      switch (name) {
        case "bytes" -> bytes = json.integer(1, Long.MAX_VALUE);
        case "crc32c" -> crc32c = json.checksum();
        default -> json.skip();
      }
      seen.add(name);
    }
    json.require(seen, ManifestCodec.PAYLOAD_FIELDS);
    return new PayloadEntry(bytes, crc32c);
  }

  private DeletionEntry deletion() throws IOException {
    String name = null;
    long bytes = 0;
    int cardinality = 0;
    int crc32c = 0;
    Set<String> seen = new HashSet<>();
    json.beginObject();
    for (String field = json.field(); field != null; field = json.field()) {
      switch (field) {
        case "file" -> name = json.text(ManifestCodec.MAX_TEXT);
        case "bytes" -> bytes = json.integer(1, Long.MAX_VALUE);
        case "cardinality" -> cardinality = json.integer(1, Integer.MAX_VALUE);
        case "crc32c" -> crc32c = json.checksum();
        default -> json.skip();
      }
      seen.add(field);
    }
    json.require(seen, ManifestCodec.DELETION_FIELDS);
    return new DeletionEntry(name, bytes, cardinality, crc32c);
  }

  private Totals totals() throws IOException {
    long segmentCount = 0;
    long rows = 0;
    long deleted = 0;
    long bytes = 0;
    Set<String> seen = new HashSet<>();
    json.beginObject();
    for (String name = json.field(); name != null; name = json.field()) {
      switch (name) {
        case "segments" -> segmentCount = json.integer(0, Long.MAX_VALUE);
        case "rows" -> rows = json.integer(0, Long.MAX_VALUE);
        case "deleted" -> deleted = json.integer(0, Long.MAX_VALUE);
        case "bytes" -> bytes = json.integer(0, Long.MAX_VALUE);
        default -> json.skip();
      }
      seen.add(name);
    }
    json.require(seen, ManifestCodec.TOTALS_FIELDS);
    return new Totals(segmentCount, rows, deleted, bytes);
  }

  private Map<String, Long> transactions() throws IOException {
    Map<String, Long> entries = new HashMap<>();
    json.beginObject();
    for (String name = json.field(); name != null; name = json.field()) {
      json.expect(entries.size() < ManifestCodec.MAX_TRANSACTIONS, "has too many entries");
      Transaction entry = new Transaction(name, json.integer(0, Long.MAX_VALUE));
      entries.put(entry.appId(), entry.version());
    }
    return entries;
  }

  private Map<String, String> summary() throws IOException {
    Map<String, String> entries = new HashMap<>();
    json.beginObject();
    for (String name = json.field(); name != null; name = json.field()) {
      json.expect(entries.size() < ManifestCodec.MAX_SUMMARY_ENTRIES, "has too many entries");
      entries.put(name, json.text(ManifestCodec.MAX_TEXT));
    }
    return entries;
  }
}
