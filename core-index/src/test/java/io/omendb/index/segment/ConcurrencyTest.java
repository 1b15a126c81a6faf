/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.index.segment;

import static org.assertj.core.api.Assertions.assertThat;

import io.omendb.index.vector.Metric;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConcurrencyTest {
  private static final int THREADS = 6;
  private static final int DIMENSION = 16;

  @TempDir Path dir;
  private Path file;
  private float[][] queries;

  @BeforeEach
  void build() throws IOException {
    float[][] rows = Fixtures.clusteredRows(2000, DIMENSION, 10, 1);
    queries = Fixtures.clusteredRows(100, DIMENSION, 10, 1);
    file = dir.resolve("s.omx");
    Fixtures.build(file, rows, IndexConfig.defaults(DIMENSION, Metric.L2), 500);
  }

  private static List<String> answers(SegmentSearcher searcher, float[][] queries) {
    List<String> answers = new ArrayList<>();
    Neighbors out = new Neighbors(10);
    SearchStats stats = new SearchStats();
    for (float[] query : queries) {
      searcher.search(query, 10, new SearchParams(20), null, out, stats);
      int[] ordinals = new int[out.size()];
      Arrays.setAll(ordinals, out::ordinal);
      answers.add(Arrays.toString(ordinals) + out.distance(9));
    }
    return answers;
  }

  @Test
  void searchersOfManyThreadsAnswerLikeOne() throws Exception {
    try (Segment segment = Segment.open(file)) {
      List<String> expected = answers(segment.newSearcher(), queries);
      ExecutorService pool = Executors.newFixedThreadPool(THREADS);
      try {
        Callable<List<String>> search = () -> answers(segment.newSearcher(), queries);
        for (Future<List<String>> answer :
            pool.invokeAll(java.util.Collections.nCopies(24, search))) {
          assertThat(answer.get()).isEqualTo(expected);
        }
      } finally {
        pool.shutdownNow();
      }
    }
  }

  @Test
  void closeWhileOthersSearchGivesAnswersOrAnException() throws Exception {
    List<String> expected;
    try (Segment segment = Segment.open(file)) {
      expected = answers(segment.newSearcher(), queries);
    }
    ExecutorService pool = Executors.newFixedThreadPool(THREADS);
    try {
      for (int round = 0; round < 40; round++) {
        Segment segment = Segment.openVerified(file);
        CountDownLatch running = new CountDownLatch(THREADS);
        List<Future<Integer>> searches = new ArrayList<>();
        for (int t = 0; t < THREADS; t++) {
          searches.add(
              pool.submit(
                  () -> {
                    SegmentSearcher searcher = segment.newSearcher();
                    running.countDown();
                    int answered = 0;
                    try {
                      while (true) {
                        assertThat(answers(searcher, queries)).isEqualTo(expected);
                        answered++;
                      }
                    } catch (IllegalStateException closed) {
                      return answered;
                    }
                  }));
        }
        running.await();
        segment.close();
        for (Future<Integer> search : searches) {
          assertThat(search.get()).isNotNegative();
        }
      }
    } finally {
      pool.shutdownNow();
    }
  }
}
