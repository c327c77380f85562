package dev.backstop.annotation;

import dev.backstop.CacheSpec;
import dev.backstop.cdi.BackstopExtension;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Gives the methods their caches, and says of which that can't be. */
final class Plan {
  private final BackstopExtension backstop;
  private final Beans beans;
  private final List<String> problems = new ArrayList<>();
  private final Map<String, KeyParts> composites = new HashMap<>();

  Plan(BackstopExtension backstop, Beans beans) {
    this.backstop = backstop;
    this.beans = beans;
  }

  List<String> problems() {
    return problems;
  }

  void refuse(String problem) {
    problems.add(problem);
  }

  Beans beans() {
    return beans;
  }

  void use(CacheSpec<?, ?> spec, String where) {
    backstop.use(spec, where);
  }

  /** Has the cache made, if need be. */
  Optional<LoadCall> load(BackedMethod method) {
    try {
      CacheSpec<?, ?> spec = method.spec(keyType(method.cache()));
      use(spec, method.key().where());
      return maker(method.cache(), method.key(), spec.keyType())
          .map(
              key ->
                  new LoadCall(
                      beans.cache(method.cache()),
                      key,
                      method.policy(),
                      method.factory() == PolicyFactory.class
                          ? null
                          : beans.bean(method.factory())));
    } catch (IllegalArgumentException refused) {
      problems.add(method.key().where() + ": @Backed: " + refused.getMessage());
      return Optional.empty();
    }
  }

  /** Only once all loads have their caches. */
  ChangeCall change(ChangingMethod method) {
    List<ChangeCall.Step> steps = new ArrayList<>();
    for (Change change : method.changes()) {
      Optional<Class<?>> keyType = keyType(change.cache());
      if (keyType.isEmpty()) {
        problems.add(method.key().where() + ": " + change + ": " + unknown(change.cache()));
      } else if (change.isOfAll()) {
        steps.add(new ChangeCall.Step(change, beans.cache(change.cache()), null));
      } else {
        maker(change.cache(), method.key(), keyType.get())
            .ifPresent(
                key -> steps.add(new ChangeCall.Step(change, beans.cache(change.cache()), key)));
      }
    }
    return new ChangeCall(steps);
  }

  /** What makes keys of such parts for that cache; none if they are others than its own. */
  Optional<KeyMaker> maker(String cache, KeyParts parts, Class<?> keyType) {
    KeyParts first =
        keyType == CompositeKey.class ? composites.computeIfAbsent(cache, any -> parts) : parts;
    Optional<KeyMaker> maker =
        first.types().equals(parts.types()) ? KeyMaker.of(parts, keyType) : Optional.empty();
    if (maker.isEmpty()) {
      problems.add(
          "%s: the keys of the cache %s are of %s, and not of %s. Mark with @CacheKey what is the key"
              .formatted(
                  parts.where(),
                  cache,
                  keyType == CompositeKey.class ? first : keyType.getName(),
                  parts));
    }
    return maker;
  }

  /** The type of its keys, if the cache is known by now. */
  Optional<Class<?>> keyType(String cache) {
    return backstop.used().stream()
        .filter(spec -> spec.name().equals(cache))
        .<Class<?>>map(CacheSpec::keyType)
        .findFirst();
  }

  /** What is said of a cache that nobody knows. */
  String unknown(String cache) {
    Set<String> names = new TreeSet<>();
    backstop.used().forEach(spec -> names.add(spec.name()));
    return "there is no cache %s, only %s; name one that a method loads, or that is injected"
        .formatted(cache, names);
  }
}
