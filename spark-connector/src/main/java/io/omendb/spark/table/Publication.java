/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.spark.table;

import io.omendb.spark.error.CorruptDataException;
import io.omendb.spark.error.Errors;
import io.omendb.spark.error.OmenException;
import io.omendb.spark.table.CommitStore.Outcome;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.LongConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Publishes one version and finds out for certain whether that succeeded. A store that fails while
 * it publishes is asked again and the file is read back: its commit id says whose it is.
 */
final class Publication {

  /** Questions to a store that does not say what became of a version. */
  static final int MAX_LOOKUPS = 5;

  private static final Logger LOG = LoggerFactory.getLogger(Publication.class);

  private final TableFiles files;
  private final CommitStore store;
  private final VersionReader reader;
  private final LongConsumer pause;

  /**
   * @param pause waits for so many milliseconds
   */
  Publication(TableFiles files, CommitStore store, VersionReader reader, LongConsumer pause) {
    this.files = files;
    this.store = store;
    this.reader = reader;
    this.pause = pause;
  }

  /**
   * True when {@code next} is a version of the table now, false when its number belongs to another
   * commit.
   *
   * @throws IOException when nothing was published
   * @throws io.omendb.spark.error.CommitStateUnknownException when it cannot be found out
   */
  boolean publish(TableVersion next) throws IOException {
    byte[] bytes = encodeReadable(next);
    String name = TableFiles.versionName(next.version());
    boolean inDoubt = false;
    Throwable failure = null;
    for (int lookup = 0; lookup < MAX_LOOKUPS; lookup++) {
      if (lookup > 0) {
        // 40 seconds in all: a failover of a NameNode takes about that long.
        pause.accept((long) (1000 * Math.pow(3, lookup - 1)));
      }
      try {
        // Asking again is safe: all calls carry the same bytes, and at most one is published.
        Outcome outcome = store.putIfAbsent(name, bytes);
        boolean first = !inDoubt;
        inDoubt = true;
        if (outcome == Outcome.COMMITTED) {
          return isKept(next);
        }
        Optional<Boolean> mine = isMine(next);
        if (mine.isPresent()) {
          return mine.get() && isKept(next);
        }
        if (outcome == Outcome.CONFLICT && first) {
          return false;
        }
      } catch (IOException e) {
        if (!inDoubt) {
          throw e;
        }
        failure = e;
      } catch (RuntimeException | Error e) {
        // Thrown from anywhere, so perhaps after the version was published.
        inDoubt = true;
        failure = e;
      }
      LOG.warn("Looking up what became of version {} of {}", next.version(), files.root(), failure);
    }
    throw Errors.commitStateUnknown(files.root(), next.version(), failure);
  }

  /** Nothing is published that could not be read again. */
  private byte[] encodeReadable(TableVersion next) {
    byte[] bytes = ManifestCodec.encode(next);
    String file = files.version(next.version()).toString();
    if (!ManifestCodec.decode(file, next.version(), bytes).version().equals(next)) {
      throw new IllegalStateException("version " + next.version() + " does not survive its codec");
    }
    return bytes;
  }

  /** Whether the file of that number is this commit's; empty when there is no file. */
  private Optional<Boolean> isMine(TableVersion next) throws IOException {
    try {
      TableVersion found = reader.read(next.version()).version();
      return Optional.of(found.commitId().equals(next.commitId()));
    } catch (FileNotFoundException e) {
      return Optional.empty();
    } catch (CorruptDataException e) {
      throw e;
    } catch (OmenException e) {
      // Whole, but written by a newer release: not by this one.
      return Optional.of(false);
    }
  }

  /**
   * False when the version fell into a hole: its number had been used and expired while the commit
   * was held up. Expiry raises the floor before it deletes, so the newest version knows.
   */
  private boolean isKept(TableVersion next) throws IOException {
    OptionalLong highest = reader.highest();
    return highest.isEmpty()
        || highest.getAsLong() <= next.version()
        || reader.read(highest.getAsLong()).version().floor() <= next.version();
  }
}
