/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.bench;

import io.omendb.bench.build.BuildCommand;
import io.omendb.bench.core.CoreCommand;
import io.omendb.bench.data.DataCommand;
import io.omendb.bench.data.VectorFileException;
import io.omendb.bench.filter.FilterCommand;
import io.omendb.bench.join.JoinCommand;
import io.omendb.bench.kernels.KernelsCommand;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The command line of the benchmarks. Exit status: 0 success, 1 failure, 2 wrong arguments. */
@Command(
    name = "bench",
    description = "Measures OmenDB beside its peers, always with recall beside speed.",
    mixinStandardHelpOptions = true,
    subcommands = {
      CoreCommand.class,
      BuildCommand.class,
      FilterCommand.class,
      JoinCommand.class,
      KernelsCommand.class,
      DataCommand.class
    })
public final class Bench {
  private Bench() {}

  /** Runs the command that the arguments name. */
  public static void main(String[] args) {
    CommandLine commandLine = new CommandLine(new Bench());
    commandLine.setParameterExceptionHandler(
        (e, arguments) -> {
          System.err.println("bench: " + e.getMessage());
          System.err.println(
              "Try '" + e.getCommandLine().getCommandSpec().qualifiedName() + " --help'.");
          return 2;
        });
    commandLine.setExecutionExceptionHandler(
        (e, command, parsed) -> {
          boolean argument =
              e instanceof IllegalArgumentException || e instanceof VectorFileException;
          System.err.println("bench: " + e.getMessage());
          if (!argument) {
            e.printStackTrace();
          }
          return argument ? 2 : 1;
        });
    System.exit(commandLine.execute(args));
  }
}
