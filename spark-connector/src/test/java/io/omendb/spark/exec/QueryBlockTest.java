/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.spark.exec;

import static org.assertj.core.api.Assertions.assertThat;

import io.omendb.index.vector.Metric;
import org.apache.spark.sql.catalyst.expressions.UnsafeArrayData;
import org.junit.jupiter.api.Test;

class QueryBlockTest {

  private static UnsafeArrayData vector(float... elements) {
    return UnsafeArrayData.fromPrimitiveArray(elements);
  }

  private static UnsafeArrayData withNullAt(int i, float... elements) {
    UnsafeArrayData vector = vector(elements);
    vector.setNullAt(i);
    return vector;
  }

  @Test
  void vectorsLieBehindEachOtherInTheOrderOfTheirRows() {
    QueryBlock block = new QueryBlock(2, Metric.L2);
    for (int i = 0; i < 100; i++) {
      block.add(vector(i, -i));
    }
    assertThat(block.rows()).isEqualTo(100);
    assertThat(block.count()).isEqualTo(100);
    for (int i = 0; i < 100; i++) {
      assertThat(block.query(i)).isEqualTo(i);
      assertThat(block.vectors()[2 * i]).isEqualTo(i);
      assertThat(block.vectors()[2 * i + 1]).isEqualTo(-i);
    }
  }

  @Test
  void rowsWithoutAVectorAskNothing() {
    QueryBlock block = new QueryBlock(2, Metric.L2);
    block.add((UnsafeArrayData) null);
    block.add(withNullAt(1, 1, 2));
    block.add(vector(3, 4));
    assertThat(block.count()).isEqualTo(1);
    assertThat(block.query(0)).isEqualTo(-1);
    assertThat(block.query(1)).isEqualTo(-1);
    assertThat(block.query(2)).isZero();
  }

  @Test
  void zeroVectorsAskNothingUnderCosineOnly() {
    QueryBlock cosine = new QueryBlock(2, Metric.COSINE);
    cosine.add(vector(0, 0));
    assertThat(cosine.query(0)).isEqualTo(-1);
    QueryBlock l2 = new QueryBlock(2, Metric.L2);
    l2.add(vector(0, 0));
    assertThat(l2.query(0)).isZero();
  }

  @Test
  void vectorsOutsideTheRangeOfFloatAreKeptApartAndCountedLast() {
    QueryBlock block = new QueryBlock(2, Metric.COSINE);
    block.add(vector(Float.NaN, 1));
    block.add(vector(1, 2));
    block.add(vector(Float.NEGATIVE_INFINITY, 1));
    block.add(vector(1e30f, 1));
    block.add(vector(1e-12f, 0));
    block.add(vector(3, 4));
    assertThat(block.count()).isEqualTo(2);
    assertThat(block.oddCount()).isEqualTo(4);
    assertThat(block.query(1)).isZero();
    assertThat(block.query(5)).isEqualTo(1);
    assertThat(block.query(0)).isEqualTo(2);
    assertThat(block.query(4)).isEqualTo(5);
    assertThat(block.odd(2)).containsExactly(1e30f, 1);
  }

  @Test
  void anotherDimensionIsRememberedUntilTheBlockIsCleared() {
    QueryBlock block = new QueryBlock(2, Metric.L2);
    block.add(vector(1, 2, 3));
    assertThat(block.query(0)).isEqualTo(-1);
    assertThat(block.otherDimension()).isEqualTo(3);
    block.clear();
    assertThat(block.otherDimension()).isEqualTo(-1);
    assertThat(block.rows()).isZero();
  }

  @Test
  void aNullElementDoesNotHideAnotherDimension() {
    QueryBlock block = new QueryBlock(2, Metric.L2);
    block.add(withNullAt(0, 1, 2, 3));
    assertThat(block.otherDimension()).isEqualTo(3);
  }
}
