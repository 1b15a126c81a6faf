/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.index.segment;

import io.omendb.index.format.ChunkCheck;
import io.omendb.index.format.CorruptIndexException;
import io.omendb.index.format.FormatReader;
import io.omendb.index.format.Section;
import io.omendb.index.format.SegmentFormat;
import io.omendb.index.format.SegmentFormat.Int8Row;
import io.omendb.index.format.SegmentFormat.SectionId;
import io.omendb.index.format.SegmentFormat.TransformBlocks;
import io.omendb.index.quantization.ScalarQuantizer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.BitSet;

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
  private final int dimension;

  /** Where the chunk after the last one starts, and whether its record has an unused slot yet. */
  private long next;

  private boolean nextUnused;

  /** The bytes of a slot that the last chunk ended in. */
  private int nextSlot;

  /** Rows that are nodes already; made by the first chunk of NODE_ROWS. */
  private BitSet nodes;

  /** The front of a row of INT8_VECTORS, which may lie in two chunks. */
  private final ByteBuffer int8Row;

  private final int int8RowBytes;

  ContentCheck(Path file, FormatReader reader) {
    this.file = file;
    this.rows = reader.rows();
    this.maxDegree = reader.header().maxDegree();
    this.dimension = reader.header().dimension();
    this.int8Row = ByteBuffer.allocate(Int8Row.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    this.int8RowBytes = Int8Row.BYTES + reader.header().dimension();
  }

  @Override
  public void check(Section section, long offset, ByteBuffer chunk) throws CorruptIndexException {
    switch (section.id()) {
      case SectionId.VECTORS:
      case SectionId.CODEBOOK:
        checkFinite(section, offset, chunk, chunk.limit());
        break;
      case SectionId.TRANSFORM:
        checkTransform(section, offset, chunk);
        break;
      case SectionId.INT8_VECTORS:
        checkInt8Rows(section, offset, chunk);
        break;
      case SectionId.GRAPH:
        checkNeighbors(section, offset, chunk, Integer.BYTES, SegmentFormat.NO_NEIGHBOR);
        break;
      case SectionId.GRAPH24:
        checkNeighbors(section, offset, chunk, 3, SegmentFormat.NO_NEIGHBOR24);
        break;
      case SectionId.NODE_ROWS:
        checkNodeRows(section, offset, chunk);
        break;
      default:
        // Any byte is a code; STATS is checked when it is decoded; others are unknown.
        break;
    }
  }

  /** The floats before the basis, of which any byte is one. */
  private void checkTransform(Section section, long offset, ByteBuffer chunk)
      throws CorruptIndexException {
    int components = TransformBlocks.components(section.length(), dimension);
    long floats = 4L * dimension + 8L * components;
    checkFinite(section, offset, chunk, (int) Math.min(chunk.limit(), floats - offset));
  }

  private void checkFinite(Section section, long offset, ByteBuffer chunk, int limit)
      throws CorruptIndexException {
    for (int i = 0; i < limit; i += Float.BYTES) {
      if ((chunk.getInt(i) & EXPONENT) == EXPONENT) {
        throw corrupt(section, offset + i, chunk.getFloat(i) + " is not a finite float");
      }
    }
  }

  private void checkInt8Rows(Section section, long offset, ByteBuffer chunk)
      throws CorruptIndexException {
    int within = (int) (offset % int8RowBytes);
    int i = 0;
    if (offset != next && within < Int8Row.BYTES) {
      // The chunk before was damaged and never came here: the front of its last row is not known.
      i = Int8Row.BYTES - within;
      within = Int8Row.BYTES;
    }
    for (; i < chunk.limit(); i++) {
      byte b = chunk.get(i);
      if (within >= Int8Row.BYTES) {
        if (b < -SegmentFormat.INT8_MAX_CODE) {
          throw corrupt(section, offset + i, "the code " + b + " is none");
        }
      } else {
        int8Row.put(within, b);
        if (within == Int8Row.BYTES - 1) {
          checkInt8Row(section, offset + i - within);
        }
      }
      if (++within == int8RowBytes) {
        within = 0;
      }
    }
    next = offset + chunk.limit();
  }

  private void checkInt8Row(Section section, long offset) throws CorruptIndexException {
    float base = int8Row.getFloat(Int8Row.BASE);
    float step = int8Row.getFloat(Int8Row.STEP);
    if (!(step >= 0) || !ScalarQuantizer.isFinite(base, step)) {
      throw corrupt(section, offset, "a row with base " + base + " and step " + step + " is none");
    }
  }

  /**
   * @param slotBytes of a neighbour
   * @param none what an unused slot holds
   */
  private void checkNeighbors(
      Section section, long offset, ByteBuffer chunk, int slotBytes, int none)
      throws CorruptIndexException {
    // A slot and a record may start in the chunk before, unless it was damaged and never came here.
    boolean continued = offset == next;
    int within = (int) (offset % slotBytes);
    boolean whole = continued || within == 0;
    long slot = offset / slotBytes;
    int node = (int) (slot / maxDegree);
    int index = (int) (slot % maxDegree);
    boolean unused = continued && nextUnused;
    int neighbor = continued ? nextSlot : 0;
    for (int i = 0; i < chunk.limit(); i++) {
      neighbor |= (chunk.get(i) & 0xFF) << (Byte.SIZE * within);
      if (++within < slotBytes) {
        continue;
      }
      if (whole && neighbor == none) {
        unused = true;
      } else if (whole && (neighbor < 0 || neighbor >= rows || neighbor == node || unused)) {
        throw corrupt(
            section,
            offset + i + 1 - slotBytes,
            String.format(
                "slot %d of node %d holds %d, with %d rows%s",
                index, node, neighbor, rows, unused ? " and behind an unused slot" : ""));
      }
      whole = true;
      within = 0;
      neighbor = 0;
      if (++index == maxDegree) {
        index = 0;
        node++;
        unused = false;
      }
    }
    next = offset + chunk.limit();
    nextUnused = unused;
    nextSlot = neighbor;
  }

  /** No row is two nodes. */
  private void checkNodeRows(Section section, long offset, ByteBuffer chunk)
      throws CorruptIndexException {
    if (nodes == null) {
      nodes = new BitSet(rows);
    }
    int slotBytes = (int) (section.length() / rows);
    // A slot may start in the chunk before, unless it was damaged and never came here.
    boolean continued = offset == next;
    int within = (int) (offset % slotBytes);
    boolean whole = continued || within == 0;
    int row = continued && within > 0 ? nextSlot : 0;
    for (int i = 0; i < chunk.limit(); i++) {
      row |= (chunk.get(i) & 0xFF) << (Byte.SIZE * within);
      if (++within < slotBytes) {
        continue;
      }
      if (whole && (row < 0 || row >= rows || nodes.get(row))) {
        throw corrupt(
            section,
            offset + i + 1 - slotBytes,
            String.format(
                "node %d is row %d, with %d rows%s",
                (offset + i) / slotBytes,
                row,
                rows,
                row >= 0 && row < rows ? " and another node that is it" : ""));
      }
      if (whole) {
        nodes.set(row);
      }
      whole = true;
      within = 0;
      row = 0;
    }
    next = offset + chunk.limit();
    nextSlot = row;
  }

  private CorruptIndexException corrupt(Section section, long offset, String reason) {
    return new CorruptIndexException(file, section.name(), section.offset() + offset, reason);
  }
}
