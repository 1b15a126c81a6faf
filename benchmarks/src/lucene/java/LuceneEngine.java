/* Licensed under the Apache License, Version 2.0; see LICENSE. */

import io.omendb.bench.core.Engine;
import io.omendb.bench.core.EngineWorker;
import io.omendb.bench.data.Fvecs;
import io.omendb.index.vector.Metric;
import java.io.IOException;
import java.nio.file.Path;
import org.apache.lucene.codecs.KnnVectorsFormat;
import org.apache.lucene.codecs.lucene104.Lucene104Codec;
import org.apache.lucene.codecs.lucene99.Lucene99HnswVectorsFormat;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.KnnFloatVectorField;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.LeafReader;
import org.apache.lucene.index.NoMergePolicy;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.search.AcceptDocs;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.MMapDirectory;

/**
 * Lucene's HNSW with M = 32 and a beam of 200, as one segment searched from its mapping. Built by
 * one thread: more would each write a segment of their own. Not part of the module's classes,
 * because the Java 17 compiler cannot read Lucene 10: the JDK that measures it compiles this file.
 */
public final class LuceneEngine implements Engine {
  private static final int MAX_CONNECTIONS = 32;
  private static final int BEAM_WIDTH = 200;
  private static final String FIELD = "v";

  /** Holds the whole index in memory until it is written as one segment, in MiB. */
  private static final int RAM_BUFFER_MB = 2000;

  private Directory directory;
  private DirectoryReader reader;
  private LeafReader segment;

  /** Arguments as for {@link EngineWorker}. */
  public static void main(String[] args) throws IOException {
    EngineWorker.run(new LuceneEngine(), args);
  }

  @Override
  public String widthName() {
    return "k";
  }

  @Override
  public void build(Path base, Metric metric, int threads, Path path) throws IOException {
    directory = new MMapDirectory(path);
    IndexWriterConfig config =
        new IndexWriterConfig()
            .setCodec(
                new Lucene104Codec() {
                  @Override
                  public KnnVectorsFormat getKnnVectorsFormatForField(String field) {
                    return new Lucene99HnswVectorsFormat(MAX_CONNECTIONS, BEAM_WIDTH);
                  }
                })
            .setMergePolicy(NoMergePolicy.INSTANCE)
            .setUseCompoundFile(false)
            .setRAMBufferSizeMB(RAM_BUFFER_MB);
    config.setRAMPerThreadHardLimitMB(RAM_BUFFER_MB);
    try (IndexWriter writer = new IndexWriter(directory, config);
        Fvecs vectors = Fvecs.open(base)) {
      float[] vector = new float[vectors.dimension()];
      while (vectors.read(vector)) {
        Document document = new Document();
        document.add(new KnnFloatVectorField(FIELD, vector.clone(), similarity(metric)));
        writer.addDocument(document);
      }
    }
    reader = DirectoryReader.open(directory);
    if (reader.leaves().size() != 1) {
      throw new IllegalStateException(
          "the index has "
              + reader.leaves().size()
              + " segments and would be searched slower than one; raise RAM_BUFFER_MB");
    }
    segment = reader.leaves().get(0).reader();
  }

  private static VectorSimilarityFunction similarity(Metric metric) {
    return switch (metric) {
      case L2 -> VectorSimilarityFunction.EUCLIDEAN;
      case COSINE -> VectorSimilarityFunction.COSINE;
      case INNER_PRODUCT -> VectorSimilarityFunction.MAXIMUM_INNER_PRODUCT;
    };
  }

  @Override
  public long fileBytes() throws IOException {
    long bytes = 0;
    for (String file : directory.listAll()) {
      bytes += directory.fileLength(file);
    }
    return bytes;
  }

  @Override
  public Searcher searcher(int width) {
    return (query, k, out) -> {
      ScoreDoc[] found =
          segment.searchNearestVectors(
                  FIELD,
                  query,
                  Math.max(k, width),
                  AcceptDocs.fromLiveDocs(null, segment.maxDoc()),
                  Integer.MAX_VALUE)
              .scoreDocs;
      for (int i = 0; i < k; i++) {
        out[i] = i < found.length ? found[i].doc : -1;
      }
    };
  }

  @Override
  public void close() throws IOException {
    if (reader != null) {
      reader.close();
      directory.close();
    }
  }
}
