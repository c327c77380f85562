package dev.backstop.it.cluster;

import dev.backstop.it.PostgresDatabase;
import dev.backstop.it.outage.FlakyNetwork;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Some nodes on one database, each by a network of its own. */
final class Nodes implements AutoCloseable {
  final List<Node> all = new ArrayList<>();
  final List<FlakyNetwork> networks = new ArrayList<>();

  /** Starts them side by side. */
  Nodes(int number, Path directory, PostgresDatabase database, Duration heardWithin)
      throws Exception {
    for (int i = 0; i < number; i++) {
      networks.add(new FlakyNetwork(database.jdbcUrl(), "nodes-"));
      all.add(Node.start(directory, networks.get(i).jdbcUrl(), database, heardWithin));
    }
    for (Node node : all) {
      node.awaitOpen();
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
