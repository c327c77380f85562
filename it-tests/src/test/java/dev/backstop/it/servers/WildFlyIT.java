package dev.backstop.it.servers;

import org.junit.jupiter.api.Test;

@org.junit.jupiter.api.Tag("server")
class WildFlyIT {
  @Test
  void boots() throws Exception {
    try (AppServer server = new WildFly()) {
      server.start(new War("first"));
      War second = new War("second");
      server.deploy(second);
      server.deploy(second.again());
      server.undeploy("second");
    }
  }
}
