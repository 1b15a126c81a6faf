/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.spark.error;

/** Stored bytes are not what was written, or are missing. */
public final class CorruptDataException extends OmenException {
  private static final long serialVersionUID = 1L;

  CorruptDataException(String errorClass, String message, Throwable cause) {
    super(errorClass, message, cause);
  }
}
