package dev.backstop.fast;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.File;
import java.lang.reflect.Constructor;
import java.net.MalformedURLException;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadFactory;
import org.junit.jupiter.api.Test;

/** What a tier on a Terracotta server refuses; {@code TerracottaIT} has the server. */
class ClusterTest {
  private static final URI SERVER = URI.create("terracotta://127.0.0.1:9410/shop");
  private static final long LEAST = 1 << 20;

  @Test
  void bytesWithoutAServer_areRefused() {
    try (FastTiers tiers = new FastTiers(null)) {
      assertThatIllegalStateException()
          .isThrownBy(() -> tiers.openCluster("feeds", LEAST))
          .withMessage("clusterBytes of cache feeds need a BackstopBuilder.ehcacheCluster");
    }
  }

  @Test
  void tooFewBytes_areRefused() {
    Cluster cluster = new Cluster(SERVER, Duration.ofSeconds(1), Thread::new);
    try (FastTiers tiers = new FastTiers(null, cluster)) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> tiers.openCluster("feeds", LEAST - 1))
          .withMessage("clusterBytes must be at least 1048576, was 1048575");
    }
  }

  @Test
  void afterTheClose_noneIsOpened() {
    FastTiers tiers = new FastTiers(null, new Cluster(SERVER, Duration.ofSeconds(1), Thread::new));
    tiers.close();
    assertThatIllegalStateException()
        .isThrownBy(() -> tiers.openCluster("feeds", LEAST))
        .withMessage("The tiers are closed");
  }

  @Test
  void withoutTheClient_theErrorSaysWhatToAdd() throws Exception {
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader(); // where Ehcache looks for its parts
    try (URLClassLoader application =
        new URLClassLoader(allButTheClient(), ClassLoader.getPlatformClassLoader())) {
      thread.setContextClassLoader(application);
      Class<?> clusters = application.loadClass(Cluster.class.getName());
      Class<?> all = application.loadClass(FastTiers.class.getName());
      Constructor<?> constructor = all.getConstructor(Path.class, clusters);
      ThreadFactory threads = Thread::new;
      Object cluster =
          clusters
              .getConstructor(URI.class, Duration.class, ThreadFactory.class)
              .newInstance(SERVER, Duration.ofSeconds(1), threads);
      try (AutoCloseable tiers = (AutoCloseable) constructor.newInstance(null, cluster)) {
        assertThatThrownBy(
                () ->
                    all.getMethod("openCluster", String.class, long.class)
                        .invoke(tiers, "feeds", LEAST))
            .cause()
            .isInstanceOf(IllegalStateException.class)
            .hasMessage(
                "clusterBytes of cache feeds need org.ehcache:ehcache-clustered on the class path,"
                    + " see docs/engines.md");
      }
    } finally {
      thread.setContextClassLoader(before);
    }
  }

  private static URL[] allButTheClient() throws MalformedURLException {
    List<URL> all = new ArrayList<>();
    int left = 0;
    String path =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    for (String each : path.split(File.pathSeparator, -1)) {
      if (each.contains("ehcache-clustered")) {
        left++;
      } else {
        all.add(Path.of(each).toUri().toURL());
      }
    }
    assertThat(left).isEqualTo(1);
    return all.toArray(URL[]::new);
  }
}
