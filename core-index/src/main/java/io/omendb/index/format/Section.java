/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.index.format;

/**
 * Where a section lies in its file.
 *
 * @param id one of {@link SegmentFormat.SectionId}, or one that this version does not know
 * @param required whether a reader that does not know the id must refuse the file
 * @param offset of the first byte, from the start of the file
 * @param length in bytes
 */
public record Section(int id, boolean required, long offset, long length) {
  /** The name that FORMAT.md gives the section. */
  public String name() {
    return SegmentFormat.SectionId.name(id);
  }

  /** Offset of the first byte after the section. */
  long end() {
    return offset + length;
  }
}
