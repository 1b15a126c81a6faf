/** Extensions for tests: a shared session, a cluster of processes, a file system. */
package io.omendb.spark.testing;
