package dev.backstop.it.servers;

class ProjectManagerOnWildFlyIT extends ProjectManagerChecks {
  @Override
  AppServer create() throws Exception {
    return new WildFly();
  }
}
