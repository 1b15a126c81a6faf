/* Licensed under the Apache License, Version 2.0; see LICENSE. */

/** One segment of vectors: build, store, open, search. Knows no table, no Spark and no Hadoop. */
package io.omendb.index;
