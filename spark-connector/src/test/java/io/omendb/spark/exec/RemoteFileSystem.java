/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.spark.exec;

import java.io.IOException;
import java.net.URI;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;

/** The local disk under the scheme {@code remote:}, so that segments on it must be copied. */
public final class RemoteFileSystem extends RawLocalFileSystem {

  static final AtomicInteger OPENED = new AtomicInteger();

  /** Reads wait for it. */
  static volatile CountDownLatch gate = new CountDownLatch(0);

  /** Counted down by the first read. */
  static volatile CountDownLatch reached = new CountDownLatch(1);

  static Configuration configuration() {
    Configuration conf = new Configuration();
    conf.set("fs.remote.impl", RemoteFileSystem.class.getName());
    return conf;
  }

  @Override
  public URI getUri() {
    return URI.create("remote:///");
  }

  @Override
  public String getScheme() {
    return "remote";
  }

  @Override
  public FSDataInputStream open(Path path, int bufferSize) throws IOException {
    OPENED.incrementAndGet();
    reached.countDown();
    try {
      gate.await();
    } catch (InterruptedException e) {
      throw new IOException("the loader must not be interrupted", e);
    }
    return super.open(path, bufferSize);
  }
}
