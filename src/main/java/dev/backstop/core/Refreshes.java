package dev.backstop.core;

import dev.backstop.BackupReads;
import dev.backstop.Loader;
import dev.backstop.Policy;
import dev.backstop.backup.RowKey;
import dev.backstop.clock.Micros;
import dev.backstop.fast.FastCopy;
import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/** Refresh ahead: past a share of the ttl, one load in the background; callers keep the copy. */
final class Refreshes<K, V> {
  private final Parts<K, V> parts;
  private final Loads<K, V> loads;

  Refreshes(Parts<K, V> parts) {
    this.parts = parts;
    this.loads = new Loads<>(parts);
  }

  /**
   * Begins a refresh if the copy that was hit is due for one by the call's or the cache's policy. A
   * call may give a policy or a ttl alone.
   */
  void ifDue(
      FastCopy<V> copy,
      long now,
      K key,
      Loader<? extends V, ?> loader,
      @Nullable Policy call,
      @Nullable Duration ttl,
      Policy own) {
    Double share =
        call != null && call.refreshAhead() != null ? call.refreshAhead() : own.refreshAhead();
    if (share == null || copy.failure() != null) {
      return; // the source is left alone while something stands in
    }
    double due = copy.createdAt() + share * (copy.expiresAt() - copy.createdAt());
    if (now >= due && now >= copy.refreshAfter()) {
      Policy given = call == null && ttl != null ? Policy.ttl(ttl) : call;
      Policy all = given == null ? own : given.over(own);
      // What the tiers hold is to be refreshed, and does not answer in the place of the source.
      Policy ofSource =
          all.backupReads(BackupReads.ON_FAILURE).withoutReading(parts.tiers().between());
      refresh(copy, key, loader, Terms.of(ofSource));
    }
  }

  private void refresh(FastCopy<V> due, K key, Loader<? extends V, ?> loader, Terms terms) {
    Gets.Led<V> led = new Gets.Led<>();
    try {
      refresh(due, key, loader, terms, led);
    } catch (VirtualMachineError death) { // callers keep the copy, whatever a refresh meets
      led.die(death);
    }
  }

  private void refresh(
      FastCopy<V> due, K key, Loader<? extends V, ?> loader, Terms terms, Gets.Led<V> led) {
    RowKey row = parts.keys().row(key);
    Joined<V> joined =
        parts
            .slots()
            .join(
                key,
                false,
                // Another copy came since: no refresh of that one is due.
                copy ->
                    copy.createdAt() != due.createdAt()
                        || copy.refreshAfter() != due.refreshAfter(),
                stamp -> led.flight = loads.flight(key, row, stamp, terms));
    Flight<V> flight = joined.flight();
    if (flight == null || !joined.leads()) {
      return;
    }
    // Nobody waits for it: if it hangs, it has failed by then, and that holds for a while too. Hits
    // meanwhile see by the copy alone that no other refresh is due.
    long patience = terms.hardNanos() == Long.MAX_VALUE ? 0 : terms.hardNanos() / 1_000;
    long failedAt = Micros.after(parts.clock().now(), patience);
    long until = terms.notStale(due.createdAt(), terms.standInUntil(failedAt));
    parts
        .slots()
        .publish(
            key, flight, Reach.ALL, copy -> copy == null ? null : copy.notRefreshedBefore(until));
    flight.isAhead = true;
    Runnable load =
        () -> {
          if (parts.units().current() == null) {
            loads.run(key, row, flight, loader, terms);
          } else { // the executor brought the caller's transaction with it
            loads.reject(key, flight, new RejectedExecutionException("in a transaction"), terms);
          }
        };
    try {
      parts.executor().execute(load);
    } catch (Throwable noThread) {
      loads.reject(key, flight, noThread, terms);
    }
  }
}
