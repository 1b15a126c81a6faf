/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.spark.join;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static scala.jdk.javaapi.CollectionConverters.asJava;

import java.util.List;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.expressions.AttributeReference;
import org.apache.spark.sql.catalyst.expressions.Literal;
import org.apache.spark.sql.catalyst.plans.logical.LocalRelation;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.junit.jupiter.api.Test;
import scala.Option;

class KnnJoinTest {
  private static final DataType VECTOR = DataTypes.createArrayType(DataTypes.FloatType);

  private static LogicalPlan relation(String id, String vector) {
    List<Attribute> output =
        List.of(
            Scala.attribute(id, DataTypes.LongType).withNullability(false),
            Scala.attribute(vector, VECTOR));
    return new LocalRelation(Scala.seq(output), Scala.seq(List.of()), false, Option.empty());
  }

  private static KnnJoin join(int k, boolean ranked) {
    LogicalPlan left = relation("qid", "qv");
    LogicalPlan right = relation("id", "v");
    List<Attribute> extras =
        List.of(
            Scala.attribute("_distance", DataTypes.FloatType),
            Scala.attribute("_rank", DataTypes.IntegerType));
    return new KnnJoin(
        left,
        right,
        left.output().apply(1),
        right.output().apply(1),
        new KnnSpec(VectorFunction.L2_DISTANCE, k, true, false, 0),
        Scala.seq(ranked ? extras : List.of()));
  }

  @Test
  void outputIsLeftThenRightThenExtrasAllNullableWithTheirIds() {
    KnnJoin join = join(3, true);
    assertThat(asJava(join.output()))
        .extracting(Attribute::name)
        .containsExactly("qid", "qv", "id", "v", "_distance", "_rank");
    assertThat(asJava(join.output())).allMatch(Attribute::nullable);
    assertThat(join.output().apply(2).exprId()).isEqualTo(join.right().output().apply(0).exprId());
    assertThat(join.resolved()).isTrue();
    assertThat(join.missingInput().isEmpty()).isTrue();
  }

  @Test
  void sparkCanCopyItByReflection() {
    KnnJoin join = join(3, true);
    LogicalPlan copy =
        join.transformExpressions(
            Scala.rewrite(
                e ->
                    e instanceof AttributeReference a && a.name().equals("qv")
                        ? new Literal(null, VECTOR)
                        : null));
    assertThat(copy).isInstanceOf(KnnJoin.class).isNotEqualTo(join);
    assertThat(((KnnJoin) copy).query()).isInstanceOf(Literal.class);
    assertThat(((KnnJoin) copy).spec()).isEqualTo(join.spec());
    assertThat(join.clone()).isEqualTo(join);
  }

  @Test
  void joinsThatDifferInIdsOnlyGiveTheSameResult() {
    assertThat(join(3, true).sameResult(join(3, true))).isTrue();
    assertThat(join(3, false).sameResult(join(3, false))).isTrue();
    assertThat(join(3, true).sameResult(join(4, true))).isFalse();
    assertThat(join(3, true).sameResult(join(3, false))).isFalse();
  }

  @Test
  void sizesGrowWithTheLeftSideAndNotWithTheTable() {
    KnnJoin join = join(1000, false);
    assertThat(join.maxRows().get()).isEqualTo(0L);
    assertThat(join.stats().rowCount().get().toLong()).isZero();
    LogicalPlan wide =
        new KnnJoin(join, join.right(), join.query(), join.base(), join.spec(), join.extras());
    assertThat(wide.stats().sizeInBytes().toLong()).isLessThan(1_000_000);
  }

  @Test
  void kMustBePositive() {
    assertThatThrownBy(() -> new KnnSpec(VectorFunction.L2_DISTANCE, 0, true, false, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("was 0");
  }
}
