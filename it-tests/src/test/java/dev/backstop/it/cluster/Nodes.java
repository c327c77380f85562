package dev.backstop.it.cluster;

import dev.backstop.it.outage.FlakyNetwork;
import dev.backstop.testing.TestDatabase;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Some nodes on one database, each by a network of its own. Where that can be had, the wall clock
 * of one is right, of the next late, of the one after it early, and so on.
 */
final class Nodes implements AutoCloseable {
  final List<Node> all = new ArrayList<>();
  final List<FlakyNetwork> networks = new ArrayList<>();

  /** Starts them side by side. */
  Nodes(int number, Path directory, TestDatabase database, Duration heardWithin) throws Exception {
    for (int i = 0; i < number; i++) {
      networks.add(new FlakyNetwork(database.jdbcUrl(), "nodes-"));
      String url = networks.get(i).jdbcUrl();
      all.add(Node.start(directory, url, database, heardWithin, WallClock.of(i)));
    }
    for (int i = 0; i < number; i++) {
      WallClock.of(i).check(all.get(i).awaitOpen());
    }
  }

  Node get(int number) {
    return all.get(number);
  }

  /** Has each of them load a value, or find it. */
  void hold(String key, String value) throws Exception {
    for (Node node : all) {
      node.tell("get", key, value);
    }
  }

  @Override
  public void close() throws Exception {
    for (Node node : all) {
      node.close();
    }
    for (FlakyNetwork network : networks) {
      network.close();
    }
  }
}
