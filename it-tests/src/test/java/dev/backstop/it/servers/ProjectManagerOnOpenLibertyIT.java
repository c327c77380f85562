package dev.backstop.it.servers;

import org.junit.jupiter.api.Tag;

@Tag("java25")
class ProjectManagerOnOpenLibertyIT extends ProjectManagerChecks {
  @Override
  AppServer create() throws Exception {
    return new OpenLiberty();
  }
}
