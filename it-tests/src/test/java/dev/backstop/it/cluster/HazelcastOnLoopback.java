package dev.backstop.it.cluster;

import com.hazelcast.config.Config;
import com.hazelcast.config.NetworkConfig;

/** Members of Hazelcast that find each other on this machine and nobody else. */
public final class HazelcastOnLoopback {
  private HazelcastOnLoopback() {}

  /** One member, which listens on that port and knows all ports. */
  public static Config config(String name, String cluster, int port, int... ports) {
    Config config = new Config(name).setClusterName(cluster);
    config.setProperty("hazelcast.phone.home.enabled", "false");
    config.setProperty("hazelcast.shutdownhook.enabled", "false");
    config.setProperty("hazelcast.logging.type", "jdk");
    config.setProperty("hazelcast.socket.bind.any", "false");
    config.setProperty("hazelcast.partition.count", "23");
    NetworkConfig network = config.getNetworkConfig().setPort(port).setPortAutoIncrement(false);
    network.getInterfaces().setEnabled(true).addInterface("127.0.0.1");
    network.getJoin().getAutoDetectionConfig().setEnabled(false);
    network.getJoin().getMulticastConfig().setEnabled(false);
    network.getJoin().getTcpIpConfig().setEnabled(true);
    for (int each : ports) {
      network.getJoin().getTcpIpConfig().addMember("127.0.0.1:" + each);
    }
    return config;
  }
}
