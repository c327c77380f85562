package dev.backstop.it.servers;

import org.junit.jupiter.api.Tag;

@Tag("java25")
@Tag("glassfish")
class ProjectManagerOnGlassFishIT extends ProjectManagerChecks {
  @Override
  AppServer create() throws Exception {
    return new GlassFish();
  }
}
