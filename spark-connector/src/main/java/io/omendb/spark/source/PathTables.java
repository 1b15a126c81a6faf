/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.spark.source;

import io.omendb.spark.conf.OmenOption;
import io.omendb.spark.conf.OmenSettings;
import io.omendb.spark.error.InputErrors;
import io.omendb.spark.table.TableLog;
import io.omendb.spark.table.TableVersion;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SQLContext;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.connector.catalog.Table;
import org.apache.spark.sql.connector.catalog.TableCapability;
import org.apache.spark.sql.sources.BaseRelation;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.util.CaseInsensitiveStringMap;

/** Tables that are named by their path. One per use of the data source, on the driver. */
public final class PathTables {

  private OmenTable loaded;

  /** The newest version of the table at the path. Throws OmenException when there is none. */
  public OmenTable load(CaseInsensitiveStringMap options) {
    SparkSession spark = SparkSession.active();
    if (options.containsKey("paths")) {
      throw InputErrors.onePath();
    }
    OmenSettings.of(OmenOption.Scope.READ, options.asCaseSensitiveMap(), spark);
    TableLog log = log(spark, options);
    loaded = new OmenTable(log.files().root(), log.current(), null);
    return loaded;
  }

  /**
   * What is at the path: the table to read, the target of a running write, or a placeholder without
   * abilities, for which Spark asks before it calls {@link #write}.
   */
  public Table table(StructType schema, Map<String, String> properties) {
    CaseInsensitiveStringMap options = new CaseInsensitiveStringMap(properties);
    String key = options.get(PathWrite.KEY);
    if (key != null) {
      return new PathWriteTable(PathWrite.running(key));
    }
    if (loaded != null) {
      return loaded;
    }
    TableLog log = log(SparkSession.active(), options);
    Optional<TableVersion> latest = log.latest();
    return latest.isPresent()
        ? new OmenTable(log.files().root(), latest.get(), schema)
        : new NoTable(log.files().root(), schema);
  }

  /** Saves rows at the path. */
  public BaseRelation write(
      SQLContext sqlContext, SaveMode mode, Map<String, String> options, Dataset<Row> rows) {
    new PathWrite(sqlContext.sparkSession(), mode, options).run(rows);
    return new Written(sqlContext, rows.schema());
  }

  /** How Spark calls the table at a path: two parts that it can parse. */
  static String nameOf(String root) {
    return "omendb.`" + root.replace("`", "``") + "`";
  }

  private static TableLog log(SparkSession spark, CaseInsensitiveStringMap options) {
    String path = options.get("path");
    if (path == null || path.isBlank()) {
      throw InputErrors.onePath();
    }
    return new TableLog(spark.sessionState().newHadoopConf(), path);
  }

  private record NoTable(String root, StructType schema) implements Table {
    @Override
    public String name() {
      return nameOf(root);
    }

    @Override
    public Set<TableCapability> capabilities() {
      return Set.of();
    }
  }

  private static final class Written extends BaseRelation {
    private final SQLContext sqlContext;
    private final StructType schema;

    private Written(SQLContext sqlContext, StructType schema) {
      this.sqlContext = sqlContext;
      this.schema = schema;
    }

    @Override
    public SQLContext sqlContext() {
      return sqlContext;
    }

    @Override
    public StructType schema() {
      return schema;
    }
  }
}
