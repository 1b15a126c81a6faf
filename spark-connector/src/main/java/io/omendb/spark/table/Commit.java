/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.spark.table;

import io.omendb.spark.error.Errors;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongConsumer;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One commit of one change: put it on top of the newest version, publish that, and start over when
 * another writer was faster. Used once, by one thread.
 */
final class Commit {

  /** Tries against faster writers. */
  static final int MAX_TRIES = 20;

  private static final long MIN_PAUSE_MS = 50;
  private static final long MAX_PAUSE_MS = 10_000;
  private static final Logger LOG = LoggerFactory.getLogger(Commit.class);

  /** What a commit works with; clock and pause (in milliseconds) are replaced in tests. */
  record Environment(
      FileSystem fs,
      TableFiles files,
      CommitStore store,
      InstantSource clock,
      LongConsumer pause) {}

  private final Environment env;
  private final Change change;
  private final AtomicBoolean cancelled;
  private final VersionReader reader;
  private final String root;

  /** The highest version that the change may stand on, by the rules. */
  private long admitted;

  /**
   * @param cancelled when it becomes true, no further try is made
   */
  Commit(Environment env, Change change, AtomicBoolean cancelled) {
    this.env = env;
    this.change = change;
    this.cancelled = cancelled;
    this.reader = new VersionReader(env.fs(), env.files());
    this.root = env.files().root();
    this.admitted = change.base();
  }

  /**
   * Publishes the change and returns its version, or the newest one if that contains it already.
   */
  TableVersion run() throws IOException {
    Publication publication = new Publication(env.files(), env.store(), reader, env.pause());
    for (int tries = 1; ; tries++) {
      TableVersion head = head();
      if (head != null && change.transaction().filter(head::contains).isPresent()) {
        LOG.info("Table {} contains {} already", root, change.transaction().get());
        return head;
      }
      admit(head);
      if (tries == 1) {
        verifyAddedFiles();
      }
      TableVersion next = next(head);
      if (publication.publish(next)) {
        LOG.info(
            "Published version {} of {}: {}, {} rows in {} segments",
            next.version(),
            root,
            next.operation(),
            next.rows(),
            next.segments().size());
        return next;
      }
      if (tries == MAX_TRIES) {
        throw Errors.tooManyConflicts(root, change.operation(), tries);
      }
      if (cancelled.get()) {
        throw Errors.commitCancelled(root, change.operation());
      }
      // Full jitter: writers that collided do not collide again in step.
      long bound = Math.min(MAX_PAUSE_MS, MIN_PAUSE_MS << Math.min(tries - 1, 10));
      env.pause().accept(ThreadLocalRandom.current().nextLong(bound));
    }
  }

  /** The newest version, null when there is no table. */
  private TableVersion head() throws IOException {
    Optional<ManifestCodec.Decoded> latest = reader.latest();
    if (latest.isEmpty()) {
      return null;
    }
    if (!latest.get().unknownWriterFeatures().isEmpty()) {
      throw Errors.unknownWriterFeatures(root, latest.get().unknownWriterFeatures());
    }
    return latest.get().version();
  }

  private void admit(TableVersion head) throws IOException {
    if (head == null && change.base() == 0) {
      return;
    }
    if (head == null) {
      throw replaced("the table was removed");
    }
    if (change.base() == 0) {
      throw replaced("another writer created the table");
    }
    if (!head.tableId().equals(change.tableId())) {
      throw replaced("the table was removed and created again");
    }
    if (head.version() < admitted) {
      throw replaced("the table was set back to version " + head.version());
    }
    while (admitted < head.version()) {
      long version = admitted + 1;
      String theirs = version == head.version() ? head.operation() : operation(version);
      if (!ConflictRules.rebases(change.operation(), theirs)) {
        throw Errors.commitConflict(root, change.operation(), theirs, version);
      }
      admitted = version;
    }
  }

  private String operation(long version) throws IOException {
    try {
      return reader.read(version).version().operation();
    } catch (FileNotFoundException e) {
      throw replaced("the version it was planned on has expired");
    }
  }

  private RuntimeException replaced(String what) {
    return Errors.tableReplaced(root, change.operation(), what);
  }

  /** A task may have written to a disk that nobody else sees; then its file is missing here. */
  private void verifyAddedFiles() throws IOException {
    List<Path> added = new ArrayList<>();
    for (SegmentEntry segment : change.added()) {
      added.add(verify(env.files().segment(segment.id()), segment.bytes()));
      if (segment.payload() != null) {
        added.add(verify(env.files().payload(segment.id()), segment.payload().bytes()));
      }
      if (segment.deletion() != null) {
        added.add(verify(env.files().deletion(segment.deletion()), segment.deletion().bytes()));
      }
    }
    env.store().seal(added);
  }

  private Path verify(Path file, long bytes) throws IOException {
    long actual;
    try {
      actual = env.fs().getFileStatus(file).getLen();
    } catch (FileNotFoundException e) {
      throw Errors.fileNotVisible(file.toString(), bytes, "is not there");
    }
    if (actual != bytes) {
      throw Errors.fileNotVisible(file.toString(), bytes, "has " + actual);
    }
    return file;
  }

  private TableVersion next(TableVersion head) {
    Change.Content content = change.applyTo(head);
    Map<String, Long> transactions = new HashMap<>();
    long parent = 0;
    long floor = 1;
    long timestampMs = env.clock().millis();
    if (head != null) {
      transactions.putAll(head.transactions());
      parent = head.version();
      floor = head.floor();
      // Clocks of writers differ; the order of versions does not.
      timestampMs = Math.max(timestampMs, head.timestampMs() + 1);
    }
    change.transaction().ifPresent(t -> transactions.put(t.appId(), t.version()));
    return new TableVersion(
        change.tableId(),
        parent + 1,
        parent,
        UUID.randomUUID(),
        timestampMs,
        change.operation(),
        content.schemaJson(),
        content.config(),
        content.segments(),
        transactions,
        floor,
        summary(head, content));
  }

  private Map<String, String> summary(TableVersion head, Change.Content content) {
    Map<String, String> summary = new HashMap<>(change.summary());
    describe(summary, "added", change.added());
    if (head != null) {
      Set<SegmentEntry> kept = new HashSet<>(content.segments());
      describe(
          summary, "removed", head.segments().stream().filter(s -> !kept.contains(s)).toList());
    }
    return summary;
  }

  private static void describe(
      Map<String, String> summary, String verb, List<SegmentEntry> segments) {
    Totals totals = Totals.of(segments);
    summary.put(verb + "Segments", Long.toString(totals.segments()));
    summary.put(verb + "Rows", Long.toString(totals.rows() - totals.deleted()));
    summary.put(verb + "Bytes", Long.toString(totals.bytes()));
  }
}
