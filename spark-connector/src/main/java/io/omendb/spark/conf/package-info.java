/** Every option and setting: its names, type, default, range and documentation. */
package io.omendb.spark.conf;
