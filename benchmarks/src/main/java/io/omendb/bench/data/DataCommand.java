/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.bench.data;

import picocli.CommandLine.Command;

/** Makes the data sets that the documentation's figures come from. */
@Command(
    name = "data",
    description = "Makes data sets: base.fvecs, queries.fvecs and truth.ivecs, also as Parquet.",
    mixinStandardHelpOptions = true,
    subcommands = {FashionMnistCommand.class, SyntheticCommand.class})
public final class DataCommand {}
