/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.spark.error;

import java.util.Optional;

/** Sentences about what the user gave: options, settings, columns and rows. */
public final class InputErrors {

  private InputErrors() {}

  /** An option or setting that does not exist. */
  public static OmenException unknownOption(String name, Optional<String> nearest) {
    return new OmenException(
        "OMEN_UNKNOWN_OPTION",
        "There is no option '"
            + name
            + "'. "
            + nearest.map(n -> "Did you mean '" + n + "'? ").orElse("")
            + "The options are listed in docs/options.md.");
  }

  /** An option or setting whose value is not in its range. */
  public static OmenException badOption(String name, String value, String range) {
    return new OmenException(
        "OMEN_BAD_OPTION", "Option '" + name + "' must be " + range + ", was '" + value + "'.");
  }
}
