/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.bench.kernels;

import java.util.Random;
import java.util.concurrent.TimeUnit;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** What one core of the machine can do at most, through the same Vector API. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
public class MachineLimits {
  private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
  private static final int LANES = SPECIES.length();
  private static final int ROUNDS = 4096;

  /** Larger than the last-level cache of the machine, hopefully: 256 MiB. */
  private static final int STREAM_FLOATS = 1 << 26;

  /** 16 KiB and 256 KiB: half of the caches of most cores, or less. */
  private static final int FIRST_LEVEL_FLOATS = 1 << 12;

  private static final int SECOND_LEVEL_FLOATS = 1 << 16;
  private static final int FIRST_LEVEL_ROUNDS = 256;
  private static final int SECOND_LEVEL_ROUNDS = 16;

  private float[] stream;
  float[] sums;

  @Setup
  public void fill() {
    stream = new float[STREAM_FLOATS];
    Random random = new Random(1);
    for (int i = 0; i < STREAM_FLOATS; i++) {
      stream[i] = random.nextFloat();
    }
    sums = new float[12 * LANES];
  }

  /** Floating-point operations of one call of {@link #fma}. */
  static double fmaOperations() {
    return 2.0 * 12 * LANES * ROUNDS;
  }

  /** Bytes that one call of the benchmark of this name reads. */
  static double bytesRead(String benchmark) {
    return switch (benchmark) {
      case "readMemory" -> 4.0 * STREAM_FLOATS;
      case "readSecondLevel" -> 4.0 * SECOND_LEVEL_FLOATS * SECOND_LEVEL_ROUNDS;
      case "readFirstLevel" -> 4.0 * FIRST_LEVEL_FLOATS * FIRST_LEVEL_ROUNDS;
      default -> throw new IllegalArgumentException(benchmark);
    };
  }

  /** Twelve independent chains of fused multiply-adds, which never wait for memory. */
  @Benchmark
  public float[] fma() {
    FloatVector x = FloatVector.broadcast(SPECIES, 0.999f);
    FloatVector y = FloatVector.broadcast(SPECIES, 0.001f);
    FloatVector a = FloatVector.fromArray(SPECIES, sums, 0);
    FloatVector b = FloatVector.fromArray(SPECIES, sums, LANES);
    FloatVector c = FloatVector.fromArray(SPECIES, sums, 2 * LANES);
    FloatVector d = FloatVector.fromArray(SPECIES, sums, 3 * LANES);
    FloatVector e = FloatVector.fromArray(SPECIES, sums, 4 * LANES);
    FloatVector f = FloatVector.fromArray(SPECIES, sums, 5 * LANES);
    FloatVector g = FloatVector.fromArray(SPECIES, sums, 6 * LANES);
    FloatVector h = FloatVector.fromArray(SPECIES, sums, 7 * LANES);
    FloatVector i = FloatVector.fromArray(SPECIES, sums, 8 * LANES);
    FloatVector j = FloatVector.fromArray(SPECIES, sums, 9 * LANES);
    FloatVector k = FloatVector.fromArray(SPECIES, sums, 10 * LANES);
    FloatVector l = FloatVector.fromArray(SPECIES, sums, 11 * LANES);
    for (int round = 0; round < ROUNDS; round++) {
      a = a.fma(x, y);
      b = b.fma(x, y);
      c = c.fma(x, y);
      d = d.fma(x, y);
      e = e.fma(x, y);
      f = f.fma(x, y);
      g = g.fma(x, y);
      h = h.fma(x, y);
      i = i.fma(x, y);
      j = j.fma(x, y);
      k = k.fma(x, y);
      l = l.fma(x, y);
    }
    a.intoArray(sums, 0);
    b.intoArray(sums, LANES);
    c.intoArray(sums, 2 * LANES);
    d.intoArray(sums, 3 * LANES);
    e.intoArray(sums, 4 * LANES);
    f.intoArray(sums, 5 * LANES);
    g.intoArray(sums, 6 * LANES);
    h.intoArray(sums, 7 * LANES);
    i.intoArray(sums, 8 * LANES);
    j.intoArray(sums, 9 * LANES);
    k.intoArray(sums, 10 * LANES);
    l.intoArray(sums, 11 * LANES);
    return sums;
  }

  /** Reads memory front to back. */
  @Benchmark
  public float readMemory() {
    return read(STREAM_FLOATS, 1);
  }

  /** Reads what the second-level cache holds. */
  @Benchmark
  public float readSecondLevel() {
    return read(SECOND_LEVEL_FLOATS, SECOND_LEVEL_ROUNDS);
  }

  /** Reads what the first-level cache holds. */
  @Benchmark
  public float readFirstLevel() {
    return read(FIRST_LEVEL_FLOATS, FIRST_LEVEL_ROUNDS);
  }

  private float read(int floats, int rounds) {
    float sum = 0;
    for (int round = 0; round < rounds; round++) {
      sum += read(floats);
    }
    return sum;
  }

  /** Apart, because vectors that live through two loops become objects. */
  private float read(int floats) {
    FloatVector a = FloatVector.zero(SPECIES);
    FloatVector b = FloatVector.zero(SPECIES);
    FloatVector c = FloatVector.zero(SPECIES);
    FloatVector d = FloatVector.zero(SPECIES);
    for (int at = 0; at < floats; at += 4 * LANES) {
      a = a.add(FloatVector.fromArray(SPECIES, stream, at));
      b = b.add(FloatVector.fromArray(SPECIES, stream, at + LANES));
      c = c.add(FloatVector.fromArray(SPECIES, stream, at + 2 * LANES));
      d = d.add(FloatVector.fromArray(SPECIES, stream, at + 3 * LANES));
    }
    return a.add(b).add(c.add(d)).lane(0);
  }
}
