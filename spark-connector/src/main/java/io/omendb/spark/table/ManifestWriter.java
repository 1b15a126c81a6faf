/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.spark.table;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.omendb.index.segment.RecallCurve;
import io.omendb.index.segment.VectorStorage;
import io.omendb.spark.error.Errors;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Map;
import java.util.TreeMap;

/**
 * Writes the JSON line of a version file, in the order of TABLE.md. The same state gives the same
 * bytes.
 */
final class ManifestWriter {

  private final JsonGenerator json;

  private ManifestWriter(JsonGenerator json) {
    this.json = json;
  }

  static void write(TableVersion version, OutputStream out) throws IOException {
    try (JsonGenerator json =
        new JsonFactory().disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET).createGenerator(out)) {
      new ManifestWriter(json).version(version);
    }
  }

  private void version(TableVersion version) throws IOException {
    Totals totals = Totals.of(version.segments());
    limit("segments", version.segments().size(), ManifestCodec.MAX_SEGMENTS);
    limit("transactions", version.transactions().size(), ManifestCodec.MAX_TRANSACTIONS);
    limit("summary entries", version.summary().size(), ManifestCodec.MAX_SUMMARY_ENTRIES);
    limit("characters of schema", version.schemaJson().length(), ManifestCodec.MAX_SCHEMA);
    json.writeStartObject();
    json.writeNumberField("format", ManifestCodec.FORMAT);
    json.writeArrayFieldStart("readerFeatures");
    if (totals.deleted() > 0) {
      json.writeString(ManifestCodec.DELETION_VECTORS);
    }
    if (version.config().vectorStorage() == VectorStorage.INT8) {
      json.writeString(ManifestCodec.INT8_VECTORS);
    }
    json.writeEndArray();
    json.writeArrayFieldStart("writerFeatures");
    json.writeEndArray();
    json.writeStringField("tableId", version.tableId().toString());
    json.writeNumberField("version", version.version());
    json.writeNumberField("parent", version.parent());
    json.writeNumberField("floor", version.floor());
    json.writeStringField("commitId", version.commitId().toString());
    json.writeNumberField("timestampMs", version.timestampMs());
    json.writeStringField("operation", version.operation());
    json.writeStringField("schema", version.schemaJson());
    config(version.config());
    json.writeArrayFieldStart("segments");
    for (SegmentEntry segment : version.segments()) {
      segment(segment);
    }
    json.writeEndArray();
    json.writeObjectFieldStart("transactions");
    for (Map.Entry<String, Long> entry : new TreeMap<>(version.transactions()).entrySet()) {
      json.writeNumberField(entry.getKey(), entry.getValue());
    }
    json.writeEndObject();
    json.writeObjectFieldStart("summary");
    for (Map.Entry<String, String> entry : new TreeMap<>(version.summary()).entrySet()) {
      limit("characters of a summary key", entry.getKey().length(), ManifestCodec.MAX_TEXT);
      limit("characters of a summary value", entry.getValue().length(), ManifestCodec.MAX_TEXT);
      json.writeStringField(entry.getKey(), entry.getValue());
    }
    json.writeEndObject();
    json.writeObjectFieldStart("totals");
    json.writeNumberField("segments", totals.segments());
    json.writeNumberField("rows", totals.rows());
    json.writeNumberField("deleted", totals.deleted());
    json.writeNumberField("bytes", totals.bytes());
    json.writeEndObject();
    json.writeEndObject();
  }

  private void config(TableConfig config) throws IOException {
    limit("characters of vectorColumn", config.vectorColumn().length(), ManifestCodec.MAX_TEXT);
    json.writeObjectFieldStart("config");
    json.writeStringField("vectorColumn", config.vectorColumn());
    json.writeNumberField("dimension", config.dimension());
    json.writeStringField("metric", config.metric().optionName());
    json.writeNumberField("maxDegree", config.maxDegree());
    json.writeNumberField("buildListSize", config.buildListSize());
    json.writeNumberField("alpha", config.alpha());
    json.writeNumberField("pqSubspaces", config.pqSubspaces());
    json.writeNumberField("seed", config.seed());
    json.writeNumberField("targetRecall", config.targetRecall());
    if (config.vectorStorage() != VectorStorage.FLOAT32) {
      json.writeStringField("vectorStorage", config.vectorStorage().optionName());
    }
    json.writeEndObject();
  }

  private void segment(SegmentEntry segment) throws IOException {
    limit("recall points", segment.recall().points().size(), ManifestCodec.MAX_RECALL_POINTS);
    json.writeStartObject();
    json.writeStringField("id", segment.id().toString());
    json.writeNumberField("rows", segment.rows());
    json.writeNumberField("bytes", segment.bytes());
    json.writeNumberField("crc32c", Integer.toUnsignedLong(segment.crc32c()));
    json.writeBooleanField("graph", segment.graph());
    json.writeArrayFieldStart("recall");
    for (RecallCurve.Point point : segment.recall().points()) {
      json.writeStartArray();
      json.writeNumber(point.listSize());
      json.writeNumber(point.recallAt10());
      json.writeNumber(point.recallAt100());
      json.writeEndArray();
    }
    json.writeEndArray();
    if (segment.payload() != null) {
      json.writeObjectFieldStart("payload");
      json.writeNumberField("bytes", segment.payload().bytes());
      json.writeNumberField("crc32c", Integer.toUnsignedLong(segment.payload().crc32c()));
      json.writeEndObject();
    }
    if (segment.deletion() != null) {
      json.writeObjectFieldStart("deletion");
      json.writeStringField("file", segment.deletion().file());
      json.writeNumberField("bytes", segment.deletion().bytes());
      json.writeNumberField("cardinality", segment.deletion().cardinality());
      json.writeNumberField("crc32c", Integer.toUnsignedLong(segment.deletion().crc32c()));
      json.writeEndObject();
    }
    json.writeEndObject();
  }

  private static void limit(String what, int count, int max) {
    if (count > max) {
      throw Errors.tableTooLarge("it has " + count + " " + what, max);
    }
  }
}
