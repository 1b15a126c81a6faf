/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.index;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.library.Architectures;
import com.tngtech.archunit.library.GeneralCodingRules;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** The walls between the rooms of the core. */
@AnalyzeClasses(packages = "io.omendb.index", importOptions = ImportOption.DoNotIncludeTests.class)
class HouseTest {
  private static final Path SOURCES = Path.of("src/main/java");
  private static final int MAX_LINES = 400;

  @ArchTest
  static final ArchRule roomsLookOneWay =
      Architectures.layeredArchitecture()
          .consideringOnlyDependenciesInLayers()
          .withOptionalLayers(true)
          .layer("vector")
          .definedBy("io.omendb.index.vector..")
          .layer("quantization")
          .definedBy("io.omendb.index.quantization..")
          .layer("graph")
          .definedBy("io.omendb.index.graph..")
          .layer("format")
          .definedBy("io.omendb.index.format..")
          .layer("cluster")
          .definedBy("io.omendb.index.cluster..")
          .layer("segment")
          .definedBy("io.omendb.index.segment..")
          .whereLayer("segment")
          .mayNotBeAccessedByAnyLayer()
          .whereLayer("cluster")
          .mayOnlyBeAccessedByLayers("segment")
          .whereLayer("graph")
          .mayOnlyBeAccessedByLayers("segment")
          .whereLayer("format")
          .mayOnlyBeAccessedByLayers("segment")
          .whereLayer("quantization")
          .mayOnlyBeAccessedByLayers("segment", "cluster")
          .whereLayer("vector")
          .mayOnlyBeAccessedByLayers("quantization", "graph", "cluster", "segment");

  @ArchTest
  static final ArchRule noCycles =
      slices().matching("io.omendb.index.(*)..").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule nothingButTheJdk =
      noClasses()
          .should()
          .dependOnClassesThat()
          .resideOutsideOfPackages("java..", "jdk.incubator.vector..", "io.omendb.index..");

  /** Three classes, since one would be too long; nothing but {@code Kernels} may know of either. */
  @ArchTest
  static final ArchRule vectorApiOnlyInSimdKernels =
      noClasses()
          .that()
          .doNotHaveFullyQualifiedName("io.omendb.index.vector.SimdKernels")
          .and()
          .doNotHaveFullyQualifiedName("io.omendb.index.vector.SimdInt8")
          .and()
          .doNotHaveFullyQualifiedName("io.omendb.index.vector.SimdNearest")
          .and()
          .doNotHaveFullyQualifiedName("io.omendb.index.vector.SimdRows")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("jdk.incubator..");

  @ArchTest
  static final ArchRule noDeserialisation =
      noClasses().should().dependOnClassesThat().areAssignableTo(ObjectInputStream.class);

  @ArchTest
  static final ArchRule noStandardStreams =
      GeneralCodingRules.NO_CLASSES_SHOULD_ACCESS_STANDARD_STREAMS;

  @ArchTest
  static void unmappingOnlyInMappedFile(com.tngtech.archunit.core.domain.JavaClasses ignored)
      throws IOException {
    assertThat(sources(source -> source.contains("invokeCleaner")))
        .containsExactly("MappedFile.java");
    assertThat(sources(source -> source.contains("sun.misc.Unsafe")))
        .containsExactly("MappedFile.java");
  }

  @ArchTest
  static void noFileIsTooLong(com.tngtech.archunit.core.domain.JavaClasses ignored)
      throws IOException {
    assertThat(sources(source -> source.lines().count() > MAX_LINES)).isEmpty();
  }

  private static List<String> sources(Predicate<String> filter) throws IOException {
    try (Stream<Path> files = Files.walk(SOURCES)) {
      return files
          .filter(file -> file.toString().endsWith(".java"))
          .filter(file -> filter.test(read(file)))
          .map(file -> file.getFileName().toString())
          .toList();
    }
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
