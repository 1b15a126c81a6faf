/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.spark;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.library.GeneralCodingRules;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** The walls between the rooms. Who needs a door argues for it in docs/decisions first. */
@AnalyzeClasses(packages = "io.omendb.spark", importOptions = ImportOption.DoNotIncludeTests.class)
class HouseTest {

  private static final int MAX_LINES = 400;

  /** Rooms in the order in which they may look back, from the ground up. */
  private static final List<String> ORDER =
      List.of("error", "conf", "table", "exec", "source", "join", "sql", "ml");

  /** Catalyst as the public data source API hands it out: rows and arrays, no plans. */
  private static final Set<String> ROWS =
      Set.of(
          "org.apache.spark.sql.catalyst.InternalRow",
          "org.apache.spark.sql.catalyst.InternalRow$",
          "org.apache.spark.sql.catalyst.ProjectingInternalRow",
          "org.apache.spark.sql.catalyst.expressions.GenericInternalRow",
          "org.apache.spark.sql.catalyst.expressions.JoinedRow",
          "org.apache.spark.sql.catalyst.expressions.SpecializedGetters",
          "org.apache.spark.sql.catalyst.expressions.UnsafeArrayData",
          "org.apache.spark.sql.catalyst.expressions.UnsafeRow",
          "org.apache.spark.sql.catalyst.util.ArrayData",
          "org.apache.spark.sql.catalyst.util.GenericArrayData",
          "org.apache.spark.sql.catalyst.util.MapData");

  private static final DescribedPredicate<JavaClass> CATALYST =
      resideInAnyPackage("org.apache.spark.sql.catalyst..", "org.apache.spark.sql.execution..")
          .and(
              not(
                  DescribedPredicate.describe(
                      "rows of the data source API", c -> ROWS.contains(c.getName()))));

  private static final DescribedPredicate<JavaClass> PAYLOAD =
      DescribedPredicate.describe(
          "the Parquet payload", c -> c.getName().startsWith("io.omendb.spark.exec.Payload"));

  @ArchTest
  static final ArchRule tablesCompileWithoutSpark =
      noClasses()
          .that()
          .resideInAnyPackage("io.omendb.spark.table..", "io.omendb.spark.error..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("org.apache.spark..");

  @ArchTest
  static final ArchRule errorsAreALeaf =
      classes()
          .that()
          .resideInAPackage("io.omendb.spark.error..")
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage("java..", "io.omendb.spark.error..");

  @ArchTest
  static final ArchRule onlyJoinAndSqlTouchPlans =
      noClasses()
          .that(
              not(
                  resideInAnyPackage("io.omendb.spark.join..", "io.omendb.spark.sql..")
                      .or(PAYLOAD)))
          .should()
          .dependOnClassesThat(CATALYST);

  @ArchTest
  static final ArchRule thePayloadKnowsParquetAndNoPlans =
      noClasses()
          .that(PAYLOAD)
          .should()
          .dependOnClassesThat(
              CATALYST.and(
                  resideInAnyPackage(
                      "org.apache.spark.sql.catalyst.plans..",
                      "org.apache.spark.sql.catalyst.analysis..",
                      "org.apache.spark.sql.catalyst.optimizer..")))
          .allowEmptyShould(true);

  @ArchTest
  static final ArchRule onlyMlTouchesSparkMl =
      noClasses()
          .that()
          .resideOutsideOfPackage("io.omendb.spark.ml..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("org.apache.spark.ml..", "org.apache.spark.mllib..");

  @ArchTest
  static final ArchRule theIndexIsUsedThroughItsPublicRooms =
      noClasses()
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("io.omendb.index.graph..", "io.omendb.index.quantization..");

  @ArchTest
  static final ArchRule roomsHaveNoCycles =
      slices().matching("io.omendb.spark.(*)..").should().beFreeOfCycles();

  @ArchTest
  static void arrowsPointDown(com.tngtech.archunit.core.domain.JavaClasses classes) {
    for (int room = 0; room < ORDER.size() - 1; room++) {
      String[] above =
          ORDER.subList(room + 1, ORDER.size()).stream()
              .map(name -> "io.omendb.spark." + name + "..")
              .toArray(String[]::new);
      noClasses()
          .that(resideInAPackage("io.omendb.spark." + ORDER.get(room) + ".."))
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(above)
          .allowEmptyShould(true)
          .check(classes);
    }
  }

  @ArchTest
  static final ArchRule nothingIsDeserialised =
      noClasses().should().dependOnClassesThat().areAssignableTo(ObjectInputStream.class);

  @ArchTest
  static final ArchRule librariesDoNotPrint =
      GeneralCodingRules.NO_CLASSES_SHOULD_ACCESS_STANDARD_STREAMS;

  @ArchTest
  static void filesStayShort(com.tngtech.archunit.core.domain.JavaClasses classes)
      throws IOException {
    try (Stream<Path> sources = Files.walk(Path.of("src/main/java"))) {
      assertThat(sources.filter(path -> path.toString().endsWith(".java")))
          .isNotEmpty()
          .allSatisfy(path -> assertThat(Files.readAllLines(path)).hasSizeLessThan(MAX_LINES + 1));
    }
  }
}
