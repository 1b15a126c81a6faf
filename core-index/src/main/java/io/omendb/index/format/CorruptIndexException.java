/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.index.format;

import java.io.IOException;
import java.nio.file.Path;

/** The bytes of a file are not what a writer of this format can have written. */
public final class CorruptIndexException extends IOException {
  private static final long serialVersionUID = 1L;

  private final String file;
  private final String section;
  private final long offset;
  private final String reason;

  /**
   * @param offset where in the file, in bytes; the start of a damaged chunk when no byte can be
   *     named
   */
  public CorruptIndexException(Path file, String section, long offset, String reason) {
    super(
        String.format(
            "%s is damaged in %s at offset %d: %s; restore the file from a copy or rebuild it",
            file, section, offset, reason));
    this.file = file.toString();
    this.section = section;
    this.offset = offset;
    this.reason = reason;
  }

  /** Path of the damaged file. */
  public String file() {
    return file;
  }

  /** The section that is damaged, or HEADER, TOC or TRAILER. */
  public String section() {
    return section;
  }

  /** Byte offset in the file of the damage, or of the chunk that holds it. */
  public long offset() {
    return offset;
  }

  /** What is wrong there. */
  public String reason() {
    return reason;
  }
}
