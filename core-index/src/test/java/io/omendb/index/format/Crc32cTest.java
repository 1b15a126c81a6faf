/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.index.format;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class Crc32cTest {
  @Property(tries = 300)
  void checksumOfAConcatenationFollowsFromItsParts(@ForAll byte[] a, @ForAll byte[] b) {
    ByteBuffer both = ByteBuffer.allocate(a.length + b.length).put(a).put(b);
    int crcA = Crc32c.of(both, 0, a.length);
    int crcB = Crc32c.of(both, a.length, both.limit());
    assertThat(Crc32c.combine(crcA, crcB, b.length)).isEqualTo(Crc32c.of(both, 0, both.limit()));
  }

  @Test
  void combinesWholeChunks() {
    byte[] zeros = new byte[3 * SegmentFormat.CHUNK_BYTES];
    CRC32C crc = new CRC32C();
    crc.update(zeros);
    ByteBuffer buffer = ByteBuffer.wrap(zeros);
    int one = Crc32c.of(buffer, 0, SegmentFormat.CHUNK_BYTES);
    int two = Crc32c.combine(one, one, SegmentFormat.CHUNK_BYTES);
    assertThat(Crc32c.combine(two, one, SegmentFormat.CHUNK_BYTES)).isEqualTo((int) crc.getValue());
  }
}
