/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.bench.core;

import io.omendb.bench.data.Fvecs;
import io.omendb.index.quantization.ProductQuantizer;
import io.omendb.index.segment.BuildControl;
import io.omendb.index.segment.IndexConfig;
import io.omendb.index.segment.Neighbors;
import io.omendb.index.segment.SearchParams;
import io.omendb.index.segment.SearchStats;
import io.omendb.index.segment.Segment;
import io.omendb.index.segment.SegmentBuilder;
import io.omendb.index.segment.SegmentSearcher;
import io.omendb.index.segment.VectorStorage;
import io.omendb.index.vector.Metric;
import java.io.IOException;
import java.nio.file.Path;
import java.util.UUID;
import java.util.function.UnaryOperator;

/** One OmenDB segment, built to a file and searched from its mapping. */
final class OmenEngine implements Engine {
  private final UnaryOperator<IndexConfig> settings;
  private Segment segment;

  private OmenEngine(UnaryOperator<IndexConfig> settings) {
    this.settings = settings;
  }

  /** With default settings. */
  static OmenEngine defaults() {
    return new OmenEngine(config -> config);
  }

  /** With vectors of bytes. */
  static OmenEngine int8() {
    return new OmenEngine(config -> config.withStorage(VectorStorage.INT8));
  }

  /** With codes of product quantization, whatever the rows are. */
  static OmenEngine product() {
    return new OmenEngine(
        config ->
            new IndexConfig(
                config.dimension(),
                config.metric(),
                config.maxDegree(),
                config.buildListSize(),
                config.alpha(),
                ProductQuantizer.defaultSubspaces(config.dimension()),
                config.seed()));
  }

  @Override
  public String widthName() {
    return "L";
  }

  @Override
  public void build(Path base, Metric metric, int threads, Path directory) throws IOException {
    Path file = directory.resolve("segment.omx");
    try (Fvecs vectors = Fvecs.open(base);
        SegmentBuilder builder =
            SegmentBuilder.create(
                file,
                settings.apply(IndexConfig.defaults(vectors.dimension(), metric)),
                UUID.randomUUID(),
                UUID.randomUUID())) {
      float[] vector = new float[vectors.dimension()];
      while (vectors.read(vector)) {
        builder.add(vector);
      }
      builder.finish(new BuildControl(threads, Long.MAX_VALUE, () -> false));
    }
    segment = Segment.openVerified(file);
  }

  @Override
  public long fileBytes() {
    return segment.info().fileBytes();
  }

  @Override
  public Searcher searcher(int width) {
    SegmentSearcher searcher = segment.newSearcher();
    SearchParams params = new SearchParams(width);
    SearchStats stats = new SearchStats();
    Neighbors neighbors = new Neighbors(width);
    return (query, k, out) -> {
      searcher.search(query, k, params, null, neighbors, stats);
      for (int i = 0; i < k; i++) {
        out[i] = i < neighbors.size() ? neighbors.ordinal(i) : -1;
      }
    };
  }

  @Override
  public void close() {
    if (segment != null) {
      segment.close();
    }
  }
}
