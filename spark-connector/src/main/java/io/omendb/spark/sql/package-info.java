/* Licensed under the Apache License, Version 2.0; see LICENSE. */
/** What SQL offers: {@code NEAREST BY} taken over from Spark, and table functions. */
package io.omendb.spark.sql;
