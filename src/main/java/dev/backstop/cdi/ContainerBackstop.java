package dev.backstop.cdi;

import dev.backstop.BackedCache;
import dev.backstop.Backstop;
import dev.backstop.CacheSpec;
import dev.backstop.CacheTransaction;
import dev.backstop.CullReport;
import dev.backstop.Lender;
import dev.backstop.TierReport;
import dev.backstop.WriteReport;
import java.util.List;

/** A Backstop whose caches are as they are set, and which the container closes. */
record ContainerBackstop(Backstop target, Completion completion) implements Backstop {
  /** Adds to a spec what is set outside of the code. */
  interface Completion {
    <K, V> CacheSpec<K, V> complete(CacheSpec<K, V> spec);
  }

  @Override
  public <K, V> BackedCache<K, V> cache(CacheSpec<K, V> spec) {
    return target.cache(completion.complete(spec));
  }

  @Override
  public CacheTransaction transaction(Lender lender) {
    return target.transaction(lender);
  }

  @Override
  public CacheTransaction transaction() {
    return target.transaction();
  }

  @Override
  public CullReport cullNow() {
    return target.cullNow();
  }

  @Override
  public CullReport cullPreview() {
    return target.cullPreview();
  }

  @Override
  public WriteReport writes() {
    return target.writes();
  }

  @Override
  public List<TierReport> tiers() {
    return target.tiers();
  }

  @Override
  public long unansweredQuestions() {
    return target.unansweredQuestions();
  }

  /** Refused: others have it injected as well. */
  @Override
  public void close() {
    throw new IllegalStateException("The container closes this Backstop when the application ends");
  }
}
