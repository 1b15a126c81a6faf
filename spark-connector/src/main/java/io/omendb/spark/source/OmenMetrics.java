/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.spark.source;

import org.apache.spark.sql.connector.metric.CustomMetric;
import org.apache.spark.sql.connector.metric.CustomSumMetric;
import org.apache.spark.sql.connector.metric.CustomTaskMetric;

/** The metrics of scans and writes. Spark makes them by their class names, hence one class each. */
final class OmenMetrics {

  private OmenMetrics() {}

  static CustomMetric[] ofReads() {
    return new CustomMetric[] {new RowsRead()};
  }

  static CustomMetric[] ofWrites() {
    return new CustomMetric[] {
      new RowsWritten(), new SegmentsWritten(), new BytesWritten(), new BuildMillis()
    };
  }

  record Value(String name, long value) implements CustomTaskMetric {}

  /** Rows that a scan read from segments, before Spark's filters. */
  public static final class RowsRead extends CustomSumMetric {
    static final String NAME = "omendbRowsRead";

    @Override
    public String name() {
      return NAME;
    }

    @Override
    public String description() {
      return "rows read from segments";
    }
  }

  /** Rows written into segments. */
  public static final class RowsWritten extends CustomSumMetric {
    static final String NAME = "omendbRowsWritten";

    @Override
    public String name() {
      return NAME;
    }

    @Override
    public String description() {
      return "rows written into segments";
    }
  }

  /** Segments finished. */
  public static final class SegmentsWritten extends CustomSumMetric {
    static final String NAME = "omendbSegmentsWritten";

    @Override
    public String name() {
      return NAME;
    }

    @Override
    public String description() {
      return "segments built";
    }
  }

  /** Bytes of segment and payload files. */
  public static final class BytesWritten extends CustomSumMetric {
    static final String NAME = "omendbBytesWritten";

    @Override
    public String name() {
      return NAME;
    }

    @Override
    public String description() {
      return "bytes of segment and payload files";
    }
  }

  /** Time of training, graph building and writing, added over tasks. */
  public static final class BuildMillis extends CustomSumMetric {
    static final String NAME = "omendbBuildMillis";

    @Override
    public String name() {
      return NAME;
    }

    @Override
    public String description() {
      return "time to build segments in all tasks (ms)";
    }
  }
}
