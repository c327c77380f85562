package dev.backstop.cdi;

import dev.backstop.annotation.AnnotationExtension;
import dev.backstop.annotation.StandardExtension;
import dev.backstop.testing.TestDatabase;
import jakarta.enterprise.inject.se.SeContainer;
import jakarta.enterprise.inject.se.SeContainerInitializer;
import java.util.ArrayList;
import java.util.List;
import org.eclipse.microprofile.config.spi.ConfigProviderResolver;

/** An application of some beans in a container of CDI for plain Java, with settings of its own. */
public final class Application implements AutoCloseable {
  private final List<String> set = new ArrayList<>();

  private SeContainer container;

  /** An application with its backups in a database of that name, in memory. */
  public static Application onH2(String name) {
    return new Application().set("backstop.jdbc-url", "jdbc:h2:mem:" + name + ";DB_CLOSE_DELAY=-1");
  }

  /** An application with its backups there. */
  public static Application on(TestDatabase database) {
    return new Application()
        .set("backstop.jdbc-url", database.jdbcUrl())
        .set("backstop.username", database.username())
        .set("backstop.password", database.password());
  }

  /** Sets a system property until this is closed. */
  public Application set(String name, String value) {
    System.setProperty(name, value);
    set.add(name);
    return this;
  }

  /** Starts it with these beans; what is set by now holds. */
  public Application start(Class<?>... beans) {
    ConfigProviderResolver configs = ConfigProviderResolver.instance();
    configs.releaseConfig(configs.getConfig()); // it lists the names that it began with
    container =
        SeContainerInitializer.newInstance()
            .disableDiscovery()
            .addExtensions(
                BackstopExtension.class,
                AnnotationExtension.class,
                StandardExtension.class) // as by the service
            .addBeanClasses(beans)
            .initialize();
    return this;
  }

  public <T> T bean(Class<T> type) {
    return container.select(type).get();
  }

  @Override
  public void close() {
    if (container != null) {
      container.close();
    }
    set.forEach(System::clearProperty);
  }
}
