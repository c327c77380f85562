package dev.backstop.model;

import dev.backstop.BulkContext;
import dev.backstop.LoadContext;
import dev.backstop.model.Op.Form;
import dev.backstop.model.Op.Source;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/** Gets of one sequence: the model learns when the source is asked, and what it says. */
final class Gets {
  private final Run run;
  private final Model model;

  Gets(Run run, Model model) {
    this.run = run;
    this.model = model;
  }

  /** What the source did in one get, and what it threw. */
  private static final class Asked {
    final Map<Integer, Answer> answers = new HashMap<>();
    final Map<Integer, Throwable> thrown = new HashMap<>();
  }

  private String load(Asked asked, Op.Get get, @Nullable LoadContext<String> context)
      throws Exception {
    model.asked(get.node(), get.key());
    if (get.during() != null) {
      run.step(get.during());
    }
    try {
      return answer(asked, get.key(), get.source(), context);
    } catch (Throwable failure) {
      asked.thrown.put(get.key(), failure);
      throw failure;
    }
  }

  private @Nullable String answer(
      Asked asked, int key, Source source, @Nullable LoadContext<String> context) throws Exception {
    long asOf = source.lag() == 0 || context == null ? Long.MAX_VALUE : run.now() - source.lag();
    long ttl = context == null ? 0 : source.ttl();
    if (asOf != Long.MAX_VALUE) {
      context.asOf(Instant.ofEpochMilli(asOf));
    }
    if (ttl != 0) {
      context.ttl(Duration.ofMillis(ttl));
    }
    String text =
        switch (source.kind()) {
          case VALUE -> run.value(source.same());
          case KEEPS -> "No previous value is known";
          default -> "failure of " + run.value(false);
        };
    asked.answers.put(key, new Answer(source.kind(), text, asOf, ttl));
    return switch (source.kind()) {
      case VALUE -> text;
      case NULL, LEAVES_OUT -> null;
      case KEEPS -> kept(context, text);
      case FAILS -> throw new IOException(text);
      case DIES -> throw new LinkageError(text);
    };
  }

  private static String kept(LoadContext<String> context, String text) throws IOException {
    if (context.previous().isEmpty()) {
      throw new IOException(text);
    }
    return context.notModified();
  }

  void get(Op.Get get) {
    Asked asked = new Asked();
    boolean needsContext =
        get.source().lag() != 0
            || get.source().ttl() != 0
            || get.source().kind() == Answer.Kind.KEEPS;
    String key = run.name(get.key());
    model.begin(get.node(), get.key(), get.terms());
    Seen seen =
        seen(
            asked.thrown,
            () -> {
              if (get.form() == Form.ENTRY) {
                return Seen.of(
                    needsContext
                        ? run.cache(get.node())
                            .entryWith(
                                key, context -> load(asked, get, context), get.terms().policy())
                        : run.cache(get.node())
                            .entry(key, () -> load(asked, get, null), get.terms().policy()));
              }
              return Seen.value(
                  needsContext
                      ? run.cache(get.node())
                          .getWith(key, context -> load(asked, get, context), get.terms().policy())
                      : run.cache(get.node())
                          .get(key, () -> load(asked, get, null), get.terms().policy()));
            });
    model.end(get.node(), get.key(), seen, asked.answers.get(get.key()), get.form() == Form.GET);
  }

  /** What a call returned; or what it threw, which must be what the source threw. */
  private static Seen seen(Map<Integer, Throwable> thrown, Callable<Seen> call) {
    try {
      return call.call();
    } catch (Mismatch mismatch) {
      throw mismatch;
    } catch (Throwable failure) {
      return thrown.values().stream().anyMatch(one -> one == failure)
          ? Seen.thrown(failure.getMessage())
          : Seen.thrown("not by the source: " + failure);
    }
  }

  void getAll(Op.GetAll get) {
    Asked asked = new Asked();
    Map<String, Integer> keys = new LinkedHashMap<>();
    get.keys().keySet().forEach(key -> keys.put(run.name(key), key));
    keys.values().forEach(key -> model.begin(get.node(), key, get.terms()));
    Map<String, String> found = new LinkedHashMap<>();
    Seen seen =
        seen(
            asked.thrown,
            () -> {
              found.putAll(
                  run.cache(get.node())
                      .getAllWith(
                          keys.keySet(),
                          (missing, context) -> loadAll(asked, get, keys, missing, context),
                          get.terms().policy()));
              return Seen.NOTHING;
            });
    List<Integer> throwers =
        keys.values().stream()
            .filter(key -> isThrownFor(seen, asked, key))
            .filter(key -> model.mayThrow(get.node(), key, asked.answers.get(key)))
            .toList();
    if (seen.isThrown() && throwers.isEmpty()) {
      throw new Mismatch("No key may throw, was " + seen);
    }
    for (int key : keys.values()) {
      Answer answer = asked.answers.get(key);
      if (!seen.isThrown()) {
        String name = run.name(key);
        Seen value = found.containsKey(name) ? Seen.value(found.get(name)) : Seen.ABSENT;
        model.end(get.node(), key, value, answer, true);
      } else if (throwers.equals(List.of(key))) {
        model.end(get.node(), key, seen, answer, true);
      } else { // of several, nobody can tell which threw
        model.endUnseen(get.node(), key, answer);
      }
    }
  }

  private static boolean isThrownFor(Seen seen, Asked asked, int key) {
    Throwable failure = asked.thrown.get(key);
    return failure != null && seen.equals(Seen.thrown(failure.getMessage()));
  }

  private Map<String, String> loadAll(
      Asked asked,
      Op.GetAll get,
      Map<String, Integer> keys,
      Set<String> missing,
      BulkContext<String> context)
      throws Exception {
    missing.forEach(key -> model.asked(get.node(), keys.get(key)));
    if (get.during() != null) {
      run.step(get.during());
    }
    if (get.fails()) {
      IOException failure = new IOException("failure of " + run.value(false));
      for (String key : missing) {
        Answer answer = new Answer(Answer.Kind.FAILS, failure.getMessage(), Long.MAX_VALUE, 0);
        asked.answers.put(keys.get(key), answer);
        asked.thrown.put(keys.get(key), failure);
      }
      throw failure;
    }
    Map<String, String> loaded = new HashMap<>();
    for (String key : missing) {
      int number = keys.get(key);
      try {
        String value = answer(asked, number, get.keys().get(number), null);
        if (get.keys().get(number).kind() != Answer.Kind.LEAVES_OUT) {
          loaded.put(key, value);
        }
      } catch (IOException failure) {
        asked.thrown.put(number, failure);
        context.failed(key, failure);
      }
    }
    return loaded;
  }
}
