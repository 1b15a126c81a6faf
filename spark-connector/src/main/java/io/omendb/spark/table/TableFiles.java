/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.spark.table;

import java.io.Serializable;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.hadoop.fs.Path;

/**
 * Where the files of a table are. Every name is made from a uuid or a version number, never from
 * text found in a file, so nothing stored can point outside the table.
 *
 * @param root directory of the table, as a Hadoop path
 */
public record TableFiles(String root) implements Serializable {

  private static final String UUID_PATTERN =
      "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}";
  private static final Pattern VERSION_NAME = Pattern.compile("([0-9]{20})\\.json");
  private static final Pattern DELETION_NAME = Pattern.compile("dv/" + UUID_PATTERN + "\\.dv");

  /** The segment file: vectors, codes and graph. */
  public Path segment(UUID id) {
    return child("seg/" + id + ".omx");
  }

  /** The Parquet file of a segment's other columns. */
  public Path payload(UUID id) {
    return child("pay/" + id + ".parquet");
  }

  /** The file of a segment's deleted rows. */
  public Path deletion(DeletionEntry deletion) {
    return child(deletion.file());
  }

  /** The directory of version files. */
  public Path log() {
    return child("_omendb/log");
  }

  /** The directory of tags. */
  public Path tags() {
    return child("_omendb/tags");
  }

  /** The directory of files that are not yet part of the table. */
  public Path staging() {
    return child("_omendb/tmp");
  }

  /** The file of one version. */
  public Path version(long version) {
    return new Path(log(), versionName(version));
  }

  static String versionName(long version) {
    return String.format(Locale.ROOT, "%020d.json", version);
  }

  /** The version that a file of the log directory holds; empty for any other name. */
  static OptionalLong versionOf(String name) {
    Matcher matcher = VERSION_NAME.matcher(name);
    // The first digit of the 20 is never used: a long has 19.
    if (!matcher.matches()
        || name.charAt(0) != '0'
        || name.compareTo(versionName(Long.MAX_VALUE)) > 0) {
      return OptionalLong.empty();
    }
    long version = Long.parseLong(matcher.group(1));
    return version == 0 ? OptionalLong.empty() : OptionalLong.of(version);
  }

  static boolean isDeletionName(String name) {
    return name != null && DELETION_NAME.matcher(name).matches();
  }

  private Path child(String relative) {
    return new Path(root, relative);
  }
}
