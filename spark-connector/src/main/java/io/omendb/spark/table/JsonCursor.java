/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.spark.table;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/**
 * Walks through JSON once, from front to back, and takes only values of the expected type and
 * range. Holds nothing but the current value, so memory does not depend on what the text claims.
 * Every violation is an IllegalArgumentException that names the place.
 */
final class JsonCursor implements Closeable {

  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          // Names come from files; they must not stay in the JVM's table of interned strings.
          .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(ManifestCodec.MAX_DEPTH)
                  .maxStringLength(ManifestCodec.MAX_SCHEMA)
                  .maxNameLength(ManifestCodec.MAX_TEXT)
                  .maxNumberLength(40)
                  .build())
          .build();

  private final JsonParser json;

  JsonCursor(byte[] bytes, int length) throws IOException {
    json = FACTORY.createParser(bytes, 0, length);
  }

  /** Enters the object that is the next value. */
  void beginObject() throws IOException {
    expect(json.nextToken() == JsonToken.START_OBJECT, "must be an object");
  }

  /** Enters the array that is the next value. */
  void beginArray() throws IOException {
    expect(json.nextToken() == JsonToken.START_ARRAY, "must be an array");
  }

  /** The name of the next field of the object, null at its end. */
  String field() throws IOException {
    String name = json.nextFieldName();
    expect(name != null || json.currentToken() == JsonToken.END_OBJECT, "ends too early");
    return name;
  }

  /**
   * Steps to the next element, whose first token is {@code start}; false at the end of the array.
   */
  boolean nextElement(JsonToken start) throws IOException {
    JsonToken token = json.nextToken();
    expect(token == start || token == JsonToken.END_ARRAY, "has an element of another type");
    return token == start;
  }

  /** Leaves the array that has no more elements. */
  void endArray() throws IOException {
    expect(json.nextToken() == JsonToken.END_ARRAY, "has too many elements");
  }

  /** Passes over the next value, whatever it is. */
  void skip() throws IOException {
    json.nextToken();
    json.skipChildren();
  }

  long integer(long min, long max) throws IOException {
    expect(json.nextToken() == JsonToken.VALUE_NUMBER_INT, "must be an integer");
    long value = json.getLongValue();
    expect(value >= min && value <= max, "must be in [" + min + ", " + max + "], was " + value);
    return value;
  }

  int integer(int min, int max) throws IOException {
    return (int) integer((long) min, (long) max);
  }

  /** An unsigned 32-bit number. */
  int checksum() throws IOException {
    return (int) integer(0L, 0xFFFF_FFFFL);
  }

  /** The digits of a number, which the caller rounds to its own type. */
  String number() throws IOException {
    JsonToken token = json.nextToken();
    expect(
        token == JsonToken.VALUE_NUMBER_FLOAT || token == JsonToken.VALUE_NUMBER_INT,
        "must be a number");
    return json.getText();
  }

  boolean bool() throws IOException {
    JsonToken token = json.nextToken();
    expect(
        token == JsonToken.VALUE_TRUE || token == JsonToken.VALUE_FALSE, "must be true or false");
    return token == JsonToken.VALUE_TRUE;
  }

  String text(int maxLength) throws IOException {
    expect(json.nextToken() == JsonToken.VALUE_STRING, "must be a string");
    expect(json.getTextLength() <= maxLength, "is longer than " + maxLength + " characters");
    return json.getText();
  }

  /** An array of strings. */
  List<String> texts(int maxCount, int maxLength) throws IOException {
    List<String> texts = new ArrayList<>();
    beginArray();
    while (nextElement(JsonToken.VALUE_STRING)) {
      expect(texts.size() < maxCount, "has more than " + maxCount + " elements");
      expect(json.getTextLength() <= maxLength, "is longer than " + maxLength + " characters");
      texts.add(json.getText());
    }
    return texts;
  }

  UUID uuid() throws IOException {
    String text = text(36);
    UUID uuid = UUID.fromString(text);
    expect(uuid.toString().equals(text), "must be a uuid in lower case, was '" + text + "'");
    return uuid;
  }

  /** Demands that all {@code required} fields of the object just left were among {@code seen}. */
  void require(Set<String> seen, Set<String> required) {
    for (String name : required) {
      expect(seen.contains(name), "lacks the field '" + name + "'");
    }
  }

  /** Demands that nothing follows. */
  void end() throws IOException {
    expect(json.nextToken() == null, "is followed by something else");
  }

  /** Throws IllegalArgumentException with the current place unless {@code condition} holds. */
  void expect(boolean condition, String message) {
    if (!condition) {
      String place = json.getParsingContext().pathAsPointer().toString();
      throw new IllegalArgumentException(
          (place.isEmpty() ? "the document" : place) + " " + message);
    }
  }

  @Override
  public void close() throws IOException {
    json.close();
  }
}
