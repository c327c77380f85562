package dev.backstop.it.servers;

import org.junit.jupiter.api.Test;

@org.junit.jupiter.api.Tag("java25")
@org.junit.jupiter.api.Tag("server")
class OpenLibertyIT {
  @Test
  void boots() throws Exception {
    try (AppServer server = new OpenLiberty()) {
      server.start(new War("first"));
      War second = new War("second");
      server.deploy(second);
      server.deploy(second.again());
      server.undeploy("second");
    }
  }
}
