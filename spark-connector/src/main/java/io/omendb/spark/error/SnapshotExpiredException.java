/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.spark.error;

/** The requested version existed and has been expired. */
public final class SnapshotExpiredException extends OmenException {
  private static final long serialVersionUID = 1L;

  SnapshotExpiredException(String errorClass, String message, Throwable cause) {
    super(errorClass, message, cause);
  }
}
