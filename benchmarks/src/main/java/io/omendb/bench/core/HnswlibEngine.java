/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.bench.core;

import com.github.jelmerk.knn.DistanceFunction;
import com.github.jelmerk.knn.Item;
import com.github.jelmerk.knn.Jdk17DistanceFunctions;
import com.github.jelmerk.knn.NullProgressListener;
import com.github.jelmerk.knn.ObjectSerializer;
import com.github.jelmerk.knn.SearchResult;
import com.github.jelmerk.knn.hnsw.HnswIndex;
import io.omendb.bench.data.Fvecs;
import io.omendb.index.vector.Metric;
import java.io.IOException;
import java.io.ObjectInput;
import java.io.ObjectOutput;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** hnswlib for Java, with its SIMD distances, M = 16 and efConstruction = 200; in memory. */
final class HnswlibEngine implements Engine {
  private static final int M = 16;
  private static final int EF_CONSTRUCTION = 200;
  private static final int PROGRESS_INTERVAL = 1_000_000;

  private HnswIndex<Integer, float[], Row, Float> index;
  private Path directory;

  @Override
  public String widthName() {
    return "ef";
  }

  @Override
  public void build(Path base, Metric metric, int threads, Path directory) throws Exception {
    this.directory = directory;
    List<Row> rows = new ArrayList<>();
    for (float[] vector : Fvecs.readAll(base)) {
      rows.add(new Row(rows.size(), vector));
    }
    index =
        HnswIndex.newBuilder(rows.get(0).dimensions(), distance(metric), rows.size())
            .withM(M)
            .withEfConstruction(EF_CONSTRUCTION)
            .withCustomSerializers(new IdSerializer(), new RowSerializer())
            .build();
    index.addAll(rows, threads, NullProgressListener.INSTANCE, PROGRESS_INTERVAL);
  }

  private static DistanceFunction<float[], Float> distance(Metric metric) {
    return switch (metric) {
      case L2 -> Jdk17DistanceFunctions.VECTOR_FLOAT_256_EUCLIDEAN_DISTANCE;
      case COSINE -> Jdk17DistanceFunctions.VECTOR_FLOAT_256_COSINE_DISTANCE;
      case INNER_PRODUCT -> Jdk17DistanceFunctions.VECTOR_FLOAT_256_INNER_PRODUCT;
    };
  }

  @Override
  public long fileBytes() throws IOException {
    Path file = directory.resolve("index");
    index.save(file);
    return Files.size(file);
  }

  @Override
  public Searcher searcher(int width) {
    index.setEf(width);
    return (query, k, out) -> {
      List<SearchResult<Row, Float>> found = index.findNearest(query, k);
      for (int i = 0; i < k; i++) {
        out[i] = i < found.size() ? found.get(i).item().ordinal : -1;
      }
    };
  }

  @Override
  public void close() {}

  private static final class Row implements Item<Integer, float[]> {
    private static final long serialVersionUID = 1L;

    final int ordinal;
    final float[] vector;

    Row(int ordinal, float[] vector) {
      this.ordinal = ordinal;
      this.vector = vector;
    }

    @Override
    public Integer id() {
      return ordinal;
    }

    @Override
    public float[] vector() {
      return vector;
    }

    @Override
    public int dimensions() {
      return vector.length;
    }
  }

  private static final class IdSerializer implements ObjectSerializer<Integer> {
    private static final long serialVersionUID = 1L;

    @Override
    public void write(Integer id, ObjectOutput out) throws IOException {
      out.writeInt(id);
    }

    @Override
    public Integer read(ObjectInput in) throws IOException {
      return in.readInt();
    }
  }

  /** Four bytes per float: Java's own serialisation would count against the peer. */
  private static final class RowSerializer implements ObjectSerializer<Row> {
    private static final long serialVersionUID = 1L;

    @Override
    public void write(Row row, ObjectOutput out) throws IOException {
      out.writeInt(row.ordinal);
      out.writeInt(row.vector.length);
      for (float value : row.vector) {
        out.writeFloat(value);
      }
    }

    @Override
    public Row read(ObjectInput in) throws IOException {
      int ordinal = in.readInt();
      float[] vector = new float[in.readInt()];
      for (int i = 0; i < vector.length; i++) {
        vector[i] = in.readFloat();
      }
      return new Row(ordinal, vector);
    }
  }
}
