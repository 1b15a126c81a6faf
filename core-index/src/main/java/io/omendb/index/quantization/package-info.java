/* Licensed under the Apache License, Version 2.0; see LICENSE. */

/**
 * Short codes for vectors and distances estimated from them. Public for the rooms beside this one,
 * not for users of the library.
 */
package io.omendb.index.quantization;
