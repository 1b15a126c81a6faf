/* Licensed under the Apache License, Version 2.0; see LICENSE. */

/**
 * The bytes of a segment file: constants, writer, reader and mapping. Knows lengths and checksums,
 * not vectors or graphs; imports the JDK only. {@code FORMAT.md} is the specification.
 *
 * <p>Public for the packages beside it, not for users of the library.
 */
package io.omendb.index.format;
