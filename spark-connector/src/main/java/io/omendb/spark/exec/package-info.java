/** What runs in executors: opened segments, payload files, vectors of rows. */
package io.omendb.spark.exec;
