/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.examples;

/** The command line asks for something that cannot be done; the message is one sentence. */
final class BadArgumentException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  BadArgumentException(String message) {
    super(message);
  }
}
