/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.bench.data;

import java.io.IOException;
import java.nio.file.Path;

/** A data file is not what its format promises; the message is one sentence that names the file. */
public final class VectorFileException extends IOException {
  private static final long serialVersionUID = 1L;

  VectorFileException(Path file, String problem) {
    super(file + " " + problem);
  }
}
