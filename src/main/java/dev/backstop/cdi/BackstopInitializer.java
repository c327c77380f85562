package dev.backstop.cdi;

import jakarta.servlet.ServletContainerInitializer;
import jakarta.servlet.ServletContext;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Has Backstop begin and end with a web application. Named in {@code META-INF/services}, and so
 * found where no annotations are looked for. Not for applications.
 */
public final class BackstopInitializer implements ServletContainerInitializer {
  /** For the container. */
  public BackstopInitializer() {}

  @Override
  public void onStartup(@Nullable Set<Class<?>> classes, ServletContext context) {
    if (hasCdi()) {
      context.addListener(new ContextListener());
    }
  }

  private static boolean hasCdi() {
    try {
      Class.forName(
          "jakarta.enterprise.inject.spi.CDI", false, BackstopInitializer.class.getClassLoader());
      return true;
    } catch (ClassNotFoundException | LinkageError plainServlets) {
      return false;
    }
  }
}
