/* Licensed under the Apache License, Version 2.0; see LICENSE. */
/**
 * Spark ML over OmenDB tables: an estimator that builds one, a model that searches it, an evaluator
 * that measures what it finds. The only room that touches {@code spark.ml}; nothing outside of it
 * needs spark-mllib on the class path.
 */
package io.omendb.spark.ml;
