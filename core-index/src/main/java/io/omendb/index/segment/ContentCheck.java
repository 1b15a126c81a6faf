/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.index.segment;

import io.omendb.index.format.ChunkCheck;
import io.omendb.index.format.CorruptIndexException;
import io.omendb.index.format.Section;
import io.omendb.index.format.SegmentFormat;
import io.omendb.index.format.SegmentFormat.SectionId;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/**
 * Checks what checksums cannot: that floats are finite and neighbours are rows. Everything that a
 * search relies on without looking is checked here, so that a file of a wrong writer gives an error
 * and never a wrong step. Takes the chunks of one file in file order.
 */
final class ContentCheck implements ChunkCheck {
  private static final int EXPONENT = 0x7f80_0000;

  private final Path file;
  private final int rows;
  private final int maxDegree;

  /** Where the chunk after the last one starts, and whether its record has an unused slot yet. */
  private long next;

  private boolean nextUnused;

  ContentCheck(Path file, int rows, int maxDegree) {
    this.file = file;
    this.rows = rows;
    this.maxDegree = maxDegree;
  }

  @Override
  public void check(Section section, long offset, ByteBuffer chunk) throws CorruptIndexException {
    switch (section.id()) {
      case SectionId.VECTORS:
      case SectionId.CODEBOOK:
        checkFinite(section, offset, chunk);
        break;
      case SectionId.GRAPH:
        checkNeighbors(section, offset, chunk);
        break;
      default:
        // Any byte is a code; STATS is checked when it is decoded; others are unknown.
        break;
    }
  }

  private void checkFinite(Section section, long offset, ByteBuffer chunk)
      throws CorruptIndexException {
    for (int i = 0; i < chunk.limit(); i += Float.BYTES) {
      if ((chunk.getInt(i) & EXPONENT) == EXPONENT) {
        throw corrupt(section, offset + i, chunk.getFloat(i) + " is not a finite float");
      }
    }
  }

  private void checkNeighbors(Section section, long offset, ByteBuffer chunk)
      throws CorruptIndexException {
    long slot = offset / Integer.BYTES;
    int node = (int) (slot / maxDegree);
    int index = (int) (slot % maxDegree);
    // A record may start in the chunk before, unless that one was damaged and never came here.
    boolean unused = offset == next && nextUnused;
    for (int i = 0; i < chunk.limit(); i += Integer.BYTES) {
      int neighbor = chunk.getInt(i);
      if (neighbor == SegmentFormat.NO_NEIGHBOR) {
        unused = true;
      } else if (neighbor < 0 || neighbor >= rows || neighbor == node || unused) {
        throw corrupt(
            section,
            offset + i,
            String.format(
                "slot %d of node %d holds %d, with %d rows%s",
                index, node, neighbor, rows, unused ? " and behind an unused slot" : ""));
      }
      if (++index == maxDegree) {
        index = 0;
        node++;
        unused = false;
      }
    }
    next = offset + chunk.limit();
    nextUnused = unused;
  }

  private CorruptIndexException corrupt(Section section, long offset, String reason) {
    return new CorruptIndexException(file, section.name(), section.offset() + offset, reason);
  }
}
