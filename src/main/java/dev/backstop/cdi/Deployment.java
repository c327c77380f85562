package dev.backstop.cdi;

import dev.backstop.BackedCache;
import dev.backstop.Backstop;
import dev.backstop.BackstopBuilder;
import dev.backstop.CacheSpec;
import dev.backstop.Codec;
import dev.backstop.config.Configuration;
import dev.backstop.core.Specs;
import jakarta.enterprise.inject.spi.BeanManager;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadFactory;
import org.jspecify.annotations.Nullable;

/** The Backstop of one application, from what is set and produced there. */
final class Deployment {
  private static final Logger LOG = System.getLogger("dev.backstop");

  /** The container's, by the names of Jakarta Concurrency 3.0. */
  private static final String EXECUTOR = "java:comp/DefaultManagedExecutorService";

  private static final String THREADS = "java:comp/DefaultManagedThreadFactory";

  private final CachePoints points;
  private final Configuration configuration = Configuration.of(Deployment.class.getClassLoader());
  private boolean isUsed;
  private boolean isProduced;
  private @Nullable Produced produced;
  private @Nullable Backstop opened;
  private @Nullable Backstop backstop;
  private boolean isClosed;

  Deployment(CachePoints points) {
    this.points = points;
  }

  /** Says that the Backstop itself is injected. */
  void use() {
    isUsed = true;
  }

  /** Says in which container it is, and whether the application produces a Backstop itself. */
  void in(BeanManager beans, boolean isProducedThere) {
    produced = new Produced(beans);
    isProduced = isProducedThere;
    isUsed |= !points.all().isEmpty();
  }

  /** What is wrong with the settings and the parts that the application produces. */
  List<String> problems() {
    if (!isUsed) {
      return List.of();
    }
    configuration.doubts(points.names()).forEach(doubt -> LOG.log(Level.WARNING, doubt));
    List<String> problems = new ArrayList<>();
    for (CachePoint point : points.all()) {
      try {
        CacheSpec<?, ?> spec = configuration.on(point.spec());
        if (!points.isSpecified(point.name())) { // the spec may allow what is refused without it
          Specs.check(spec);
        }
      } catch (IllegalArgumentException refused) {
        problems.add(point.where() + ": " + refused.getMessage());
      }
    }
    if (!isProduced) {
      try {
        configuration.on(Backstop.builder());
      } catch (IllegalArgumentException refused) {
        problems.add(refused.getMessage());
      }
      problems.addAll(source().problems());
    }
    return problems;
  }

  private DatabaseChoice source() {
    return new DatabaseChoice(configuration, produced());
  }

  private Produced produced() {
    return Objects.requireNonNull(produced, "the container has not begun");
  }

  /** Opens it, if anyone is going to use it. */
  void start() {
    if (isUsed && !isProduced) {
      backstop();
    }
  }

  /**
   * Returns it, and opens it at the first call.
   *
   * @throws IllegalStateException after {@link #close()}
   */
  synchronized Backstop backstop() {
    if (isClosed) {
      throw new IllegalStateException("The application of this Backstop is shut down");
    }
    if (backstop == null) {
      if (!isProduced) {
        opened = open();
      }
      backstop =
          new ContainerBackstop(opened == null ? produced().backstop() : opened, this::complete);
    }
    return backstop;
  }

  private Backstop open() {
    BackstopBuilder builder = configuration.on(Backstop.builder());
    source().on(builder);
    codecs().ofAll().ifPresent(builder::codec);
    produced().part(InstantSource.class).ifPresent(builder::clock);
    produced()
        .part(Executor.class)
        .or(() -> Naming.find(EXECUTOR, Executor.class))
        .ifPresent(builder::executor);
    produced()
        .part(ThreadFactory.class)
        .or(() -> Naming.find(THREADS, ThreadFactory.class))
        .ifPresent(builder::threadFactory);
    return builder.build();
  }

  BackedCache<?, ?> cache(CachePoint point) {
    CacheSpec<?, ?> spec =
        points.isSpecified(point.name()) ? produced().spec(point.name()) : point.spec();
    return backstop().cache(spec);
  }

  private <K, V> CacheSpec<K, V> complete(CacheSpec<K, V> spec) {
    CacheSpec<K, V> set = configuration.on(spec);
    Optional<Codec> codec = codecs().set(spec.name());
    if (codec.isEmpty() && spec.codec() == null) {
      codec = produced().codec(spec.name());
    }
    return codec.map(set::codec).orElse(set);
  }

  private Codecs codecs() {
    return new Codecs(configuration, produced());
  }

  /** Closes what it opened, and returns whether there was anything. */
  synchronized boolean close() {
    isClosed = true;
    boolean wasOpen = opened != null;
    if (opened != null) {
      opened.close();
    }
    opened = null;
    backstop = null;
    if (produced != null) {
      produced.close();
    }
    return wasOpen;
  }
}
