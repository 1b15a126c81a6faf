/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.bench.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Rows of results as a table for people and as CSV for programs. */
public final class Report {
  private Report() {}

  /** The rows in columns, the header first. */
  public static String table(List<Result> results) {
    List<List<String>> rows = new ArrayList<>();
    rows.add(Result.COLUMNS);
    results.forEach(result -> rows.add(result.cells()));
    StringBuilder text = new StringBuilder();
    for (List<String> row : rows) {
      StringBuilder line = new StringBuilder();
      for (int c = 0; c < row.size(); c++) {
        int column = c;
        int width = rows.stream().mapToInt(cells -> cells.get(column).length()).max().orElse(0);
        boolean left =
            Result.COLUMNS.get(c).equals("engine") || Result.COLUMNS.get(c).equals("setting");
        line.append(("%" + (left ? "-" : "") + Math.max(1, width) + "s  ").formatted(row.get(c)));
      }
      text.append(line.toString().stripTrailing()).append('\n');
    }
    return text.toString();
  }

  /** Writes a header and the rows; replaces a file that exists. */
  public static void writeCsv(Path file, List<Result> results) throws IOException {
    List<String> lines = new ArrayList<>();
    lines.add(String.join(",", Result.COLUMNS));
    for (Result result : results) {
      lines.add(String.join(",", result.cells().stream().map(Report::quoted).toList()));
    }
    Files.write(file, lines);
  }

  private static String quoted(String cell) {
    return cell.contains(",") || cell.contains("\"")
        ? '"' + cell.replace("\"", "\"\"") + '"'
        : cell;
  }
}
