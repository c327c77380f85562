package dev.backstop.core;

import dev.backstop.backup.News;
import dev.backstop.clock.Stamp;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/**
 * What one cache does when it hears what another node changed in it. The table has it already; what
 * this process holds, or loads, and is not later than the change, ends.
 */
final class Ear<K, V> {
  private final Parts<K, V> parts;

  Ear(Parts<K, V> parts) {
    this.parts = parts;
  }

  /** Nothing is believed: what was not heard may be anything. */
  void startOver() {
    parts.slots().startOver();
  }

  /** Takes it in; returns when all of it holds in this process. */
  void hear(List<News> all) {
    Map<String, List<News>> ofKeys = new HashMap<>();
    List<News> ofPrefixes = new ArrayList<>();
    for (News news : all) {
      String key = news.key();
      switch (news.kind()) {
        case CLEAR -> parts.slots().bar(null, Stamp.given(news.stamp())).run();
        case EXPIRE_ALL -> parts.slots().bar(Stamp.given(news.stamp()), null).run();
        case REMOVE_PREFIX, EXPIRE_PREFIX -> ofPrefixes.add(news);
        default -> ofKeys.computeIfAbsent(String.valueOf(key), k -> new ArrayList<>()).add(news);
      }
    }
    ofPrefixes.forEach(this::hearPrefix);
    if (!ofKeys.isEmpty()) {
      hearKeys(ofKeys);
    }
  }

  private void hearPrefix(News news) {
    String prefix = String.valueOf(news.key());
    Predicate<String> texts = text -> text.startsWith(prefix);
    Runnable inTiers = parts.tiers().end(texts, news.stamp());
    parts
        .slots()
        .forEachKey(
            key -> {
              if (texts.test(parts.keys().row(key).key())) {
                change(key, news);
              }
            });
    inTiers.run();
  }

  private void hearKeys(Map<String, List<News>> ofKeys) {
    Map<String, List<News>> others = new HashMap<>();
    ofKeys.forEach(
        (text, all) -> {
          K key = parts.keys().key(text);
          if (key == null) {
            others.put(text, all);
          } else {
            all.forEach(news -> change(key, news));
          }
        });
    if (others.isEmpty()) {
      return;
    }
    // Also what is in the tiers alone, of which the keys are not known here.
    others.forEach(
        (text, all) -> all.forEach(news -> parts.tiers().end(Set.of(text), news.stamp()).run()));
    parts
        .slots()
        .forEachKey(
            key ->
                others
                    .getOrDefault(parts.keys().row(key).key(), List.of())
                    .forEach(news -> change(key, news)));
  }

  private void change(K key, News news) {
    boolean expires = news.kind() == News.Kind.EXPIRE || news.kind() == News.Kind.EXPIRE_PREFIX;
    Runnable tellTiers =
        parts
            .slots()
            .hear(
                key,
                Stamp.given(news.stamp()),
                (copy, at) ->
                    copy == null || copy.order() > at ? copy : expires ? copy.expired() : null);
    if (!parts.tiers().isEmpty()) {
      parts.tiers().soon(tellTiers);
    }
  }
}
