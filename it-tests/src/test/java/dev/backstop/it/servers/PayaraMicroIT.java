package dev.backstop.it.servers;

import org.junit.jupiter.api.Test;

@org.junit.jupiter.api.Tag("server")
class PayaraMicroIT {
  @Test
  void boots() throws Exception {
    try (AppServer server = new PayaraMicro()) {
      server.start(new War("first"));
    }
  }
}
