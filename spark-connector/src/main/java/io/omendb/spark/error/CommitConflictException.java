/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.spark.error;

/**
 * Another writer was faster and this change cannot be redone on top of it. Nothing was published.
 */
public final class CommitConflictException extends OmenException {
  private static final long serialVersionUID = 1L;

  CommitConflictException(String errorClass, String message, Throwable cause) {
    super(errorClass, message, cause);
  }
}
