/* Licensed under the Apache License, Version 2.0; see LICENSE. */

/**
 * Tables as versions of immutable files: the version file, its codec and the commit protocol.
 * Normative description in TABLE.md. Uses Hadoop file systems and no Spark class.
 */
package io.omendb.spark.table;
