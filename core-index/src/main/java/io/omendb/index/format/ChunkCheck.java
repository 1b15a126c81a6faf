/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.index.format;

import java.nio.ByteBuffer;

/** Looks at the content of a section while it is verified, so that a file is read only once. */
@FunctionalInterface
public interface ChunkCheck {
  /** Accepts any content. */
  ChunkCheck NONE = (section, offset, chunk) -> {};

  /**
   * Called for every chunk in file order, after its checksum was found right.
   *
   * @param offset of the chunk from the start of the section; a multiple of {@link
   *     SegmentFormat#CHUNK_BYTES}
   * @param chunk little-endian, position 0; valid during the call
   * @throws CorruptIndexException when the content breaks a rule of the section
   */
  void check(Section section, long offset, ByteBuffer chunk) throws CorruptIndexException;
}
