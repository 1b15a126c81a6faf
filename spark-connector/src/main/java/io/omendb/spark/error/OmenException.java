/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.spark.error;

/**
 * A refusal or failure that OmenDB explains itself. The message says what happened, why, and how to
 * fix it. Subclasses exist only where a caller reacts differently; every other case is told apart
 * by its {@link #errorClass()}.
 */
public class OmenException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String errorClass;

  OmenException(String errorClass, String message) {
    this(errorClass, message, null);
  }

  OmenException(String errorClass, String message, Throwable cause) {
    super("[" + errorClass + "] " + message, cause);
    this.errorClass = errorClass;
  }

  /** Stable upper-case name of the kind of error, for programs; also printed before the message. */
  public final String errorClass() {
    return errorClass;
  }
}
