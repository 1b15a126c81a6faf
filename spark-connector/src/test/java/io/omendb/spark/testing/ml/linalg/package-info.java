/** Spark ML's vector as the connector sees it, without Spark ML. */
package io.omendb.spark.testing.ml.linalg;
