/** The data source: table, scan and write over the public DataSource V2 interfaces. */
package io.omendb.spark.source;
