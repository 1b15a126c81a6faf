/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.spark.error;

/**
 * The store did not tell whether the version was published. The files of this write must be kept:
 * they may belong to the table.
 */
public final class CommitStateUnknownException extends OmenException {
  private static final long serialVersionUID = 1L;

  CommitStateUnknownException(String errorClass, String message, Throwable cause) {
    super(errorClass, message, cause);
  }
}
