package dev.backstop.it.servers;

class WildFlyIT extends ServerChecks {
  @Override
  AppServer create() throws Exception {
    return new WildFly();
  }
}
