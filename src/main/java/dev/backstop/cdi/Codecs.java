package dev.backstop.cdi;

import dev.backstop.Codec;
import dev.backstop.codec.JsonCodec;
import dev.backstop.config.Configuration;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/** Which codec is meant, by its id in a setting or by a bean of the application. */
record Codecs(Configuration configuration, Produced produced) {
  /** The codec of all caches that have none of their own, if it is not JSON. */
  Optional<Codec> ofAll() {
    return named(Configuration.CODEC).or(() -> produced.part(Codec.class));
  }

  /** The codec that is set for a cache. */
  Optional<Codec> set(String cache) {
    return named(Configuration.codecOf(cache));
  }

  private Optional<Codec> named(String setting) {
    return configuration.text(setting).map(id -> byId(setting, id));
  }

  private Codec byId(String setting, String id) {
    Codec json = new JsonCodec();
    if (json.id().equals(id)) {
      return json;
    }
    List<Codec> all = produced.codecs();
    return all.stream()
        .filter(codec -> codec.id().equals(id))
        .findFirst()
        .orElseThrow(
            () -> {
              TreeSet<String> known = new TreeSet<>(List.of(json.id()));
              all.forEach(codec -> known.add(codec.id()));
              return new IllegalArgumentException(
                  "%s must be the id of a codec that is there, one of %s, was \"%s\"; produce a Codec bean of that id"
                      .formatted(setting, known, id));
            });
  }
}
