/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.spark.table;

/**
 * Identity of a write that may be repeated: of two commits with the same application id, the one
 * whose version is not larger is already contained and does nothing.
 *
 * @param appId chosen by the user, or the id of a streaming query; 1 to 512 characters
 * @param version chosen by the user, or the epoch; not negative
 */
public record Transaction(String appId, long version) {

  /** Longest application id in characters. */
  public static final int MAX_APP_ID = 512;

  /** Throws IllegalArgumentException for an empty or long id or a negative version. */
  public Transaction {
    if (appId == null || appId.isEmpty() || appId.length() > MAX_APP_ID) {
      throw new IllegalArgumentException(
          "txnAppId must have 1 to " + MAX_APP_ID + " characters, was '" + appId + "'");
    }
    if (version < 0) {
      throw new IllegalArgumentException("txnVersion must not be negative, was " + version);
    }
  }
}
