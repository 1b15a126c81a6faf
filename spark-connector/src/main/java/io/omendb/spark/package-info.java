/* Licensed under the Apache License, Version 2.0; see LICENSE. */

/** What Spark users name: the data source, the session extensions and the DataFrame door. */
package io.omendb.spark;
