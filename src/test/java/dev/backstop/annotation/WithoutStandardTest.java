package dev.backstop.annotation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.backstop.cdi.BackstopExtension;
import dev.backstop.testing.Logged;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.se.SeContainer;
import jakarta.enterprise.inject.se.SeContainerInitializer;
import jakarta.enterprise.inject.spi.BeforeBeanDiscovery;
import jakarta.enterprise.inject.spi.Extension;
import jakarta.enterprise.util.Nonbinding;
import jakarta.interceptor.AroundInvoke;
import jakarta.interceptor.Interceptor;
import jakarta.interceptor.InvocationContext;
import java.io.File;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.logging.Level;
import javax.cache.annotation.CacheResult;
import org.junit.jupiter.api.Test;

/** Where JSR-107 is not there, or is somebody else's. */
class WithoutStandardTest {
  @ApplicationScoped
  static class Reader {
    int calls;

    @Backed(cache = "feeds", ttl = "PT1H")
    String read(String name) {
      calls++;
      return name;
    }

    int calls() {
      return calls;
    }
  }

  /** Runs in a class loader of its own. */
  public static final class Program implements Callable<Integer> {
    @Override
    public Integer call() {
      System.setProperty("backstop.jdbc-url", "jdbc:h2:mem:without");
      try (SeContainer container =
          SeContainerInitializer.newInstance()
              .disableDiscovery()
              .addExtensions(
                  BackstopExtension.class, AnnotationExtension.class, StandardExtension.class)
              .addBeanClasses(Reader.class)
              .initialize()) {
        Reader reader = container.select(Reader.class).get();
        reader.read("a");
        reader.read("a");
        return reader.calls();
      } finally {
        System.clearProperty("backstop.jdbc-url");
      }
    }
  }

  @Test
  void withoutTheApi_ourOwnAnnotationsWork() throws Exception {
    List<URL> urls = new ArrayList<>();
    for (String path :
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"))
            .split(File.pathSeparator)) {
      if (!path.contains("cache-api")) {
        urls.add(Path.of(path).toUri().toURL());
      }
    }
    try (URLClassLoader loader =
        new URLClassLoader(urls.toArray(URL[]::new), ClassLoader.getPlatformClassLoader())) {
      assertThatThrownBy(() -> loader.loadClass(CacheResult.class.getName()))
          .isInstanceOf(ClassNotFoundException.class);
      ExecutorService thread = Executors.newSingleThreadExecutor();
      try {
        assertThat(thread.submit(() -> run(loader)).get()).isEqualTo(1); // it loads all anew
      } finally {
        thread.shutdown();
      }
    }
  }

  private static Object run(ClassLoader loader) throws Exception {
    Thread.currentThread().setContextClassLoader(loader);
    return ((Callable<?>)
            loader.loadClass(Program.class.getName()).getDeclaredConstructor().newInstance())
        .call();
  }

  /** The annotations are bindings, of an interceptor of its own. */
  public static class Others implements Extension {
    void bind(@Observes BeforeBeanDiscovery event) {
      event
          .configureInterceptorBinding(CacheResult.class)
          .methods()
          .forEach(member -> member.add(Nonbinding.Literal.INSTANCE));
      event.addAnnotatedType(OtherInterceptor.class, "other");
    }
  }

  @CacheResult
  @Interceptor
  @Priority(Interceptor.Priority.PLATFORM_BEFORE)
  static class OtherInterceptor {
    @AroundInvoke
    Object around(InvocationContext call) throws Exception {
      return "other's " + call.proceed();
    }
  }

  @ApplicationScoped
  static class Dao {
    int calls;

    @CacheResult(cacheName = "feeds")
    String read(String name) {
      return name + ++calls;
    }
  }

  @Test
  void interceptorsOfOthers_areLeftAlone() {
    try (Logged log = new Logged();
        SeContainer container =
            SeContainerInitializer.newInstance()
                .disableDiscovery()
                .addExtensions(
                    BackstopExtension.class,
                    AnnotationExtension.class,
                    StandardExtension.class,
                    Others.class)
                .addBeanClasses(Dao.class)
                .initialize()) {
      Dao dao = container.select(Dao.class).get();
      assertThat(dao.read("a")).isEqualTo("other's a1");
      assertThat(dao.read("a")).isEqualTo("other's a2");
      assertThat(log.messages(Level.INFO))
          .contains(
              "The container has interceptors of its own for javax.cache.annotation, which are"
                  + " left alone");
    }
  }
}
