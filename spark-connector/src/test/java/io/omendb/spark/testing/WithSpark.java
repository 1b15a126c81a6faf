/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.spark.testing;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Gives tests the one SparkSession of this JVM as a parameter of type {@code SparkSession}. It runs
 * {@code local[2]} without UI and lives until the JVM ends. A test that changes settings works on
 * {@code spark.newSession()}.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(SharedSparkSession.class)
public @interface WithSpark {}
