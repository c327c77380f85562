package dev.backstop.cdi;

import jakarta.enterprise.inject.spi.CDI;
import jakarta.servlet.ServletContextEvent;
import jakarta.servlet.ServletContextListener;
import org.jspecify.annotations.Nullable;

/** Opens the Backstop of a web application when naming works, and closes it. */
final class ContextListener implements ServletContextListener {
  private @Nullable Deployment deployment;

  @Override
  public void contextInitialized(ServletContextEvent event) {
    deployment = find();
    if (deployment != null) {
      deployment.start();
    }
  }

  private static @Nullable Deployment find() {
    try {
      return CDI.current().getBeanManager().getExtension(BackstopExtension.class).deployment();
    } catch (IllegalStateException | IllegalArgumentException withoutCdi) {
      return null;
    }
  }

  @Override
  public void contextDestroyed(ServletContextEvent event) {
    if (deployment != null) {
      deployment.close(); // though the container of CDI may have done it before
      if (deployment.hasOpened()) {
        Drivers.forget();
      }
    }
  }
}
