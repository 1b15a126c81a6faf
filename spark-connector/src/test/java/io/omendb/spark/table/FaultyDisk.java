/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.spark.table;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;

/**
 * A disk that fails at one chosen operation, and that forgets at a loss of power what nobody
 * forced. Programs use it through {@link #path}; {@link FaultyPaths} turns their calls into steps
 * here. Not thread-safe.
 */
final class FaultyDisk {

  /** What happens at the chosen operation. */
  enum Fault {
    /** It fails and does nothing; later ones work. */
    THROW_BEFORE,
    /** It is done and fails nevertheless; later ones work. */
    THROW_AFTER,
    /** A write writes half and fails; other operations as {@link #THROW_BEFORE}. */
    TORN,
    /** It and all later ones fail. */
    DOWN,
    /** The process dies before it. */
    HALT,
    /** The process dies after it; a write writes half. */
    HALT_AFTER
  }

  /** The process is gone: nothing that runs afterwards has an effect. */
  static final class Halted extends Error {
    private static final long serialVersionUID = 1L;
  }

  interface Operation<T> {
    T run() throws IOException;
  }

  private final Set<Path> unforcedContents = new HashSet<>();
  private final Set<Path> unforcedEntries = new HashSet<>();
  private int steps;
  private int failing;
  private Fault fault;
  private boolean down;
  private boolean halted;

  /** The same file, reached through this disk. */
  Path path(Path real) {
    return FaultyPaths.wrap(this, real);
  }

  /** Lets the operation with this number, counted from 1, meet {@code fault}. */
  void arm(int operation, Fault fault) {
    this.failing = operation;
    this.fault = fault;
    this.steps = 0;
  }

  /** Whether the chosen operation was reached. */
  boolean hasStruck() {
    return failing > 0 && steps >= failing;
  }

  boolean isHalted() {
    return halted;
  }

  /** Runs an operation, or what the fault makes of it. */
  <T> T step(Operation<T> operation) throws IOException {
    boolean strikes = enter();
    if (!strikes) {
      return operation.run();
    }
    if (fault == Fault.THROW_AFTER || fault == Fault.HALT_AFTER) {
      operation.run();
    }
    throw failure();
  }

  int write(Operation<Integer> whole, Operation<Integer> half) throws IOException {
    boolean strikes = enter();
    if (!strikes) {
      return whole.run();
    }
    if (fault == Fault.THROW_AFTER) {
      whole.run();
    }
    if (fault == Fault.TORN || fault == Fault.HALT_AFTER) {
      half.run();
    }
    throw failure();
  }

  private boolean enter() throws IOException {
    if (halted) {
      throw new Halted();
    }
    if (down) {
      throw new IOException("the disk is down");
    }
    steps++;
    return steps == failing;
  }

  private IOException failure() {
    if (fault == Fault.HALT || fault == Fault.HALT_AFTER) {
      halted = true;
      throw new Halted();
    }
    down = fault == Fault.DOWN;
    return new IOException("fault at operation " + steps);
  }

  void madeEntry(Path real) {
    unforcedEntries.add(real);
  }

  void wrote(Path real) {
    unforcedContents.add(real);
  }

  void linked(Path target, Path existing) {
    unforcedEntries.add(target);
    if (unforcedContents.contains(existing)) {
      unforcedContents.add(target);
    }
  }

  void forced(Path real) {
    unforcedContents.remove(real);
    unforcedEntries.removeIf(entry -> entry.getParent().equals(real));
  }

  /** Keeps, cuts or spoils what was not forced, as chance wills. */
  void losePower(Random random) throws IOException {
    for (Path file : sorted(unforcedContents)) {
      if (Files.isRegularFile(file) && random.nextInt(4) > 0) {
        int length = (int) Files.size(file);
        byte[] spoiled = new byte[random.nextInt(length + 1)];
        random.nextBytes(spoiled);
        Files.write(file, spoiled, StandardOpenOption.TRUNCATE_EXISTING);
      }
    }
    for (Path entry : sorted(unforcedEntries)) {
      if (Files.exists(entry) && random.nextInt(4) > 0) {
        delete(entry);
      }
    }
    unforcedContents.clear();
    unforcedEntries.clear();
  }

  private static List<Path> sorted(Set<Path> paths) {
    List<Path> sorted = new ArrayList<>(paths);
    sorted.sort(null);
    return sorted;
  }

  private static void delete(Path entry) throws IOException {
    Files.walkFileTree(
        entry,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.delete(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path directory, IOException failure)
              throws IOException {
            Files.delete(directory);
            return FileVisitResult.CONTINUE;
          }
        });
  }

  /** The first half of what is left in {@code buffer}. */
  static ByteBuffer half(ByteBuffer buffer) {
    return buffer.slice(buffer.position(), buffer.remaining() / 2);
  }
}
