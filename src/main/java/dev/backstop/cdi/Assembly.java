package dev.backstop.cdi;

import dev.backstop.Backstop;
import dev.backstop.BackstopBuilder;
import dev.backstop.CacheSpec;
import dev.backstop.Codec;
import dev.backstop.Transactions;
import dev.backstop.config.Configuration;
import dev.backstop.core.Specs;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadFactory;

/**
 * Puts a Backstop and its caches together, from what is set, what the application produces, and
 * what the container has.
 */
record Assembly(CachePoints points, Configuration configuration, Produced produced) {
  /**
   * The container's, by the name of Jakarta Concurrency 3.0, for loads. The backups' threads are
   * our own: they need nothing of the container, and on Open Liberty its thread factory gives out
   * threads that begin to run only when the application has started.
   */
  private static final String EXECUTOR = "java:comp/DefaultManagedExecutorService";

  /** What is wrong with the settings and the parts of each cache. */
  List<String> problemsOfCaches() {
    List<String> problems = new ArrayList<>();
    for (CachePoint point : points.all()) {
      try {
        CacheSpec<?, ?> spec = configuration.on(point.spec());
        codecs().set(point.name());
        if (!points.isSpecified(point.name())) { // the spec may allow what is refused without it
          Specs.check(spec);
        }
      } catch (IllegalArgumentException refused) {
        problems.add(point.where() + ": " + refused.getMessage());
      }
    }
    return problems;
  }

  /** What is wrong with those of the whole. */
  List<String> problems() {
    List<String> problems = new ArrayList<>(database().problems());
    try {
      configuration.on(Backstop.builder());
      codecs().ofAll();
      configuration.isOn(Configuration.TRANSACTIONS);
    } catch (IllegalArgumentException refused) {
      problems.add(refused.getMessage());
    }
    return problems;
  }

  private DatabaseChoice database() {
    return new DatabaseChoice(configuration, produced);
  }

  private Codecs codecs() {
    return new Codecs(configuration, produced);
  }

  Backstop open() {
    BackstopBuilder builder = configuration.on(Backstop.builder());
    database().on(builder);
    codecs().ofAll().ifPresent(builder::codec);
    produced.part(InstantSource.class).ifPresent(builder::clock);
    produced
        .part(Executor.class)
        .or(() -> Naming.find(EXECUTOR, Executor.class))
        .ifPresent(builder::executor);
    produced.part(ThreadFactory.class).ifPresent(builder::threadFactory);
    produced
        .part(Transactions.class)
        .or(() -> ContainerTransactions.find(configuration))
        .ifPresent(builder::transactions);
    return builder.build();
  }

  /** The spec of an injected cache. */
  CacheSpec<?, ?> spec(CachePoint point) {
    return points.isSpecified(point.name()) ? produced.spec(point.name()) : point.spec();
  }

  /** Adds to a spec what is set, and the codec that is produced for it. */
  <K, V> CacheSpec<K, V> complete(CacheSpec<K, V> spec) {
    CacheSpec<K, V> set = configuration.on(spec);
    Optional<Codec> codec = codecs().set(spec.name());
    if (codec.isEmpty() && spec.codec() == null) {
      codec = produced.codec(spec.name());
    }
    return codec.map(set::codec).orElse(set);
  }
}
