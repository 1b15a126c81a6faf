/* Licensed under the Apache License, Version 2.0; see LICENSE. */

/** What the connector says when something is wrong: every sentence that a user may read. */
package io.omendb.spark.error;
