package dev.backstop.annotation;

import jakarta.enterprise.inject.spi.AnnotatedMethod;
import java.util.List;
import java.util.stream.Stream;

/** A method that {@link Expires} or {@link Removes}, as it is declared. */
record ChangingMethod(KeyParts key, List<Change> changes) {
  static ChangingMethod of(AnnotatedMethod<?> declared) {
    return new ChangingMethod(
        KeyParts.of(declared),
        Stream.concat(
                declared.getAnnotations(Expires.class).stream().map(Change::of),
                declared.getAnnotations(Removes.class).stream().map(Change::of))
            .toList());
  }
}
